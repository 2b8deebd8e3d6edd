/*
 * error_place: see error_place.h. Files are read anew for each error, within a limit, so nothing that is
 * shown is older than the disk.
 */
#include "sources/error_place.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/loop.h"
#include "fs/path.h"
#include "html/document_start.h"
#include "http/media_type.h"
#include "http/url.h"
#include "sources/source_map.h"
#include "sources/source_name.h"

/* Reading a large source map takes some milliseconds. A page reports ten errors a second at most. */
static const struct rate_limit limit = {.burst = 20, .a_second = 4};

void
error_place_finish(struct error_place *place)
{
	buf_finish(&place->file);
	buf_finish(&place->served);
	code_frame_finish(&place->frame);
}

/* ---- files ---- */

/* Returns false when there is no such file, or it is too large or cannot be read. */
static bool
read_file(const struct error_places *places, const char *name, struct buf *text)
{
	struct stat state;
	int file = places->open(places->context, name);
	bool is_read;

	if (file < 0)
		return false;
	is_read = fstat(file, &state) == 0 && S_ISREG(state.st_mode) &&
		  state.st_size <= ERROR_PLACE_FILE_MAX &&
		  file_read(file, ERROR_PLACE_FILE_MAX, text);
	close(file);
	return is_read;
}

/* Sets name to that of the file that is sent for url, and text to its bytes. */
static bool
find_file(const struct error_places *places, struct slice url, struct buf *name, struct buf *text)
{
	struct shown_names shown;
	bool is_read = false;

	buf_reserve(name, 0);
	if (url_to_path(url, name) != URL_OK)
		return false;
	shown = shown_names_of(&places->names, name);
	while (!is_read && shown_names_next(&shown))
		is_read = read_file(places, name->bytes, text);
	if (is_read || !places->fallback || path_extension(buf_slice(name)).length)
		return is_read;
	buf_clear(name);
	buf_add_text(name, places->fallback);
	return read_file(places, name->bytes, text);
}

/* ---- positions ---- */

size_t
error_place_position(struct slice source)
{
	size_t end = source.length, at = end;

	for (int numbers = 0; numbers < 2; numbers++) {
		while (at > 0 && source.at[at - 1] >= '0' && source.at[at - 1] <= '9')
			at--;
		if (at == 0 || at == end || source.at[at - 1] != ':')
			break;
		end = --at;
	}
	return source.length - end;
}

/* Takes ":12:3" off the end of source. Returns false when it is not there. */
static bool
take_position(struct slice *source, struct error_place *place)
{
	size_t length = error_place_position(*source);
	struct slice rest = {source->at + source->length - length, length}, part;
	uint64_t line = 0, column = 0;

	source->length -= length;
	if (length == 0)
		return false;
	slice_drop(&rest, 1);
	if (!slice_split(&rest, ':', &part) || !slice_number(part, &line) ||
		(rest.at && !slice_number(rest, &column)))
		return false;
	place->line = line;
	place->column = column;
	return line > 0;
}

/* The length of url without its query. */
static size_t
url_path_length(struct slice url)
{
	const char *query = memchr(url.at, '?', url.length);

	return query ? (size_t)(query - url.at) : url.length;
}

/* ---- documents ---- */

/*
 * The script tag stands in front of the rest of its line, so the column that a browser reports there is
 * not that of the file.
 */
static bool
has_tag(struct slice name, struct slice text, size_t line)
{
	enum media_type_kind kind = media_type_of(name)->kind;
	struct document_start start = {0};
	struct slice first = {
		text.at, text.length < DOCUMENT_START_MAX ? text.length : DOCUMENT_START_MAX};

	return kind != MEDIA_TYPE_PLAIN &&
	       document_start_read(&start,
		       kind == MEDIA_TYPE_HTML ? HTML_SYNTAX_HTML : HTML_SYNTAX_XML, first,
		       first.length == text.length) == INSERTION_POINT_FOUND &&
	       start.place >= code_frame_line(text, line) &&
	       start.place < code_frame_line(text, line + 1);
}

/* ---- source maps ---- */

/* Reads the map of script, a file of that name. Sets folder to the one that the map lies in. */
static bool
read_map(const struct error_places *places, struct slice name, struct slice script, struct buf *map,
	struct buf *folder)
{
	struct slice url = source_map_url(script);
	struct buf path = {0}, file = {0};
	bool is_read;

	buf_add_slice(folder, path_parent(name));
	if (!url.at || slice_starts_nocase(url, "data:"))
		return url.at && source_map_decode(url, map);
	if (!slice_starts(url, "/")) {
		url_from_path(buf_slice(folder), &path);
		buf_add_char(&path, '/');
	}
	buf_add(&path, url.at, url_path_length(url));
	buf_reserve(&file, 0);
	is_read = url_to_path(buf_slice(&path), &file) == URL_OK &&
		  read_file(places, file.bytes, map);
	buf_clear(folder);
	buf_add_slice(folder, path_parent(buf_slice(&file)));
	buf_finish(&path);
	buf_finish(&file);
	return is_read;
}

/* Sets place to that of a source. A name that is a guess counts if there is such a file. */
static void
take_source(const struct error_places *places, const struct source_map_place *found,
	struct slice folder, struct error_place *place)
{
	struct slice source = buf_slice(&found->source);
	struct buf name = {0}, text = {0};
	bool is_sure = source_name_add(source, folder, places->root, &name);
	bool is_read = !slice_starts(buf_slice(&name), "../") &&
		       read_file(places, name.bytes, &text);

	buf_clear(&place->file);
	buf_add_slice(&place->file, is_sure || is_read ? buf_slice(&name) : source);
	place->line = found->line;
	place->column = found->column;
	if (found->has_text || is_read)
		code_frame_cut(&place->frame, buf_slice(found->has_text ? &found->text : &text),
			place->line, place->column);
	buf_finish(&name);
	buf_finish(&text);
}

/* Returns false when there is no map for this place of script, which is a file of that name. */
static bool
follow_map(const struct error_places *places, struct slice script, struct error_place *place)
{
	struct source_map_place found = {0};
	struct buf map = {0}, folder = {0};
	bool is_found;

	buf_reserve(&folder, 0);
	is_found = read_map(places, buf_slice(&place->file), script, &map, &folder) &&
		   source_map_find(buf_slice(&map), place->line, place->column, &found);
	if (is_found)
		take_source(places, &found, buf_slice(&folder), place);
	source_map_place_finish(&found);
	buf_finish(&map);
	buf_finish(&folder);
	return is_found;
}

/* ---- places ---- */

bool
error_place_find(struct error_places *places, struct slice source, struct error_place *place)
{
	struct buf text = {0};
	bool is_found = false;

	*place = (struct error_place){0};
	if (slice_starts(source, "/") && !slice_starts(source, "//") &&
		take_position(&source, place) &&
		rate_limit_take(&places->rate, &limit, loop_now()) &&
		find_file(places, source, &place->file, &text)) {
		if (has_tag(buf_slice(&place->file), buf_slice(&text), place->line))
			place->column = 0;
		buf_add_slice(&place->served, buf_slice(&place->file));
		is_found = follow_map(places, buf_slice(&text), place) ||
			   code_frame_cut(
				   &place->frame, buf_slice(&text), place->line, place->column);
	}
	buf_finish(&text);
	return is_found;
}

bool
error_place_in_file(
	struct error_places *places, const char *name, size_t line, struct error_place *place)
{
	struct buf text = {0};
	bool is_found;

	*place = (struct error_place){.line = line};
	buf_add_text(&place->file, name);
	is_found = rate_limit_take(&places->rate, &limit, loop_now()) &&
		   read_file(places, name, &text) &&
		   code_frame_cut(&place->frame, buf_slice(&text), line, 0);
	buf_finish(&text);
	return is_found;
}
