/*
 * Settings files that change: the sentence, the values, and how long they live.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "settings/config_watch.h"
#include "support/capture.h"
#include "support/clock.h"
#include "support/folder.h"

static struct {
	struct loop *loop;
	struct root *root;
	struct config start;
	struct config_watch *config_watch;
	const struct config *now; /* of the last call; it must live until the next call */
	struct buf sentences;     /* each followed by a line feed */
	size_t opened;            /* by open_file */
} here;

static char program[] = "liveserve";
static char *arguments[] = {program, NULL};

static void
changed(void *context, const struct config *config, const char *sentence)
{
	assert_ptr_equal(context, &here);
	/* A module may still use the values of before. A sanitizer sees when they are gone. */
	if (here.now && here.now->header_count)
		assert_int_equal(here.now->headers[0].name.at[0], 'X');
	here.now = config;
	buf_addf(&here.sentences, "%s\n", sentence);
}

static void
start(const char *settings)
{
	if (settings)
		folder_write(".liveserve.json", settings);
	assert_int_equal(config_read(&here.start, 1, arguments), CONFIG_RUN);
}

static void
begin_to_watch(void)
{
	here.config_watch = config_watch_create(here.loop, here.root, &here.start,
		&(struct config_command){1, arguments, NULL}, changed, &here);
}

static bool
has_sentence(void *context)
{
	return here.sentences.length && strstr(here.sentences.bytes, context);
}

static void
expect(const char *sentence)
{
	clock_wait(here.loop, has_sentence, (void *)(uintptr_t)sentence);
	assert_string_equal(here.sentences.bytes, sentence);
	buf_clear(&here.sentences);
}

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	setenv("HOME", "/nowhere", true);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("PORT");
	here.loop = loop_create();
	here.root = root_create(".");
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	config_watch_destroy(here.config_watch);
	config_finish(&here.start);
	root_destroy(here.root);
	loop_destroy(here.loop);
	buf_finish(&here.sentences);
	memset(&here, 0, sizeof(here));
	folder_leave();
	return 0;
}

static void
values_of_changed_files(void **state)
{
	(void)state;
	start("{\"header\": {\"X-A\": \"1\"}}");
	begin_to_watch();
	folder_write(".liveserve.json", "{\"header\": {\"X-B\": \"2\"}, \"wait\": 20}");
	expect("settings changed: wait 20, header X-B=2\n");
	assert_int_equal(here.now->header_count, 1);
	assert_true(slice_is(here.now->headers[0].value, "2"));
	assert_int_equal(here.now->watch.wait_ms, 20);
	folder_write(".liveserve.json", "{\"header\": {\"X-C\": \"3\"}, \"port\": 1}");
	expect("settings changed: wait as short as is safe, header X-C=3; restart to use port 1\n");
	assert_true(slice_is(here.now->headers[0].value, "3"));
	folder_remove(".liveserve.json");
	expect("settings changed: header none\n");
	assert_int_equal(here.now->header_count, 0);
	assert_true(slice_is(here.start.headers[0].value, "1"));
}

/* The file does not exist at the start. */
static void
a_new_file(void **state)
{
	(void)state;
	start(NULL);
	begin_to_watch();
	assert_true(config_watch_covers(here.config_watch, ".liveserve.json"));
	assert_false(config_watch_covers(here.config_watch, "index.html"));
	folder_write(".live-server.json", "{\"wait\": 5}");
	expect("settings changed: wait 5\n");
}

static void
a_change_before_it_is_watched(void **state)
{
	(void)state;
	start("{\"wait\": 10}");
	folder_write(".liveserve.json", "{\"wait\": 1000}");
	begin_to_watch();
	assert_string_equal(here.sentences.bytes, "settings changed: wait 1000\n");
}

/* The same values in another layout, and a file that is not JSON. */
static void
files_without_a_new_value(void **state)
{
	(void)state;
	start("{\"wait\": 10}");
	begin_to_watch();
	folder_write(".liveserve.json", "{ \"wait\": 10 }");
	clock_drain(here.loop);
	capture_begin(2);
	folder_write(".liveserve.json", "{\"wait\": 20");
	clock_drain(here.loop);
	folder_write(".liveserve.json", "{\"wait\": 30}");
	clock_wait(here.loop, has_sentence, clock_text("wait 30"));
	capture_end();
	assert_string_equal(here.sentences.bytes, "settings changed: wait 30\n");
}

static int
open_file(void *context, const char *path)
{
	assert_ptr_equal(context, &here);
	here.opened++;
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void
opener_opens_the_files(void **state)
{
	(void)state;
	start(NULL);
	begin_to_watch();
	config_watch_set_opener(here.config_watch, open_file, &here);
	folder_write(".liveserve.json", "{\"wait\": 20}");
	expect("settings changed: wait 20\n");
	assert_true(here.opened > 0);
}

static void
secrets_are_not_shown(void **state)
{
	(void)state;
	start("{\"passphrase\": \"old\"}");
	begin_to_watch();
	folder_write(".liveserve.json", "{\"passphrase\": \"new\"}");
	expect("settings changed: restart to use passphrase ***\n");
	folder_write(
		".liveserve.json", "{\"passphrase\": \"new\", \"header\": {\"X-Token\": \"new\"}}");
	expect("settings changed: header X-Token=***\n");
	folder_write(".liveserve.json",
		"{\"passphrase\": \"new\", \"header\": {\"X-Token\": \"newer\"}}");
	expect("settings changed: header X-Token=***\n");
}

/* Others may write to it again and again. */
static void
a_file_that_becomes_unsafe(void **state)
{
	const char *logged, *line;

	(void)state;
	start("{\"wait\": 10}");
	begin_to_watch();
	capture_begin(2);
	chmod(".liveserve.json", 0666);
	folder_write(".liveserve.json", "{\"wait\": 20}");
	clock_wait(here.loop, has_sentence, clock_text("wait as short as is safe"));
	folder_write(".live-server.json", "{\"wait\": 5}");
	clock_wait(here.loop, has_sentence, clock_text("wait 5"));
	chmod(".liveserve.json", 0644);
	folder_write(".liveserve.json", "{\"wait\": 30}");
	clock_wait(here.loop, has_sentence, clock_text("wait 30"));
	logged = capture_end();
	line = strstr(logged, ".liveserve.json is not used: other users may write to it");
	assert_non_null(line);
	assert_null(strstr(strchr(line, '\n'), "is not used"));
	assert_string_equal(here.sentences.bytes,
		"settings changed: wait as short as is safe\nsettings changed: wait 5\n"
		"settings changed: wait 30\n");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(values_of_changed_files),
		TEST(a_new_file),
		TEST(a_change_before_it_is_watched),
		TEST(files_without_a_new_value),
		TEST(opener_opens_the_files),
		TEST(secrets_are_not_shown),
		TEST(a_file_that_becomes_unsafe),
	};

	return cmocka_run_group_tests_name("config_watch", tests, NULL, NULL);
}
