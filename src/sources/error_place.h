/*
 * error_place: the place of an error in the file that a person has written, and the code around it.
 *
 * A browser names the line and column of what it was sent. If that is a script with a source map, the
 * place is in one of its sources, which need not be a file of the site.
 */
#ifndef ERROR_PLACE_H
#define ERROR_PLACE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/rate_limit.h"
#include "names/shown_names.h"
#include "sources/code_frame.h"

enum { ERROR_PLACE_FILE_MAX = 8 * 1024 * 1024 }; /* bytes of a file that is read for a place */

struct error_place {
	/*
	 * Relative to the served folder, as "js/app.js". A source of a map may also be "../src/app.ts", or
	 * its URL in the map.
	 */
	struct buf file;
	size_t line, column;     /* from 1; the column in units of UTF-16, 0: unknown */
	struct buf served;       /* the name in the site of the file that the browser has */
	struct code_frame frame; /* has no lines when the text cannot be had */
};

/* Where files come from. The owner sets the members but rate. */
struct error_places {
	/*
	 * Opens a file of the site for reading, by its name in the site, if visitors get it as it is. Returns
	 * a descriptor that the caller closes, or -1.
	 */
	int (*open)(void *context, const char *name);
	void *context;
	const char *root;     /* the absolute path of the served folder, for error_place_find() */
	const char *fallback; /* static_files_options.fallback; or NULL */
	struct shown_names_rules names; /* static_files_options.names */
	struct rate_state rate;
};

/*
 * Finds the place of source, "/js/app.js:12:3": the canonical URL of a file, a line and a column, as a
 * page reports it. Returns false when source is none, there is no such file or no such line, or this was
 * asked too often. The caller finishes *place in any case.
 */
bool error_place_find(struct error_places *places, struct slice source, struct error_place *place);

/* The same for a line of the file of that name in the site. */
bool error_place_in_file(
	struct error_places *places, const char *name, size_t line, struct error_place *place);

void error_place_finish(struct error_place *place);

/* How many bytes at the end of source are ":12:3": a line, and maybe a column. */
size_t error_place_position(struct slice source);

#endif
