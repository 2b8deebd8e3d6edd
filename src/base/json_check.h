/*
 * json_check: whether a text is JSON to the letter (RFC 8259), for files that are changed. cJSON
 * takes more: broken escapes, bytes that are not UTF-8, control characters.
 */
#ifndef JSON_CHECK_H
#define JSON_CHECK_H

#include "base/slice.h"

enum { JSON_CHECK_DEPTH_MAX = 200 };

/*
 * Returns NULL when text is one JSON value in UTF-8, with nothing but white space around it. Else
 * returns why not, in a few words. Also not accepted: more than JSON_CHECK_DEPTH_MAX objects and
 * arrays in each other, and \u0000, which would end a text in C.
 */
const char *json_check(struct slice text);

#endif
