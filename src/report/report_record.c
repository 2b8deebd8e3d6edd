/*
 * report_record: see report_record.h.
 */
#include "report/report_record.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
report_record_init(struct report_record *record, enum language language, uint16_t port)
{
	const struct explanation_options options = {language, port};

	*record = (struct report_record){.port = port};
	record->explanation = explanation_create(&options);
}

void
report_record_finish(struct report_record *record)
{
	for (size_t i = 0; i < record->packet_count; i++)
		free(record->packets[i].sentence);
	for (size_t i = 0; i < record->message_count; i++) {
		free((char *)record->messages[i].head.at);
		free(record->messages[i].packets);
	}
	free(record->packets);
	free(record->messages);
	free(record->connections);
	map_finish(&record->connection_places);
	map_finish(&record->message_places);
	explanation_destroy(record->explanation);
}

/* ---- places ---- */

/* The place of id plus 1; 0 when it has none. */
static size_t
find_place(const struct map *places, uint32_t id)
{
	return (size_t)(uintptr_t)map_get(places, (struct slice){(const char *)&id, sizeof(id)});
}

static void
set_place(struct map *places, uint32_t id, size_t place)
{
	map_set(places, (struct slice){(const char *)&id, sizeof(id)},
		(void *)(uintptr_t)(place + 1));
}

const struct report_packet *
report_record_packet(const struct report_record *record, size_t place_plus_1)
{
	return place_plus_1 ? &record->packets[place_plus_1 - 1] : NULL;
}

const struct report_message *
report_record_message(const struct report_record *record, uint32_t id)
{
	size_t place = find_place(&record->message_places, id);

	return place ? &record->messages[place - 1] : NULL;
}

const struct report_message *
report_record_partner(const struct report_record *record, const struct report_message *message)
{
	return message->partner ? &record->messages[message->partner - 1] : NULL;
}

/* ---- connections ---- */

static bool
is_from_server(const struct report_record *record, const struct dissect_row *row)
{
	bool from = record->port && row->packet.source.port == record->port;
	bool to = record->port && row->packet.destination.port == record->port;

	return from != to ? from : row->tcp.side == TCP_SERVER;
}

/* Returns the place plus 1 of the packet's connection; 0 when there are too many. */
static size_t
find_connection(struct report_record *record, const struct dissect_row *row)
{
	size_t place = find_place(&record->connection_places, row->conversation);
	struct report_connection *connection;
	const struct packet *packet = &row->packet;
	bool is_reply = is_from_server(record, row);

	if (place || record->connection_count == REPORT_CONNECTIONS_MAX)
		return place;
	record->connections = mem_grow(record->connections, record->connection_count,
		&record->connection_capacity, sizeof(*record->connections));
	connection = &record->connections[record->connection_count];
	*connection = (struct report_connection){
		.id = row->conversation,
		.client = is_reply ? packet->destination : packet->source,
		.server = is_reply ? packet->source : packet->destination,
		.first_ns = row->elapsed_ns,
	};
	connection->is_served = record->port && connection->server.port == record->port;
	set_place(&record->connection_places, row->conversation, record->connection_count);
	return ++record->connection_count;
}

static void
note_steps(struct report_connection *connection, unsigned steps, size_t place_plus_1)
{
	static const unsigned handshake[] = {TCP_STEP_SYN, TCP_STEP_SYN_ACK, TCP_STEP_ESTABLISHED};
	static const unsigned end[] = {TCP_STEP_FIRST_FIN, TCP_STEP_FIRST_FIN_ACKED,
		TCP_STEP_SECOND_FIN, TCP_STEP_SECOND_FIN_ACKED};

	for (unsigned i = 0; i < 3; i++)
		if (steps & handshake[i] && !connection->handshake[i])
			connection->handshake[i] = place_plus_1;
	for (unsigned i = 0; i < 4; i++)
		if (steps & end[i] && !connection->fins[i])
			connection->fins[i] = place_plus_1;
	if (steps & TCP_STEP_RESET && !connection->reset)
		connection->reset = place_plus_1;
}

static void
count_packet(struct report_connection *connection, const struct report_packet *packet)
{
	connection->packets++;
	connection->bytes[packet->is_from_server] += packet->tcp.length;
	connection->last_ns = packet->elapsed_ns;
	if (packet->tcp.length && !connection->fins[0]) {
		connection->data_ns = packet->elapsed_ns;
		connection->has_data = true;
	}
}

/* ---- messages ---- */

static struct report_message *
add_message(struct report_record *record, const struct report_packet *packet, uint32_t id)
{
	struct report_message *message;

	if (record->message_count == REPORT_MESSAGES_MAX) {
		record->has_left_out_messages = true;
		return NULL;
	}
	record->messages = mem_grow(record->messages, record->message_count,
		&record->message_capacity, sizeof(*record->messages));
	message = &record->messages[record->message_count];
	*message = (struct report_message){
		.connection = packet->connection, .is_from_server = packet->is_from_server};
	set_place(&record->message_places, id, record->message_count++);
	return message;
}

static void
keep_head(struct report_message *message, struct slice head)
{
	size_t length = head.length < REPORT_HEAD_MAX ? head.length : REPORT_HEAD_MAX;

	if (!head.at || message->head.at)
		return;
	message->is_head_cut = length < head.length;
	message->head = (struct slice){mem_copy(head.at, length), length};
}

static bool
is_request_of(const struct report_message *request, const struct report_message *answer)
{
	size_t length = strlen(answer->message.request);

	return request->message.kind == MESSAGE_REQUEST && !request->partner &&
	       request->connection == answer->connection &&
	       request->message.last_packet == answer->message.answer_to &&
	       strncmp(request->message.text, answer->message.request, length) == 0;
}

/* Finds the request of an answer, which is not long ago. */
static void
join(struct report_record *record, struct report_message *answer)
{
	const struct message *message = &answer->message;
	bool is_final = message->status >= 200 || message->status == 101;

	if (message->kind != MESSAGE_ANSWER || !message->answer_to || !is_final || answer->partner)
		return;
	/* Of several in one packet, the first is answered first. */
	for (size_t i = record->message_count; i > 0; i--) {
		struct report_message *request = &record->messages[i - 1];

		if (request->message.last_packet < message->answer_to &&
			request->connection == answer->connection &&
			request->message.kind == MESSAGE_REQUEST)
			return;
		if (!is_request_of(request, answer))
			continue;
		if (answer->partner)
			record->messages[answer->partner - 1].partner = 0;
		answer->partner = i;
		request->partner = (size_t)(answer - record->messages) + 1;
	}
}

static void
hear_part(struct report_record *record, struct report_packet *packet,
	const struct payload_said *said, const struct message *part)
{
	size_t place = find_place(&record->message_places, part->id);
	struct report_message *message = place ? &record->messages[place - 1]
					       : add_message(record, packet, part->id);

	if (!message)
		return;
	message->message = *part;
	message->elapsed_ns = packet->elapsed_ns;
	keep_head(message, payload_said_head(said, part->id));
	join(record, message);
	message->packets = mem_grow(message->packets, message->packet_count,
		&message->packet_capacity, sizeof(*message->packets));
	message->packets[message->packet_count++] = record->packet_count;
	packet->has_message = true;
	packet->message = (size_t)(message - record->messages);
}

/* ---- packets ---- */

static char *
explain(struct report_record *record, const struct dissect_row *row)
{
	struct buf text = {0};

	explanation_add(record->explanation, row, &text);
	return buf_take(&text);
}

static struct report_packet *
add_packet(struct report_record *record, const struct dissect_row *row, size_t connection)
{
	struct report_packet *packet;

	record->packets = mem_grow(record->packets, record->packet_count, &record->packet_capacity,
		sizeof(*record->packets));
	packet = &record->packets[record->packet_count];
	*packet = (struct report_packet){
		.number = row->number,
		.time_ns = row->time_ns,
		.elapsed_ns = row->elapsed_ns,
		.frame_length = row->length,
		.connection = connection,
		.is_from_server = is_from_server(record, row),
		.is_opened = row->said->plain.length > 0,
		.header = row->packet,
		.tcp = row->tcp,
		.sentence = explain(record, row),
	};
	packet->header.options = packet->header.payload = (struct slice){0};
	return packet;
}

void
report_record_add(struct report_record *record, const struct dissect_row *row)
{
	struct report_packet *packet;
	size_t connection;

	if (!record->total++)
		record->first_ns = row->time_ns;
	record->last_ns = row->time_ns;
	if (row->verdict != PACKET_TCP) {
		record->other++;
		return;
	}
	connection = record->packet_count < REPORT_PACKETS_MAX ? find_connection(record, row) : 0;
	if (!connection) {
		record->left_out++;
		return;
	}
	packet = add_packet(record, row, connection - 1);
	for (unsigned i = 0; i < row->said->part_count; i++)
		if (row->said->parts[i].kind != MESSAGE_RECORD &&
			row->said->parts[i].kind != MESSAGE_CONTINUATION)
			hear_part(record, packet, row->said, &row->said->parts[i]);
	count_packet(&record->connections[connection - 1], packet);
	note_steps(&record->connections[connection - 1], row->tcp.steps, ++record->packet_count);
}
