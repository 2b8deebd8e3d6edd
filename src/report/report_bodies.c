/*
 * report_bodies: see report_bodies.h.
 */
#include "report/report_bodies.h"

#include "base/utf8.h"
#include "dissect/http_head.h"
#include "report/report_exchanges.h"
#include "report/report_steps.h"

enum { STATUS_SWITCHING = 101, STATUS_NOT_MODIFIED = 304 };

/* ---- pictures ---- */

static bool
asks_for_picture(const struct report_message *request)
{
	static const char *const ends[] = {
		".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".avif", ".ico", ".bmp"};
	struct slice target = slice_of(request->message.text), part;

	slice_split(&target, ' ', &part);
	slice_split(&target, ' ', &part);
	slice_split(&part, '?', &target);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (slice_ends_nocase(target, ends[i]))
			return true;
	return false;
}

static bool
is_picture(const struct report_message *message)
{
	return message->message.kind == MESSAGE_ANSWER &&
	       slice_starts_nocase(slice_of(message->message.type), "image/") &&
	       message->message.body_bytes;
}

/* The first answer that is a page. */
static const struct report_message *
find_page(const struct report_record *record)
{
	for (size_t i = 0; i < record->message_count; i++)
		if (record->messages[i].message.kind == MESSAGE_ANSWER &&
			slice_is_nocase(slice_of(record->messages[i].message.type), "text/html"))
			return &record->messages[i];
	return NULL;
}

static void
write_segment(struct report_paper *paper, const struct report_packet *packet, unsigned number,
	uint64_t sum)
{
	struct buf range = {0};

	buf_addf(&range, "%u–%u", packet->tcp.sequence,
		packet->tcp.sequence + packet->tcp.length - 1);
	report_paper_begin_row(paper);
	report_paper_cell_number(paper, number);
	report_paper_cell_number(paper, packet->number);
	report_paper_cell_time(paper, packet->elapsed_ns);
	report_paper_cell(paper, buf_slice(&range));
	report_paper_cell_number(paper, packet->header.sequence);
	report_paper_cell_number(paper, packet->tcp.length);
	report_paper_cell_number(paper, sum);
	report_paper_end_row(paper);
	buf_finish(&range);
}

static void
write_segments(struct report_paper *paper, const struct report_record *record,
	const struct report_message *picture)
{
	static const enum report_word columns[] = {WORD_NUMBER, WORD_PACKET, WORD_TIME,
		WORD_SEQUENCE_RANGE, WORD_SEQUENCE_RAW, WORD_LENGTH, WORD_SUM};
	uint64_t sum = 0;

	report_paper_begin_table(paper);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		report_paper_column(paper, columns[i]);
	report_paper_end_columns(paper);
	for (size_t i = 0; i < picture->packet_count && i < REPORT_SEGMENTS_MAX; i++) {
		const struct report_packet *packet = &record->packets[picture->packets[i]];

		sum += packet->tcp.length;
		write_segment(paper, packet, (unsigned)i + 1, sum);
	}
	report_paper_end_table(paper);
	if (picture->packet_count > REPORT_SEGMENTS_MAX) {
		phrase_set_number(
			&paper->facts, "more", picture->packet_count - REPORT_SEGMENTS_MAX);
		report_paper_paragraph(paper, WORD_MORE);
	} else if (picture->message.is_complete && sum != picture->message.bytes) {
		bool is_opened = record->packets[picture->packets[picture->packet_count - 1]]
					 .is_opened;

		report_paper_paragraph(
			paper, is_opened ? WORD_PICTURE_IN_TLS : WORD_PICTURE_MORE_IN_PACKET);
	}
}

static void
write_picture(struct report_paper *paper, const struct report_record *record,
	const struct report_message *picture, const struct report_message *page)
{
	const struct message *message = &picture->message;
	struct phrase_facts *facts = &paper->facts;

	report_steps_set_connection(paper, record, picture->connection);
	phrase_set_text(facts, "request", *message->request ? message->request : "?");
	phrase_set_number(facts, "first", message->first_packet);
	phrase_set_number(facts, "last", message->last_packet);
	report_paper_heading(paper, 3, WORD_PICTURE_HEADING);
	phrase_set_text(facts, "status", report_exchanges_status(picture));
	phrase_set_text(facts, "type", message->type);
	phrase_set_number(facts, "bytes", message->bytes);
	phrase_set_number(facts, "head", picture->head.length);
	phrase_set_number(facts, "body", message->body_bytes);
	phrase_set_number(facts, "segments", picture->packet_count);
	report_paper_paragraph(paper, message->is_complete ? WORD_PICTURE : WORD_PICTURE_PIECES);
	if (page) {
		phrase_set_text(facts, "page",
			*page->message.request ? page->message.request : page->message.text);
		phrase_set_number(facts, "page_connection", page->connection + 1);
		report_paper_paragraph(paper, page->connection == picture->connection
						      ? WORD_PICTURE_SAME
						      : WORD_PICTURE_OTHER);
	}
	write_segments(paper, record, picture);
}

/* A picture that the browser has a copy of. */
static bool
write_not_modified(struct report_paper *paper, const struct report_record *record,
	const struct report_message *answer)
{
	const struct report_message *request = report_record_partner(record, answer);

	if (answer->message.status != STATUS_NOT_MODIFIED || !request || !asks_for_picture(request))
		return false;
	report_steps_set_connection(paper, record, answer->connection);
	report_exchanges_set_request(paper, request);
	phrase_set_text(&paper->facts, "status", report_exchanges_status(answer));
	report_paper_paragraph(paper, WORD_NOT_MODIFIED);
	return true;
}

void
report_bodies_pictures(struct report_paper *paper, const struct report_record *record)
{
	const struct report_message *page = find_page(record);
	size_t shown = 0, count = 0;

	report_paper_heading(paper, 2, WORD_PICTURES);
	for (size_t i = 0; i < record->message_count; i++) {
		const struct report_message *message = &record->messages[i];

		if (is_picture(message) && count++ < REPORT_PICTURES_MAX) {
			write_picture(paper, record, message, page);
			shown++;
		} else if (message->message.kind == MESSAGE_ANSWER &&
			   write_not_modified(paper, record, message)) {
			shown++;
			count++;
		}
	}
	if (!count)
		report_paper_paragraph(paper, WORD_NO_PICTURE);
	if (count <= shown)
		return;
	phrase_set_number(&paper->facts, "more", count - shown);
	report_paper_paragraph(paper, WORD_MORE);
}

/* ---- WebSockets ---- */

const char *
report_bodies_frame_kind(unsigned opcode)
{
	static const char *const kinds[] = {
		[0] = "Continuation",
		[1] = "Text",
		[2] = "Binary",
		[8] = "Close",
		[9] = "Ping",
		[10] = "Pong",
	};
	const char *kind = opcode < sizeof(kinds) / sizeof(kinds[0]) ? kinds[opcode] : NULL;

	return kind ? kind : "?";
}

void
report_bodies_add_text(struct buf *text, const struct message *frame)
{
	static const unsigned close = 8, binary = 2;
	size_t length = strnlen(frame->text, sizeof(frame->text));

	if (frame->opcode == binary)
		return;
	if (frame->opcode == close) {
		if (frame->body_bytes >= 2)
			buf_addf(text, "%u",
				(unsigned)(uint8_t)frame->text[0] << 8 | (uint8_t)frame->text[1]);
		return;
	}
	if (length >= frame->body_bytes) {
		buf_add(text, frame->text, length);
		return;
	}
	buf_add(text, frame->text, utf8_cut((struct slice){frame->text, length}, length));
	buf_add_text(text, " …");
}

static void
write_frame(struct report_paper *paper, const struct report_message *frame)
{
	struct buf text = {0};

	report_paper_begin_row(paper);
	report_paper_cell_number(paper, frame->message.last_packet);
	report_paper_cell_time(paper, frame->elapsed_ns);
	report_paper_cell_word(
		paper, frame->is_from_server ? WORD_SERVER_COLUMN : WORD_CLIENT_COLUMN);
	report_paper_cell(paper, slice_of(report_bodies_frame_kind(frame->message.opcode)));
	report_paper_cell(paper, frame->message.is_final ? SLICE_LITERAL("1") : SLICE_LITERAL("0"));
	report_paper_cell_word(paper, frame->message.is_masked ? WORD_YES : WORD_NONE);
	report_paper_cell_number(paper, frame->message.body_bytes);
	report_bodies_add_text(&text, &frame->message);
	report_paper_cell(paper, buf_slice(&text));
	report_paper_end_row(paper);
	buf_finish(&text);
}

static void
write_frames(struct report_paper *paper, const struct report_record *record, size_t connection)
{
	static const enum report_word columns[] = {WORD_PACKET, WORD_TIME, WORD_FROM, WORD_KIND,
		WORD_FIN_BIT, WORD_MASKED, WORD_BYTES, WORD_SAYS};
	size_t count = 0;

	for (size_t i = 0; i < record->message_count; i++) {
		const struct report_message *frame = &record->messages[i];

		if (frame->message.kind != MESSAGE_FRAME || frame->connection != connection ||
			count++ >= REPORT_FRAMES_MAX)
			continue;
		if (count == 1) {
			report_paper_paragraph(paper, WORD_FRAMES);
			report_paper_begin_table(paper);
			for (size_t j = 0; j < sizeof(columns) / sizeof(columns[0]); j++)
				report_paper_column(paper, columns[j]);
			report_paper_end_columns(paper);
		}
		write_frame(paper, frame);
	}
	if (!count) {
		report_paper_paragraph(paper, WORD_NO_FRAMES);
		return;
	}
	report_paper_end_table(paper);
	if (count <= REPORT_FRAMES_MAX)
		return;
	phrase_set_number(&paper->facts, "more", count - REPORT_FRAMES_MAX);
	report_paper_paragraph(paper, WORD_MORE);
}

static void
write_upgrade(struct report_paper *paper, const struct report_record *record,
	const struct report_message *request)
{
	const struct report_message *answer = report_record_partner(record, request);

	report_steps_set_connection(paper, record, request->connection);
	report_exchanges_set_request(paper, request);
	report_paper_heading(paper, 3, WORD_CONNECTION);
	phrase_set_number(&paper->facts, "number", request->message.last_packet);
	phrase_set_number(&paper->facts, "request_number", request->message.last_packet);
	if (!answer || answer->message.status != STATUS_SWITCHING) {
		report_paper_paragraph(paper, WORD_UPGRADE_REFUSED);
		return;
	}
	phrase_set_number(&paper->facts, "number", answer->message.last_packet);
	phrase_set_text(&paper->facts, "status", report_exchanges_status(answer));
	report_paper_paragraph(paper, WORD_UPGRADE);
	report_exchanges_write_one(paper, record, request, answer);
	write_frames(paper, record, request->connection);
}

void
report_bodies_websockets(struct report_paper *paper, const struct report_record *record)
{
	size_t count = 0;

	report_paper_heading(paper, 2, WORD_WEBSOCKETS);
	for (size_t i = 0; i < record->message_count; i++) {
		const struct report_message *message = &record->messages[i];

		if (message->message.kind == MESSAGE_REQUEST &&
			slice_is_nocase(http_head_field(message->head, "Upgrade"), "websocket") &&
			count++ < REPORT_DETAILED_MAX)
			write_upgrade(paper, record, message);
	}
	if (!count)
		report_paper_paragraph(paper, WORD_NO_UPGRADE);
	if (count <= REPORT_DETAILED_MAX)
		return;
	phrase_set_number(&paper->facts, "more", count - REPORT_DETAILED_MAX);
	report_paper_paragraph(paper, WORD_MORE);
}
