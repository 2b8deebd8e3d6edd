#define _GNU_SOURCE
#include "support/test.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "clock.h"
#include "jsonrpc/framing.h"
#include "lsp/language_server.h"

#define INITIALIZE "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}"
#define SHUTDOWN "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"shutdown\"}"
#define EXIT "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}"

/* What an editor sends from first to last, what it is answered, and the exit code. */
static void
test_orders(void **state)
{
	static const struct {
		const char *label, *messages[5], *answer;
		int code;
	} rows[] = {
		{"as it should be", {INITIALIZE, SHUTDOWN, EXIT}, "\"id\":2,\"result\":null", 0},
		{"no shutdown", {INITIALIZE, EXIT}, "\"serverInfo\"", 1},
		{"exit alone", {EXIT}, "", 1},
		{"the end of the input", {INITIALIZE, SHUTDOWN}, "\"id\":2,\"result\":null", 1},
		{"shutdown first", {SHUTDOWN, EXIT}, "\"id\":2,\"error\":{\"code\":-32002", 1},
		{"initialize twice", {INITIALIZE, INITIALIZE, SHUTDOWN, EXIT},
			"\"id\":1,\"error\":{\"code\":-32600", 0},
		{"shutdown twice", {INITIALIZE, SHUTDOWN, SHUTDOWN, EXIT},
			"\"id\":2,\"error\":{\"code\":-32600", 0},
		{"initialize after shutdown", {INITIALIZE, SHUTDOWN, INITIALIZE, EXIT},
			"\"id\":1,\"error\":{\"code\":-32600", 0},
		{"initialize as a notification",
			{"{\"jsonrpc\":\"2.0\",\"method\":\"initialize\"}", SHUTDOWN, EXIT},
			"\"id\":2,\"error\":{\"code\":-32002", 1},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct loop *loop = loop_create();
		int to[2], from[2];
		struct language_server_options options = {.version = "1"};
		struct language_server *server;
		struct buf input = {0};
		static char output[64 * 1024];
		ssize_t count;

		print_message("  %s\n", rows[i].label);
		assert_int_equal(pipe2(to, O_CLOEXEC), 0);
		assert_int_equal(pipe2(from, O_CLOEXEC | O_NONBLOCK), 0);
		options.input = to[0];
		options.output = from[1];
		server = language_server_create(loop, &options);
		assert_non_null(server);
		for (size_t j = 0; rows[i].messages[j]; j++)
			framing_add(&input, slice_of(rows[i].messages[j]));
		assert_int_equal(write(to[1], input.bytes, input.length), input.length);
		close(to[1]);
		loop_run(loop);
		assert_int_equal(language_server_exit_code(server), rows[i].code);
		language_server_destroy(server);
		count = read(from[0], output, sizeof(output) - 1);
		output[count > 0 ? count : 0] = '\0';
		assert_non_null(strstr(output, rows[i].answer));
		close(to[0]);
		close(from[0]);
		close(from[1]);
		buf_finish(&input);
		loop_destroy(loop);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_orders)};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
