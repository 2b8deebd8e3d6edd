/*
 * source_map: see source_map.h. The mappings are read once, up to the line that is asked for, and
 * nothing of them is kept.
 */
#include "sources/source_map.h"

#include <string.h>

#include "sources/base64.h"
#include "sources/json_reader.h"

void
source_map_place_finish(struct source_map_place *place)
{
	buf_finish(&place->source);
	buf_finish(&place->text);
}

/* ---- mappings ---- */

/* Numbers of a segment, each the difference to the segment before it. */
enum field { FIELD_COLUMN, FIELD_SOURCE, FIELD_LINE, FIELD_SOURCE_COLUMN, FIELD_NAME, FIELDS };

/* Of the numbers below, more means that the map is broken. */
enum { NUMBER_MAX = 0x7fffffff };

struct segment {
	int64_t fields[FIELDS];
	bool has_source;
};

/* Takes the next segment off the front of rest. Returns false when it is malformed. */
static bool
take_segment(struct slice *rest, struct segment *segment)
{
	size_t count = 0;

	while (rest->length && *rest->at != ',' && *rest->at != ';') {
		int64_t difference;

		if (count == FIELDS || !base64_take_number(rest, &difference))
			return false;
		segment->fields[count] += difference;
		if (segment->fields[count] < 0 || segment->fields[count] > NUMBER_MAX)
			return false;
		count++;
	}
	segment->has_source = count > FIELD_SOURCE_COLUMN;
	return count == FIELD_COLUMN + 1 || segment->has_source;
}

/*
 * Sets found to the last segment of the line (from 0) that is not behind column (from 0). Returns false
 * when there is none, or the mappings are malformed.
 */
static bool
find_segment(struct slice mappings, size_t line, size_t column, struct segment *found)
{
	struct segment segment = {0};
	struct slice rest = mappings;

	*found = segment;
	for (size_t at = 0; rest.length && at <= line;) {
		bool is_empty = *rest.at == ',' || *rest.at == ';';

		if (!is_empty && !take_segment(&rest, &segment))
			return false;
		if (!is_empty && at == line && (size_t)segment.fields[FIELD_COLUMN] <= column)
			*found = segment;
		if (rest.length && *rest.at == ';') {
			at++;
			segment.fields[FIELD_COLUMN] = 0;
		}
		slice_drop(&rest, rest.length > 0);
	}
	return found->has_source;
}

/* ---- the map ---- */

/* sourceRoot is put in front of each source. */
static bool
add_source(struct slice map, size_t index, struct buf *source)
{
	json_reader_text(json_reader_member(map, "sourceRoot"), source);
	if (source->length && !slice_ends(buf_slice(source), "/"))
		buf_add_char(source, '/');
	return json_reader_text(
		json_reader_element(json_reader_member(map, "sources"), index), source);
}

static bool
find_in(struct slice map, size_t line, size_t column, struct source_map_place *place)
{
	struct segment segment;
	struct buf mappings = {0};
	bool is_found = json_reader_text(json_reader_member(map, "mappings"), &mappings) &&
			find_segment(buf_slice(&mappings), line, column, &segment);
	size_t source;

	buf_finish(&mappings);
	if (!is_found)
		return false;
	source = (size_t)segment.fields[FIELD_SOURCE];
	place->line = (size_t)segment.fields[FIELD_LINE] + 1;
	place->column = (size_t)segment.fields[FIELD_SOURCE_COLUMN] + 1;
	place->has_text = json_reader_text(
		json_reader_element(json_reader_member(map, "sourcesContent"), source),
		&place->text);
	return add_source(map, source, &place->source);
}

static bool
number_of(struct slice object, const char *name, uint64_t *number)
{
	return slice_number(json_reader_member(object, name), number) && *number <= NUMBER_MAX;
}

/*
 * Returns the last section that does not begin behind line and column, and makes both relative to it; an absent
 * slice when there is none.
 */
static struct slice
find_section(struct slice sections, size_t *line, size_t *column)
{
	struct slice found = {0}, section, rest = json_reader_elements(sections);
	uint64_t begin_line = 0, begin_column = 0;

	while ((section = json_reader_next(&rest)).at) {
		struct slice offset = json_reader_member(section, "offset");
		uint64_t its_line, its_column;

		if (!number_of(offset, "line", &its_line) ||
			!number_of(offset, "column", &its_column) || its_line > *line ||
			(its_line == *line && its_column > *column))
			break;
		begin_line = its_line;
		begin_column = its_column;
		found = section;
	}
	*column -= *line == begin_line ? begin_column : 0;
	*line -= begin_line;
	return found;
}

bool
source_map_find(struct slice map, size_t line, size_t column, struct source_map_place *place)
{
	struct slice sections = json_reader_member(map, "sections");

	if (line == 0 || column == 0)
		return false;
	line--;
	column--;
	if (sections.at)
		map = json_reader_member(find_section(sections, &line, &column), "map");
	return find_in(map, line, column, place);
}

/* ---- where the map is ---- */

/* The line at the end of text, without the line end behind it, is taken off. */
static struct slice
take_last_line(struct slice *text)
{
	struct slice line;
	size_t begin = text->length;

	while (begin > 0 && text->at[begin - 1] != '\n' && text->at[begin - 1] != '\r')
		begin--;
	line = (struct slice){text->at + begin, text->length - begin};
	text->length = begin > 0 ? begin - 1 : 0;
	return line;
}

/* Without spaces, tabs and form feeds at either end. */
static bool
is_blank_or_comment(struct slice line)
{
	line = slice_trim(line);
	return line.length == 0 || slice_starts(line, "//");
}

/* The URL behind the last mark in line, up to white space; absent when there is none. */
static struct slice
url_in(struct slice line)
{
	static const char *const marks[] = {"//# sourceMappingURL=", "//@ sourceMappingURL="};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t length = strlen(marks[i]);

		for (size_t at = line.length; at-- > 0;) {
			struct slice rest = {line.at + at, line.length - at};

			if (*rest.at != '/' || !slice_starts(rest, marks[i]))
				continue;
			slice_drop(&rest, length);
			rest = slice_trim(rest);
			if (rest.length && !memchr(rest.at, ' ', rest.length) &&
				!memchr(rest.at, '"', rest.length) &&
				!memchr(rest.at, '\'', rest.length))
				return rest;
		}
	}
	return (struct slice){0};
}

struct slice
source_map_url(struct slice script)
{
	while (script.length) {
		struct slice line = take_last_line(&script), url = url_in(line);

		if (url.at || !is_blank_or_comment(line))
			return url;
	}
	return (struct slice){0};
}

/* ---- a map in a URL ---- */

/* RFC 3986 2.1. */
static bool
add_percent_decoded(struct slice text, struct buf *bytes)
{
	while (text.length) {
		int high, low;

		if (*text.at != '%') {
			buf_add_char(bytes, *text.at);
			slice_drop(&text, 1);
			continue;
		}
		high = text.length > 2 ? slice_hex_value(text.at[1]) : -1;
		low = text.length > 2 ? slice_hex_value(text.at[2]) : -1;
		if (high < 0 || low < 0)
			return false;
		buf_add_char(bytes, (char)(high << 4 | low));
		slice_drop(&text, 3);
	}
	return true;
}

bool
source_map_decode(struct slice url, struct buf *map)
{
	struct slice type;
	struct buf text = {0};
	bool is_whole;

	if (!slice_starts_nocase(url, "data:"))
		return false;
	slice_drop(&url, strlen("data:"));
	if (!slice_split(&url, ',', &type) || !url.at)
		return false;
	if (!slice_ends_nocase(type, ";base64"))
		return add_percent_decoded(url, map);
	is_whole = add_percent_decoded(url, &text) && base64_decode(buf_slice(&text), map);
	buf_finish(&text);
	return is_whole;
}
