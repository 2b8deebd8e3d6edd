/*
 * details: the tree as text is what tshark says of the same packet, and each line is about the right
 * bytes.
 */
#include "support/test.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "capture/pcapng_block.h"
#include "details/details.h"

enum { MESSAGES_MAX = 3 };

struct row {
	const char *name, *hex;
	struct {
		enum details_kind kind;
		size_t from, length;
	} messages[MESSAGES_MAX]; /* the last one has no length */
	struct frame_details frame;
	struct tcp_details_context tcp;
	const char *const *lines; /* up to a NULL */
};

#include "details_rows.h"

static struct buf
bytes_of(const char *hex)
{
	struct buf bytes = {0};

	for (; *hex; hex += 2)
		buf_add_char(
			&bytes, (char)(slice_hex_value(hex[0]) << 4 | slice_hex_value(hex[1])));
	return bytes;
}

/* The tree of the first length bytes; the caller deletes it. */
static cJSON *
tree_of(const struct row *row, size_t length, bool is_tcp)
{
	struct buf bytes = bytes_of(row->hex), json = {0};
	struct details details = {.frame = row->frame, .tcp = is_tcp ? &row->tcp : NULL};
	struct details_message messages[MESSAGES_MAX];
	char *part;
	cJSON *tree;

	assert_true(length <= bytes.length);
	part = mem_copy(bytes.bytes, length); /* so that a sanitizer sees where it ends */
	details.frame.bytes = (struct slice){part, length};
	details.messages = messages;
	while (row->messages[details.message_count].from) {
		struct details_message *message = &messages[details.message_count];
		size_t from = row->messages[details.message_count].from;
		size_t size = row->messages[details.message_count++].length;

		from = from < length ? from : length;
		*message = (struct details_message){
			.kind = row->messages[details.message_count - 1].kind,
			.bytes = {part + from, size < length - from ? size : length - from},
			.is_in_packet = true,
		};
	}
	details_add(&json, &details);
	tree = cJSON_ParseWithLength(json.bytes, json.length);
	assert_non_null(tree);
	free(part);
	buf_finish(&bytes);
	buf_finish(&json);
	return tree;
}

static size_t
member(const cJSON *line, const char *name)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(line, name);

	assert_true(cJSON_IsNumber(number) && number->valuedouble >= 0);
	return (size_t)number->valuedouble;
}

/* Adds the lines as tshark prints them. All are about bytes that the packet has. */
static void
add_text(struct buf *text, const cJSON *lines, size_t depth, size_t packet_length)
{
	const cJSON *line;

	assert_true(cJSON_IsArray(lines));
	cJSON_ArrayForEach(line, lines)
	{
		const cJSON *below = cJSON_GetObjectItemCaseSensitive(line, "children");

		for (size_t i = 0; i < depth; i++)
			buf_add_text(text, "    ");
		buf_add_text(
			text, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(line, "text")));
		buf_add_char(text, '\n');
		assert_true(member(line, "from") <= member(line, "to"));
		assert_true(member(line, "to") <= packet_length);
		if (below)
			add_text(text, below, depth + 1, packet_length);
	}
}

static void
the_words_are_those_of_tshark(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf text = {0};
		cJSON *tree = tree_of(&rows[i], strlen(rows[i].hex) / 2, true);
		struct slice rest, line;

		add_text(&text, tree, 0, rows[i].frame.length);
		rest = buf_slice(&text);
		for (const char *const *expected = rows[i].lines; *expected; expected++) {
			assert_true(slice_split(&rest, '\n', &line));
			if (!slice_is(line, *expected))
				fail_msg("%s: \"%.*s\", tshark says \"%s\"", rows[i].name,
					(int)line.length, line.at, *expected);
		}
		assert_int_equal(rest.length, 0);
		cJSON_Delete(tree);
		buf_finish(&text);
	}
}

/* The line with that text below lines; NULL when there is none. */
static const cJSON *
find_line(const cJSON *lines, const char *text)
{
	const cJSON *line;

	cJSON_ArrayForEach(line, lines)
	{
		const cJSON *found = strcmp(cJSON_GetStringValue(
						    cJSON_GetObjectItemCaseSensitive(line, "text")),
					     text) == 0
					     ? line
					     : find_line(cJSON_GetObjectItemCaseSensitive(
								 line, "children"),
						       text);

		if (found)
			return found;
	}
	return NULL;
}

static void
lines_have_their_bytes(void **state)
{
	static const struct {
		size_t row;
		const char *text;
		size_t at, length;
	} expected[] = {
		{0, "Type: IPv4 (0x0800)", 12, 2},
		{0, "Time to Live: 64", 22, 1},
		{0, "Destination Address: 127.0.0.1", 30, 4},
		{0, "Source Port: 55688", 34, 2},
		{0, "Sequence Number (raw): 3712787148", 38, 4},
		{0, "Flags: 0x002 (SYN)", 46, 2},
		{0, "Window: 65495", 48, 2},
		{0, "MSS Value: 65495", 56, 2},
		{0, "Timestamp value: 321852364", 62, 4},
		{0, "Shift count: 10", 73, 1},
		{0, "[Timestamps]", 0, 0},
		{2, "TCP payload (79 bytes)", 66, 79},
		{2, "Request Method: GET", 66, 3},
		{2, "Request URI: /", 70, 1},
		{2, "Accept: */*\\r\\n", 130, 13},
		{3, "Hop Limit: 64", 21, 1},
		{3, "Source Port: 56144", 54, 2},
		{5, "left edge = 401 (relative)", 66, 4},
		{7, "Protocol: IPv4 (0x0800)", 14, 2},
		{9, "Source Address: 10.0.0.1", 12, 4},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(expected); i++) {
		const struct row *row = &rows[expected[i].row];
		cJSON *tree = tree_of(row, strlen(row->hex) / 2, true);
		const cJSON *line = find_line(tree, expected[i].text);

		assert_non_null(line);
		assert_int_equal(member(line, "from"), expected[i].at);
		assert_int_equal(member(line, "to") - member(line, "from"), expected[i].length);
		cJSON_Delete(tree);
	}
}

static void
cut_packets_have_the_lines_of_what_is_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		for (size_t length = 0; length < strlen(rows[i].hex) / 2;
			length += length < 90 ? 3 : 17) {
			struct buf text = {0};
			cJSON *tree = tree_of(&rows[i], length, true);

			add_text(&text, tree, 0, length);
			assert_non_null(strstr(text.bytes, "bytes captured"));
			cJSON_Delete(tree);
			buf_finish(&text);
		}
}

static void
without_a_connection_there_is_no_tcp(void **state)
{
	cJSON *tree = tree_of(&rows[0], strlen(rows[0].hex) / 2, false);

	(void)state;
	assert_int_equal(cJSON_GetArraySize(tree), 3);
	cJSON_Delete(tree);
}

static int
use_utc(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_words_are_those_of_tshark),
		cmocka_unit_test(lines_have_their_bytes),
		cmocka_unit_test(cut_packets_have_the_lines_of_what_is_there),
		cmocka_unit_test(without_a_connection_there_is_no_tcp),
	};

	return cmocka_run_group_tests(tests, use_utc, NULL);
}
