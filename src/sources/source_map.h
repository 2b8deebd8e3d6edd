/*
 * source_map: which place of a source a place of a generated file was made from (ECMA-426).
 */
#ifndef SOURCE_MAP_H
#define SOURCE_MAP_H

#include <stdbool.h>

#include "base/buf.h"

/* A place in a source. Zeroed at first. */
struct source_map_place {
	struct buf source;   /* as the map names it, with its sourceRoot */
	size_t line, column; /* from 1; the column in units of UTF-16 */
	bool has_text;
	struct buf text; /* the whole source, if the map holds it */
};

/*
 * Finds the source of a line and a column (both from 1, the column in units of UTF-16) of the file that
 * map, a source map with or without sections, is for. Returns false when there is none, or map is not a
 * source map. The caller finishes *place in any case.
 */
bool source_map_find(struct slice map, size_t line, size_t column, struct source_map_place *place);

void source_map_place_finish(struct source_map_place *place);

/*
 * Finds the URL of the source map in script: that of the comment "//# sourceMappingURL=URL" on its last
 * lines, behind which there is nothing but white space and comments of one line. Returns an absent slice
 * when there is none.
 */
struct slice source_map_url(struct slice script);

/*
 * Adds the source map in a "data:" URL (RFC 2397) to map. Returns false when url is none, or malformed;
 * bytes may have been added then.
 */
bool source_map_decode(struct slice url, struct buf *map);

#endif
