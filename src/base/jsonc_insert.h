/*
 * jsonc_insert: adds an element to a list in a settings file that somebody wrote. Everything else stays
 * as it is: comments, order, spaces.
 */
#ifndef JSONC_INSERT_H
#define JSONC_INSERT_H

#include "base/buf.h"

/* What is to be added. element is the text of a JSON object, in which key has the value name. */
struct jsonc_insertion {
	const char *list; /* the key of the list in the file's object: "tasks" */
	const char *key;  /* what tells the elements apart: "label" */
	const char *name;
	const char *element;
};

enum jsonc_insert_verdict {
	JSONC_INSERT_ADDED,      /* result is the new text */
	JSONC_INSERT_PRESENT,    /* there is an element of that name already */
	JSONC_INSERT_IMPOSSIBLE, /* it would not be safe; *why says in a few words why */
};

/*
 * Adds the element to file, which is JSON with comments and trailing commas, as the first one of the
 * list. A list that is missing is added, too. The new text is read back: apart from the element it has
 * to say what the old one did.
 */
enum jsonc_insert_verdict jsonc_insert(struct buf *result, struct slice file,
	const struct jsonc_insertion *insertion, const char **why);

#endif
