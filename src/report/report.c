/*
 * report: see report.h. report_record keeps what is needed; the other modules write a part each.
 */
#include "report/report.h"

#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "explain/sentences.h"
#include "report/report_bodies.h"
#include "report/report_exchanges.h"
#include "report/report_ladder.h"
#include "report/report_paper.h"
#include "report/report_record.h"
#include "report/report_steps.h"

enum { ODD_MAX = 50, NS_PER_S = 1000000000 };

struct report {
	struct report_options options;
	struct report_record record;
};

struct report *
report_create(const struct report_options *options)
{
	struct report *report = mem_zero(sizeof(*report));

	report->options = *options;
	report_record_init(&report->record, options->language, options->port);
	return report;
}

void
report_destroy(struct report *report)
{
	if (!report)
		return;
	report_record_finish(&report->record);
	free(report);
}

void
report_add(struct report *report, const struct dissect_row *row)
{
	report_record_add(&report->record, row);
}

bool
report_format_find(const char *path, enum report_format *format)
{
	struct slice name = slice_of(path);
	bool is_markdown = slice_ends_nocase(name, ".md");

	*format = is_markdown ? REPORT_MARKDOWN : REPORT_HTML;
	return is_markdown || slice_ends_nocase(name, ".html") || slice_ends_nocase(name, ".htm");
}

/* ---- summary ---- */

static void
set_date(struct phrase_facts *facts, uint64_t ns)
{
	time_t seconds = (time_t)(ns / NS_PER_S);
	char date[32] = "?";
	struct tm parts;

	if (gmtime_r(&seconds, &parts))
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &parts);
	phrase_set_text(facts, "date", date);
}

static void
write_summary(struct report_paper *paper, const struct report *report)
{
	const struct report_record *record = &report->record;
	struct phrase_facts *facts = &paper->facts;

	phrase_set_text(facts, "name", report->options.name ? report->options.name : "");
	if (!record->packet_count) {
		report_paper_paragraph(paper, WORD_EMPTY);
		return;
	}
	set_date(facts, record->first_ns);
	phrase_set_duration(facts, "duration",
		record->last_ns > record->first_ns ? record->last_ns - record->first_ns : 0);
	phrase_set_number(facts, "packets", record->total);
	phrase_set_number(facts, "connections", record->connection_count);
	phrase_set_number(facts, "other_packets", record->other);
	phrase_set_number(facts, "left_out", record->left_out);
	phrase_set_number(facts, "port", report->options.port);
	report_paper_paragraph(paper, WORD_SUMMARY);
	if (record->other)
		report_paper_paragraph(paper, WORD_SUMMARY_OTHER);
	if (record->left_out)
		report_paper_paragraph(paper, WORD_SUMMARY_LEFT_OUT);
	phrase_set_number(facts, "messages", REPORT_MESSAGES_MAX);
	if (record->has_left_out_messages)
		report_paper_paragraph(paper, WORD_SUMMARY_MESSAGES);
	if (report->options.port)
		report_paper_paragraph(paper, WORD_SERVED);
	report_paper_paragraph(paper, WORD_PRIVATE);
}

/* ---- connections ---- */

static void
write_end(struct report_paper *paper, const struct report_record *record,
	const struct report_connection *connection)
{
	const struct report_packet *packet = report_record_packet(
		record, connection->fins[0] ? connection->fins[0] : connection->reset);
	struct slice closer = {0};

	if (!packet) {
		report_paper_cell_word(paper, WORD_OPEN);
		return;
	}
	closer = report_paper_words(
		paper, packet->is_from_server ? WORD_SERVER_COLUMN : WORD_CLIENT_COLUMN);
	phrase_set(&paper->facts, "closer", closer);
	report_paper_cell_word(paper, connection->fins[0] ? WORD_CLOSED_BY : WORD_RESET_BY);
}

static void
write_connection(struct report_paper *paper, const struct report_record *record, size_t place)
{
	const struct report_connection *connection = &record->connections[place];
	struct buf text = {0};

	report_steps_set_connection(paper, record, place);
	report_paper_begin_row(paper);
	report_paper_cell_number(paper, place + 1);
	packet_add_address(&text, &connection->client);
	buf_addf(&text, " : %u", connection->client.port);
	report_paper_cell(paper, buf_slice(&text));
	buf_clear(&text);
	packet_add_address(&text, &connection->server);
	buf_addf(&text, " : %u", connection->server.port);
	report_paper_cell(paper, buf_slice(&text));
	report_paper_cell_number(paper, connection->packets);
	report_paper_cell_number(paper, connection->bytes[0]);
	report_paper_cell_number(paper, connection->bytes[1]);
	buf_clear(&text);
	buf_addf(&text, "%.6f – %.6f", (double)connection->first_ns / NS_PER_S,
		(double)connection->last_ns / NS_PER_S);
	report_paper_cell(paper, buf_slice(&text));
	write_end(paper, record, connection);
	report_paper_end_row(paper);
	buf_finish(&text);
}

static void
write_connections(struct report_paper *paper, const struct report_record *record)
{
	static const enum report_word columns[] = {WORD_NUMBER, WORD_CLIENT_COLUMN,
		WORD_SERVER_COLUMN, WORD_PACKETS, WORD_BYTES_OUT, WORD_BYTES_IN, WORD_FROM_TO,
		WORD_END};

	report_paper_heading(paper, 2, WORD_OVERVIEW);
	report_steps_set_connection(paper, record, 0);
	report_paper_begin_table(paper);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		report_paper_column(paper, columns[i]);
	report_paper_end_columns(paper);
	for (size_t i = 0; i < record->connection_count; i++)
		write_connection(paper, record, i);
	report_paper_end_table(paper);
}

/* ---- what is unusual ---- */

static bool
is_odd(const struct report_packet *packet)
{
	static const unsigned usual = TCP_WINDOW_UPDATE | TCP_KEEP_ALIVE | TCP_KEEP_ALIVE_ACK |
				      TCP_PORTS_REUSED;

	return packet->tcp.notes & ~usual;
}

static void
write_odd_row(struct report_paper *paper, const struct report_packet *packet)
{
	report_paper_begin_row(paper);
	report_paper_cell_number(paper, packet->number);
	report_paper_cell_time(paper, packet->elapsed_ns);
	report_paper_cell(paper, slice_of(packet->sentence));
	report_paper_end_row(paper);
}

static void
write_odd(struct report_paper *paper, const struct report_record *record)
{
	static const enum report_word columns[] = {WORD_PACKET, WORD_TIME, WORD_WHAT};
	size_t count = 0;

	report_paper_heading(paper, 2, WORD_ODD);
	for (size_t i = 0; i < record->packet_count; i++) {
		if (!is_odd(&record->packets[i]) || count++ >= ODD_MAX)
			continue;
		if (count == 1) {
			report_paper_begin_table(paper);
			for (size_t j = 0; j < sizeof(columns) / sizeof(columns[0]); j++)
				report_paper_column(paper, columns[j]);
			report_paper_end_columns(paper);
		}
		write_odd_row(paper, &record->packets[i]);
	}
	if (!count) {
		report_paper_paragraph(paper, WORD_NO_ODD);
		return;
	}
	report_paper_end_table(paper);
	if (count <= ODD_MAX)
		return;
	phrase_set_number(&paper->facts, "more", count - ODD_MAX);
	report_paper_paragraph(paper, WORD_MORE);
}

/* ---- all ---- */

static void
write_all(struct report_paper *paper, const struct report *report)
{
	const struct report_record *record = &report->record;

	report_paper_begin(paper);
	report_paper_heading(paper, 1, WORD_TITLE);
	write_summary(paper, report);
	if (record->packet_count) {
		write_connections(paper, record);
		report_ladder_write(paper, record);
		report_steps_handshakes(paper, record);
		report_exchanges_write(paper, record);
		report_bodies_pictures(paper, record);
		report_bodies_websockets(paper, record);
		report_steps_ends(paper, record);
		write_odd(paper, record);
	}
	report_paper_end(paper);
}

void
report_write(const struct report *report, enum report_format format, struct buf *text)
{
	struct report_paper paper;

	report_paper_init(&paper, format, report->options.language, text);
	write_all(&paper, report);
	report_paper_finish(&paper);
}

void
report_write_with_picture(const struct report *report, const char *url, struct buf *text)
{
	struct report_paper paper;

	report_paper_init(&paper, REPORT_MARKDOWN, report->options.language, text);
	paper.picture = url;
	write_all(&paper, report);
	report_paper_finish(&paper);
}

bool
report_draw(const struct report *report, struct buf *text)
{
	struct report_paper paper;

	if (!report->record.packet_count)
		return false;
	report_paper_init(&paper, REPORT_HTML, report->options.language, text);
	report_ladder_draw(&paper, &report->record);
	report_paper_finish(&paper);
	return true;
}
