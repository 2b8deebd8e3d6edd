#include "support/test.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "explain/explanation.h"
#include "talk.h"

#define C TCP_CLIENT
#define S TCP_SERVER
#define GET_A "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
#define OK_3 "HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nContent-Length: 3\r\n\r\nabc"
#define MASK_AB "\x81\x82\0\0\0\0ab"

enum { STEPS_MAX = 16, SECOND = 1000000000 };

struct step {
	struct talk_packet packet;
	const char *wanted; /* a part of the sentences; NULL: any */
};

#define OPEN                                                                                   \
	{{C, .flags = PACKET_SYN, .has_mss = true}, "Handshake, 1 of 3"},                      \
		{{S, .flags = PACKET_SYN | PACKET_ACK, .has_mss = true}, "Handshake, 2 of 3"}, \
	{                                                                                      \
		{C, .flags = PACKET_ACK}, "Handshake, 3 of 3"                                  \
	}

static char *
explain(struct explanation *explanation, const struct dissect_row *row)
{
	struct buf text = {0};

	explanation_add(explanation, row, &text);
	assert_true(text.length > 0);
	assert_true(utf8_is_valid(buf_slice(&text), true));
	for (size_t i = 0; i < text.length; i++)
		assert_true((unsigned char)text.bytes[i] >= ' ' && text.bytes[i] != 0x7f);
	return buf_take(&text);
}

static void
check(const struct step *steps, enum language language, uint16_t port)
{
	const struct explanation_options options = {language, port};
	struct explanation *explanation = explanation_create(&options);
	struct talk talk;

	talk_init(&talk);
	for (unsigned i = 0; i < STEPS_MAX && (steps[i].wanted || steps[i].packet.is_lost); i++) {
		const struct dissect_row *row = talk_send(&talk, &steps[i].packet);
		char *text;

		if (steps[i].packet.is_lost)
			continue;
		text = explain(explanation, row);
		if (!strstr(text, steps[i].wanted))
			fail_msg("packet %u: \"%s\", without \"%s\"", row->number, text,
				steps[i].wanted);
		free(text);
	}
	talk_finish(&talk);
	explanation_destroy(explanation);
}

static const struct step usual[][STEPS_MAX] = {
	/* The handshake, and what each end knows. */
	{
		{{C, .flags = PACKET_SYN, .has_mss = true},
			"Handshake, 1 of 3: the browser asks liveserve for a connection to port "
			"9000 (SYN). It is now in SYN-SENT, and does not know yet whether "
			"liveserve hears it. Its bytes are counted from 1000 on, which is shown as "
			"0, and it takes segments of up to 65495 bytes (MSS)."},
		{{S, .flags = PACKET_SYN | PACKET_ACK},
			"Handshake, 2 of 3: liveserve agrees (SYN, ACK). It acknowledges the SYN "
			"of the browser, and its own bytes are counted from 5000 on. It is now in "
			"SYN-RECEIVED: it knows that it hears the browser, but not yet that the "
			"browser hears it."},
		{{C, .flags = PACKET_ACK, .after_ns = 17000},
			"With this packet both ends are ESTABLISHED, 0.117 ms after the SYN"},
	},
	{
		{{C, .flags = PACKET_SYN}, "which is shown as 0."},
		{{C, .flags = PACKET_SYN, .back = 1, .after_ns = SECOND}, "It is sent again"},
		{{S, .flags = PACKET_RST | PACKET_ACK}, "The connection is refused (RST): at "
							"127.0.0.1 nobody listens at port 9000."},
	},
	/* A request, its answer and the acknowledgements. */
	{
		OPEN,
		{{C, .data = GET_A}, "The browser sends the request GET /a: 28 bytes."},
		{{.side = S}, "liveserve acknowledges packet 4: 28 bytes. Next it expects byte 29. "
			      "It has room for 65536 bytes (its window)."},
		{{S, .data = OK_3}, "The answer to packet 4 (GET /a) is whole, 0.200 ms after the "
				    "request: 200 OK, text/css, 65 bytes with its head."},
		{{.side = C},
			"The browser acknowledges packet 6: 65 bytes. Next it expects byte 66."},
		{{.side = C}, "The browser repeats the acknowledgement of packet 7 (repetition 1)"},
		{{C, .window = 600},
			"acknowledges nothing new. It says that it now has room for 76800 bytes"},
	},
	/* An answer in pieces. */
	{
		OPEN,
		{{C, .data = GET_A}, "GET /a"},
		{{S, .data = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01"},
			"Piece 1 of the answer to packet 4 (GET /a): 41 bytes. So far 41 of its 49 "
			"bytes were sent."},
		{{S, .data = "234"},
			"Piece 2 of the answer to packet 4 (GET /a): 3 bytes. So far 44"},
		{{S, .data = "56789"},
			"200 OK, 49 bytes with its head, put together from packets 5, 6 and 7."},
		{{.side = C}, "acknowledges 3 packets at once, 5 to 7: 49 bytes"},
	},
	/* What answers mean. */
	{
		OPEN,
		{{C, .data = "GET /a HTTP/1.1\r\nif-none-match: \"x\"\r\n\r\n"},
			"wants the answer only if that is out of date"},
		{{S, .data = "HTTP/1.1 304 Not Modified\r\n\r\n"},
			"304 Not Modified, 29 bytes with its head. The copy that the browser has "
			"is still right, so no body is sent."},
		{{C, .data = "GET /a HTTP/1.1\r\nRange: bytes=1-2\r\n\r\n"},
			"It wants only a part (bytes=1-2)."},
		{{S, .data = "HTTP/1.1 206 Partial Content\r\nContent-Length: 2\r\n\r\nab"},
			"It is the part that was asked for."},
		{{C, .data = "POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"},
			"the request POST /a: 42 bytes, 3 of them its body."},
		{{S, .data = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"},
			"There is nothing at this address."},
	},
	/* Two requests in a packet, and more. */
	{
		OPEN,
		{{C, .data = GET_A GET_A GET_A},
			"GET /a: 28 bytes. The browser sends the request GET /a: 28 bytes. The "
			"packet has 1 further message."},
	},
	/* WebSocket. */
	{
		OPEN,
		{{C, .data = "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"},
			"It asks to change this connection from HTTP to WebSocket"},
		{{S, .data = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"},
			"From here on both sides send WebSocket frames on this connection"},
		{{C, .data = MASK_AB, .length = 8}, "The browser says in a WebSocket text frame of "
						    "2 bytes: ab (On the wire it is masked"},
		{{S, .data = "\x81\3a{b"},
			"liveserve says in a WebSocket text frame of 3 bytes: a{b"},
		{{S, .data = "\x81\0", .length = 2},
			"liveserve sends an empty WebSocket text frame."},
		{{S, .data = "\x81\2\x1b\n"}, "2 bytes: \xef\xbf\xbd "},
		{{S, .data = "\x82\2\xff\xfe"}, "a WebSocket frame with 2 bytes that are no text"},
		{{S, .data = "\x01\1a"}, "begins a WebSocket text message with a frame of 1 byte"},
		{{S, .data = "\x80\1b"}, "ends its WebSocket message with a frame of 1 byte."},
		{{S, .data = "\x89\1p"}, "asks whether the browser is still there (WebSocket ping"},
		{{S, .data = "\x88\2\3\xe9"}, "with the code 1001 (it goes away)."},
		{{S, .data = "\x81\x05xy"}, "Piece 1 of a WebSocket frame of liveserve: 4 bytes."},
	},
};

static void
packets_are_explained(void **state)
{
	(void)state;

	for (size_t i = 0; i < ROWS(usual); i++)
		check(usual[i], LANGUAGE_ENGLISH, TALK_SERVER_PORT);
}

static const struct step ends[][STEPS_MAX] = {
	/* Four packets, after a silence. */
	{
		OPEN,
		{{C, .data = GET_A}, "GET /a"},
		{{S, .data = OK_3}, "200 OK"},
		{{S, .flags = PACKET_FIN | PACKET_ACK, .after_ns = 5001 * (uint64_t)1000000},
			"Teardown, 1 of 4: liveserve has nothing more to send (FIN). It is now in "
			"FIN-WAIT-1; the browser may still send. No data was sent on this "
			"connection for 5.001 s: liveserve closes an idle connection."},
		{{.side = C},
			"Teardown, 2 of 4: the browser acknowledges the FIN of packet 6. It is now "
			"in CLOSE-WAIT and may still send; liveserve is in FIN-WAIT-2"},
		{{C, .flags = PACKET_FIN | PACKET_ACK, .after_ns = 3 * (uint64_t)SECOND},
			"Teardown, 3 of 4: the browser has nothing more to send either (FIN), "
			"3.000 s after the first FIN. It is now in LAST-ACK."},
		{{.side = S}, "Teardown, 4 of 4: liveserve acknowledges the FIN of packet 8. With "
			      "this packet the browser is CLOSED; liveserve stays in TIME-WAIT"},
	},
	/* Three packets. */
	{
		OPEN,
		{{C, .flags = PACKET_FIN | PACKET_ACK}, "FIN-WAIT-1; liveserve may still send."},
		{{S, .flags = PACKET_FIN | PACKET_ACK},
			"Teardown, 2 and 3 of 4 in one packet: liveserve acknowledges the FIN of "
			"packet 4"},
		{{.side = C}, "Teardown, 4 of 4: the browser acknowledges the FIN of packet 5."},
	},
	/* Both at once. */
	{
		OPEN,
		{{C, .flags = PACKET_FIN | PACKET_ACK}, "Teardown, 1 of 4"},
		{{S, .flags = PACKET_FIN | PACKET_ACK, .ack_back = 1},
			"both ends close at the same time. liveserve sends its FIN without an "
			"acknowledgement of the FIN of packet 4."},
		{{.side = C},
			"the browser acknowledges the FIN of packet 5. Both ends have closed"},
		{{.side = S}, "liveserve acknowledges the FIN of packet 4. Both ends have closed"},
	},
	/* A FIN with the last data. */
	{
		OPEN,
		{{C, .flags = PACKET_FIN | PACKET_ACK, .data = GET_A},
			"The browser sends the request GET /a: 28 bytes. Teardown, 1 of 4"},
	},
	{
		OPEN,
		{{C, .flags = PACKET_FIN | PACKET_ACK}, "Teardown, 1 of 4"},
		{{C, .flags = PACKET_FIN | PACKET_ACK, .back = 1, .after_ns = SECOND},
			"The browser sends its FIN again"},
		{{.side = S}, "Teardown, 2 of 4"},
	},
	/* Resets. */
	{
		OPEN,
		{{S, .data = "abc"}, "liveserve sends 3 bytes, from byte 1 on. What they mean"},
		{{C, .flags = PACKET_RST, .ack_back = 3},
			"The browser ends the connection at once (RST), without the steps of a "
			"teardown. Neither side may send any more. 3 bytes that liveserve has sent "
			"were not acknowledged before."},
	},
	{
		OPEN,
		{{C, .flags = PACKET_FIN | PACKET_ACK}, "Teardown, 1 of 4"},
		{{S, .flags = PACKET_RST | PACKET_ACK},
			"liveserve answers the FIN of packet 4 with a reset"},
	},
	{
		OPEN,
		{{C, .flags = PACKET_FIN | PACKET_ACK}, "Teardown, 1 of 4"},
		{{S, .data = "late"}, "liveserve sends 4 bytes"},
		{{C, .flags = PACKET_RST}, "The browser answers with a reset (RST): it has closed "
					   "this connection in packet 4"},
	},
};

static void
ends_are_explained(void **state)
{
	(void)state;

	for (size_t i = 0; i < ROWS(ends); i++)
		check(ends[i], LANGUAGE_ENGLISH, TALK_SERVER_PORT);
}

static const struct step unusual[][STEPS_MAX] = {
	{
		OPEN,
		{{C, .data = GET_A}, "GET /a"},
		{{C, .data = GET_A, .back = 28, .after_ns = SECOND},
			"The browser sends 28 bytes again that were already in packet 4, from byte "
			"1 on: no acknowledgement of them had come."},
		{{.side = S}, "liveserve acknowledges packet 4: 28 bytes."},
		{{C, .data = GET_A, .back = 28, .after_ns = SECOND},
			"The browser sends 28 bytes again, from byte 1 on, though liveserve has "
			"already acknowledged what was sent there."},
	},
	/* A hole, duplicates, and what was missing. */
	{
		OPEN,
		{{S, .data = "one"}, "liveserve sends 3 bytes, from byte 1 on."},
		{{.side = C}, "acknowledges packet 4"},
		{{S, .data = "two", .is_lost = true}, NULL},
		{{S, .data = "three"}, "Bytes in front of this packet are not in the capture."},
		{{C, .ack_back = 8}, "repeats the acknowledgement of packet 5 (repetition 1): it "
				     "still expects byte 4. Something from liveserve is missing"},
		{{C, .ack_back = 8}, "(repetition 2)"},
		{{S, .data = "two", .back = 8}, "liveserve sends 3 bytes again, from byte 4 on, at "
						"once after repeated acknowledgements"},
	},
	{
		OPEN,
		{{S, .data = "one", .is_lost = true}, NULL},
		{{.side = C}, "It acknowledges bytes that are not in the capture."},
	},
	/* Windows. */
	{
		OPEN,
		{{S, .data = "one"}, "3 bytes"},
		{{C, .window = 1}, "The browser has no room for further bytes (its window is 0): "
				   "liveserve has to wait."},
		{{S, .data = "x"}, "sends one byte to find out whether the browser has room again"},
		{{C, .window = 1, .ack_back = 1},
			"The browser answers the probe: it still has no room"},
		{{C, .window = 600, .ack_back = 1}, "it now has room for 76800 bytes"},
	},
	/* Keep-alives. */
	{
		OPEN,
		{{C, .data = GET_A}, "GET /a"},
		{{.side = S}, "acknowledges packet 4"},
		{{C, .back = 1, .after_ns = 10 * (uint64_t)SECOND},
			"The browser asks whether liveserve is still there (TCP keep-alive)"},
		{{.side = S}, "liveserve is still there: it answers the keep-alive."},
	},
	/* Ports that are used again. */
	{
		OPEN,
		{{C, .flags = PACKET_SYN, .back = -1000},
			"The same two ports had a connection before; this is a new one."},
	},
};

static void
what_is_unusual_is_explained(void **state)
{
	(void)state;

	for (size_t i = 0; i < ROWS(unusual); i++)
		check(unusual[i], LANGUAGE_ENGLISH, TALK_SERVER_PORT);
}

static void
sides_without_a_known_port_are_client_and_server(void **state)
{
	(void)state;
	static const struct step steps[STEPS_MAX] = {
		{{C, .flags = PACKET_SYN}, "the client asks the server for a connection"},
		{{S, .flags = PACKET_SYN | PACKET_ACK}, "the server agrees"},
		{{.side = C}, "the client acknowledges the SYN of the server"},
		{{C, .data = GET_A}, "The client sends the request"},
		{{.side = S}, "The server acknowledges packet 4"},
	};

	check(steps, LANGUAGE_ENGLISH, 0);
	check(steps, LANGUAGE_ENGLISH, 80);
}

static void
chinese_says_the_same(void **state)
{
	(void)state;
	static const struct step steps[STEPS_MAX] = {
		{{C, .flags = PACKET_SYN, .has_mss = true},
			"三次握手第 1 步：浏览器请求与 liveserve 的端口 9000 建立连接（SYN）。"},
		{{S, .flags = PACKET_SYN | PACKET_ACK}, "三次握手第 2 步：liveserve 同意"},
		{{.side = C}, "三次握手第 3 步：浏览器确认 liveserve 的 SYN。距 SYN 0.200 ms"},
		{{C, .data = GET_A}, "浏览器发送请求 GET /a：28 字节。"},
		{{S, .data = OK_3}, "对第 4 号包（GET /a）的应答已完整（请求之后 0.100 ms）：200 "
				    "OK, text/css，连同首部共 65 字节。"},
		{{S, .flags = PACKET_FIN | PACKET_ACK, .after_ns = 5 * (uint64_t)SECOND},
			"此连接上已有 5.000 s 没有数据：liveserve 关闭空闲的连接。"},
		{{C, .flags = PACKET_FIN | PACKET_ACK},
			"四次挥手第 2、3 步合为一个包：浏览器确认第 6 号包的 FIN"},
		{{.side = S}, "四次挥手第 4 步"},
	};

	check(steps, LANGUAGE_CHINESE, TALK_SERVER_PORT);
}

/* Of a capture that begins in the middle, the port says who is who. */
static void
a_capture_may_begin_in_the_middle(void **state)
{
	(void)state;
	static const struct step steps[STEPS_MAX] = {
		{{S, .data = OK_3}, "An answer of liveserve is whole: 200 OK, text/css, 65 bytes "
				    "with its head. It is not known which request it answers."},
		{{.side = C}, "The browser acknowledges packet 1: 65 bytes."},
	};

	check(steps, LANGUAGE_ENGLISH, TALK_SERVER_PORT);
}

static void
other_packets_are_explained(void **state)
{
	(void)state;
	const struct {
		struct slice bytes;
		const char *wanted;
	} rows[] = {
		{SLICE_LITERAL(
			 "\x45\0\0\x1c\0\0\0\0\x40\x11\0\0\x7f\0\0\1\x7f\0\0\1\0\1\0\2\0\x8\0\0"),
			"This packet is UDP, not TCP; it is no part of a connection."},
		{SLICE_LITERAL("\x45"), "This packet is not IP, or its headers were cut"},
	};
	const struct explanation_options options = {0};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct explanation *explanation = explanation_create(&options);
		struct dissector *dissector = dissector_create();
		struct pcapng_block block = {
			.kind = PCAPNG_PACKET, .link = PCAPNG_LINK_RAW, .bytes = rows[i].bytes};
		struct dissect_row row;
		char *text;

		dissector_packet(dissector, &block, &row);
		text = explain(explanation, &row);
		assert_non_null(strstr(text, rows[i].wanted));
		free(text);
		dissector_destroy(dissector);
		explanation_destroy(explanation);
	}
	explanation_destroy(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_are_explained),
		cmocka_unit_test(ends_are_explained),
		cmocka_unit_test(what_is_unusual_is_explained),
		cmocka_unit_test(sides_without_a_known_port_are_client_and_server),
		cmocka_unit_test(chinese_says_the_same),
		cmocka_unit_test(a_capture_may_begin_in_the_middle),
		cmocka_unit_test(other_packets_are_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
