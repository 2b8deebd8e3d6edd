/*
 * What is put in the place of a 404 of the site, and what never is.
 */
#include "support/test.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "local/own_pages.h"
#include "support/ask.h"

#define UPDATE "\nSec-Fetch-Dest: serviceworker\nSec-Fetch-Site: same-origin"

enum { ENTRY = 5, LOCAL = 2 };

static struct {
	struct root *root;
	struct own_pages *own_pages;
	struct recent *recent;
	struct response_handler handler;
	struct response_waiters waiters;
	struct buf said;
	int status; /* what the site answers; 0: it pauses */
} here;

static void
answer_as_site(void *context, const struct request *request, struct response *response)
{
	(void)request;
	assert_ptr_equal(context, &here);
	if (here.status)
		response_text(response, here.status, "text/plain", SLICE_LITERAL("site"));
	else
		response_pause(response, &here.waiters);
}

static void
note(void *context, enum log_level level, const char *sentence)
{
	(void)context, (void)level;
	buf_addf(&here.said, "%s\n", sentence);
}

static int
enter(void **state)
{
	(void)state;
	here.root = root_create("/");
	here.recent = recent_create();
	here.own_pages = own_pages_create(&(struct own_pages_options){.root = here.root,
		.entry = ENTRY,
		.recent = here.recent,
		.status_url = "http://localhost:1/secret/"});
	here.handler = (struct response_handler){.answer = answer_as_site, .context = &here};
	own_pages_wrap(here.own_pages, &here.handler);
	log_set_sink(note, NULL);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	log_set_sink(NULL, NULL);
	own_pages_destroy(here.own_pages);
	recent_destroy(here.recent);
	root_destroy(here.root);
	buf_finish(&here.said);
	return 0;
}

/* Whether the answer is one of ours. */
static bool
is_ours(const char *text, int status, unsigned entry)
{
	struct request request = *ask(text);
	struct response response;
	bool is_ours;

	here.status = status;
	request.entry = entry;
	request.peer.key = LOCAL;
	response_init(&response);
	here.handler.answer(here.handler.context, &request, &response);
	is_ours = response.status == 200 && status != 200;
	if (is_ours)
		assert_string_equal(
			answer_value(&response, "Cross-Origin-Resource-Policy"), "same-origin");
	else
		assert_int_equal(response.status, status);
	response_finish(&response);
	return is_ours;
}

static void
only_a_404_is_replaced(void **state)
{
	static const char *const ours[] = {
		"GET /sw.js" UPDATE, "GET /.well-known/appspecific/com.chrome.devtools.json"};

	(void)state;
	for (size_t i = 0; i < ROWS(ours); i++) {
		assert_true(is_ours(ours[i], 404, ENTRY));
		for (int status = 200; status < 600; status++)
			assert_false(status != 404 && is_ours(ours[i], status, ENTRY));
		assert_false(is_ours(ours[i], 404, ENTRY + 1));
		assert_false(is_ours(ours[i], 0, ENTRY));
	}
	assert_false(is_ours("GET /sw.js", 404, ENTRY));
}

static void
each_worker_is_said_once(void **state)
{
	(void)state;
	assert_true(is_ours("GET /a.js" UPDATE, 404, ENTRY));
	assert_true(is_ours("GET /a.js" UPDATE, 404, ENTRY));
	assert_string_equal(here.said.bytes, "a browser asked for the service worker /a.js, which "
					     "is not here: if an earlier project on "
					     "this port has left it, it is removed now\n");
}

/* What was sent into the socket that send_to_status has got. */
static void
read_takeover(const struct response *response, char text[1000])
{
	int ends[2];
	ssize_t length;

	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), errno);
	response->takeover(response->takeover_context,
		&(struct takeover){.socket = ends[0], .response = response});
	length = recv(ends[1], text, 999, MSG_WAITALL);
	assert_true(length > 0);
	text[length] = '\0';
	close(ends[1]);
}

static void
who_may_look_for_the_status_page(void **state)
{
	static const struct {
		const char *request;
		uint64_t peer;
		bool is_taken;
	} rows[] = {
		{"GET /__liveserve/", LOCAL, true},
		{"GET /__liveserve/\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document", LOCAL,
			true},
		{"GET /__liveserve/\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: iframe", LOCAL,
			false},
		{"GET /__liveserve/\nSec-Fetch-Mode: cors\nSec-Fetch-Dest: empty", LOCAL, false},
		{"GET /__liveserve/", LOCAL + 1, false},
		{"GET /__liveserve/\nHost: site.test", LOCAL, false},
		{"GET /__liveserve/x", LOCAL, false},
		{"HEAD /__liveserve/", LOCAL, false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct request request = *ask(rows[i].request);
		struct response response;
		char text[1000];

		print_message("%s\n", rows[i].request);
		here.status = 404;
		request.entry = ENTRY;
		request.peer.key = rows[i].peer;
		response_init(&response);
		here.handler.answer(here.handler.context, &request, &response);
		assert_int_equal(response.takeover != NULL, rows[i].is_taken);
		/* A socket without an address has no user, so it is refused. */
		if (rows[i].is_taken) {
			read_takeover(&response, text);
			assert_memory_equal(text, "HTTP/1.1 403 Forbidden\r\n", 24);
			assert_null(strstr(text, "secret"));
		}
		response_finish(&response);
	}
}

static void
requests_are_noted(void **state)
{
	(void)state;
	is_ours("GET /a?token=1", 200, ENTRY);
	is_ours("GET /b", 404, ENTRY);
	is_ours("GET /paused", 0, ENTRY);
	is_ours("GET /other", 200, ENTRY + 1);
	assert_string_equal(recent_get_request(here.recent, 0)->path, "/b");
	assert_string_equal(recent_get_request(here.recent, 1)->path, "/a");
	assert_null(recent_get_request(here.recent, 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_a_404_is_replaced, enter, leave),
		cmocka_unit_test_setup_teardown(who_may_look_for_the_status_page, enter, leave),
		cmocka_unit_test_setup_teardown(requests_are_noted, enter, leave),
		cmocka_unit_test_setup_teardown(each_worker_is_said_once, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
