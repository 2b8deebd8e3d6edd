#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "clock.h"
#include "lsp/starter.h"
#include "support/qemu.h"

/* What is started is this test itself, which main() has print like a server that ends at once. */
struct test {
	struct loop *loop;
	struct starter *starter;
	size_t ended;
	char *folder, *error;
};

static void
hear_end(void *context, const char *folder, const char *error)
{
	struct test *test = context;

	test->ended++;
	free(test->folder);
	free(test->error);
	test->folder = mem_text(folder);
	test->error = error ? mem_text(error) : NULL;
}

static int
set_up(void **state)
{
	struct test *test = calloc(1, sizeof(*test));

	assert_non_null(test);
	*state = test;
	test->loop = loop_create();
	test->starter = starter_create(test->loop, hear_end, test);
	return 0;
}

static int
tear_down(void **state)
{
	struct test *test = *state;

	starter_destroy(test->starter);
	loop_destroy(test->loop);
	free(test->folder);
	free(test->error);
	free(test);
	return 0;
}

static bool
has_ended(void *context)
{
	return ((const struct test *)context)->ended > 0;
}

static void
test_last_error(void **state)
{
	static const struct {
		const char *folder, *error;
	} rows[] = {
		{"/events", "the second"},
		{"/text", "there is no folder"},
		{"/nothing", NULL},
		{"/long", "after a long line"},
	};

	if (qemu_lacks("way to start a program for this processor"))
		skip();
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct test *test = *state;

		print_message("  %s\n", rows[i].folder);
		test->ended = 0;
		assert_true(starter_start(test->starter, rows[i].folder));
		clock_wait(test->loop, has_ended, test);
		assert_string_equal(test->folder, rows[i].folder);
		if (rows[i].error)
			assert_string_equal(test->error, rows[i].error);
		else
			assert_null(test->error);
	}
}

/* One for each folder; and its end is waited for by nobody. */
static void
test_once(void **state)
{
	struct test *test = *state;

	assert_true(starter_start(test->starter, "/waits"));
	errno = 0;
	assert_false(starter_start(test->starter, "/waits"));
	assert_int_equal(errno, EEXIST);
	assert_true(starter_start(test->starter, "/waits too"));
	assert_int_equal(test->ended, 0);
}

/* Plays a server: liveserve --no-open --log-format=json -- FOLDER. */
static int
play(const char *folder)
{
	if (strcmp(folder, "/events") == 0) {
		puts("{\"event\":\"start\"}");
		puts("{\"event\":\"error\",\"text\":\"the first\"}");
		puts("{\"event\":\"error\",\"text\":\"the second\"}");
		puts("{\"event\":\"stop\"}");
	} else if (strcmp(folder, "/text") == 0) {
		fputs("liveserve: there is no folder\n", stderr);
	} else if (strcmp(folder, "/long") == 0) {
		for (int i = 0; i < 100000; i++)
			putchar('a');
		puts("\nliveserve: after a long line");
	} else if (strncmp(folder, "/waits", 6) == 0) {
		pause(); /* until SIGTERM */
	}
	return 0;
}

int
main(int count, char **arguments)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_last_error, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_once, set_up, tear_down),
	};

	if (count == 5 && strcmp(arguments[1], "--no-open") == 0 &&
		strcmp(arguments[2], "--log-format=json") == 0 && strcmp(arguments[3], "--") == 0)
		return play(arguments[4]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
