/*
 * shown_names: the names of the files that an address may show, in the order in which they are tried. The
 * first one that exists is shown.
 *
 * Of the folder "docs/" these are its index files. Of "about" it is the file of that name, or else
 * "about.html", as on GitHub Pages, Netlify and Cloudflare Pages: a clean URL. So "about" shows about.html
 * also when there is a folder about/, which is at "about/".
 */
#ifndef SHOWN_NAMES_H
#define SHOWN_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "names/index_names.h"

/* What an address without ".html" is. */
enum shown_names_clean {
	SHOWN_NAMES_CLEAN,    /* that of the file with ".html", too */
	SHOWN_NAMES_REDIRECT, /* the same, and the address with ".html" leads to it */
	SHOWN_NAMES_EXACT,    /* that of the file with this name alone */
};

/* Zeroed: the defaults. */
struct shown_names_rules {
	struct index_names index;
	enum shown_names_clean clean;
};

/* One address, while its names are tried. Read is_clean only. */
struct shown_names {
	const struct shown_names_rules *rules;
	struct buf *name;
	size_t length; /* of the requested name */
	size_t next;
	bool is_clean; /* the name is that of a clean URL: it is not the requested one */
};

/* Borrows rules and name, the requested name in the site: "" or with a slash at its end for a folder. */
struct shown_names shown_names_of(const struct shown_names_rules *rules, struct buf *name);

/*
 * Sets name to that of the next file. After the last one it sets name to the requested one, and returns
 * false. A name is never hidden (hidden_names.h) unless the requested one is.
 */
bool shown_names_next(struct shown_names *shown);

/* Whether name is that of a folder. */
bool shown_names_is_folder(const struct buf *name);

/*
 * The other way round: the name without ".html" ("docs/about"), if path is one that a clean URL shows;
 * otherwise absent. It is a part of path.
 */
struct slice shown_names_clean_of(const struct shown_names_rules *rules, struct slice path);

#endif
