/*
 * message_sentences: see message_sentences.h.
 */
#include "explain/message_sentences.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "dissect/http_head.h"

enum {
	TOLD_MAX = 2, /* messages of a packet that get sentences */
	ETHERNET_MSS = 1460,
	TCP_HEAD_SIZE = 20,
};

static void
set_packets(struct telling *telling, const struct message *message)
{
	const struct history_side *side = &telling->history->sides[telling->row->tcp.side];
	bool is_known = side->message == message->id && side->piece_count == message->pieces;
	struct buf list = {0};

	phrase_set_text(telling->facts, "list", "");
	if (message->pieces < 2)
		return;
	phrase_set_number(telling->facts, "pieces", message->pieces);
	phrase_set_number(telling->facts, "first", message->first_packet);
	phrase_set_number(telling->facts, "last", message->last_packet);
	if (!is_known || message->pieces > HISTORY_PIECES_MAX) {
		telling_set_part(telling, "list", SENTENCE_PACKETS_RANGE);
		return;
	}
	for (unsigned i = 0; i < message->pieces; i++) {
		bool is_last = i + 1 == message->pieces;
		bool is_english = telling->language == LANGUAGE_ENGLISH;

		if (i)
			buf_add_text(&list, is_last ? (is_english ? " and " : " 和 ")
						    : (is_english ? ", " : "、"));
		buf_add_number(&list, side->pieces[i]);
	}
	phrase_set(telling->facts, "packets", buf_slice(&list));
	buf_finish(&list);
	telling_set_part(telling, "list", SENTENCE_PACKETS_LIST);
}

static void
set_message(struct telling *telling, const struct message *message)
{
	struct phrase_facts *facts = telling->facts;

	phrase_set_number(facts, "bytes", message->bytes);
	phrase_set_number(facts, "body", message->body_bytes);
	phrase_set_number(facts, "total", message->total);
	phrase_set_number(facts, "missing", message->missing);
	phrase_set_number(facts, "piece", message->pieces);
	phrase_set_number(facts, "request_packet", message->answer_to);
	phrase_set_number(facts, "opcode", message->opcode);
}

/* ---- pieces ---- */

/* Why a packet is as large as it is, if it is larger than one of Ethernet could be. */
static void
tell_size(struct telling *telling)
{
	const struct dissect_row *row = telling->row;
	unsigned mss = telling->history->sides[!row->tcp.side].mss;
	unsigned options = row->packet.tcp_head_length - TCP_HEAD_SIZE;
	unsigned ethernet = ETHERNET_MSS - options;

	if (!mss || row->tcp.length <= ETHERNET_MSS || mss <= options)
		return;
	phrase_set_number(telling->facts, "mss", mss);
	phrase_set_number(telling->facts, "capacity", mss - options);
	phrase_set_number(telling->facts, "option_bytes", options);
	phrase_set_number(telling->facts, "ethernet", ethernet);
	phrase_set_number(
		telling->facts, "ethernet_packets", (row->tcp.length + ethernet - 1) / ethernet);
	telling_add(telling, row->tcp.length > mss ? SENTENCE_OFFLOAD : SENTENCE_SIZE);
}

static enum sentence
piece_sentence(const struct message *message, const struct telling *telling)
{
	if (message->kind == MESSAGE_FRAME)
		return SENTENCE_FRAME_PIECE;
	if (message->kind == MESSAGE_ANSWER && message->answer_to)
		return SENTENCE_PIECE;
	if (message->kind == MESSAGE_ANSWER || telling->row->tcp.side == TCP_SERVER)
		return SENTENCE_PIECE_UNASKED;
	return SENTENCE_PIECE_REQUEST;
}

static void
tell_piece(struct telling *telling, const struct message *message)
{
	phrase_set_text(telling->facts, "request", message->request);
	telling_add(telling, piece_sentence(message, telling));
	if (message->missing)
		telling_add(telling, SENTENCE_HOLE);
	else if (message->kind != MESSAGE_NONE)
		telling_add(telling, message->has_total ? SENTENCE_SO_FAR_OF : SENTENCE_SO_FAR);
	tell_size(telling);
}

/* ---- HTTP ---- */

static void
tell_request(struct telling *telling, const struct message *message)
{
	struct slice head = payload_said_head(telling->row->said, message->id), words, range;
	const char *version = strstr(message->text, " HTTP/");

	words = slice_of(message->text);
	if (version)
		words.length = (size_t)(version - message->text);
	phrase_set(telling->facts, "request", words);
	set_packets(telling, message);
	telling_add(telling, message->body_bytes ? SENTENCE_REQUEST_BODY : SENTENCE_REQUEST);
	if (!head.at)
		return;
	range = http_head_field(head, "Range");
	phrase_set(telling->facts, "range", range);
	if (slice_is_nocase(http_head_field(head, "Upgrade"), "websocket"))
		telling_add(telling, SENTENCE_UPGRADE);
	else if (range.at)
		telling_add(telling, SENTENCE_RANGE);
	else if (http_head_field(head, "If-None-Match").at ||
		 http_head_field(head, "If-Modified-Since").at)
		telling_add(telling, SENTENCE_CONDITION);
}

static void
tell_status(struct telling *telling, const struct message *message)
{
	static const struct {
		unsigned from, to;
		enum sentence sentence;
	} rows[] = {
		{101, 101, SENTENCE_STATUS_101},
		{100, 199, SENTENCE_STATUS_1XX},
		{206, 206, SENTENCE_STATUS_206},
		{304, 304, SENTENCE_STATUS_304},
		{300, 399, SENTENCE_STATUS_3XX},
		{400, 400, SENTENCE_STATUS_400},
		{401, 401, SENTENCE_STATUS_401},
		{403, 403, SENTENCE_STATUS_403},
		{404, 404, SENTENCE_STATUS_404},
		{405, 405, SENTENCE_STATUS_405},
		{416, 416, SENTENCE_STATUS_416},
		{400, 499, SENTENCE_STATUS_4XX},
		{505, 505, SENTENCE_STATUS_505},
		{500, 599, SENTENCE_STATUS_5XX},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (message->status < rows[i].from || message->status > rows[i].to)
			continue;
		telling_add(telling, rows[i].sentence);
		return;
	}
	if (!message->body_bytes)
		telling_add(telling, SENTENCE_NO_BODY);
}

static void
tell_answer(struct telling *telling, const struct message *message)
{
	struct phrase_facts *facts = telling->facts;
	const char *status = strchr(message->text, ' ');
	char type[MESSAGE_TYPE_MAX + 4] = "";
	uint64_t time_ns;

	phrase_set_text(facts, "request", message->request);
	phrase_set_text(facts, "status", status ? status + 1 : message->text);
	if (message->type[0])
		snprintf(type, sizeof(type), ", %s", message->type);
	phrase_set_text(facts, "type", type);
	phrase_set_text(facts, "after", "");
	if (message->answer_to &&
		history_find_request(telling->history, message->answer_to, &time_ns) &&
		time_ns <= telling->row->time_ns) {
		phrase_set_duration(facts, "duration", telling->row->time_ns - time_ns);
		telling_set_part(telling, "after", SENTENCE_AFTER_REQUEST);
	}
	set_packets(telling, message);
	telling_add(telling, message->answer_to ? SENTENCE_ANSWER : SENTENCE_ANSWER_UNASKED);
	tell_status(telling, message);
}

/* ---- WebSocket ---- */

enum opcode {
	OPCODE_CONTINUATION = 0,
	OPCODE_TEXT = 1,
	OPCODE_BINARY = 2,
	OPCODE_CLOSE = 8,
	OPCODE_PING = 9,
	OPCODE_PONG = 10,
};

static void
tell_close(struct telling *telling, const struct message *message)
{
	static const struct {
		unsigned code;
		const char *meaning[LANGUAGES];
	} rows[] = {
		{1000, {" (normal)", "（正常）"}},
		{1001, {" (it goes away)", "（离开）"}},
		{1002, {" (protocol error)", "（协议错误）"}},
		{1003, {" (data that it cannot take)", "（无法接受的数据）"}},
		{1005, {" (no code)", "（没有代码）"}},
		{1007, {" (wrong text)", "（文本有误）"}},
		{1008, {" (against its rules)", "（违反规则）"}},
		{1009, {" (too large)", "（太大）"}},
		{1011, {" (an error inside)", "（内部错误）"}},
	};
	unsigned code = (unsigned)(uint8_t)message->text[0] << 8 | (uint8_t)message->text[1];

	if (message->body_bytes < 2) {
		telling_add(telling, SENTENCE_CLOSE_EMPTY);
		return;
	}
	phrase_set_number(telling->facts, "code", code);
	phrase_set_text(telling->facts, "meaning", "");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].code == code)
			phrase_set_text(
				telling->facts, "meaning", rows[i].meaning[telling->language]);
	telling_add(telling, SENTENCE_CLOSE);
}

static void
set_text(struct telling *telling, const struct message *message)
{
	size_t size = strnlen(message->text, sizeof(message->text));
	struct slice text = {message->text, size};
	struct buf cut = {0};

	if (size < message->body_bytes) {
		buf_add(&cut, message->text, utf8_cut(text, size));
		buf_add_text(&cut, " …");
		text = buf_slice(&cut);
	}
	phrase_set(telling->facts, "text", text);
	buf_finish(&cut);
}

static enum sentence
frame_sentence(const struct message *message)
{
	switch (message->opcode) {
	case OPCODE_CONTINUATION:
		return message->is_final ? SENTENCE_FRAME_LAST : SENTENCE_FRAME_NEXT;
	case OPCODE_TEXT:
		if (!message->body_bytes)
			return message->is_final ? SENTENCE_TEXT_EMPTY : SENTENCE_TEXT_PART_EMPTY;
		return message->is_final ? SENTENCE_TEXT : SENTENCE_TEXT_PART;
	case OPCODE_BINARY:
		return message->is_final ? SENTENCE_BINARY : SENTENCE_BINARY_PART;
	case OPCODE_PING:
		return SENTENCE_PING;
	case OPCODE_PONG:
		return SENTENCE_PONG;
	default:
		return SENTENCE_FRAME_ODD;
	}
}

static void
tell_frame(struct telling *telling, const struct message *message)
{
	set_text(telling, message);
	if (message->opcode == OPCODE_CLOSE)
		tell_close(telling, message);
	else
		telling_add(telling, frame_sentence(message));
}

/* ---- TLS ---- */

static bool
info_has(const struct dissect_row *row, const char *words)
{
	return row->said->info.length && strstr(row->said->info.bytes, words);
}

static enum sentence
record_sentence(const struct dissect_row *row)
{
	static const struct {
		const char *words;
		enum sentence sentence;
	} rows[] = {
		{"Client Hello", SENTENCE_CLIENT_HELLO},
		{"Server Hello", SENTENCE_SERVER_HELLO},
		{"Finished", SENTENCE_FINISHED},
		{"Alert (", SENTENCE_ALERT},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (info_has(row, rows[i].words))
			return rows[i].sentence;
	return row->said->info.length && slice_starts(buf_slice(&row->said->info), "Application")
		       ? SENTENCE_SEALED
		       : SENTENCE_RECORDS;
}

static void
tell_records(struct telling *telling, unsigned complete, uint64_t bytes)
{
	struct phrase_facts *facts = telling->facts;
	const struct payload_said *said = telling->row->said;

	if (!complete) {
		phrase_set_number(facts, "piece", said->parts[0].pieces);
		telling_add(telling, SENTENCE_RECORD_PIECE);
		return;
	}
	phrase_set_number(facts, "records", complete);
	phrase_set_number(facts, "record_bytes", bytes);
	phrase_set(facts, "info", buf_slice(&said->info));
	telling_add(telling, record_sentence(telling->row));
}

/* ---- all ---- */

static void
tell_message(struct telling *telling, const struct message *message)
{
	set_message(telling, message);
	if (!message->is_complete)
		tell_piece(telling, message);
	else if (message->kind == MESSAGE_REQUEST)
		tell_request(telling, message);
	else if (message->kind == MESSAGE_ANSWER)
		tell_answer(telling, message);
	else if (message->kind == MESSAGE_FRAME)
		tell_frame(telling, message);
	else
		telling_add(telling, SENTENCE_CONTINUATION);
}

static bool
is_masked(const struct message *message)
{
	return message->kind == MESSAGE_FRAME && message->is_complete && message->is_masked &&
	       message->body_bytes;
}

/* Tells of the first messages, but not of records. Returns whether there are any. */
static bool
tell_messages(struct telling *telling)
{
	const struct payload_said *said = telling->row->said;
	unsigned count = 0;
	bool has_masked = false;

	for (unsigned i = 0; i < said->part_count; i++) {
		const struct message *message = &said->parts[i];

		if (message->kind == MESSAGE_RECORD || count++ >= TOLD_MAX)
			continue;
		tell_message(telling, message);
		has_masked |= is_masked(message);
	}
	if (has_masked)
		telling_add(telling, SENTENCE_MASKED);
	if (count > TOLD_MAX) {
		phrase_set_number(telling->facts, "more", count - TOLD_MAX);
		telling_add(telling, SENTENCE_MORE);
	}
	return count > 0;
}

void
message_sentences_tell(struct telling *telling)
{
	const struct payload_said *said = telling->row->said;
	unsigned records = 0, complete = 0;
	uint64_t bytes = 0;
	bool has_messages = tell_messages(telling);

	for (unsigned i = 0; i < said->part_count; i++) {
		const struct message *message = &said->parts[i];

		if (message->kind != MESSAGE_RECORD)
			continue;
		records++;
		complete += message->is_complete;
		bytes += message->is_complete ? message->bytes : 0;
	}
	if (has_messages && records)
		telling_add(telling, SENTENCE_OPENED);
	else if (records)
		tell_records(telling, complete, bytes);
}
