/*
 * The detail tree of any packet: valid JSON, and each line is about bytes that the packet has. An input
 * is the type of the link (a byte), the place of an HTTP message and of a WebSocket frame in the packet
 * (a byte each), then the packet.
 */
#include <cjson/cJSON.h>
#include <string.h>

#include "fuzz.h"
#include "capture/pcapng_block.h"
#include "details/details.h"

enum { HEAD = 3, DEPTH_MAX = 6 };

static void
check_lines(const cJSON *lines, size_t length, int depth)
{
	const cJSON *line;

	CHECK(cJSON_IsArray(lines) && depth < DEPTH_MAX);
	cJSON_ArrayForEach(line, lines)
	{
		const cJSON *below = cJSON_GetObjectItemCaseSensitive(line, "children");
		double from = cJSON_GetObjectItemCaseSensitive(line, "from")->valuedouble;
		double to = cJSON_GetObjectItemCaseSensitive(line, "to")->valuedouble;

		CHECK(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(line, "text")));
		CHECK(from >= 0 && from <= to && to <= (double)length);
		if (below)
			check_lines(below, length, depth + 1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t links[] = {
		PCAPNG_LINK_ETHERNET, PCAPNG_LINK_RAW, PCAPNG_LINK_SLL, PCAPNG_LINK_SLL2};
	struct tcp_details_context tcp = {.window_scale = 7, .sequence = 1};
	struct details_message messages[2] = {
		{.kind = DETAILS_HTTP, .is_in_packet = true},
		{.kind = DETAILS_WEBSOCKET, .is_in_packet = true},
	};
	struct details details = {.tcp = &tcp, .messages = messages, .message_count = 2};
	struct buf json = {0};
	cJSON *tree;

	if (size < HEAD)
		return 0;
	details.frame.link = links[data[0] % 4];
	details.frame.bytes = (struct slice){(const char *)data + HEAD, size - HEAD};
	details.frame.length = (uint32_t)size;
	for (size_t i = 0; i < 2; i++) {
		messages[i].bytes = details.frame.bytes;
		slice_drop(
			&messages[i].bytes, data[1 + i] < size - HEAD ? data[1 + i] : size - HEAD);
	}
	details_add(&json, &details);
	tree = cJSON_ParseWithLength(json.bytes, json.length);
	CHECK(tree);
	check_lines(tree, size - HEAD, 0);
	cJSON_Delete(tree);
	buf_finish(&json);
	return 0;
}
