#include "support/test.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "report/report.h"
#include "report/report_record.h"
#include "talk.h"

#define C TCP_CLIENT
#define S TCP_SERVER
#define EVIL "<script>alert(1)</script>|`_*[a](b)&amp;\"'"

static const struct talk_packet syn = {.side = C, .flags = PACKET_SYN, .has_mss = true};
static const struct talk_packet syn_ack = {
	.side = S, .flags = PACKET_SYN | PACKET_ACK, .has_mss = true};
static const struct talk_packet ack = {.side = C};

static struct report *
make(const struct talk_packet *packets, size_t count, enum language language, uint16_t port)
{
	const struct report_options options = {language, port, "a <b>.pcapng"};
	struct report *report = report_create(&options);
	struct talk talk;

	talk_init(&talk);
	for (size_t i = 0; i < count; i++) {
		const struct dissect_row *row = talk_send(&talk, &packets[i]);

		if (!packets[i].is_lost)
			report_add(report, row);
	}
	talk_finish(&talk);
	return report;
}

static char *
write_report(struct report *report, enum report_format format)
{
	struct buf text = {0};

	report_write(report, format, &text);
	assert_true(utf8_is_valid(buf_slice(&text), true));
	return buf_take(&text);
}

/* Both formats have each of the words, up to a NULL. */
static void
check(const struct talk_packet *packets, size_t count, const char *const *wanted)
{
	struct report *report = make(packets, count, LANGUAGE_ENGLISH, TALK_SERVER_PORT);

	for (int format = REPORT_HTML; format <= REPORT_MARKDOWN; format++) {
		char *text = write_report(report, (enum report_format)format);

		for (size_t i = 0; wanted[i]; i++)
			if (!strstr(text, wanted[i]))
				fail_msg("without \"%s\": %s", wanted[i], text);
		free(text);
	}
	report_destroy(report);
}

static void
an_empty_capture_is_said(void **state)
{
	(void)state;
	check(NULL, 0, (const char *const[]){"has no packets of TCP", NULL});
}

static void
what_is_not_there_is_said(void **state)
{
	const struct talk_packet packets[] = {ack, {.side = S}};

	(void)state;
	check(packets, ROWS(packets),
		(const char *const[]){
			"The handshake of this connection is not in the capture",
			"No HTTP request and no answer can be read in the capture.",
			"No picture was requested.",
			"No connection was changed to WebSocket.",
			"In the capture, this connection is not closed.",
			"No packet was lost, sent again or out of order, and no window was 0.",
			NULL,
		});
}

static void
a_cut_handshake_and_a_cut_end_are_said(void **state)
{
	const struct talk_packet packets[] = {
		syn_ack, ack, {.side = S, .flags = PACKET_FIN | PACKET_ACK}, ack};

	(void)state;
	check(packets, ROWS(packets),
		(const char *const[]){
			"Not all three steps of the handshake are in the capture.",
			"Not all steps of the teardown are in the capture.",
			NULL,
		});
}

static void
ends_of_three_packets_and_resets_are_said(void **state)
{
	const struct talk_packet three[] = {syn, syn_ack, ack,
		{.side = C, .flags = PACKET_FIN | PACKET_ACK},
		{.side = S, .flags = PACKET_FIN | PACKET_ACK}, ack};
	const struct talk_packet reset[] = {
		syn, syn_ack, ack, {.side = C, .flags = PACKET_RST | PACKET_ACK}};

	(void)state;
	check(three, ROWS(three),
		(const char *const[]){
			"because steps 2 and 3 are one packet", "Step 2 + 3", "Step 4", NULL});
	check(reset, ROWS(reset),
		(const char *const[]){
			"The browser ends it at once by a reset", "in packet 4.", NULL});
}

static void
a_picture_that_is_not_sent_again_is_said(void **state)
{
	const struct talk_packet packets[] = {
		{.side = C, .data = "GET /logo.JPG?v=1 HTTP/1.1\r\nIf-None-Match: \"a\"\r\n\r\n"},
		{.side = S, .data = "HTTP/1.1 304 Not Modified\r\n\r\n"},
	};

	(void)state;
	check(packets, ROWS(packets),
		(const char *const[]){"was not sent again: 304 Not Modified. The copy of the "
				      "browser is still right.",
			NULL});
}

static void
a_picture_on_the_connection_of_the_page_is_said(void **state)
{
	const struct talk_packet packets[] = {
		{.side = C, .data = "GET / HTTP/1.1\r\n\r\n"},
		{.side = S,
			.data = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
				"Content-Length: 1\r\n\r\nx"},
		{.side = C, .data = "GET /logo HTTP/1.1\r\n\r\n"},
		{.side = S,
			.data = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"
				"Content-Length: 6\r\n\r\nabc"},
		{.side = S, .data = "def"},
		{.side = C, .data = "GET /other HTTP/1.1\r\n\r\n"},
		{.side = S,
			.data = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"
				"Content-Length: 6\r\n\r\nabc"},
	};

	(void)state;
	check(packets, ROWS(packets),
		(const char *const[]){"a head of 63 and the picture of 6. TCP carries it in 2 "
				      "segments on connection "
				      "1.",
			"It is the connection on which the page (GET /) came: it was kept open.",
			"The answer to GET /other (200 OK, image/png) is not whole in the capture",
			NULL});
}

static void
requests_of_one_packet_have_their_own_answers(void **state)
{
	const struct talk_packet packets[] = {
		{.side = C, .data = "GET /a HTTP/1.1\r\n\r\nGET /a HTTP/1.1\r\n\r\n"},
		{.side = S, .data = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
		{.side = S, .data = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"},
	};
	struct report *report = make(packets, ROWS(packets), LANGUAGE_ENGLISH, 0);
	char *text = write_report(report, REPORT_HTML);
	const char *first = strstr(text, "<td>GET /a HTTP/1.1</td><td>2</td><td>200 OK</td>");
	const char *second = strstr(
		text, "<td>GET /a HTTP/1.1</td><td>3</td><td>404 Not Found</td>");

	(void)state;
	assert_non_null(first);
	assert_non_null(second);
	assert_true(first < second);
	free(text);
	report_destroy(report);
}

/* ---- what comes from outside ---- */

static const struct talk_packet evil[] = {
	{.side = C,
		.data = "GET /" EVIL " HTTP/1.1\r\nHost: " EVIL "\r\n" EVIL ": " EVIL
			"\r\n```\r\nX: \x1b[31m\xff\r\n\r\n"},
	{.side = S,
		.data = "HTTP/1.1 200 " EVIL "\r\nContent-Type: image/" EVIL
			"\r\nContent-Length: 3\r\n\r\nabc"},
	{.side = C, .data = "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"},
	{.side = S, .data = "HTTP/1.1 101 Up\r\nUpgrade: websocket\r\n\r\n"},
	{.side = S, .data = "\x81\x08<script>"},
	{.side = S,
		.data = "\x81\x04"
			"\xef\xbf\xbe"
			"."},
	{.side = S,
		.data = "\x81\x0a\n```\n<b>"
			"\n"},
	{.side = S, .flags = PACKET_RST},
};

static void
nothing_from_a_packet_becomes_markup_in_html(void **state)
{
	static const char *const never[] = {"<script", "<b>", "</script", "<img", "\x1b", "href"};
	struct report *report = make(evil, ROWS(evil), LANGUAGE_ENGLISH, TALK_SERVER_PORT);
	char *text = write_report(report, REPORT_HTML);

	(void)state;
	for (size_t i = 0; i < ROWS(never); i++)
		assert_null(strstr(text, never[i]));
	assert_non_null(
		strstr(text, "GET /&lt;script&gt;alert(1)&lt;/script&gt;|`_*[a](b)&amp;amp;"));
	/* It needs nothing from elsewhere, and may load nothing. */
	assert_null(strstr(text, "src="));
	assert_null(strstr(text, "url("));
	assert_non_null(strstr(text, "default-src 'none'"));
	free(text);
	report_destroy(report);
}

static void
nothing_from_a_packet_becomes_markup_in_the_picture(void **state)
{
	static const char *const never[] = {"<script", "<b>", "<img", "\x1b", "href", "url(",
		"\xef\xbf\xbe" /* U+FFFE, which XML may not hold */};
	struct report *report = make(evil, ROWS(evil), LANGUAGE_ENGLISH, TALK_SERVER_PORT);
	struct buf text = {0};

	(void)state;
	assert_true(report_draw(report, &text));
	assert_true(slice_starts(buf_slice(&text), "<svg xmlns=\"http://www.w3.org/2000/svg\" "));
	assert_true(slice_ends(buf_slice(&text), "</svg>\n"));
	assert_true(utf8_is_valid(buf_slice(&text), true));
	for (size_t i = 0; i < ROWS(never); i++)
		assert_null(strstr(text.bytes, never[i]));
	assert_non_null(strstr(text.bytes, "GET /&lt;script&gt;alert(1)"));
	buf_finish(&text);
	report_destroy(report);
}

static void
markdown_shows_the_picture_in_place_of_lines(void **state)
{
	struct report *report = make(evil, ROWS(evil), LANGUAGE_ENGLISH, TALK_SERVER_PORT);
	struct buf text = {0};

	(void)state;
	report_write_with_picture(report, "a%20b.svg", &text);
	assert_non_null(
		strstr(text.bytes, "\n\n![Packets 1 to 8, from top to bottom](a%20b.svg)\n\n"));
	assert_null(strstr(text.bytes, "```\n"));
	buf_finish(&text);
	report_destroy(report);
}

static void
without_packets_there_is_no_picture(void **state)
{
	struct report *report = make(NULL, 0, LANGUAGE_ENGLISH, TALK_SERVER_PORT);
	struct buf text = {0};

	(void)state;
	assert_false(report_draw(report, &text));
	assert_int_equal(text.length, 0);
	report_write_with_picture(report, "a.svg", &text);
	assert_null(strstr(text.bytes, "a.svg"));
	buf_finish(&text);
	report_destroy(report);
}

/* How many | a line has that no backslash or entity hides. */
static unsigned
count_bars(struct slice line)
{
	unsigned count = 0;

	for (size_t i = 0; i < line.length; i++)
		count += line.at[i] == '|';
	return count;
}

static void
nothing_from_a_packet_becomes_markup_in_markdown(void **state)
{
	struct report *report = make(evil, ROWS(evil), LANGUAGE_ENGLISH, TALK_SERVER_PORT);
	char *text = write_report(report, REPORT_MARKDOWN);
	struct slice rest = slice_of(text), line;
	unsigned bars = 0, fences = 0, tables = 0;

	(void)state;
	while (slice_split(&rest, '\n', &line)) {
		if (slice_is(line, "```")) {
			fences++;
			continue;
		}
		if (fences % 2)
			continue;
		assert_null(memchr(line.at, '<', line.length));
		if (!slice_starts(line, "|")) {
			bars = 0;
			continue;
		}
		tables += bars == 0;
		if (bars)
			assert_int_equal(count_bars(line), bars);
		bars = count_bars(line);
	}
	assert_int_equal(fences, 2);
	assert_true(tables > 5);
	assert_non_null(strstr(text, "\\`\\_\\*\\[a\\](b)&#38;amp;"));
	free(text);
	report_destroy(report);
}

static void
secrets_are_left_out(void **state)
{
	static const struct talk_packet packets[] = {
		{.side = C,
			.data = "GET / HTTP/1.1\r\nCookie: secret1\r\n  secret2\r\n"
				"AUTHORIZATION : Basic secret3\r\nproxy-authorization:secret4\r\n"
				"X-Plain: plain1\r\n\r\n"},
		{.side = S,
			.data = "HTTP/1.1 200 OK\r\nset-COOKIE: secret5\r\n\tsecret6\r\n"
				"X-Plain: plain2\r\nContent-Length: 0\r\n\r\n"},
	};
	(void)state;
	for (int language = 0; language < LANGUAGES; language++) {
		struct report *report = make(
			packets, ROWS(packets), (enum language)language, TALK_SERVER_PORT);

		for (int format = REPORT_HTML; format <= REPORT_MARKDOWN; format++) {
			char *text = write_report(report, (enum report_format)format);

			assert_null(strstr(text, "secret"));
			assert_non_null(strstr(text, "plain1"));
			assert_non_null(strstr(text, "plain2"));
			assert_non_null(strstr(text, "Cookie"));
			free(text);
		}
		report_destroy(report);
	}
}

/* ---- bounds ---- */

static void
a_long_capture_is_cut_and_says_so(void **state)
{
	const struct report_options options = {LANGUAGE_ENGLISH, 0, NULL};
	struct report *report = report_create(&options);
	struct talk talk;
	char *text;

	(void)state;
	talk_init(&talk);
	for (unsigned i = 0; i < REPORT_PACKETS_MAX + 3; i++)
		report_add(report, talk_send(&talk, &ack));
	text = write_report(report, REPORT_HTML);
	assert_non_null(strstr(text, "the last 3 packets of TCP are left out."));
	assert_non_null(strstr(text, "The first 400 packets are drawn; the others are left out."));
	free(text);
	talk_finish(&talk);
	report_destroy(report);
}

static void
too_many_messages_are_cut_and_said(void **state)
{
	const struct report_options options = {LANGUAGE_ENGLISH, 0, NULL};
	const struct talk_packet request = {.side = C, .data = "GET / HTTP/1.1\r\n\r\n"};
	struct report *report = report_create(&options);
	struct talk talk;
	char *text;

	(void)state;
	talk_init(&talk);
	for (unsigned i = 0; i < REPORT_MESSAGES_MAX + 1; i++) {
		report_add(report, talk_send(&talk, &request));
		if (i + 1 < REPORT_MESSAGES_MAX)
			continue;
		text = write_report(report, REPORT_HTML);
		assert_int_equal(strstr(text, "those after the first 4000 are left out") != NULL,
			i == REPORT_MESSAGES_MAX);
		free(text);
	}
	talk_finish(&talk);
	report_destroy(report);
}

static void
the_language_is_chosen(void **state)
{
	const struct talk_packet packets[] = {syn, syn_ack, ack};
	struct report *report = make(packets, ROWS(packets), LANGUAGE_CHINESE, TALK_SERVER_PORT);
	char *text = write_report(report, REPORT_HTML);

	(void)state;
	assert_non_null(strstr(text, "<html lang=\"zh-CN\">"));
	assert_non_null(strstr(text, "三次握手第 3 步"));
	assert_non_null(strstr(text, "没有请求图片。"));
	free(text);
	report_destroy(report);
}

static void
the_format_is_found_by_the_name(void **state)
{
	static const struct {
		const char *path;
		bool is_known;
		enum report_format format;
	} rows[] = {
		{"a.html", true, REPORT_HTML},
		{"a/b.HTM", true, REPORT_HTML},
		{"a.md", true, REPORT_MARKDOWN},
		{"a.pdf", false, REPORT_HTML},
		{"html", false, REPORT_HTML},
		{"", false, REPORT_HTML},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		enum report_format format = REPORT_MARKDOWN;

		assert_int_equal(report_format_find(rows[i].path, &format), rows[i].is_known);
		if (rows[i].is_known)
			assert_int_equal(format, rows[i].format);
	}
	report_destroy(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_capture_is_said),
		cmocka_unit_test(what_is_not_there_is_said),
		cmocka_unit_test(a_cut_handshake_and_a_cut_end_are_said),
		cmocka_unit_test(ends_of_three_packets_and_resets_are_said),
		cmocka_unit_test(a_picture_that_is_not_sent_again_is_said),
		cmocka_unit_test(a_picture_on_the_connection_of_the_page_is_said),
		cmocka_unit_test(requests_of_one_packet_have_their_own_answers),
		cmocka_unit_test(nothing_from_a_packet_becomes_markup_in_html),
		cmocka_unit_test(nothing_from_a_packet_becomes_markup_in_the_picture),
		cmocka_unit_test(nothing_from_a_packet_becomes_markup_in_markdown),
		cmocka_unit_test(markdown_shows_the_picture_in_place_of_lines),
		cmocka_unit_test(without_packets_there_is_no_picture),
		cmocka_unit_test(secrets_are_left_out),
		cmocka_unit_test(a_long_capture_is_cut_and_says_so),
		cmocka_unit_test(too_many_messages_are_cut_and_said),
		cmocka_unit_test(the_language_is_chosen),
		cmocka_unit_test(the_format_is_found_by_the_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
