/*
 * stored_row: see stored_row.h. The texts are in memory one behind the other, each with its length in front.
 */
#include "wire/stored_row.h"

#include <inttypes.h>
#include <string.h>

#include "base/json_writer.h"
#include "dissect/columns.h"

enum { TEXTS = 5, TEXT_MAX = UINT16_MAX };

/* ---- from the dissector ---- */

static bool
has_port(const uint16_t ports[STORED_ROW_PORTS], uint16_t port)
{
	for (int i = 0; i < STORED_ROW_PORTS; i++)
		if (ports[i] && ports[i] == port)
			return true;
	return false;
}

static enum stored_row_side
side_of(const struct dissect_row *row, const uint16_t ports[STORED_ROW_PORTS])
{
	bool is_to = has_port(ports, row->packet.destination.port);
	bool is_from = has_port(ports, row->packet.source.port);

	if (is_to && is_from)
		return row->tcp.side == TCP_CLIENT ? STORED_ROW_BROWSER : STORED_ROW_SERVER;
	return is_to ? STORED_ROW_BROWSER : is_from ? STORED_ROW_SERVER : STORED_ROW_ELSEWHERE;
}

/* Wireshark's colours: what it calls "Bad TCP", and resets. */
static enum stored_row_note
note_of(const struct dissect_row *row)
{
	const unsigned harmless = TCP_WINDOW_UPDATE | TCP_KEEP_ALIVE | TCP_KEEP_ALIVE_ACK;

	if (row->tcp.notes & ~harmless)
		return STORED_ROW_BAD;
	return row->packet.flags & PACKET_RST ? STORED_ROW_RESET : STORED_ROW_GOOD;
}

/* The number of the highest step that is in steps; 0 when none is. */
static uint8_t
step_of(unsigned steps, const unsigned *names, uint8_t count)
{
	for (uint8_t i = count; i > 0; i--)
		if (steps & names[i - 1])
			return i;
	return 0;
}

/* A message that ends in the packet and is of that kind, the last one; or NULL. */
static const struct message *
ended(const struct payload_said *said, enum message_kind kind)
{
	for (unsigned i = said->part_count; i-- > 0;)
		if (said->parts[i].kind == kind && said->parts[i].is_complete)
			return &said->parts[i];
	return NULL;
}

static void
set_messages(struct stored_row *row, const struct payload_said *said)
{
	const struct message *answer = ended(said, MESSAGE_ANSWER);

	if (said->part_count) {
		const struct message *last = &said->parts[said->part_count - 1];

		row->message = last->id;
		row->piece = last->pieces;
	}
	row->status = answer ? (uint16_t)answer->status : 0;
	if (said->protocol) {
		row->is_http = strncmp(said->protocol, "HTTP", 4) == 0;
		row->is_websocket = strcmp(said->protocol, "WebSocket") == 0;
		row->is_tls = strncmp(said->protocol, "TLS", 3) == 0 ||
			      strncmp(said->protocol, "SSL", 3) == 0;
	}
	row->is_tls |= said->plain.length > 0;
}

void
stored_row_init(struct stored_row *row, const struct dissect_row *from,
	const uint16_t ports[STORED_ROW_PORTS])
{
	static const unsigned handshake[] = {TCP_STEP_SYN, TCP_STEP_SYN_ACK, TCP_STEP_ESTABLISHED};
	static const unsigned teardown[] = {TCP_STEP_FIRST_FIN, TCP_STEP_FIRST_FIN_ACKED,
		TCP_STEP_SECOND_FIN, TCP_STEP_SECOND_FIN_ACKED};

	*row = (struct stored_row){
		.time_ns = from->time_ns,
		.elapsed_ns = from->elapsed_ns,
		.number = from->number,
		.length = from->length,
		.source = from->packet.source,
		.destination = from->packet.destination,
		.side = STORED_ROW_ELSEWHERE,
		.is_tcp = from->verdict == PACKET_TCP,
	};
	if (!row->is_tcp)
		return;
	row->side = (int8_t)side_of(from, ports);
	row->note = (uint8_t)note_of(from);
	row->handshake = step_of(from->tcp.steps, handshake, 3);
	row->teardown = step_of(from->tcp.steps, teardown, 4);
	row->flags = from->packet.flags;
	row->stream = from->conversation;
	row->sequence = from->tcp.sequence;
	row->acknowledgement = from->tcp.acknowledgement;
	row->window = from->tcp.window;
	row->payload_length = from->tcp.length;
	set_messages(row, from->said);
}

/* ---- texts ---- */

/* Method and target of a request that ends in the packet. */
static void
find_request(const struct dissect_row *row, struct slice *method, struct slice *target)
{
	const struct message *request = row->verdict == PACKET_TCP
						? ended(row->said, MESSAGE_REQUEST)
						: NULL;
	struct slice rest;

	if (!request)
		return;
	rest = slice_of(request->text);
	if (slice_split(&rest, ' ', method) && rest.at)
		slice_split(&rest, ' ', target);
}

uint64_t
stored_row_write_texts(const struct dissect_row *row, struct slice sentence, struct byte_ring *ring)
{
	struct buf protocol = {0}, info = {0};
	struct slice texts[TEXTS] = {{0}};
	size_t length = 0;
	uint64_t place;
	char *at;

	columns_add_protocol(&protocol, row);
	columns_add_info(&info, row);
	texts[0] = buf_slice(&protocol);
	texts[1] = buf_slice(&info);
	texts[2] = sentence;
	find_request(row, &texts[3], &texts[4]);
	for (int i = 0; i < TEXTS; i++) {
		if (texts[i].length > TEXT_MAX)
			texts[i].length = TEXT_MAX;
		length += sizeof(uint16_t) + texts[i].length;
	}
	at = byte_ring_add(ring, length, &place);
	for (int i = 0; i < TEXTS; i++) {
		uint16_t count = (uint16_t)texts[i].length;

		memcpy(at, &count, sizeof(count));
		if (count)
			memcpy(at + sizeof(count), texts[i].at, count);
		at += sizeof(count) + count;
	}
	buf_finish(&protocol);
	buf_finish(&info);
	return place;
}

static struct slice
take_text(const char **at)
{
	uint16_t count;
	struct slice text;

	memcpy(&count, *at, sizeof(count));
	text = (struct slice){*at + sizeof(count), count};
	*at += sizeof(count) + count;
	return text;
}

bool
stored_row_read_texts(
	const struct stored_row *row, const struct byte_ring *ring, struct stored_row_texts *texts)
{
	const char *at = byte_ring_get(ring, row->texts);

	if (!at)
		return false;
	texts->protocol = take_text(&at);
	texts->info = take_text(&at);
	texts->sentence = take_text(&at);
	texts->method = take_text(&at);
	texts->target = take_text(&at);
	return true;
}

/* ---- JSON ---- */

void
stored_row_add_time(struct buf *text, int64_t ns)
{
	uint64_t count = ns < 0 ? -(uint64_t)ns : (uint64_t)ns, second = 1000000000;

	buf_addf(text, "%s%" PRIu64 ".%09" PRIu64, ns < 0 ? "-" : "", count / second,
		count % second);
}

static void
add_slice_member(struct buf *json, const char *name, struct slice text)
{
	json_add_name(json, name);
	json_add_text(json, text);
}

static void
add_address_member(struct buf *json, const char *name, const struct packet_address *address)
{
	json_add_name(json, name);
	buf_add_char(json, '"');
	packet_add_address(json, address);
	buf_add_char(json, '"');
}

/* Members that are 0 are left out. */
static void
add_number(struct buf *json, const char *name, uint64_t number)
{
	if (number)
		json_add_number_member(json, name, number);
}

static void
add_flag(struct buf *json, const char *name, bool value)
{
	if (value)
		json_add_bool_member(json, name, true);
}

static void
add_step(struct buf *json, const struct stored_row *row)
{
	char step[] = "handshake 0", end[] = "teardown 0";

	if (row->handshake) {
		step[sizeof(step) - 2] = (char)('0' + row->handshake);
		json_add_text_member(json, "step", step);
	} else if (row->teardown) {
		end[sizeof(end) - 2] = (char)('0' + row->teardown);
		json_add_text_member(json, "step", end);
	}
}

static void
add_tcp(struct buf *json, const struct stored_row *row, const struct stored_row_texts *texts)
{
	json_add_number_member(json, "stream", row->stream);
	json_add_number_member(json, "sport", row->source.port);
	json_add_number_member(json, "dport", row->destination.port);
	add_number(json, "flags", row->flags);
	add_number(json, "seq", row->sequence);
	add_number(json, "ack", row->acknowledgement);
	add_number(json, "win", row->window);
	add_number(json, "plen", row->payload_length);
	add_step(json, row);
	if (row->note != STORED_ROW_GOOD)
		json_add_text_member(json, "note", row->note == STORED_ROW_BAD ? "bad" : "reset");
	add_flag(json, "http", row->is_http);
	add_flag(json, "ws", row->is_websocket);
	add_flag(json, "tls", row->is_tls);
	if (texts->method.length)
		add_slice_member(json, "method", texts->method);
	if (texts->target.length)
		add_slice_member(json, "uri", texts->target);
	add_number(json, "code", row->status);
}

void
stored_row_add_json(struct buf *json, const struct stored_row *row,
	const struct stored_row_texts *texts, uint32_t pieces)
{
	buf_add_char(json, '{');
	json_add_number_member(json, "n", row->number);
	json_add_name(json, "t");
	buf_add_char(json, '"');
	stored_row_add_time(json, row->elapsed_ns);
	buf_add_char(json, '"');
	add_address_member(json, "src", &row->source);
	add_address_member(json, "dst", &row->destination);
	add_slice_member(json, "proto", texts->protocol);
	json_add_number_member(json, "len", row->length);
	add_slice_member(json, "info", texts->info);
	json_add_name(json, "side");
	buf_addf(json, "%d", row->side);
	add_number(json, "v", row->source.family);
	if (row->is_tcp)
		add_tcp(json, row, texts);
	if (row->message) {
		json_add_number_member(json, "msg", row->message);
		json_add_number_member(json, "piece", row->piece);
		json_add_number_member(json, "of", pieces);
	}
	buf_add_char(json, '}');
}

/* ---- a line ---- */

/* Adds words, with blanks in front of them or behind them up to width. */
static void
add_column(struct buf *text, struct slice words, int width)
{
	buf_addf(text, "%*.*s", width, (int)words.length, words.at ? words.at : "");
}

void
stored_row_add_line(struct buf *text, const struct stored_row *row,
	const struct stored_row_texts *texts, bool is_explained)
{
	struct buf column = {0};

	buf_addf(text, "%5u ", row->number);
	stored_row_add_time(text, row->elapsed_ns);
	buf_add_char(text, ' ');
	packet_add_address(&column, &row->source);
	add_column(text, buf_slice(&column), 12);
	buf_add_text(text, " \xe2\x86\x92 "); /* U+2192 */
	buf_clear(&column);
	packet_add_address(&column, &row->destination);
	add_column(text, buf_slice(&column), -12);
	buf_add_char(text, ' ');
	buf_add_slice(text, texts->protocol);
	buf_addf(text, " %u ", row->length);
	buf_add_slice(text, texts->info);
	buf_add_char(text, '\n');
	if (is_explained) {
		buf_add_text(text, "      ");
		buf_add_slice(text, texts->sentence);
		buf_add_char(text, '\n');
	}
	buf_finish(&column);
}
