/*
 * accepted_languages: how much a client likes a language, by the Accept-Language of its request (RFC 9110 12.5.4).
 */
#ifndef ACCEPTED_LANGUAGES_H
#define ACCEPTED_LANGUAGES_H

#include <stdbool.h>

#include "http/request.h"

enum { ACCEPTED_LANGUAGES_BEST = 10000 };

/*
 * Whether tag begins with range, which ends where a part of tag does: "en" matches "en-GB" and "EN", but not "eng" (basic
 * filtering, RFC 4647 3.3.1, without "*"). A range without bytes matches nothing.
 */
bool accepted_languages_match(struct slice range, struct slice tag);

/*
 * The quality of the language with this tag ("pt-BR"), 0 to ACCEPTED_LANGUAGES_BEST. Of the ranges in the field the longest
 * that matches it decides, or else "*". Where there is none, a range of the same language but of another place ("pt-PT", or
 * "pt-PT" for "pt") is a thousandth, as in Apache httpd. Without the field every language is the best.
 */
unsigned accepted_languages_quality(const struct request *request, struct slice tag);

#endif
