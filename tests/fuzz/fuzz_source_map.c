/*
 * Source maps and code frames of any bytes: a place in a source has a line and a column, a URL is a part of
 * the script, and a frame has the lines that were asked for.
 */
#include <string.h>

#include "fuzz.h"
#include "sources/code_frame.h"
#include "sources/source_map.h"
#include "sources/source_name.h"

static void
check_places(struct slice map)
{
	for (size_t line = 1; line < 4; line++)
		for (size_t column = 1; column < 40; column += 13) {
			struct source_map_place place = {0};

			if (source_map_find(map, line, column, &place)) {
				struct buf name = {0};

				CHECK(place.line > 0 && place.column > 0);
				source_name_add(
					buf_slice(&place.source), slice_of("a/b"), "/r", &name);
				CHECK(!slice_starts(buf_slice(&name), "/"));
				buf_finish(&name);
			}
			source_map_place_finish(&place);
		}
}

static void
check_frames(struct slice text)
{
	for (size_t line = 0; line < 5; line++) {
		struct code_frame frame = {0};

		if (code_frame_cut(&frame, text, line, 3)) {
			CHECK(frame.first + frame.at == line);
			CHECK(frame.at < frame.count && frame.count <= CODE_FRAME_LINES);
			for (size_t i = 0; i < frame.count; i++)
				CHECK(strlen(frame.lines[i]) <= CODE_FRAME_LETTERS * 4 + 6);
		}
		code_frame_finish(&frame);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = {(const char *)data, size}, url = source_map_url(text);
	struct buf map = {0};

	CHECK(!url.at ||
		(url.length && url.at > text.at && url.at + url.length <= text.at + text.length));
	if (url.at && source_map_decode(url, &map))
		check_places(buf_slice(&map));
	check_places(text);
	check_frames(text);
	buf_finish(&map);
	return 0;
}
