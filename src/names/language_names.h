/*
 * language_names: files that say their language in their name: "index.html.zh", "index.zh.html".
 *
 * A language is a tag of RFC 5646 that begins with two letters of ISO 639-1. "br" and "ts" are none: such files
 * are compressed, or TypeScript.
 */
#ifndef LANGUAGE_NAMES_H
#define LANGUAGE_NAMES_H

#include <stdbool.h>

#include "base/slice.h"

/* Parts of a name. */
struct language_name {
	struct slice language; /* the tag as it is written: "zh-CN" */
	struct slice typed;    /* the name whose extension says the media type: "index.html" */
	struct slice plain;    /* the name without its language: "index.html", "index" */
};

/*
 * Whether name is that of such a file: the language is its last extension, and what is in front of it has a
 * media type of its own; or it is the last but one, of a document. If so, sets read.
 */
bool language_names_read(struct slice name, struct language_name *read);

/* One form of a file: "about.html.zh", "about.zh.html" and "about.html" are forms of "about". */
struct language_form {
	struct slice language; /* absent: it has none */
	bool is_document;      /* its type is one that is shown as a page */
};

/*
 * Whether name, of a file without its folder, is a form of its first length bytes: behind them stand a dot and a language,
 * a media type's extension, or both in any order. If so, sets form.
 */
bool language_names_read_form(struct slice name, size_t length, struct language_form *form);

#endif
