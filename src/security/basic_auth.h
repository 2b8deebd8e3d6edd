/*
 * basic_auth: parses the Authorization field of HTTP Basic (RFC 7617).
 */
#ifndef BASIC_AUTH_H
#define BASIC_AUTH_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Parses "Basic b3Blbjpz" and adds user and password to credentials, each with a NUL behind it.
 * Returns false, and adds nothing, for another scheme, malformed base64 (RFC 4648 4; the '=' at the
 * end may be left out), a NUL inside, and a text without a colon.
 */
bool basic_auth_read(struct slice authorization, struct buf *credentials);

#endif
