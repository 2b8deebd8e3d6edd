/*
 * report_exchanges: see report_exchanges.h.
 */
#include "report/report_exchanges.h"

#include "dissect/http_head.h"
#include "report/report_steps.h"

enum { STATUS_SWITCHING = 101 };

const char *
report_exchanges_status(const struct report_message *answer)
{
	const char *blank = strchr(answer->message.text, ' ');

	return blank ? blank + 1 : answer->message.text;
}

void
report_exchanges_set_request(struct report_paper *paper, const struct report_message *request)
{
	const char *text = request->message.text;
	const char *version = strstr(text, " HTTP/");

	phrase_set(&paper->facts, "request",
		(struct slice){text, version ? (size_t)(version - text) : strlen(text)});
}

/* ---- heads ---- */

/* Whether the values of fields with this name are nobody's business. */
static bool
is_secret(struct slice name)
{
	static const char *const secrets[] = {
		"Cookie", "Set-Cookie", "Authorization", "Proxy-Authorization"};

	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (slice_is_nocase(name, secrets[i]))
			return true;
	return false;
}

static void
write_line(struct report_paper *paper, struct slice line, bool *was_secret)
{
	struct slice value = line, name;
	bool is_continued = line.at[0] == ' ' || line.at[0] == '\t';

	/* A line that goes on with the one before may be a part of a secret. */
	slice_split(&value, ':', &name);
	*was_secret = is_continued ? *was_secret : is_secret(slice_trim(name));
	report_paper_begin_row(paper);
	report_paper_cell(paper, is_continued ? SLICE_LITERAL("") : slice_trim(name));
	if (*was_secret)
		report_paper_cell_word(paper, WORD_BLANKED);
	else
		report_paper_cell(paper, slice_trim(is_continued ? line : value));
	report_paper_end_row(paper);
}

/* The start line as a row of its own, then the fields. */
static void
write_head(struct report_paper *paper, const struct report_message *message)
{
	struct slice rest = message->head, line = http_head_line(rest, &rest);
	bool was_secret = false;

	if (!line.at) {
		report_paper_paragraph(paper, WORD_NO_HEAD);
		return;
	}
	report_paper_begin_table(paper);
	report_paper_column(paper, WORD_FIELD);
	report_paper_column(paper, WORD_VALUE);
	report_paper_end_columns(paper);
	report_paper_begin_row(paper);
	report_paper_cell_word(
		paper, message->message.kind == MESSAGE_REQUEST ? WORD_REQUEST : WORD_ANSWER);
	report_paper_cell(paper, line);
	report_paper_end_row(paper);
	while ((line = http_head_line(rest, &rest)).at && line.length)
		write_line(paper, line, &was_secret);
	report_paper_end_table(paper);
	if (message->is_head_cut)
		report_paper_paragraph(paper, WORD_HEAD_CUT);
}

static void
set_message(struct report_paper *paper, const struct report_message *message)
{
	phrase_set_number(&paper->facts, "number", message->message.last_packet);
	phrase_set_number(&paper->facts, "bytes", message->message.bytes);
	phrase_set_number(&paper->facts, "body", message->message.body_bytes);
}

static void
write_answer(struct report_paper *paper, const struct report_message *answer)
{
	enum report_word word = WORD_ANSWER_HEAD;

	if (!answer->message.is_complete)
		word = WORD_ANSWER_PART;
	else if (!answer->message.body_bytes)
		word = WORD_ANSWER_HEAD_ALONE;
	set_message(paper, answer);
	report_paper_paragraph(paper, word);
	write_head(paper, answer);
}

void
report_exchanges_write_one(struct report_paper *paper, const struct report_record *record,
	const struct report_message *request, const struct report_message *answer)
{
	report_steps_set_connection(paper, record, request->connection);
	set_message(paper, request);
	report_paper_paragraph(paper, WORD_REQUEST_HEAD);
	write_head(paper, request);
	if (!answer) {
		report_paper_paragraph(paper, WORD_NO_ANSWER);
		return;
	}
	write_answer(paper, answer);
}

/* ---- the table of all ---- */

static void
write_summary_row(struct report_paper *paper, const struct report_message *request,
	const struct report_message *answer)
{
	report_exchanges_set_request(paper, request);
	report_paper_begin_row(paper);
	report_paper_cell_number(paper, request->message.last_packet);
	report_paper_cell_number(paper, request->connection + 1);
	/* The target may be long: it has a fact of its own. */
	report_paper_cell(paper, slice_of(request->message.text));
	if (answer) {
		report_paper_cell_number(paper, answer->message.last_packet);
		report_paper_cell(paper, slice_of(report_exchanges_status(answer)));
		report_paper_cell(paper, slice_of(answer->message.type));
		report_paper_cell_number(paper, answer->message.bytes);
	} else {
		for (unsigned i = 0; i < 4; i++)
			report_paper_cell_word(paper, WORD_NONE);
	}
	report_paper_end_row(paper);
}

static void
write_summary(struct report_paper *paper, const struct report_record *record)
{
	static const enum report_word columns[] = {WORD_PACKET, WORD_COLUMN_CONNECTION,
		WORD_REQUEST, WORD_PACKET, WORD_ANSWER, WORD_TYPE, WORD_BYTES};

	report_paper_begin_table(paper);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		report_paper_column(paper, columns[i]);
	report_paper_end_columns(paper);
	for (size_t i = 0; i < record->message_count; i++) {
		const struct report_message *request = &record->messages[i];

		if (request->message.kind == MESSAGE_REQUEST)
			write_summary_row(paper, request, report_record_partner(record, request));
	}
	report_paper_end_table(paper);
}

/* ---- all ---- */

/* Whether the request has changed the connection to WebSocket. */
static bool
is_upgraded(const struct report_record *record, const struct report_message *request)
{
	const struct report_message *answer = report_record_partner(record, request);

	return answer && answer->message.status == STATUS_SWITCHING &&
	       slice_is_nocase(http_head_field(request->head, "Upgrade"), "websocket");
}

static void
write_exchange(struct report_paper *paper, const struct report_record *record,
	const struct report_message *request)
{
	report_exchanges_set_request(paper, request);
	phrase_set_number(&paper->facts, "number", request->message.last_packet);
	report_paper_heading(paper, 3, WORD_EXCHANGE);
	report_exchanges_write_one(paper, record, request, report_record_partner(record, request));
}

/* An answer without a request: the capture began between them. */
static void
write_unasked(struct report_paper *paper, const struct report_message *answer)
{
	phrase_set_text(&paper->facts, "request", answer->message.text);
	set_message(paper, answer);
	report_paper_heading(paper, 3, WORD_EXCHANGE);
	report_paper_paragraph(paper, WORD_NO_REQUEST);
	write_answer(paper, answer);
}

/* Whether a message was inside TLS. */
static bool
was_opened(const struct report_record *record)
{
	for (size_t i = 0; i < record->message_count; i++) {
		const struct report_message *message = &record->messages[i];

		if (record->packets[message->packets[message->packet_count - 1]].is_opened)
			return true;
	}
	return false;
}

void
report_exchanges_write(struct report_paper *paper, const struct report_record *record)
{
	size_t shown = 0, requests = 0, unasked = 0;

	report_paper_heading(paper, 2, WORD_EXCHANGES);
	for (size_t i = 0; i < record->message_count; i++) {
		requests += record->messages[i].message.kind == MESSAGE_REQUEST;
		unasked += record->messages[i].message.kind == MESSAGE_ANSWER &&
			   !record->messages[i].message.answer_to;
	}
	if (was_opened(record))
		report_paper_paragraph(paper, WORD_OPENED);
	if (requests)
		write_summary(paper, record);
	if (!requests && !unasked)
		report_paper_paragraph(paper, WORD_NO_EXCHANGE);
	for (size_t i = 0; i < record->message_count && shown < REPORT_EXCHANGES_MAX; i++) {
		const struct report_message *message = &record->messages[i];
		bool is_request = message->message.kind == MESSAGE_REQUEST;

		if (is_request && is_upgraded(record, message))
			; /* It is shown with its WebSocket. */
		else if (is_request)
			write_exchange(paper, record, message);
		else if (message->message.kind == MESSAGE_ANSWER && !message->message.answer_to)
			write_unasked(paper, message);
		else
			continue;
		shown++;
	}
	if (shown == requests + unasked)
		return;
	phrase_set_number(&paper->facts, "more", requests + unasked - shown);
	report_paper_paragraph(paper, WORD_MORE);
}
