/*
 * base64: reads base64 (RFC 4648 4), and the numbers that source maps write with its digits.
 */
#ifndef BASE64_H
#define BASE64_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * Adds the decoded bytes; the '=' at the end may be missing. Returns false when text is malformed;
 * bytes may have been added then.
 */
bool base64_decode(struct slice text, struct buf *bytes);

/*
 * Takes one number off the front of text: a base64 VLQ (ECMA-426 "Base64 VLQ"), which has 32 bits at
 * most. Returns false, and text is undefined, when there is none.
 */
bool base64_take_number(struct slice *text, int64_t *number);

#endif
