/*
 * scanner: steps over the markup at the front of a document, as a browser's tokenizer would take
 * them (HTML Standard 13.2.5). Bytes are never decoded. Every step says when the end of the bytes
 * cuts it off.
 */
#ifndef SCANNER_H
#define SCANNER_H

#include <stdbool.h>

#include "base/slice.h"

/* The bytes from at to end are still to be read. The bytes belong to the caller. */
struct scanner {
	const char *at;
	const char *end;
};

/* A to Z and a to z. */
bool scanner_is_letter(char c);

/* Whether the bytes from at to end start with text. */
bool scanner_starts(const char *at, const char *end, const char *text);

/*
 * Each of these returns the first byte after something, or NULL when the bytes end before that:
 * after the first text in the bytes; after a comment, at being after its "<!--" (13.2.5.43 to .52);
 * after the '>' of a tag, at being after its name (13.2.5.32 to .40: a '>' within quotes does not
 * end it).
 */
const char *scanner_after(const char *at, const char *end, const char *text);
const char *scanner_after_comment(const char *start, const char *end);
const char *scanner_after_tag(const char *at, const char *end);

void scanner_skip_space(struct scanner *scanner);

/*
 * Takes a tag's name, up to white space, '/' or '>'. Returns an absent slice when the bytes end
 * before that.
 */
struct slice scanner_take_name(struct scanner *scanner);

#endif
