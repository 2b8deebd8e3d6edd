/*
 * utf8: sequences of UTF-8 (RFC 3629).
 */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* The length of the sequence at the front of text, 1 to 4. 0 when there is no complete one. */
size_t utf8_sequence(struct slice text);

/* Whether a sequence of that length is a control character: C0, DEL or C1. */
bool utf8_is_control(const char *sequence, size_t length);

/*
 * Whether text is valid UTF-8. If is_whole is false, more text may follow, so the last sequence may
 * be incomplete.
 */
bool utf8_is_valid(struct slice text, bool is_whole);

#endif
