/*
 * jsonc_insert: adds an element to a list in a settings file that somebody wrote, with all of it kept as
 * it is: comments, order, spaces.
 *
 * Room: rules.
 */
#ifndef JSONC_INSERT_H
#define JSONC_INSERT_H

#include "base/buf.h"

/* What is to be added: element is the text of a JSON object whose key is called name. */
struct jsonc_insertion {
	const char *list; /* the key of the list, in the object that the file is: "tasks" */
	const char *key;  /* by which its elements are told apart: "label" */
	const char *name;
	const char *element;
};

enum jsonc_insert_verdict {
	JSONC_INSERT_ADDED,      /* result is the new text */
	JSONC_INSERT_PRESENT,    /* there is an element of that name; nothing need be done */
	JSONC_INSERT_IMPOSSIBLE, /* it would not be safe; why says in a few words what is in the way */
};

/*
 * Adds the element to file, JSON with comments and trailing commas, as the first of the list; a
 * list that is missing is added, too. The new text is read back: but for the element it has to say
 * what the old one did.
 */
enum jsonc_insert_verdict jsonc_insert(struct buf *result, struct slice file,
	const struct jsonc_insertion *insertion, const char **why);

#endif
