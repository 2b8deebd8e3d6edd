/*
 * Captures: the first byte says what the others are. 0: a pcapng file; read in one piece and byte by byte it
 * leads to the same lines. Otherwise: segments of one connection, each a byte with its side and
 * order, a byte with its length, and its data; so the parsers of what is said are reached at once. In
 * both, a line has no control characters, and no more than the Info column's bound. Each packet has an
 * explanation, and all of them a report without markup from them.
 */
#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "capture/pcapng.h"
#include "dissect/columns.h"
#include "dissect/dissector.h"
#include "explain/explanation.h"
#include "explain/served_port.h"
#include "fuzz.h"
#include "report/report.h"

enum { LINE_MAX = PAYLOAD_INFO_MAX + 2000, SENTENCES_MAX = 64 * 1024, HEADERS = 40 };

enum {
	FROM_SERVER = 1, /* bits of a segment's first byte */
	BACK = 2,        /* it begins before what was sent */
	HOLE = 4,        /* bytes in front of it are missing */
	SYN = 8,
	FIN = 16,
	IS_LONG = 32, /* the second byte counts by 64 */
};

/* What hears the packets of an input. */
struct hearers {
	struct dissector *dissector;
	struct explanation *explanation;
	struct report *report;
	struct served_port served;
	bool is_markdown;
};

static struct hearers
create_hearers(size_t size)
{
	const struct explanation_options explained = {LANGUAGE_ENGLISH, 9000};
	const struct report_options reported = {
		(enum language)(size % LANGUAGES), size % 3 ? 9000 : 0, "<capture>"};

	return (struct hearers){
		.dissector = dissector_create(),
		.explanation = explanation_create(&explained),
		.report = report_create(&reported),
		.is_markdown = size % 5 < 2,
	};
}

static void
destroy_hearers(struct hearers *hearers)
{
	enum report_format format = hearers->is_markdown ? REPORT_MARKDOWN : REPORT_HTML;
	struct buf text = {0};

	report_write(hearers->report, format, &text);
	CHECK(utf8_is_valid(buf_slice(&text), true));
	CHECK(!strstr(text.bytes, "<capture"));
	buf_clear(&text);
	if (report_draw(hearers->report, &text))
		CHECK(utf8_is_valid(buf_slice(&text), true));
	buf_finish(&text);
	dissector_destroy(hearers->dissector);
	explanation_destroy(hearers->explanation);
	report_destroy(hearers->report);
}

static void
check_line(struct slice line, size_t most)
{
	CHECK(line.length > 0 && line.length < most);
	CHECK(utf8_is_valid(line, true));
	for (size_t i = 0; i < line.length; i++)
		CHECK((unsigned char)line.at[i] >= ' ' && line.at[i] != 0x7f);
}

/* Adds the line of a packet to hash. */
static uint64_t
hear(struct hearers *hearers, const struct pcapng_block *block, uint64_t hash)
{
	struct dissect_row row;
	struct buf line = {0}, sentences = {0};

	dissector_packet(hearers->dissector, block, &row);
	columns_add_line(&line, &row);
	check_line(buf_slice(&line), LINE_MAX);
	explanation_add(hearers->explanation, &row, &sentences);
	check_line(buf_slice(&sentences), SENTENCES_MAX);
	buf_finish(&sentences);
	report_add(hearers->report, &row);
	served_port_hear(&hearers->served, &row);
	CHECK(row.said->part_count <= PAYLOAD_PARTS_MAX);
	for (unsigned i = 0; i < row.said->part_count; i++)
		CHECK(memchr(row.said->parts[i].text, 0, MESSAGE_TEXT_MAX));
	hash = hash_more(hash, buf_slice(&line));
	buf_finish(&line);
	return hash;
}

static uint64_t
read_file(const uint8_t *data, size_t size, size_t step)
{
	struct hearers hearers = create_hearers(size);
	struct pcapng reader = {0};
	uint64_t hash = 0;

	for (size_t at = 0; at < size; at += step) {
		struct slice piece = {(const char *)data + at, size - at < step ? size - at : step};
		struct pcapng_block block;

		pcapng_feed(&reader, piece);
		while (pcapng_next(&reader, &block) == PCAPNG_BLOCK) {
			if (block.kind == PCAPNG_SECRETS)
				dissector_secrets(hearers.dissector, block.bytes);
			if (block.kind == PCAPNG_PACKET)
				hash = hear(&hearers, &block, hash);
		}
	}
	pcapng_finish(&reader);
	destroy_hearers(&hearers);
	return hash;
}

static void
put32(char *at, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		at[i] = (char)(number >> (24 - 8 * i));
}

/* Makes the headers of a segment: IPv4 without a length, and TCP without options. */
static void
make_headers(char *packet, unsigned bits, uint32_t sequence, uint32_t acknowledgement)
{
	static const char headers[HEADERS] =
		"\x45\0\0\0\0\0\0\0\x40\6\0\0\x7f\0\0\1\x7f\0\0\1\xd4\x31\x23\x28"
		"\0\0\0\0\0\0\0\0\x50\x10\2\0";

	memcpy(packet, headers, HEADERS);
	if (bits & FROM_SERVER)
		memcpy(packet + 20, "\x23\x28\xd4\x31", 4);
	put32(packet + 24, sequence);
	put32(packet + 28, acknowledgement);
	packet[33] = (char)(0x10 | (bits & SYN ? PACKET_SYN : 0) | (bits & FIN ? PACKET_FIN : 0));
}

static void
hear_segments(struct slice rest)
{
	struct hearers hearers = create_hearers(rest.length);
	uint32_t next[2] = {1000, 5000};
	struct buf packet = {0};
	uint64_t time_ns = 0;

	while (rest.length >= 2) {
		unsigned bits = (uint8_t)rest.at[0], side = bits & FROM_SERVER;
		size_t length = (uint8_t)rest.at[1] * (bits & IS_LONG ? 64U : 1U);
		uint32_t sequence = next[side];
		struct pcapng_block block = {.kind = PCAPNG_PACKET, .link = PCAPNG_LINK_RAW};
		char headers[HEADERS];

		slice_drop(&rest, 2);
		if (length > rest.length)
			length = rest.length;
		if (bits & BACK)
			sequence -= 5;
		if (bits & HOLE)
			sequence += 7;
		make_headers(headers, bits, sequence, next[!side]);
		buf_clear(&packet);
		buf_add(&packet, headers, HEADERS);
		buf_add(&packet, rest.at, length);
		slice_drop(&rest, length);
		next[side] = sequence + (uint32_t)length;
		block.bytes = buf_slice(&packet);
		block.wire_length = (uint32_t)packet.length;
		block.time_ns = time_ns += 100000;
		hear(&hearers, &block, 0);
	}
	buf_finish(&packet);
	destroy_hearers(&hearers);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0])
		hear_segments((struct slice){(const char *)data + 1, size - 1});
	else
		CHECK(read_file(data + 1, size - 1, size) == read_file(data + 1, size - 1, 1));
	return 0;
}
