#include "support/test.h"

#include <string.h>

#include "dissect/tcp_conversation.h"

/* A connection, and packets of its two sides with numbers behind the first ones. */
struct fixture {
	struct tcp_conversation conversation;
	uint64_t time_ns;
	uint32_t number;
};

static const uint32_t CLIENT_FIRST = 1000, SERVER_FIRST = 4294967290U; /* it wraps around */

struct step {
	bool is_from_server;
	unsigned flags, sequence, acknowledgement, length, window, wait_us;
	unsigned notes, steps; /* what is expected */
};

static struct tcp_view
add(struct fixture *fixture, const struct step *step)
{
	struct packet packet = {
		.flags = (uint16_t)step->flags,
		.window = (uint16_t)step->window,
		.payload_length = step->length,
		.has_window_scale = step->flags & PACKET_SYN,
		.window_scale = 7,
	};
	uint32_t own = step->is_from_server ? SERVER_FIRST : CLIENT_FIRST;
	uint32_t other = step->is_from_server ? CLIENT_FIRST : SERVER_FIRST;
	struct packet_address client = {.family = 4, .port = 54321},
			      server = {.family = 4, .port = 9000};
	struct tcp_view view;

	packet.source = step->is_from_server ? server : client;
	packet.destination = step->is_from_server ? client : server;
	packet.sequence = own + step->sequence;
	packet.acknowledgement = step->flags & PACKET_ACK ? other + step->acknowledgement : 0;
	fixture->time_ns += step->wait_us * 1000ULL;
	tcp_conversation_add(
		&fixture->conversation, &packet, fixture->time_ns, ++fixture->number, &view);
	return view;
}

#define SYN PACKET_SYN
#define ACK PACKET_ACK
#define FIN PACKET_FIN

static const struct step handshake[] = {
	{false, SYN, 0, 0, 0, 65495, 0, 0, TCP_STEP_SYN},
	{true, SYN | ACK, 0, 1, 0, 65483, 100, 0, TCP_STEP_SYN_ACK},
	{false, ACK, 1, 1, 0, 512, 100, 0, TCP_STEP_ESTABLISHED},
};

static void
open_connection(struct fixture *fixture)
{
	*fixture = (struct fixture){0};
	for (size_t i = 0; i < ROWS(handshake); i++) {
		struct tcp_view view = add(fixture, &handshake[i]);

		assert_int_equal(view.steps, handshake[i].steps);
		assert_int_equal(view.notes, 0);
	}
}

static void
check(const struct step *steps, size_t count)
{
	struct fixture fixture;

	open_connection(&fixture);
	for (size_t i = 0; i < count; i++) {
		struct tcp_view view = add(&fixture, &steps[i]);

		assert_int_equal(view.notes, steps[i].notes);
		assert_int_equal(view.steps, steps[i].steps);
		assert_int_equal(view.side, steps[i].is_from_server ? TCP_SERVER : TCP_CLIENT);
		assert_int_equal(view.sequence, steps[i].sequence);
		assert_int_equal(view.length, steps[i].length);
		assert_int_equal(view.window, steps[i].window * 128);
	}
}

static void
four_steps_end_it(void **state)
{
	static const struct step steps[] = {
		{true, FIN | ACK, 1, 1, 0, 512, 100, 0, TCP_STEP_FIRST_FIN},
		{false, ACK, 1, 2, 0, 512, 100, 0, TCP_STEP_FIRST_FIN_ACKED},
		{false, FIN | ACK, 1, 2, 0, 512, 900, 0, TCP_STEP_SECOND_FIN},
		{true, ACK, 2, 2, 0, 512, 100, 0, TCP_STEP_SECOND_FIN_ACKED},
	};

	(void)state;
	check(steps, ROWS(steps));
}

static void
three_packets_can_end_it(void **state)
{
	static const struct step steps[] = {
		{false, FIN | ACK, 1, 1, 0, 512, 100, 0, TCP_STEP_FIRST_FIN},
		{true, FIN | ACK, 1, 2, 0, 512, 100, 0,
			TCP_STEP_FIRST_FIN_ACKED | TCP_STEP_SECOND_FIN},
		{false, ACK, 2, 2, 0, 512, 100, 0, TCP_STEP_SECOND_FIN_ACKED},
		{true, PACKET_RST, 2, 0, 0, 0, 100, 0, TCP_STEP_RESET},
	};

	(void)state;
	check(steps, ROWS(steps));
}

static void
notes_what_is_sent_again(void **state)
{
	static const struct step steps[] = {
		{false, ACK, 1, 1, 100, 512, 100, 0, 0},
		{false, ACK, 1, 1, 100, 512, 250000, TCP_RETRANSMISSION, 0},
		{true, ACK, 1, 101, 0, 512, 100, 0, 0},
		{false, ACK, 1, 1, 100, 512, 250000, TCP_SPURIOUS_RETRANSMISSION, 0},
		{true, ACK, 1, 101, 0, 512, 100, TCP_DUPLICATE_ACK, 0},
		{false, ACK, 301, 1, 100, 512, 100, TCP_PREVIOUS_NOT_CAPTURED, 0},
		{false, ACK, 201, 1, 50, 512, 20, TCP_OUT_OF_ORDER, 0},
		{true, ACK, 1, 101, 0, 512, 100, TCP_DUPLICATE_ACK, 0},
		{true, ACK, 1, 101, 0, 512, 100, TCP_DUPLICATE_ACK, 0},
		{false, ACK, 101, 1, 100, 512, 5000, TCP_FAST_RETRANSMISSION, 0},
	};

	(void)state;
	check(steps, ROWS(steps));
}

static void
notes_windows(void **state)
{
	static const struct step steps[] = {
		{false, ACK, 1, 1, 10, 2, 100, 0, 0},
		{true, ACK, 1, 11, 256, 512, 100, TCP_WINDOW_FULL, 0},
		{false, ACK, 11, 257, 0, 0, 100, TCP_ZERO_WINDOW, 0},
		{true, ACK, 257, 11, 1, 512, 100, TCP_ZERO_WINDOW_PROBE, 0},
		{false, ACK, 11, 257, 0, 0, 100, TCP_ZERO_WINDOW | TCP_ZERO_WINDOW_PROBE_ACK, 0},
		{false, ACK, 11, 257, 0, 10, 100, TCP_WINDOW_UPDATE, 0},
		{true, ACK, 256, 11, 0, 512, 9000000, TCP_KEEP_ALIVE, 0},
		{false, ACK, 11, 257, 0, 10, 100, TCP_KEEP_ALIVE_ACK, 0},
	};

	(void)state;
	check(steps, ROWS(steps));
}

/* What is acknowledged unseen is said once for each hole. */
static void
notes_what_was_not_seen(void **state)
{
	static const struct step steps[] = {
		{false, ACK, 1, 1, 100, 512, 100, 0, 0},
		{true, ACK, 1, 201, 0, 512, 100, TCP_ACKED_UNSEEN, 0},
		{true, ACK, 1, 301, 0, 512, 100, 0, 0},
		{false, ACK, 301, 1, 100, 512, 100, TCP_PREVIOUS_NOT_CAPTURED, 0},
		{true, ACK, 1, 401, 0, 512, 100, TCP_ACKED_UNSEEN, 0},
	};

	(void)state;
	check(steps, ROWS(steps));
}

/* Without a handshake, the first byte that is seen is number 1, and windows are as they stand. */
static void
begins_in_the_middle(void **state)
{
	static const struct step steps[] = {
		{true, ACK, 500, 300, 10, 512, 0, 0, 0},
		{false, ACK, 300, 510, 0, 600, 100, 0, 0},
	};
	struct fixture fixture = {0};
	struct tcp_view view = add(&fixture, &steps[0]);

	(void)state;
	assert_int_equal(view.side, TCP_SERVER); /* the lower port */
	assert_int_equal(view.sequence, 1);
	assert_int_equal(view.acknowledgement, 1);
	assert_int_equal(view.window, 512);
	view = add(&fixture, &steps[1]);
	assert_int_equal(view.sequence, 1);
	assert_int_equal(view.acknowledgement, 11);
	assert_int_equal(view.window, 600);
	assert_int_equal(view.notes, 0);
}

static void
a_new_syn_ends_the_conversation(void **state)
{
	struct fixture fixture;
	struct packet packet = {.flags = SYN, .sequence = CLIENT_FIRST};

	(void)state;
	open_connection(&fixture);
	packet.source = fixture.conversation.client;
	assert_false(tcp_conversation_is_over(&fixture.conversation, &packet)); /* sent again */
	packet.sequence = 77;
	assert_true(tcp_conversation_is_over(&fixture.conversation, &packet));
	packet.flags = ACK;
	assert_false(tcp_conversation_is_over(&fixture.conversation, &packet));
}

static void
writes_notes_as_tshark_does(void **state)
{
	struct tcp_view view = {
		.notes = TCP_DUPLICATE_ACK, .duplicate_of = 6, .duplicate_number = 2};
	struct buf text = {0};

	(void)state;
	tcp_view_add_notes(&text, &view);
	assert_string_equal(text.bytes, "[TCP Dup ACK 6#2] ");
	buf_clear(&text);
	view.notes = TCP_ZERO_WINDOW | TCP_ZERO_WINDOW_PROBE_ACK | TCP_ACKED_UNSEEN;
	tcp_view_add_notes(&text, &view);
	assert_string_equal(text.bytes,
		"[TCP ZeroWindowProbeAck] [TCP ZeroWindow] [TCP ACKed unseen segment] ");
	buf_finish(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_steps_end_it),
		cmocka_unit_test(three_packets_can_end_it),
		cmocka_unit_test(notes_what_is_sent_again),
		cmocka_unit_test(notes_windows),
		cmocka_unit_test(notes_what_was_not_seen),
		cmocka_unit_test(begins_in_the_middle),
		cmocka_unit_test(a_new_syn_ends_the_conversation),
		cmocka_unit_test(writes_notes_as_tshark_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
