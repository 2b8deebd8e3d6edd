/*
 * report_ladder: see report_ladder.h. In HTML, drawings are cut after some rows, so that each fits on a sheet of
 * paper.
 */
#include "report/report_ladder.h"

#include <limits.h>

#include "base/utf8.h"
#include "report/report_bodies.h"
#include "report/report_exchanges.h"
#include "report/report_steps.h"

enum {
	ROWS_MAX = 24, /* in one drawing */
	ROW_HEIGHT = 21,
	TOP = 38,
	LEFT_LINE = 148, /* the columns */
	RIGHT_LINE = 572,
	WIDTH = 720,
	HEAD_SIZE = 7, /* of an arrow */
	SLOPE = 5,
	LABEL_MAX = 56, /* bytes */
	TEXT_WIDTH = 60,
};

static const int64_t SILENCE_NS = 500000000;

static const char *const colours[] = {
	"#1f5fbf", "#b4471f", "#1e7d46", "#7a3fb0", "#a8720a", "#0f7f8c", "#b02a6b", "#5a6470"};

/* ---- labels ---- */

/* What stands on an arrow when a message begins or ends with the packet. */
static bool
add_message_label(
	struct buf *label, const struct report_packet *packet, const struct report_message *message)
{
	const char *version;

	if (message->message.kind == MESSAGE_FRAME) {
		buf_addf(label, "%s: ", report_bodies_frame_kind(message->message.opcode));
		report_bodies_add_text(label, &message->message);
		return true;
	}
	if (message->message.last_packet != packet->number)
		return false;
	if (message->message.kind == MESSAGE_ANSWER) {
		buf_add_text(label, report_exchanges_status(message));
		if (*message->message.type)
			buf_addf(label, " (%s)", message->message.type);
		return true;
	}
	if (message->message.kind != MESSAGE_REQUEST)
		return false;
	version = strstr(message->message.text, " HTTP/");
	buf_add(label, message->message.text,
		version ? (size_t)(version - message->message.text)
			: strlen(message->message.text));
	return true;
}

static void
add_flags(struct buf *label, unsigned flags)
{
	struct buf all = {0};
	struct slice rest, names;

	report_steps_add_flags(&all, flags);
	rest = buf_slice(&all);
	slice_split(&rest, '(', &names);
	buf_add_slice(label, slice_trim(names));
	buf_finish(&all);
}

static void
add_label(struct report_paper *paper, struct buf *label, const struct report_record *record,
	const struct report_packet *packet)
{
	static const unsigned control = PACKET_SYN | PACKET_FIN | PACKET_RST;
	struct buf whole = {0};
	size_t length;

	if (packet->header.flags & control || !packet->tcp.length) {
		add_flags(label, packet->header.flags);
		return;
	}
	if (!packet->has_message ||
		!add_message_label(&whole, packet, &record->messages[packet->message])) {
		phrase_set_number(&paper->facts, "length", packet->tcp.length);
		buf_clear(&whole);
		buf_add_slice(&whole, report_paper_words(paper, WORD_BYTES_ONLY));
	}
	length = utf8_cut(buf_slice(&whole), LABEL_MAX);
	buf_add(label, whole.bytes, length);
	if (length < whole.length)
		buf_add_text(label, "…");
	buf_finish(&whole);
}

/* The step of the packet, as "handshake 1/3"; may be two, as "teardown 2/4, 3/4". */
static void
add_step(struct report_paper *paper, struct buf *text, unsigned steps)
{
	static const struct {
		unsigned step;
		enum report_word word;
		const char *place;
	} rows[] = {
		{TCP_STEP_SYN, WORD_MARK_HANDSHAKE, "1/3"},
		{TCP_STEP_SYN_ACK, WORD_MARK_HANDSHAKE, "2/3"},
		{TCP_STEP_ESTABLISHED, WORD_MARK_HANDSHAKE, "3/3"},
		{TCP_STEP_FIRST_FIN, WORD_MARK_TEARDOWN, "1/4"},
		{TCP_STEP_FIRST_FIN_ACKED, WORD_MARK_TEARDOWN, "2/4"},
		{TCP_STEP_SECOND_FIN, WORD_MARK_TEARDOWN, "3/4"},
		{TCP_STEP_SECOND_FIN_ACKED, WORD_MARK_TEARDOWN, "4/4"},
		{TCP_STEP_RESET, WORD_MARK_RESET, ""},
	};
	bool has_step = false;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!(steps & rows[i].step))
			continue;
		if (has_step && rows[i].word == WORD_MARK_TEARDOWN) {
			buf_addf(text, ", %s", rows[i].place);
			continue;
		}
		buf_add_text(text, "  ");
		buf_add_slice(text, report_paper_words(paper, rows[i].word));
		buf_addf(text, " %s", rows[i].place);
		has_step = true;
	}
}

/* How long nothing was sent in front of the packet; 0 when that is not worth a gap. */
static uint64_t
silence_before(const struct report_record *record, size_t place)
{
	int64_t ns = place ? record->packets[place].elapsed_ns -
				     record->packets[place - 1].elapsed_ns
			   : 0;

	return ns >= SILENCE_NS ? (uint64_t)ns : 0;
}

static struct slice
silence_words(struct report_paper *paper, uint64_t ns)
{
	phrase_set_duration(&paper->facts, "silence", ns);
	return report_paper_words(paper, WORD_SILENCE);
}

/* ---- SVG ---- */

static void
draw_text(struct report_paper *paper, unsigned x, unsigned y, const char *attributes,
	struct slice text)
{
	buf_addf(paper->text, "<text x=\"%u\" y=\"%u\"%s>", x, y, attributes);
	report_paper_escape(paper, text);
	buf_add_text(paper->text, "</text>");
}

static void
draw_arrow(struct report_paper *paper, const struct report_packet *packet, unsigned y)
{
	const char *colour = colours[packet->connection % (sizeof(colours) / sizeof(colours[0]))];
	unsigned from = packet->is_from_server ? RIGHT_LINE : LEFT_LINE;
	unsigned to = packet->is_from_server ? LEFT_LINE : RIGHT_LINE;
	unsigned base = packet->is_from_server ? to + HEAD_SIZE + 2 : to - HEAD_SIZE - 2;
	bool is_plain = !packet->tcp.length && !packet->tcp.steps;

	buf_addf(paper->text,
		"<g%s><path d=\"M%u %uL%u %u\" stroke=\"%s\" stroke-width=\"%s\"/>"
		"<path d=\"M%u %uL%u %uL%u %uZ\" fill=\"%s\"/></g>",
		is_plain ? " opacity=\".55\"" : "", from, y, to, y + SLOPE, colour,
		is_plain ? "1" : "1.6", to, y + SLOPE, base, y + SLOPE - 4, base, y + SLOPE + 3,
		colour);
}

static void
draw_packet(struct report_paper *paper, const struct report_record *record,
	const struct report_packet *packet, unsigned y)
{
	struct buf text = {0};

	draw_arrow(paper, packet, y);
	add_label(paper, &text, record, packet);
	draw_text(paper, (LEFT_LINE + RIGHT_LINE) / 2, y - 2,
		packet->tcp.length || packet->tcp.steps
			? " text-anchor=\"middle\" class=\"l\""
			: " text-anchor=\"middle\" class=\"l\" fill=\"#69727d\"",
		buf_slice(&text));
	buf_clear(&text);
	buf_addf(&text, "%.6f s · %u", (double)packet->elapsed_ns / 1e9,
		packet->is_from_server ? packet->header.destination.port
				       : packet->header.source.port);
	draw_text(paper, LEFT_LINE - 8, y + 5, " text-anchor=\"end\" fill=\"#565f6b\"",
		buf_slice(&text));
	buf_clear(&text);
	buf_addf(&text, "%u", packet->number);
	add_step(paper, &text, packet->tcp.steps);
	draw_text(paper, RIGHT_LINE + 8, y + 5, "", buf_slice(&text));
	buf_finish(&text);
}

static void
draw_silence(struct report_paper *paper, uint64_t ns, unsigned y)
{
	for (unsigned i = 0; i < 2; i++)
		buf_addf(paper->text,
			"<path d=\"M%u %uv%u\" stroke=\"#fff\" stroke-width=\"4\"/>"
			"<path d=\"M%u %uv%u\" stroke=\"#8a94a0\" stroke-dasharray=\"2 3\"/>",
			i ? RIGHT_LINE : LEFT_LINE, y - 9, ROW_HEIGHT - 2,
			i ? RIGHT_LINE : LEFT_LINE, y - 9, ROW_HEIGHT - 2);
	draw_text(paper, (LEFT_LINE + RIGHT_LINE) / 2, y + 1,
		" text-anchor=\"middle\" fill=\"#565f6b\"", silence_words(paper, ns));
}

/* The packets from ... to - 1, which need that many rows. */
struct drawing {
	size_t from, to;
	unsigned rows;
};

/* From a place on as many packets as there is room for; each takes a row or two. */
static struct drawing
plan(const struct report_record *record, size_t from, size_t count, unsigned rows_max)
{
	struct drawing drawing = {.from = from, .to = from};

	while (drawing.to < count && drawing.rows < rows_max)
		drawing.rows += silence_before(record, drawing.to++) ? 2 : 1;
	return drawing;
}

static void
set_ends(struct report_paper *paper, const struct report_record *record,
	const struct drawing *drawing)
{
	phrase_set_number(&paper->facts, "first", record->packets[drawing->from].number);
	phrase_set_number(&paper->facts, "last", record->packets[drawing->to - 1].number);
}

static unsigned
height_of(const struct drawing *drawing)
{
	return TOP + drawing->rows * ROW_HEIGHT + 6;
}

/* attributes: further ones of the root element. */
static void
begin_drawing(struct report_paper *paper, const struct report_record *record,
	const struct drawing *drawing, const char *attributes)
{
	unsigned height = height_of(drawing);

	set_ends(paper, record, drawing);
	buf_addf(paper->text,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\"%s "
		"font-size=\"11\" fill=\"none\" role=\"img\" aria-label=\"",
		WIDTH, height, attributes);
	report_paper_escape(paper, report_paper_words(paper, WORD_LADDER_ALT));
	buf_addf(paper->text,
		"\"><style>text{fill:#1a1d21}.l{paint-order:stroke;stroke:#fff;"
		"stroke-width:3px}text[fill]{fill:#565f6b}</style>"
		"<path d=\"M0 0H%uV%uH0Z\" fill=\"#fff\"/>"
		"<path d=\"M%u %uV%uM%u %uV%u\" stroke=\"#8a94a0\" stroke-width=\"1.5\"/>\n",
		WIDTH, height, LEFT_LINE, TOP - 14, height, RIGHT_LINE, TOP - 14, height);
	draw_text(paper, LEFT_LINE, TOP - 20, " text-anchor=\"middle\" font-weight=\"600\"",
		report_paper_words(paper, WORD_CLIENT_COLUMN));
	draw_text(paper, RIGHT_LINE, TOP - 20, " text-anchor=\"middle\" font-weight=\"600\"",
		report_paper_words(paper, WORD_SERVER_COLUMN));
	buf_add_char(paper->text, '\n');
}

static void
draw(struct report_paper *paper, const struct report_record *record, const struct drawing *drawing,
	const char *attributes)
{
	unsigned y = TOP;

	begin_drawing(paper, record, drawing, attributes);
	for (size_t i = drawing->from; i < drawing->to; i++) {
		uint64_t silence = silence_before(record, i);

		if (silence) {
			draw_silence(paper, silence, y);
			y += ROW_HEIGHT;
		}
		draw_packet(paper, record, &record->packets[i], y);
		buf_add_char(paper->text, '\n');
		y += ROW_HEIGHT;
	}
	buf_add_text(paper->text, "</svg>");
}

static void
draw_all(struct report_paper *paper, const struct report_record *record, size_t count)
{
	struct drawing drawing = {0};

	while (drawing.to < count) {
		drawing = plan(record, drawing.to, count, ROWS_MAX);
		buf_add_text(paper->text, "<div class=\"ladder\">");
		draw(paper, record, &drawing, "");
		buf_add_text(paper->text, "</div>\n");
	}
}

/* How many packets are drawn. */
static size_t
count_drawn(const struct report_record *record)
{
	return record->packet_count < REPORT_LADDER_MAX ? record->packet_count : REPORT_LADDER_MAX;
}

void
report_ladder_draw(struct report_paper *paper, const struct report_record *record)
{
	struct drawing drawing = plan(record, 0, count_drawn(record), UINT_MAX);
	struct buf attributes = {0};

	report_steps_set_connection(paper, record, 0);
	buf_addf(&attributes, " width=\"%u\" height=\"%u\" font-family=\"%s\"", WIDTH,
		height_of(&drawing), "system-ui,'Noto Sans',sans-serif");
	draw(paper, record, &drawing, attributes.bytes);
	buf_add_char(paper->text, '\n');
	buf_finish(&attributes);
}

/* The picture of report_ladder_draw(). */
static void
refer(struct report_paper *paper, const struct report_record *record, size_t count)
{
	const struct drawing all = {.to = count};

	set_ends(paper, record, &all);
	buf_add_text(paper->text, "![");
	report_paper_escape(paper, report_paper_words(paper, WORD_LADDER_ALT));
	buf_addf(paper->text, "](%s)\n\n", paper->picture);
}

/* ---- lines of text ---- */

static void
add_line(struct report_paper *paper, const struct report_record *record,
	const struct report_packet *packet)
{
	struct buf line = {0}, label = {0};
	size_t start;

	buf_addf(&line, "%12.6f %6u |", (double)packet->elapsed_ns / 1e9,
		packet->is_from_server ? packet->header.destination.port
				       : packet->header.source.port);
	add_label(paper, &label, record, packet);
	start = line.length;
	buf_addf(&line, packet->is_from_server ? "<-- %s " : "--- %s ", label.bytes);
	while (line.length - start < TEXT_WIDTH)
		buf_add_char(&line, '-');
	buf_add_text(&line, packet->is_from_server ? "---|" : "-->|");
	buf_addf(&line, " %u", packet->number);
	add_step(paper, &line, packet->tcp.steps);
	/* A code block ends with its fence only, which a packet could hold. */
	for (size_t i = 0; i < line.length; i++)
		if (line.bytes[i] == '`')
			line.bytes[i] = '\'';
	phrase_add_visible(paper->text, buf_slice(&line));
	buf_add_char(paper->text, '\n');
	buf_finish(&line);
	buf_finish(&label);
}

static void
write_lines(struct report_paper *paper, const struct report_record *record, size_t count)
{
	buf_add_text(paper->text, "```\n                    ");
	buf_add_slice(paper->text, report_paper_words(paper, WORD_CLIENT_COLUMN));
	buf_add_text(paper->text, "                                                     ");
	buf_add_slice(paper->text, report_paper_words(paper, WORD_SERVER_COLUMN));
	buf_add_char(paper->text, '\n');
	for (size_t i = 0; i < count; i++) {
		uint64_t silence = silence_before(record, i);

		if (silence) {
			buf_add_text(paper->text, "                                     ");
			buf_add_slice(paper->text, silence_words(paper, silence));
			buf_add_char(paper->text, '\n');
		}
		add_line(paper, record, &record->packets[i]);
	}
	buf_add_text(paper->text, "```\n\n");
}

void
report_ladder_write(struct report_paper *paper, const struct report_record *record)
{
	size_t count = count_drawn(record);

	report_paper_heading(paper, 2, WORD_LADDER);
	report_steps_set_connection(paper, record, 0);
	if (paper->picture)
		refer(paper, record, count);
	else if (paper->format == REPORT_MARKDOWN)
		write_lines(paper, record, count);
	else
		draw_all(paper, record, count);
	if (count == record->packet_count)
		return;
	phrase_set_number(&paper->facts, "drawn", count);
	report_paper_paragraph(paper, WORD_LADDER_MORE);
}
