/*
 * pem: keys and certificates as text (RFC 7468).
 */
#ifndef PEM_TEXT_H
#define PEM_TEXT_H

#include <openssl/bio.h>
#include <stdbool.h>

#include "base/buf.h"

/*
 * Moves what was written to memory, a BIO_s_mem(), to the end of text, if is_written, and wipes it: it may be a key.
 * Takes memory; NULL is allowed, and then is_written is false. Returns is_written.
 */
bool pem_take(BIO *memory, bool is_written, struct buf *text);

#endif
