/*
 * What is said about an option that a command does not have.
 */
#include "support/test.h"

#include <string.h>
#include <sys/stat.h>

#include "control/wrong_option.h"
#include "support/capture.h"
#include "support/folder.h"

static const char *const options[] = {"--report", "--report-language", "--explain", NULL};

static void
expect(const char *given, const char *sentence)
{
	const char *logged;

	capture_begin(2);
	wrong_option_log("wire", given, options);
	logged = capture_end();
	if (!strstr(logged, sentence))
		fail_msg("%s: expected \"%s\", got: %s", given, sentence, logged);
}

static void
the_nearest_is_named(void **state)
{
	static const struct {
		const char *given, *sentence;
	} rows[] = {
		{"--explian", "wire has no option --explian; did you mean --explain?\n"},
		{"-explain", "wire has no option -explain; did you mean --explain?\n"},
		{"--EXPLAIN", "did you mean --explain?\n"},
		{"--raport=a=b", "wire has no option --raport=a=b; did you mean --report?\n"},
		{"--report-langage=en", "did you mean --report-language?\n"},
		{"--hlep", "did you mean --help?\n"},
		{"--port", "wire has no option --port; see liveserve wire --help\n"},
		{"--", "wire has no option --; see liveserve wire --help\n"},
		{"-x", "wire has no option -x; see liveserve wire --help\n"},
	};

	(void)state;
	folder_enter();
	for (size_t i = 0; i < ROWS(rows); i++)
		expect(rows[i].given, rows[i].sentence);
	folder_leave();
}

/* Whoever wanted to serve the folder is told how; a file of that name is no site. */
static void
a_folder_of_that_name(void **state)
{
	(void)state;
	folder_enter();
	folder_write("wire", "");
	expect("--port=1", "see liveserve wire --help\n");
	folder_leave();
	folder_enter();
	assert_int_equal(mkdir("wire", 0700), 0);
	expect("--port=1", "; see liveserve wire --help, or to serve the folder of that name: "
			   "liveserve ./wire\n");
	expect("--explian", "did you mean --explain?\n");
	folder_leave();
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nearest_is_named),
		cmocka_unit_test(a_folder_of_that_name),
	};

	return cmocka_run_group_tests_name("wrong_option", tests, NULL, NULL);
}
