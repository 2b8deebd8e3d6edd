/*
 * jsonc_insert: adds an element to a list in a settings file that a person wrote. Everything else
 * stays as it is: comments, order, spaces.
 */
#ifndef JSONC_INSERT_H
#define JSONC_INSERT_H

#include "base/buf.h"

/* The element to add. element is the text of a JSON object, in which key has the value name. */
struct jsonc_insertion {
	const char *list; /* the key of the list in the file's object: "tasks" */
	const char *key;  /* the key by which elements are compared: "label" */
	const char *name;
	const char *element;
};

enum jsonc_insert_verdict {
	JSONC_INSERT_ADDED,      /* result is the new text */
	JSONC_INSERT_PRESENT,    /* result is the JSON of the element of that name that is there */
	JSONC_INSERT_IMPOSSIBLE, /* the file is not changed; *why is the reason in a few words */
};

/*
 * Adds to result a copy of file, JSON with comments and trailing commas, in which the element is
 * the first one of the list. If the list is missing, it is added, too. A file that is not JSON to the
 * letter (jsonc_check()), or has two members of the same name in an object, is impossible. The new
 * text is parsed again: apart from the element its JSON has to be equal to that of file. The JSON of an
 * element that is there has no spaces between its parts. result does not count, and *why does, only with
 * JSONC_INSERT_IMPOSSIBLE.
 */
enum jsonc_insert_verdict jsonc_insert(struct buf *result, struct slice file,
	const struct jsonc_insertion *insertion, const char **why);

#endif
