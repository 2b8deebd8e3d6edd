/*
 * Which requests are logged, when, and with what. A handler of the test answers; the test is the engine.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "accesslog/access_log.h"
#include "base/file.h"
#include "support/capture.h"
#include "support/folder.h"

static struct {
	struct loop *loop;
	struct terminal *terminal;
	struct root *root;
	struct access_log *log;
	struct response_handler handler;
	struct response response;
	struct response_waiters waiters;
	size_t begins;
} here;

static void
take_over(void *context, const struct takeover *takeover)
{
	(void)context;
	(void)takeover;
}

static void
answer(void *context, const struct request *request, struct response *response)
{
	assert_ptr_equal(context, &here);
	if (slice_is(request->path, "/pause")) {
		response_pause(response, &here.waiters);
	} else if (slice_is(request->path, "/socket")) {
		response_status(response, 101);
		response_take_over(response, take_over, NULL);
	} else if (slice_is(request->path, "/empty")) {
		response_status(response, 204);
	} else if (slice_is(request->path, "/secret")) {
		response_text(response, 401, "text/plain", SLICE_LITERAL("who?"));
	} else {
		response_text(response, 200, "text/plain", SLICE_LITERAL("0123456789"));
	}
}

static void
refuse(void *context, const struct refused_request *refused, struct response *response)
{
	assert_ptr_equal(context, &here);
	response_text(response, refused->status, "text/plain", SLICE_LITERAL("What?"));
}

static void
begin(void *context)
{
	assert_ptr_equal(context, &here);
	here.begins++;
}

static void
create(const struct access_log_options *given)
{
	struct access_log_options options = *given;

	here.loop = loop_create();
	here.terminal = terminal_create(&(struct terminal_options){0});
	here.root = root_create(".");
	options.loop = here.loop;
	options.terminal = here.terminal;
	options.roots = &here.root;
	options.root_count = 1;
	here.handler = (struct response_handler){
		.answer = answer, .refuse = refuse, .begin = begin, .context = &here};
	assert_true(access_log_create(&here.log, &options));
	access_log_wrap(here.log, &here.handler);
	response_init(&here.response);
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	setenv("TZ", "UTC", 1);
	folder_enter();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	response_finish(&here.response);
	access_log_destroy(here.log);
	terminal_destroy(here.terminal);
	loop_destroy(here.loop);
	root_destroy(here.root);
	folder_leave();
	return 0;
}

/* Asks as the visitor 192.0.2.1. */
static void
ask(const char *head, bool is_http2)
{
	struct request request;

	assert_int_equal(request_parse(&request, head, strlen(head)), REQUEST_COMPLETE);
	request.is_http2 = is_http2;
	request.peer = (struct peer){1, {[10] = 0xff, 0xff, 192, 0, 2, 1}};
	here.handler.answer(here.handler.context, &request, &here.response);
}

/* The same with a malformed request, whose answer is sent. */
static void
send_malformed(const char *bytes, int status, bool is_http2)
{
	static const struct peer peer = {1, {[10] = 0xff, 0xff, 192, 0, 2, 1}};
	const struct refused_request refused = {status, slice_of(bytes), &peer, is_http2};
	char sent[16];

	here.handler.refuse(here.handler.context, &refused, &here.response);
	assert_int_equal(here.response.status, status);
	body_read(&here.response.body, sent, sizeof(sent));
	response_clear(&here.response);
}

/* What is in the file, each time as "[T]". The caller frees. */
static char *
written(void)
{
	struct buf text = {0}, shown = {0};
	bool is_time = false;

	loop_dispatch(here.loop);
	assert_true(file_read_path("../outside/log", 100000, &text));
	for (size_t i = 0; i < text.length; i++) {
		is_time &= text.bytes[i] != ']';
		if (!is_time)
			buf_add_char(&shown, text.bytes[i]);
		if (text.bytes[i] == '[') {
			is_time = true;
			buf_add_char(&shown, 'T');
		}
	}
	buf_add_char(&shown, '\0');
	buf_finish(&text);
	return buf_take(&shown);
}

static void
assert_written(const char *expected)
{
	char *lines = written();

	assert_string_equal(lines, expected);
	free(lines);
}

static const struct access_log_options to_file = {
	.settings = {.is_on = true, .file = "../outside/log"}};

#define END "\r\nHost: x\r\n\r\n"

static void
a_line_when_the_response_has_ended(void **state)
{
	char piece[4];

	(void)state;
	create(&to_file);
	ask("GET /a?b=c HTTP/1.1\r\nHost: x\r\nReferer: r\r\nUser-Agent: u v\r\n\r\n", false);
	assert_written("");
	body_read(&here.response.body, piece, sizeof(piece));
	response_clear(&here.response);
	assert_written("192.0.2.1 - - [T] \"GET /a?b=c HTTP/1.1\" 200 4 \"r\" \"u v\"\n");
	response_clear(&here.response);
	response_finish(&here.response);
	assert_written("192.0.2.1 - - [T] \"GET /a?b=c HTTP/1.1\" 200 4 \"r\" \"u v\"\n");
}

static void
each_kind_of_response(void **state)
{
	static const struct {
		const char *head;
		bool is_http2;
		const char *line;
	} rows[] = {
		{"HEAD / HTTP/1.1" END, false, "\"HEAD / HTTP/1.1\" 200 -"},
		{"GET /empty HTTP/1.1" END, false, "\"GET /empty HTTP/1.1\" 204 -"},
		{"GET /socket HTTP/1.1" END, false, "\"GET /socket HTTP/1.1\" 101 -"},
		{"GET / HTTP/1.1" END, true, "\"GET / HTTP/2.0\" 200 -"},
		{"GET http://x/%22\" HTTP/1.0\n\n", false,
			"\"GET http://x/%22\\\" HTTP/1.0\" 200 -"},
		{"\r\nPOST / HTTP/1.1" END, false, "\"POST / HTTP/1.1\" 200 -"},
		{"GET /pause HTTP/1.1" END, false, NULL},
	};
	struct buf expected = {0};

	(void)state;
	create(&to_file);
	buf_add_text(&expected, "");
	for (size_t i = 0; i < ROWS(rows); i++) {
		ask(rows[i].head, rows[i].is_http2);
		response_clear(&here.response);
		if (rows[i].line)
			buf_addf(&expected, "192.0.2.1 - - [T] %s \"-\" \"-\"\n", rows[i].line);
	}
	assert_written(expected.bytes);
	buf_finish(&expected);
}

/* It is in no log who asks by the control socket. */
static void
the_owner(void **state)
{
	static const char head[] = "GET / HTTP/1.1" END;
	struct request request;

	(void)state;
	create(&to_file);
	assert_int_equal(request_parse(&request, head, strlen(head)), REQUEST_COMPLETE);
	here.handler.answer(here.handler.context, &request, &here.response);
	response_clear(&here.response);
	assert_written("");
}

/* "ada:x"; without --htpasswd anybody can send any name. */
static void
users(void **state)
{
	struct access_log_options options = to_file;
	static const char ada[] = " HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YWRhOng=\r\n\r\n";
	char head[200];

	(void)state;
	options.has_users = true;
	create(&options);
	snprintf(head, sizeof(head), "GET /%s", ada);
	ask(head, false);
	response_clear(&here.response);
	snprintf(head, sizeof(head), "GET /secret%s", ada);
	ask(head, false);
	response_clear(&here.response);
	ask("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n\r\n", false);
	response_clear(&here.response);
	assert_written("192.0.2.1 - ada [T] \"GET / HTTP/1.1\" 200 - \"-\" \"-\"\n"
		       "192.0.2.1 - - [T] \"GET /secret HTTP/1.1\" 401 - \"-\" \"-\"\n"
		       "192.0.2.1 - - [T] \"GET / HTTP/1.1\" 200 - \"-\" \"-\"\n");
}

static void
on_standard_output(void **state)
{
	struct access_log_options options = {.settings = {.is_on = true}};
	const char *said;

	(void)state;
	capture_begin(1);
	create(&options);
	ask("GET /a HTTP/1.1" END, false);
	response_clear(&here.response);
	said = capture_end();
	assert_memory_equal(said, "192.0.2.1 - - [", 15);
	assert_non_null(strstr(said, "] \"GET /a HTTP/1.1\" 200 - \"-\" \"-\"\n"));
	assert_null(access_log_path(here.log));
}

/* A program that reads the events gets them as well when there is a file. */
static void
as_events(void **state)
{
	struct access_log_options options = to_file;
	const char *said;

	(void)state;
	options.has_events = true;
	capture_begin(1);
	create(&options);
	ask("GET /a HTTP/1.1" END, false);
	response_clear(&here.response);
	said = capture_end();
	assert_non_null(strstr(said,
		"Z\",\"event\":\"request\",\"address\":\"192.0.2.1\","
		"\"host\":\"x\",\"method\":\"GET\",\"url\":\"/a\",\"protocol\":\"HTTP/1.1\","
		"\"status\":200,\"bytes\":0}\n"));
	assert_written("192.0.2.1 - - [T] \"GET /a HTTP/1.1\" 200 - \"-\" \"-\"\n");
}

static void
what_the_handler_is_told(void **state)
{
	(void)state;
	create(&to_file);
	here.handler.begin(here.handler.context);
	assert_int_equal(here.begins, 1);
	send_malformed("GET / HTTP/1.1\r\n", 400, false);
}

static void
malformed_requests(void **state)
{
	(void)state;
	create(&to_file);
	send_malformed("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400, false);
	send_malformed("\r\n\ngarbage\n", 400, false);
	send_malformed("GET \"/\x16\\\xff", 400, false);
	send_malformed("", 400, false);
	send_malformed("\r\n", 414, false);
	send_malformed("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", 431, true);
	send_malformed("", 501, true);
	assert_written("192.0.2.1 - - [T] \"GET / HTTP/1.1\" 400 5 \"-\" \"-\"\n"
		       "192.0.2.1 - - [T] \"garbage\" 400 5 \"-\" \"-\"\n"
		       "192.0.2.1 - - [T] \"GET \\\"/\\x16\\\\\\xff\" 400 5 \"-\" \"-\"\n"
		       "192.0.2.1 - - [T] \"-\" 400 5 \"-\" \"-\"\n"
		       "192.0.2.1 - - [T] \"-\" 414 5 \"-\" \"-\"\n"
		       "192.0.2.1 - - [T] \"GET /a HTTP/2.0\" 431 5 \"-\" \"-\"\n"
		       "192.0.2.1 - - [T] \"-\" 501 5 \"-\" \"-\"\n");
}

/* A first line without an end is cut. */
static void
long_malformed_lines(void **state)
{
	struct buf line = {0}, expected = {0};

	(void)state;
	create(&to_file);
	for (size_t i = 0; i < REQUEST_LINE_MAX + 10; i++)
		buf_add_char(&line, 'a');
	send_malformed(line.bytes, 414, false);
	buf_addf(&expected, "192.0.2.1 - - [T] \"%.*s\" 414 5 \"-\" \"-\"\n", REQUEST_LINE_MAX,
		line.bytes);
	assert_written(expected.bytes);
	buf_finish(&line);
	buf_finish(&expected);
}

static void
malformed_requests_as_events(void **state)
{
	struct access_log_options options = to_file;
	const char *said;

	(void)state;
	options.has_events = true;
	capture_begin(1);
	create(&options);
	send_malformed("bad \xff\r\n", 400, false);
	send_malformed("", 400, false);
	said = capture_end();
	assert_non_null(
		strstr(said, "Z\",\"event\":\"request\",\"address\":\"192.0.2.1\","
			     "\"malformed\":\"bad \xef\xbf\xbd\",\"status\":400,\"bytes\":5}\n"));
	assert_non_null(strstr(said, "\"malformed\":\"\",\"status\":400,\"bytes\":5}\n"));
}

static void
off(void **state)
{
	(void)state;
	create(&(struct access_log_options){0});
	assert_null(here.log);
	assert_ptr_equal(here.handler.answer, answer);
	assert_null(access_log_path(NULL));
	assert_null(access_log_folder(NULL));
	access_log_set_opener(NULL, NULL, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_line_when_the_response_has_ended, enter, leave),
		cmocka_unit_test_setup_teardown(each_kind_of_response, enter, leave),
		cmocka_unit_test_setup_teardown(the_owner, enter, leave),
		cmocka_unit_test_setup_teardown(users, enter, leave),
		cmocka_unit_test_setup_teardown(on_standard_output, enter, leave),
		cmocka_unit_test_setup_teardown(as_events, enter, leave),
		cmocka_unit_test_setup_teardown(what_the_handler_is_told, enter, leave),
		cmocka_unit_test_setup_teardown(malformed_requests, enter, leave),
		cmocka_unit_test_setup_teardown(long_malformed_lines, enter, leave),
		cmocka_unit_test_setup_teardown(malformed_requests_as_events, enter, leave),
		cmocka_unit_test_setup_teardown(off, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
