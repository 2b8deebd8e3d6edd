/*
 * scanner: skips markup at the beginning of a document, as a browser's tokenizer does (HTML
 * Standard 13.2.5). Bytes are never decoded. Every function reports when the bytes end too early.
 */
#ifndef SCANNER_H
#define SCANNER_H

#include <stdbool.h>

#include "base/slice.h"

/* The bytes from at to end are not read yet. They are borrowed. */
struct scanner {
	const char *at;
	const char *end;
};

/* A to Z and a to z. */
bool scanner_is_letter(char c);

/* Whether the bytes from at to end start with text. */
bool scanner_starts(const char *at, const char *end, const char *text);

/*
 * Each of these returns a pointer to the byte after something, or NULL when the bytes end before
 * that: - scanner_after: after the first occurrence of text; - scanner_after_comment: after a
 * comment; at is after its "<!--" (13.2.5.43 to .52); - scanner_after_tag: after the '>' of a tag;
 * at is after the tag's name. A '>' within quotes does not
 *   end the tag (13.2.5.32 to .40).
 */
const char *scanner_after(const char *at, const char *end, const char *text);
const char *scanner_after_comment(const char *start, const char *end);
const char *scanner_after_tag(const char *at, const char *end);

/* Skips the white space of HTML (is_space). */
void scanner_skip_space(struct scanner *scanner);

/*
 * Takes a tag's name, up to white space, '/' or '>'. Returns an absent slice when the bytes end
 * before that.
 */
struct slice scanner_take_name(struct scanner *scanner);

#endif
