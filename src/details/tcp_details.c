/*
 * tcp_details: see tcp_details.h. The order and the words of the lines are those of Wireshark 4.0.
 */
#include "details/tcp_details.h"

#include <inttypes.h>

enum { TCP_HEAD = 20, FLAGS_WIDTH = 12, RESERVED = 0xe00, NANOSECONDS = 1000000000 };

static const struct flag {
	const char *word, *name;
	uint16_t bit;
	char letter;
} flags[] = {
	/* in the order of the header */
	{"AE", "Accurate ECN", PACKET_AE, 'A'},
	{"CWR", "Congestion Window Reduced", PACKET_CWR, 'C'},
	{"ECE", "ECN-Echo", PACKET_ECE, 'E'},
	{"URG", "Urgent", PACKET_URG, 'U'},
	{"ACK", "Acknowledgment", PACKET_ACK, 'A'},
	{"PSH", "Push", PACKET_PSH, 'P'},
	{"RST", "Reset", PACKET_RST, 'R'},
	{"SYN", "Syn", PACKET_SYN, 'S'},
	{"FIN", "Fin", PACKET_FIN, 'F'},
};

enum { FLAG_COUNT = sizeof(flags) / sizeof(*flags) };

/* ---- flags ---- */

/* "SYN, ACK": the lowest bit first */
static void
add_flag_words(struct buf *words, uint16_t set)
{
	for (size_t i = FLAG_COUNT; i-- > 0;)
		if (set & flags[i].bit) {
			buf_add_text(words, words->length ? ", " : "");
			buf_add_text(words, flags[i].word);
		}
	if (set & RESERVED)
		buf_add_text(words, words->length ? ", Reserved" : "Reserved");
	if (words->length == 0)
		buf_add_text(words, "<None>");
}

/* A letter for each bit of the 12 that is set, otherwise a point. */
static void
add_flag_letters(struct buf *letters, uint16_t set)
{
	for (uint16_t bit = 0x800; bit > PACKET_AE; bit >>= 1)
		buf_add_text(letters, set & RESERVED ? "R" : "\u00b7");
	for (size_t i = 0; i < FLAG_COUNT; i++)
		if (set & flags[i].bit)
			buf_add_char(letters, flags[i].letter);
		else
			buf_add_text(letters, "\u00b7");
}

static void
add_flags(struct detail_tree *tree, uint16_t set)
{
	char pattern[DETAIL_TREE_PATTERN];
	struct detail_tree_bits bits = {set, RESERVED, FLAGS_WIDTH};
	struct buf words = {0}, letters = {0};

	add_flag_words(&words, set);
	add_flag_letters(&letters, set);
	detail_tree_open(tree, 12, 2, "Flags: 0x%03x (%s)", (unsigned)set, words.bytes);
	detail_tree_add(tree, 12, 1, "%s = Reserved: %s", detail_tree_pattern(pattern, bits),
		set & RESERVED ? "Set" : "Not set");
	for (size_t i = 0; i < FLAG_COUNT; i++) {
		bits.mask = flags[i].bit;
		detail_tree_add(tree, flags[i].bit & PACKET_AE ? 12 : 13, 1, "%s = %s: %s",
			detail_tree_pattern(pattern, bits), flags[i].name,
			set & flags[i].bit ? "Set" : "Not set");
	}
	detail_tree_add(tree, 0, 0, "[TCP Flags: %s]", letters.bytes);
	detail_tree_close(tree);
	buf_finish(&words);
	buf_finish(&letters);
}

/* ---- options ---- */

struct option_place {
	struct slice bytes; /* kind, length and value */
	size_t at;          /* in the header */
	uint32_t peer_start;
};

static void
add_mss(struct detail_tree *tree, const struct option_place *option)
{
	detail_tree_add(tree, option->at + 2, 2, "MSS Value: %u", slice_get16(option->bytes, 2));
}

static void
add_window_scale(struct detail_tree *tree, const struct option_place *option)
{
	unsigned shift = slice_get8(option->bytes, 2);

	detail_tree_add(tree, option->at + 2, 1, "Shift count: %u", shift);
	detail_tree_add(tree, 0, 0, "[Multiplier: %u]",
		1u << (shift < PACKET_SCALE_MAX ? shift : PACKET_SCALE_MAX));
}

static void
add_sack(struct detail_tree *tree, const struct option_place *option)
{
	size_t count = (option->bytes.length - 2) / 8;

	for (size_t i = 0; i < count; i++) {
		size_t at = 2 + 8 * i;

		detail_tree_add(tree, option->at + at, 4, "left edge = %" PRIu32 " (relative)",
			slice_get32(option->bytes, at) - option->peer_start);
		detail_tree_add(tree, option->at + at + 4, 4, "right edge = %" PRIu32 " (relative)",
			slice_get32(option->bytes, at + 4) - option->peer_start);
	}
	detail_tree_add(tree, 0, 0, "[TCP SACK Count: %zu]", count);
}

static void
add_timestamps(struct detail_tree *tree, const struct option_place *option)
{
	detail_tree_add(tree, option->at + 2, 4, "Timestamp value: %" PRIu32,
		slice_get32(option->bytes, 2));
	detail_tree_add(tree, option->at + 6, 4, "Timestamp echo reply: %" PRIu32,
		slice_get32(option->bytes, 6));
}

static const struct option_row {
	unsigned kind, length; /* the least; of SACK one block */
	const char *title, *name;
	void (*add)(struct detail_tree *tree, const struct option_place *option);
} option_rows[] = {
	{PACKET_OPTION_END, 1, "End of Option List (EOL)", "End of Option List", NULL},
	{PACKET_OPTION_NOP, 1, "No-Operation (NOP)", "No-Operation", NULL},
	{PACKET_OPTION_MSS, 4, "Maximum segment size", "Maximum Segment Size", add_mss},
	{PACKET_OPTION_WINDOW_SCALE, 3, "Window scale", "Window Scale", add_window_scale},
	{PACKET_OPTION_SACK_PERMITTED, 2, "SACK permitted", "SACK Permitted", NULL},
	{PACKET_OPTION_SACK, 10, "SACK", "SACK", add_sack},
	{PACKET_OPTION_TIMESTAMPS, 10, "Timestamps", "Time Stamp Option", add_timestamps},
};

/* Only for an option of at least its length; otherwise, and for other kinds, NULL. */
static const struct option_row *
find_row(struct slice option)
{
	for (size_t i = 0; i < sizeof(option_rows) / sizeof(*option_rows); i++)
		if (option_rows[i].kind == slice_get8(option, 0) &&
			option_rows[i].length <= option.length)
			return &option_rows[i];
	return NULL;
}

/* Takes the next option off the front; the rest as a whole when its length cannot be right. */
static struct slice
take_option(struct slice *rest)
{
	struct slice option = *rest;

	if (slice_get8(option, 0) == PACKET_OPTION_NOP ||
		slice_get8(option, 0) == PACKET_OPTION_END)
		option.length = 1;
	else if (option.length >= 2 && slice_get8(option, 1) >= 2 &&
		 slice_get8(option, 1) <= option.length)
		option.length = slice_get8(option, 1);
	slice_drop(rest, option.length);
	return option;
}

/* What stands behind the option's title. */
static void
add_option_summary(struct buf *text, const struct option_place *option)
{
	struct slice bytes = option->bytes;
	unsigned shift;

	switch (slice_get8(bytes, 0)) {
	case PACKET_OPTION_MSS:
		buf_addf(text, ": %u bytes", slice_get16(bytes, 2));
		break;
	case PACKET_OPTION_WINDOW_SCALE:
		shift = slice_get8(bytes, 2);
		buf_addf(text, ": %u (multiply by %u)", shift,
			1u << (shift < PACKET_SCALE_MAX ? shift : PACKET_SCALE_MAX));
		break;
	case PACKET_OPTION_SACK:
		for (size_t at = 2; at + 8 <= bytes.length; at += 8)
			buf_addf(text, " %" PRIu32 "-%" PRIu32,
				slice_get32(bytes, at) - option->peer_start,
				slice_get32(bytes, at + 4) - option->peer_start);
		break;
	case PACKET_OPTION_TIMESTAMPS:
		buf_addf(text, ": TSval %" PRIu32 ", TSecr %" PRIu32, slice_get32(bytes, 2),
			slice_get32(bytes, 6));
		break;
	default:
		break;
	}
}

static void
add_option(struct detail_tree *tree, const struct option_place *option)
{
	const struct option_row *row = find_row(option->bytes);
	struct buf text = {0};

	buf_add_text(&text, row ? row->title : "Unknown");
	if (row)
		add_option_summary(&text, option);
	detail_tree_open(tree, option->at, option->bytes.length, "TCP Option - %s", text.bytes);
	detail_tree_add(tree, option->at, 1, "Kind: %s (%u)", row ? row->name : "Unknown",
		slice_get8(option->bytes, 0));
	if (option->bytes.length > 1)
		detail_tree_add(
			tree, option->at + 1, 1, "Length: %u", slice_get8(option->bytes, 1));
	if (row && row->add)
		row->add(tree, option);
	detail_tree_close(tree);
	buf_finish(&text);
}

static void
add_options(struct detail_tree *tree, struct slice options, uint32_t peer_start)
{
	struct slice rest = options;
	struct buf titles = {0};

	if (options.length == 0)
		return;
	while (rest.length > 0) {
		struct slice option = take_option(&rest);
		const struct option_row *row = find_row(option);

		if (row)
			buf_addf(&titles, ", %s", row->title);
		else
			buf_addf(&titles, ", Unknown (0x%02x)", slice_get8(option, 0));
	}
	detail_tree_open(tree, TCP_HEAD, options.length, "Options: (%zu bytes)%s", options.length,
		titles.bytes);
	rest = options;
	while (rest.length > 0) {
		struct option_place option = {
			.at = TCP_HEAD + options.length - rest.length, .peer_start = peer_start};

		option.bytes = take_option(&rest);
		add_option(tree, &option);
	}
	detail_tree_close(tree);
	buf_finish(&titles);
}

/* ---- the header ---- */

static void
add_numbers(struct detail_tree *tree, const struct packet *packet,
	const struct tcp_details_context *context)
{
	uint32_t next = context->sequence + packet->payload_length +
			((packet->flags & PACKET_SYN) != 0) + ((packet->flags & PACKET_FIN) != 0);

	detail_tree_add(tree, 0, 2, "Source Port: %u", packet->source.port);
	detail_tree_add(tree, 2, 2, "Destination Port: %u", packet->destination.port);
	detail_tree_add(tree, 0, 0, "[Stream index: %" PRIu32 "]", context->stream);
	detail_tree_add(tree, 0, 0, "[TCP Segment Len: %" PRIu32 "]", packet->payload_length);
	detail_tree_add(tree, 4, 4, "Sequence Number: %" PRIu32 "    (relative sequence number)",
		context->sequence);
	detail_tree_add(tree, 4, 4, "Sequence Number (raw): %" PRIu32, packet->sequence);
	detail_tree_add(tree, 0, 0,
		"[Next Sequence Number: %" PRIu32 "    (relative sequence number)]", next);
	if (packet->flags & PACKET_ACK)
		detail_tree_add(tree, 8, 4,
			"Acknowledgment Number: %" PRIu32 "    (relative ack number)",
			context->acknowledgement);
	else
		detail_tree_add(
			tree, 8, 4, "Acknowledgment Number: %" PRIu32, packet->acknowledgement);
	detail_tree_add(
		tree, 8, 4, "Acknowledgment number (raw): %" PRIu32, packet->acknowledgement);
}

static void
add_window(struct detail_tree *tree, const struct packet *packet, int scale)
{
	bool is_scaled = scale >= 0 && !(packet->flags & PACKET_SYN);

	detail_tree_add(tree, 14, 2, "Window: %u", packet->window);
	detail_tree_add(tree, 14, 2, "[Calculated window size: %" PRIu32 "]",
		(uint32_t)packet->window << (is_scaled ? scale : 0));
	if (is_scaled)
		detail_tree_add(tree, 14, 2, "[Window size scaling factor: %u]", 1u << scale);
	else if (!(packet->flags & PACKET_SYN))
		detail_tree_add(tree, 14, 2, "[Window size scaling factor: %d (%s)]", scale,
			scale == TCP_DETAILS_SCALE_NONE ? "no window scaling used" : "unknown");
}

static void
add_time(struct detail_tree *tree, const char *before, uint64_t ns)
{
	detail_tree_add(tree, 0, 0, "[%s: %" PRIu64 ".%09" PRIu64 " seconds]", before,
		ns / NANOSECONDS, ns % NANOSECONDS);
}

static void
add_analysis(struct detail_tree *tree, const struct tcp_details_context *context)
{
	detail_tree_open(tree, 0, 0, "[Timestamps]");
	add_time(tree, "Time since first frame in this TCP stream", context->since_first_ns);
	add_time(tree, "Time since previous frame in this TCP stream", context->since_previous_ns);
	detail_tree_close(tree);
	if (!context->acknowledges && !context->first_round_trip_ns && !context->in_flight)
		return;
	detail_tree_open(tree, 0, 0, "[SEQ/ACK analysis]");
	if (context->acknowledges) {
		detail_tree_add(tree, 0, 0, "[This is an ACK to the segment in frame: %" PRIu32 "]",
			context->acknowledges);
		add_time(tree, "The RTT to ACK the segment was", context->round_trip_ns);
	}
	if (context->first_round_trip_ns)
		add_time(tree, "iRTT", context->first_round_trip_ns);
	if (context->in_flight)
		detail_tree_add(tree, 0, 0, "[Bytes in flight: %" PRIu32 "]", context->in_flight);
	detail_tree_close(tree);
}

void
tcp_details_add(struct detail_tree *tree, const struct packet *packet,
	const struct tcp_details_context *context)
{
	char pattern[DETAIL_TREE_PATTERN];
	struct detail_tree_bits length = {packet->tcp_head_length / 4u << 4, 0xf0, 8};
	struct buf numbers = {0};

	buf_addf(&numbers, "Seq: %" PRIu32, context->sequence);
	if (packet->flags & PACKET_ACK)
		buf_addf(&numbers, ", Ack: %" PRIu32, context->acknowledgement);
	tree->base = packet->tcp_offset;
	detail_tree_open(tree, 0, packet->tcp_head_length,
		"Transmission Control Protocol, Src Port: %u, Dst Port: %u, %s, Len: %" PRIu32,
		packet->source.port, packet->destination.port, numbers.bytes,
		packet->payload_length);
	buf_finish(&numbers);
	add_numbers(tree, packet, context);
	detail_tree_add(tree, 12, 1, "%s = Header Length: %u bytes (%u)",
		detail_tree_pattern(pattern, length), packet->tcp_head_length,
		packet->tcp_head_length / 4u);
	add_flags(tree, packet->flags);
	add_window(tree, packet, context->window_scale);
	detail_tree_add(tree, 16, 2, "Checksum: 0x%04x [unverified]", packet->checksum);
	detail_tree_add(tree, 0, 0, "[Checksum Status: Unverified]");
	detail_tree_add(tree, 18, 2, "Urgent Pointer: %u", packet->urgent_pointer);
	add_options(tree, packet->options, context->peer_start);
	add_analysis(tree, context);
	if (packet->payload_length)
		detail_tree_add(tree, packet->tcp_head_length, packet->payload.length,
			"TCP payload (%" PRIu32 " byte%s)", packet->payload_length,
			packet->payload_length == 1 ? "" : "s");
	detail_tree_close(tree);
	tree->base = 0;
}
