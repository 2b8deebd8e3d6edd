/*
 * report_steps: see report_steps.h. A table has a column for each packet and a row for each field.
 */
#include "report/report_steps.h"

#include "explain/sentences.h"

enum { STEPS_MAX = 4 };

static void
set_name(struct report_paper *paper, const char *fact, enum sentence name)
{
	phrase_set_text(&paper->facts, fact, sentence_of(name)->texts[paper->language]);
}

/* The same name, as the first word of a sentence. */
static enum sentence
first_word(enum sentence name)
{
	return name - SENTENCE_BROWSER + SENTENCE_BROWSER_FIRST;
}

void
report_steps_set_connection(
	struct report_paper *paper, const struct report_record *record, size_t connection)
{
	const struct report_connection *shown = &record->connections[connection];
	enum sentence client = shown->is_served ? SENTENCE_BROWSER : SENTENCE_CLIENT;
	enum sentence server = shown->is_served ? SENTENCE_LIVESERVE : SENTENCE_SERVER;

	phrase_set_number(&paper->facts, "connection", connection + 1);
	phrase_set_number(&paper->facts, "client_port", shown->client.port);
	phrase_set_number(&paper->facts, "server_port", shown->server.port);
	set_name(paper, "client", client);
	set_name(paper, "server", server);
	set_name(paper, "Client", first_word(client));
	set_name(paper, "Server", first_word(server));
}

/* ---- the fields of a header ---- */

void
report_steps_add_flags(struct buf *text, unsigned flags)
{
	static const char *const names[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"};
	bool is_first = true;

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(flags >> i & 1))
			continue;
		buf_addf(text, "%s%s", is_first ? "" : ", ", names[i]);
		is_first = false;
	}
	buf_addf(text, " (0x%03x)", flags);
}

typedef void add_field_fn(struct buf *text, const struct report_packet *packet);

static void
add_number(struct buf *text, const struct report_packet *packet)
{
	buf_add_number(text, packet->number);
}

static void
add_source(struct buf *text, const struct report_packet *packet)
{
	packet_add_address(text, &packet->header.source);
}

static void
add_destination(struct buf *text, const struct report_packet *packet)
{
	packet_add_address(text, &packet->header.destination);
}

static void
add_source_port(struct buf *text, const struct report_packet *packet)
{
	buf_add_number(text, packet->header.source.port);
}

static void
add_destination_port(struct buf *text, const struct report_packet *packet)
{
	buf_add_number(text, packet->header.destination.port);
}

static void
add_flags(struct buf *text, const struct report_packet *packet)
{
	report_steps_add_flags(text, packet->header.flags);
}

static void
add_sequence(struct buf *text, const struct report_packet *packet)
{
	buf_add_number(text, packet->tcp.sequence);
}

static void
add_raw_sequence(struct buf *text, const struct report_packet *packet)
{
	buf_add_number(text, packet->header.sequence);
}

static void
add_acknowledgement(struct buf *text, const struct report_packet *packet)
{
	buf_add_number(text, packet->header.flags & PACKET_ACK ? packet->tcp.acknowledgement : 0);
}

static void
add_raw_acknowledgement(struct buf *text, const struct report_packet *packet)
{
	buf_add_number(text, packet->header.acknowledgement);
}

static void
add_header_length(struct buf *text, const struct report_packet *packet)
{
	buf_add_number(text, packet->header.tcp_head_length);
}

static void
add_window_field(struct buf *text, const struct report_packet *packet)
{
	buf_add_number(text, packet->header.window);
}

static void
add_window(struct buf *text, const struct report_packet *packet)
{
	buf_add_number(text, packet->tcp.window);
}

static void
add_mss(struct buf *text, const struct report_packet *packet)
{
	if (packet->header.has_mss)
		buf_add_number(text, packet->header.mss);
}

/* RFC 7323 2.3: a shift above 14 counts as 14. */
static void
add_scale(struct buf *text, const struct report_packet *packet)
{
	unsigned shift = packet->header.window_scale;

	if (packet->header.has_window_scale)
		buf_addf(text, "%u (× %u)", shift,
			1U << (shift < PACKET_SCALE_MAX ? shift : PACKET_SCALE_MAX));
}

static void
add_sack(struct buf *text, const struct report_packet *packet)
{
	if (packet->header.has_sack_permitted)
		buf_add_text(text, "✓");
}

static void
add_timestamps(struct buf *text, const struct report_packet *packet)
{
	if (packet->header.has_timestamps)
		buf_addf(text, "TSval %u, TSecr %u", packet->header.timestamp,
			packet->header.timestamp_echo);
}

static void
add_length(struct buf *text, const struct report_packet *packet)
{
	buf_add_number(text, packet->tcp.length);
}

static void
add_frame_length(struct buf *text, const struct report_packet *packet)
{
	buf_add_number(text, packet->frame_length);
}

static const struct {
	enum report_word word;
	add_field_fn *add;
} fields[] = {
	{WORD_PACKET, add_number},
	{WORD_FROM, add_source},
	{WORD_TO, add_destination},
	{WORD_SOURCE_PORT, add_source_port},
	{WORD_DESTINATION_PORT, add_destination_port},
	{WORD_FLAGS, add_flags},
	{WORD_SEQUENCE, add_sequence},
	{WORD_SEQUENCE_RAW, add_raw_sequence},
	{WORD_ACKNOWLEDGEMENT, add_acknowledgement},
	{WORD_ACKNOWLEDGEMENT_RAW, add_raw_acknowledgement},
	{WORD_HEADER_LENGTH, add_header_length},
	{WORD_WINDOW_FIELD, add_window_field},
	{WORD_WINDOW, add_window},
	{WORD_MSS, add_mss},
	{WORD_SCALE, add_scale},
	{WORD_SACK, add_sack},
	{WORD_TIMESTAMPS, add_timestamps},
	{WORD_LENGTH, add_length},
	{WORD_FRAME_LENGTH, add_frame_length},
};

/* ---- tables ---- */

/* Packets and the titles of their columns: "Step 1", "Step 2 + 3". */
struct steps {
	const struct report_packet *packets[STEPS_MAX];
	char titles[STEPS_MAX][8];
	unsigned count;
};

/* Adds step number of the packet; two steps that follow each other may be one packet. */
static void
add_step(struct steps *steps, const struct report_packet *packet, unsigned number)
{
	struct buf title = {0};

	if (!packet)
		return;
	if (steps->count && steps->packets[steps->count - 1] == packet)
		buf_addf(&title, "%s + ", steps->titles[--steps->count]);
	buf_add_number(&title, number);
	steps->packets[steps->count] = packet;
	/* "2 + 3" is the longest one. */
	memcpy(steps->titles[steps->count++], title.bytes,
		title.length < sizeof(steps->titles[0]) ? title.length + 1 : 0);
	buf_finish(&title);
}

/* A row of the table; none when the field is empty in all packets. */
static void
write_row(struct report_paper *paper, const struct steps *steps, enum report_word word,
	add_field_fn *add)
{
	struct buf cells[STEPS_MAX] = {0};
	size_t length = 0;

	for (unsigned i = 0; i < steps->count; i++) {
		add(&cells[i], steps->packets[i]);
		length += cells[i].length;
	}
	if (length) {
		report_paper_begin_row(paper);
		report_paper_cell_word(paper, word);
		for (unsigned i = 0; i < steps->count; i++)
			if (cells[i].length)
				report_paper_cell(paper, buf_slice(&cells[i]));
			else
				report_paper_cell_word(paper, WORD_NONE);
		report_paper_end_row(paper);
	}
	for (unsigned i = 0; i < steps->count; i++)
		buf_finish(&cells[i]);
}

static void
write_steps(struct report_paper *paper, const struct steps *steps)
{
	report_paper_begin_list(paper);
	for (unsigned i = 0; i < steps->count; i++)
		report_paper_item(paper, slice_of(steps->packets[i]->sentence));
	report_paper_end_list(paper);

	report_paper_begin_table(paper);
	report_paper_column(paper, WORD_FIELD);
	for (unsigned i = 0; i < steps->count; i++) {
		phrase_set_text(&paper->facts, "step", steps->titles[i]);
		report_paper_column(paper, WORD_STEP);
	}
	report_paper_end_columns(paper);
	report_paper_begin_row(paper);
	report_paper_cell_word(paper, WORD_TIME);
	for (unsigned i = 0; i < steps->count; i++)
		report_paper_cell_time(paper, steps->packets[i]->elapsed_ns);
	report_paper_end_row(paper);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		write_row(paper, steps, fields[i].word, fields[i].add);
	report_paper_end_table(paper);
}

/* ---- handshakes ---- */

static void
write_handshake(struct report_paper *paper, const struct report_record *record, size_t connection)
{
	const struct report_connection *shown = &record->connections[connection];
	struct steps steps = {0};

	report_steps_set_connection(paper, record, connection);
	report_paper_heading(paper, 3, WORD_CONNECTION);
	for (unsigned i = 0; i < 3; i++)
		add_step(&steps, report_record_packet(record, shown->handshake[i]), i + 1);
	if (!steps.count) {
		report_paper_paragraph(paper, WORD_NO_HANDSHAKE);
		return;
	}
	if (steps.count < 3)
		report_paper_paragraph(paper, WORD_HANDSHAKE_CUT);
	write_steps(paper, &steps);
}

/* Writes what each connection has, of the first ones. */
static void
write_each(struct report_paper *paper, const struct report_record *record,
	void (*write)(struct report_paper *, const struct report_record *, size_t))
{
	size_t count = record->connection_count;

	for (size_t i = 0; i < count && i < REPORT_DETAILED_MAX; i++)
		write(paper, record, i);
	if (count <= REPORT_DETAILED_MAX)
		return;
	phrase_set_number(&paper->facts, "more", count - REPORT_DETAILED_MAX);
	report_paper_paragraph(paper, WORD_MORE);
}

void
report_steps_handshakes(struct report_paper *paper, const struct report_record *record)
{
	report_paper_heading(paper, 2, WORD_HANDSHAKES);
	write_each(paper, record, write_handshake);
}

/* ---- ends ---- */

static const uint64_t IDLE_NS = 1000000000;

static void
set_closer(struct report_paper *paper, const struct report_packet *packet, bool is_served)
{
	enum sentence client = is_served ? SENTENCE_BROWSER : SENTENCE_CLIENT;
	enum sentence server = is_served ? SENTENCE_LIVESERVE : SENTENCE_SERVER;
	enum sentence closer = packet->is_from_server ? server : client;

	set_name(paper, "closer", closer);
	set_name(paper, "Closer", first_word(closer));
	phrase_set_number(&paper->facts, "number", packet->number);
}

static void
write_fins(struct report_paper *paper, const struct report_record *record,
	const struct report_connection *shown)
{
	const struct report_packet *first = report_record_packet(record, shown->fins[0]);
	struct steps steps = {0};
	unsigned found = 0;

	for (unsigned i = 0; i < STEPS_MAX; i++) {
		add_step(&steps, report_record_packet(record, shown->fins[i]), i + 1);
		found += shown->fins[i] != 0;
	}
	if (first && shown->has_data && first->elapsed_ns - shown->data_ns >= (int64_t)IDLE_NS) {
		set_closer(paper, first, shown->is_served);
		phrase_set_duration(
			&paper->facts, "idle", (uint64_t)(first->elapsed_ns - shown->data_ns));
		report_paper_paragraph(paper, WORD_IDLE);
	}
	if (found < STEPS_MAX)
		report_paper_paragraph(paper, WORD_END_CUT);
	else
		report_paper_paragraph(
			paper, steps.count < STEPS_MAX ? WORD_THREE_PACKETS : WORD_FOUR_PACKETS);
	write_steps(paper, &steps);
}

static void
write_reset(struct report_paper *paper, const struct report_record *record,
	const struct report_connection *shown)
{
	const struct report_packet *packet = report_record_packet(record, shown->reset);
	struct steps steps = {0};

	set_closer(paper, packet, shown->is_served);
	report_paper_paragraph(paper, WORD_RESET);
	/* If it acknowledges a FIN, it is shown as that step. */
	for (unsigned i = 0; i < STEPS_MAX; i++)
		if (shown->fins[i] == shown->reset)
			return;
	add_step(&steps, packet, 1);
	write_steps(paper, &steps);
}

static void
write_end(struct report_paper *paper, const struct report_record *record, size_t connection)
{
	const struct report_connection *shown = &record->connections[connection];

	report_steps_set_connection(paper, record, connection);
	report_paper_heading(paper, 3, WORD_CONNECTION);
	if (shown->fins[0])
		write_fins(paper, record, shown);
	if (shown->reset)
		write_reset(paper, record, shown);
	if (!shown->fins[0] && !shown->reset)
		report_paper_paragraph(paper, WORD_NOT_CLOSED);
}

void
report_steps_ends(struct report_paper *paper, const struct report_record *record)
{
	report_paper_heading(paper, 2, WORD_ENDS);
	write_each(paper, record, write_end);
}
