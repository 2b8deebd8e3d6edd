/*
 * Which requests a file answers, in a folder where the sources of another server may lie, too.
 */
#include "support/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "site/files_first.h"
#include "support/folder.h"

static struct {
	struct loop *loop;
	struct root *root;
	struct mounts *mounts;
} here;

static const struct shown_names_rules rules;

static void
note(void *context, const struct changes *changes)
{
	(void)context;
	(void)changes;
}

static int
enter(void **state)
{
	static const char *const files[] = {"index.html", "style.css", "a b.png", "index.php",
		"app.py", "Makefile", "data.sqlite3", "robots.txt", "notes.TXT", ".env",
		".git/x.css", "blog/index.htm", "about.html", "blog/about.html", "empty/x.txt",
		"x.sql"};
	const struct watch_listener listener = {.changed = note};
	const struct watch_options options = {0};

	(void)state;
	folder_enter();
	for (size_t i = 0; i < ROWS(files); i++)
		folder_write(files[i], "x");
	folder_write("../outside/x.css", "x");
	assert_int_equal(symlink("../outside/x.css", "out.css"), 0);
	assert_int_equal(symlink("style.css", "in.css"), 0);
	assert_int_equal(symlink(".git/x.css", "git.css"), 0);
	here.loop = loop_create();
	here.root = root_create(".");
	here.mounts = mounts_create(here.loop, here.root, &options, &listener);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	mounts_destroy(here.mounts);
	root_destroy(here.root);
	loop_destroy(here.loop);
	folder_leave();
	return 0;
}

static bool
answers(const char *line, const char *fields)
{
	char head[256];
	struct request request;

	snprintf(head, sizeof(head), "%s HTTP/1.1\r\nHost: h\r\n%s\r\n", line, fields);
	assert_int_equal(request_parse(&request, head, strlen(head)), REQUEST_COMPLETE);
	return files_first_answer(&(struct files_first){here.mounts, &rules}, &request);
}

static void
paths(void **state)
{
	static const struct {
		const char *line;
		bool is_file;
	} rows[] = {
		{"GET /", true},
		{"GET /index.html", true},
		{"HEAD /index.html", true},
		{"GET /style.css?v=1", true},
		{"GET /a%20b.png", true},
		{"GET /in.css", true},
		{"GET /robots.txt", true},
		{"GET /notes.TXT", true},
		{"GET /blog/", true},
		{"GET /blog/../style.css", true},
		{"GET /about", true},
		{"GET /blog/about?x", true},
		{"GET /about/", false},
		{"GET /index.php", false},
		{"GET /app.py", false},
		{"GET /x.sql", false},
		{"GET /Makefile", false},
		{"GET /data.sqlite3", false},
		{"GET /.env", false},
		{"GET /.git/x.css", false},
		{"GET /git.css", false},
		{"GET /out.css", false},
		{"GET /missing.css", false},
		{"GET /blog", false},
		{"GET /empty/", false},
		{"GET /missing/", false},
		{"GET /style.css/", false},
		{"GET /../style.css", false},
		{"GET /%00", false},
		{"GET /%zz", false},
		{"POST /style.css", false},
		{"OPTIONS /style.css", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (answers(rows[i].line, "") != rows[i].is_file)
			fail_msg("%s", rows[i].line);
}

/* What may change something, or become a WebSocket, is for the other server. */
static void
more_than_reading(void **state)
{
	(void)state;
	assert_false(answers("GET /style.css", "Content-Length: 5\r\n"));
	assert_false(answers("GET /style.css", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
	assert_true(answers("GET /style.css", "Content-Length: 0\r\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		cmocka_unit_test(more_than_reading),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
