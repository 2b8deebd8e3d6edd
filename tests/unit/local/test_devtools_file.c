/*
 * Who gets the file for developer tools, and what is in it.
 */
#include "support/test.h"

#include "net/listener.h"
#include "local/devtools_file.h"
#include "support/ask.h"

enum { LOCAL = 2, STRANGER = 3 };

static bool
respond(struct response *response, const char *text, uint64_t peer, const char *root)
{
	struct request request = *ask(text);

	request.peer.key = peer;
	response_text(response, 404, "text/plain", SLICE_LITERAL("none"));
	return devtools_file_respond(response, &request, slice_of(root));
}

static void
who_gets_it(void **state)
{
	static const struct {
		const char *request;
		uint64_t peer;
		bool is_given;
	} rows[] = {
		{"GET " DEVTOOLS_FILE_PATH, LOCAL, true},
		{"GET " DEVTOOLS_FILE_PATH "\nHost: 127.0.0.1", LOCAL, true},
		{"GET " DEVTOOLS_FILE_PATH "\nHost: a.localhost:1", LOCAL, true},
		{"GET " DEVTOOLS_FILE_PATH "\nSec-Fetch-Site: same-origin", LOCAL, true},
		{"GET " DEVTOOLS_FILE_PATH, STRANGER, false},
		{"GET " DEVTOOLS_FILE_PATH "\nHost: site.test", LOCAL, false},
		{"GET " DEVTOOLS_FILE_PATH "\nHost: 192.168.1.2", LOCAL, false},
		{"GET " DEVTOOLS_FILE_PATH "\nSec-Fetch-Site: cross-site", LOCAL, false},
		{"GET " DEVTOOLS_FILE_PATH "\nOrigin: http://evil.example", LOCAL, false},
		{"GET " DEVTOOLS_FILE_PATH "/", LOCAL, false},
		{"HEAD " DEVTOOLS_FILE_PATH, LOCAL, false},
	};

	(void)state;
	assert_true(listener_peer_is_local(LOCAL));
	assert_false(listener_peer_is_local(STRANGER));
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct response response;

		response_init(&response);
		print_message("%s\n", rows[i].request);
		assert_int_equal(
			respond(&response, rows[i].request, rows[i].peer, "/a"), rows[i].is_given);
		assert_int_equal(response.status, rows[i].is_given ? 200 : 404);
		response_finish(&response);
	}
}

static void
the_number_is_that_of_the_folder(void **state)
{
	static const struct {
		const char *root, *body;
	} rows[] = {
		{"/home/me/site", "{\"workspace\":{\"root\":\"/home/me/site\","
				  "\"uuid\":\"8646c56d-ac6c-4987-9ecb-89a70e4e8028\"}}\n"},
		{"/home/me/si\"te", "{\"workspace\":{\"root\":\"/home/me/si\\\"te\","
				    "\"uuid\":\"819afce3-e1d9-4814-89dc-b615f73c127f\"}}\n"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct response response;

		response_init(&response);
		assert_true(respond(&response, "GET " DEVTOOLS_FILE_PATH, LOCAL, rows[i].root));
		assert_string_equal(answer_value(&response, "Content-Type"), "application/json");
		assert_answer_body(&response, rows[i].body);
		response_finish(&response);
	}
}

static void
a_folder_that_json_cannot_name(void **state)
{
	struct response response;

	(void)state;
	response_init(&response);
	assert_false(respond(&response, "GET " DEVTOOLS_FILE_PATH, LOCAL, "/a\xff"));
	response_finish(&response);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_gets_it),
		cmocka_unit_test(the_number_is_that_of_the_folder),
		cmocka_unit_test(a_folder_that_json_cannot_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
