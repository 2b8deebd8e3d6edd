/*
 * ssi_parser: finds the directives of server-side includes in a text, as mod_include of Apache 2.4 reads
 * them: <!--#NAME ATTRIBUTE="VALUE" ... -->
 *
 * The bytes outside of directives are not looked at, so they may be of any charset that contains ASCII.
 */
#ifndef SSI_PARSER_H
#define SSI_PARSER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { SSI_ATTRIBUTES_MAX = 32 }; /* of one directive; with more it is wrong */

struct ssi_attribute {
	struct slice name;
	struct slice value; /* as it is written; absent when there is no "=" */
	char quote;         /* ", ' or ` around the value; 0 when there is none */
};

struct ssi_directive {
	struct slice before; /* the text since the directive before this one */
	struct slice name; /* as it is written; its case does not count; empty after white space */
	size_t at;         /* where it begins: the offset of its "<" */
	struct ssi_attribute attributes[SSI_ATTRIBUTES_MAX];
	size_t count;
	bool has_too_many; /* attributes */
	bool is_finished;  /* its "-->" is there; else the text ends within it */
};

/* Whether text has a directive, finished or not. */
bool ssi_parser_finds_any(struct slice text);

/*
 * Reads the next directive from *at on, which starts at 0. Returns false at the end of the text;
 * directive->before is then the rest of it. All slices point into text.
 *
 * A value without quotes ends at white space, also if "-->" comes before it. A quote within a value is
 * written with a backslash in front. White space around "=" is allowed.
 */
bool ssi_parser_next(struct slice text, size_t *at, struct ssi_directive *directive);

/* Adds the value of an attribute without the backslashes in front of its quotes. */
void ssi_parser_add_value(const struct ssi_attribute *attribute, struct buf *value);

/* The number of the line, from 1, in which the byte at offset is. */
size_t ssi_parser_line(struct slice text, size_t offset);

#endif
