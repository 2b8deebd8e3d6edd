/*
 * status: the reason phrases of HTTP's status codes (RFC 9110 15).
 */
#ifndef STATUS_H
#define STATUS_H

#include <stdbool.h>

/* The reason phrase of a status code ("Not Found"); "Unknown" for one that is never sent here. */
const char *status_reason(int status);

/* Whether it has one. */
bool status_is_known(int status);

#endif
