/*
 * basic_auth: the Authorization of a request, as HTTP Basic has it (RFC 7617).
 */
#ifndef BASIC_AUTH_H
#define BASIC_AUTH_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Reads "Basic b3Blbjpz" and adds user and password to credentials, each with a NUL behind it.
 * Returns false, adding nothing, for another scheme, wrong base64 (RFC 4648 4; the '=' at the end
 * may be left out), a NUL inside and what has no colon.
 */
bool basic_auth_read(struct slice authorization, struct buf *credentials);

#endif
