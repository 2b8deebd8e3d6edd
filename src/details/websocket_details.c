/*
 * websocket_details: see websocket_details.h. The order and the words of the lines are those of Wireshark
 * 4.0.
 */
#include "details/websocket_details.h"

#include <inttypes.h>

enum { HEAD = 2, MASK_SIZE = 4, LENGTH_16 = 126, LENGTH_64 = 127, FIN = 0x80, MASKED = 0x80 };
enum { CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

struct head {
	unsigned opcode;
	bool is_last, is_masked;
	size_t length_size; /* of the extended length: 0, 2 or 8 */
	size_t size;        /* of the head as a whole */
	uint64_t length;    /* of the payload */
};

/* Returns false when the frame is cut inside its head. */
static bool
read_head(struct head *head, struct slice frame)
{
	unsigned length = slice_get8(frame, 1) & 0x7f;

	*head = (struct head){
		.opcode = slice_get8(frame, 0) & 0xf,
		.is_last = slice_get8(frame, 0) & FIN,
		.is_masked = slice_get8(frame, 1) & MASKED,
		.length_size = length == LENGTH_16   ? 2
			       : length == LENGTH_64 ? 8
						     : 0,
		.length = length,
	};
	head->size = HEAD + head->length_size + (head->is_masked ? MASK_SIZE : 0);
	if (head->size > frame.length)
		return false;
	if (head->length_size)
		head->length = 0;
	for (size_t i = 0; i < head->length_size; i++)
		head->length = head->length << 8 | slice_get8(frame, HEAD + i);
	return true;
}

static const char *
opcode_name(unsigned opcode)
{
	static const char *const names[16] = {
		[CONTINUATION] = "Continuation",
		[TEXT] = "Text",
		[BINARY] = "Binary",
		[CLOSE] = "Connection Close",
		[PING] = "Ping",
		[PONG] = "Pong",
	};

	return names[opcode] ? names[opcode] : "Unknown";
}

/* RFC 6455 7.4.1 */
static const char *
status_name(unsigned status)
{
	static const char *const names[] = {"Normal Closure", "Going Away", "Protocol error",
		"Unsupported Data", "Unassigned", "No Status Rcvd", "Abnormal Closure",
		"Invalid frame payload data", "Policy Violation", "Message Too Big",
		"Mandatory Ext.", "Internal Server"};

	return status >= 1000 && status - 1000 < sizeof(names) / sizeof(*names)
		       ? names[status - 1000]
		       : "Unknown";
}

static void
add_head(struct detail_tree *tree, size_t at, struct slice frame, const struct head *head)
{
	char pattern[DETAIL_TREE_PATTERN];
	struct detail_tree_bits first = {slice_get8(frame, 0), FIN, 8},
				second = {slice_get8(frame, 1), MASKED, 8};

	detail_tree_add(tree, at, 1, "%s = Fin: %s", detail_tree_pattern(pattern, first),
		head->is_last ? "True" : "False");
	first.mask = 0x70;
	detail_tree_add(tree, at, 1, "%s = Reserved: 0x%x", detail_tree_pattern(pattern, first),
		first.value >> 4 & 7);
	first.mask = 0xf;
	detail_tree_add(tree, at, 1, "%s = Opcode: %s (%u)", detail_tree_pattern(pattern, first),
		opcode_name(head->opcode), head->opcode);
	detail_tree_add(tree, at + 1, 1, "%s = Mask: %s", detail_tree_pattern(pattern, second),
		head->is_masked ? "True" : "False");
	second.mask = 0x7f;
	detail_tree_add(tree, at + 1, 1, "%s = Payload length: %u%s",
		detail_tree_pattern(pattern, second), second.value & second.mask,
		head->length_size == 2   ? " Extended Payload Length (16 bits)"
		: head->length_size == 8 ? " Extended Payload Length (64 bits)"
					 : "");
	if (head->length_size)
		detail_tree_add(tree, at + HEAD, head->length_size,
			"Extended Payload length (%zu bits): %" PRIu64, 8 * head->length_size,
			head->length);
	if (head->is_masked)
		detail_tree_add(tree, at + head->size - MASK_SIZE, MASK_SIZE,
			"Masking-Key: %02x%02x%02x%02x", slice_get8(frame, head->size - 4),
			slice_get8(frame, head->size - 3), slice_get8(frame, head->size - 2),
			slice_get8(frame, head->size - 1));
}

/* The first bytes of the payload, unmasked. */
static void
add_unmasked(struct buf *text, struct slice frame, const struct head *head, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned mask = head->is_masked
					? slice_get8(frame, head->size - MASK_SIZE + i % MASK_SIZE)
					: 0;

		buf_add_char(text, (char)(slice_get8(frame, head->size + i) ^ mask));
	}
}

static void
add_close(struct detail_tree *tree, size_t at, const struct buf *text)
{
	unsigned status;

	if (text->length < 2)
		return;
	status = slice_get8(buf_slice(text), 0) << 8 | slice_get8(buf_slice(text), 1);
	detail_tree_open(tree, at, text->length, "Close");
	detail_tree_add(tree, at, 2, "Status code: %s (%u)", status_name(status), status);
	if (text->length > 2)
		detail_tree_add(tree, at + 2, text->length - 2, "Reason: %s", text->bytes + 2);
	detail_tree_close(tree);
}

/* What the payload says. The parts of a message in several frames are not put together here. */
static void
add_meaning(struct detail_tree *tree, size_t at, struct slice frame, const struct head *head,
	size_t captured)
{
	size_t shown = captured < WEBSOCKET_DETAILS_TEXT ? captured : WEBSOCKET_DETAILS_TEXT;
	struct buf text = {0}, hex = {0};

	add_unmasked(&text, frame, head, shown);
	for (size_t i = 0; i < shown; i++)
		buf_addf(&hex, "%02x", slice_get8(buf_slice(&text), i));
	if (head->opcode == TEXT && head->is_last)
		detail_tree_add(tree, at, captured, "Text: %s%s", text.bytes,
			shown < head->length ? "\u2026" : "");
	else if (head->opcode == CLOSE)
		add_close(tree, at, &text);
	else if (head->opcode == PING || head->opcode == PONG)
		detail_tree_add(tree, at, captured, "%s: %s", opcode_name(head->opcode), hex.bytes);
	buf_finish(&text);
	buf_finish(&hex);
}

static void
add_payload(struct detail_tree *tree, size_t at, struct slice frame, const struct head *head)
{
	size_t captured = frame.length - head->size;

	if (captured > head->length)
		captured = (size_t)head->length;
	if (captured == 0)
		return;
	if (head->is_masked)
		detail_tree_add(tree, at + head->size, captured, "Masked payload");
	detail_tree_open(tree, at + head->size, captured, "Payload");
	add_meaning(tree, at + head->size, frame, head, captured);
	detail_tree_close(tree);
}

void
websocket_details_add(struct detail_tree *tree, size_t at, struct slice frame)
{
	struct head head;

	if (frame.length < HEAD)
		return;
	detail_tree_open(tree, at, frame.length, "WebSocket");
	if (read_head(&head, frame)) {
		add_head(tree, at, frame, &head);
		add_payload(tree, at, frame, &head);
	}
	detail_tree_close(tree);
}
