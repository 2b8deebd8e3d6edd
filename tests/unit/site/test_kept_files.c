/*
 * Files that are kept are answered as true as from the disk: a writer and a reader in lock-step, in a
 * real folder with real inotify. kept_files_respond() is wrapped to count what is answered from memory.
 *
 * LOCKSTEP=1000000 in the environment makes the long test take so many steps.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "site/kept_files.h"
#include "site/static_files.h"
#include "support/ask.h"
#include "support/clock.h"
#include "support/folder.h"
#include "support/qemu.h"
#include "support/served.h"

const char *__real_kept_files_respond(
	struct kept_files *kept, const struct request *request, struct response *response);
const char *__wrap_kept_files_respond(
	struct kept_files *kept, const struct request *request, struct response *response);

enum {
	STEPS = 12000,
	LARGE = 100 * 1024, /* of such a file only the descriptor is kept */
	SMALL = 1024,
};

static struct served here;

static struct {
	size_t hits;      /* answers without the disk */
	uint64_t random;  /* of the lock-step test */
	uint64_t version; /* of what was written last */
} counted;

const char *
__wrap_kept_files_respond(
	struct kept_files *kept, const struct request *request, struct response *response)
{
	const char *name = __real_kept_files_respond(kept, request, response);

	counted.hits += name != NULL;
	return name;
}

/* ---- the server ---- */

static void
create(bool polls)
{
	served_create(&here, &(struct static_files_options){.injects = true},
		&(struct watch_options){.poll = {.is_for_all = polls}});
}

static int
enter(void **state)
{
	(void)state;
	memset(&counted, 0, sizeof(counted));
	counted.random = 1;
	folder_enter();
	folder_write("a.txt", "one\n");
	folder_write("index.html", "<!doctype html><html><head></head>one</html>\n");
	folder_write("sub/deep/a.txt", "one\n");
	create(false);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	served_destroy(&here);
	folder_leave();
	return 0;
}

/* ---- requests ---- */

/* One request in a batch of its own. Returns whether the disk was not asked. */
static bool
get(const char *request)
{
	size_t hits = counted.hits;

	response_clear(&here.response);
	static_files_begin(here.static_files);
	static_files_respond(here.static_files, ask(request), &here.response);
	return counted.hits > hits;
}

/*
 * Asks until the file is kept. It is not when it was requested only once; nor when it was written just after
 * the beginning of a second, because time(2) is some milliseconds behind the times of files.
 */
static void
keep(const char *request)
{
	for (int i = 0; i < 5000; i++) {
		if (get(request))
			return;
		if (i > 5)
			usleep(1000);
	}
	fail_msg("%s is not kept", request);
}

static void
never_kept(const char *request)
{
	for (int i = 0; i < 5; i++)
		if (get(request))
			fail_msg("%s is kept", request);
}

/* ---- what is kept ---- */

/* From memory it has the same status, fields and bytes as from the disk. */
static void
the_same_answer(void **state)
{
	static const char *const requests[] = {
		"GET /a.txt",
		"GET /",
		"GET /index.html",
		"HEAD /sub/deep/a.txt",
		"GET /large.html",
		"GET /large.html?query\nSec-Fetch-Dest: empty",
		"GET /index.html?query\nSec-Fetch-Dest: empty",
	};
	char *page = mem_zero(LARGE + 1);

	(void)state;
	memset(page, 'x', LARGE);
	memcpy(page, "<!doctype html><head>", 21);
	folder_write("large.html", page);
	usleep(30 * 1000); /* a state that is younger is no entity tag */
	for (size_t i = 0; i < ROWS(requests); i++) {
		struct buf first = {0};

		assert_false(get(requests[i]));
		buf_add_slice(&first, buf_slice(&here.response.fields.text));
		buf_add_slice(&first, answer_body(&here.response));
		keep(requests[i]);
		assert_int_equal(here.response.status, 200);
		buf_add_char(&first, '|');
		buf_add_slice(&here.response.fields.text, answer_body(&here.response));
		buf_add_char(&here.response.fields.text, '|');
		assert_string_equal(first.bytes, here.response.fields.text.bytes);
		buf_finish(&first);
	}
	free(page);
}

static void
conditions(void **state)
{
	char request[300];

	(void)state;
	keep("GET /a.txt");
	snprintf(request, sizeof(request), "GET /a.txt\nIf-None-Match: %s",
		answer_value(&here.response, "ETag"));
	assert_true(get(request));
	assert_int_equal(here.response.status, 304);
	assert_null(answer_value(&here.response, "Content-Type"));
	assert_non_null(answer_value(&here.response, "ETag"));
	assert_non_null(answer_value(&here.response, "Last-Modified"));
	assert_false(get("GET /a.txt\nRange: bytes=0-0"));
	assert_int_equal(here.response.status, 206);
	assert_false(get("GET /a.txt\nIf-Match: \"other\""));
	assert_int_equal(here.response.status, 412);
	assert_true(get("GET /a.txt"));
}

/* A reload asks for each file by a condition, so a file is kept although none was sent. */
static void
kept_by_conditions_alone(void **state)
{
	char request[300];

	(void)state;
	get("GET /a.txt");
	snprintf(request, sizeof(request), "GET /a.txt\nIf-None-Match: %s",
		answer_value(&here.response, "ETag"));
	get(request);
	assert_true(get(request));
	assert_int_equal(here.response.status, 304);
	assert_true(get("GET /a.txt"));
	assert_answer_body(&here.response, "one\n");
}

/* The tag has the number of the journal. */
static void
the_tag_is_current(void **state)
{
	struct changes changes = {0};
	char *expected;

	(void)state;
	keep("GET /");
	changes_add(&changes, slice_of("a.txt"), CHANGE_MODIFIED);
	journal_add(here.journal, &changes);
	changes_finish(&changes);
	assert_false(get("GET /"));
	expected = answer_with_tag(
		here.journal, 0, "<!doctype html><html><head>", "</head>one</html>\n");
	assert_answer_body(&here.response, expected);
	free(expected);
}

static void
not_kept(void **state)
{
	char *large = mem_zero(KEPT_FILES_SIZE_MAX + 2);

	(void)state;
	memset(large, 'x', KEPT_FILES_SIZE_MAX + 1);
	folder_write("large.bin", large);
	folder_write("shown.txt", "x");
	folder_write("sub/index.htm", "x");
	assert_return_code(symlink("a.txt", "link.txt"), errno);
	assert_return_code(symlink("sub", "link"), errno);
	assert_return_code(link("shown.txt", "other name.txt"), errno);
	usleep(30 * 1000);
	never_kept("GET /large.bin");
	never_kept("GET /link.txt");
	never_kept("GET /link/deep/a.txt");
	never_kept("GET /shown.txt"); /* it has two names */
	never_kept("GET /sub/");      /* index.html may come */
	never_kept("GET /missing");
	free(large);
}

static void
not_kept_where_it_is_polled(void **state)
{
	leave(state);
	memset(&here, 0, sizeof(here));
	folder_enter();
	folder_write("a.txt", "one\n");
	create(true);
	never_kept("GET /a.txt");
}

/* Descriptors for requests come first. */
static void
forgotten_when_options_change(void **state)
{
	const struct static_files_options options = {.injects = true};

	(void)state;
	keep("GET /a.txt");
	static_files_reconfigure(here.static_files, &options);
	assert_false(get("GET /a.txt"));
}

static void
limited_in_number(void **state)
{
	size_t before = folder_open_descriptors();
	char name[32];

	(void)state;
	for (int i = 0; i < 2 * KEPT_FILES_MAX; i++) {
		snprintf(name, sizeof(name), "GET /%d.txt", i);
		folder_write(name + strlen("GET /"), "x");
		keep(name);
	}
	response_clear(&here.response);
	assert_in_range(folder_open_descriptors(), before, before + KEPT_FILES_MAX);
	assert_true(get(name));
	assert_false(get("GET /0.txt"));
}

static bool
has_few_descriptors(void *context)
{
	return folder_open_descriptors() <= *(const size_t *)context;
}

/* So descriptors and memory are not held for long. */
static void
forgotten_when_nothing_is_requested(void **state)
{
	size_t before = folder_open_descriptors();

	(void)state;
	keep("GET /a.txt");
	response_clear(&here.response);
	assert_int_not_equal(folder_open_descriptors(), before);
	clock_wait(here.loop, has_few_descriptors, &before);
	assert_false(get("GET /a.txt"));
}

/* An event of another name costs nothing. On a busy machine the time to read it may be over at once. */
static void
other_names_do_not_matter(void **state)
{
	bool is_kept = false;

	(void)state;
	for (int tries = 0; tries < 20 && !is_kept; tries++) {
		keep("GET /sub/deep/a.txt");
		folder_write("a.txt", "two\n");
		folder_write("sub/new.txt", "new\n");
		folder_write("sub/deep/new.txt", "new\n");
		folder_remove("sub/new.txt");
		is_kept = get("GET /sub/deep/a.txt");
	}
	assert_true(is_kept);
}

/* ---- what happens to a kept file ---- */

static void
chmod_is_noticed(void **state)
{
	(void)state;
	keep("GET /sub/deep/a.txt");
	assert_return_code(chmod("sub/deep/a.txt", 0600), errno);
	assert_false(get("GET /sub/deep/a.txt"));
	keep("GET /sub/deep/a.txt");
	assert_return_code(chmod("sub/deep", 0700), errno);
	assert_false(get("GET /sub/deep/a.txt"));
	keep("GET /sub/deep/a.txt");
	assert_return_code(chmod(".", 0700), errno);
	assert_false(get("GET /sub/deep/a.txt"));
}

/* Its bytes are the same, so only the event says so. */
static void
a_link_in_its_place_is_noticed(void **state)
{
	(void)state;
	folder_write("../outside/a.txt", "one\n");
	keep("GET /sub/deep/a.txt");
	folder_remove("sub/deep/a.txt");
	assert_return_code(symlink("../../../outside/a.txt", "sub/deep/a.txt"), errno);
	assert_false(get("GET /sub/deep/a.txt"));
	assert_int_equal(here.response.status, 403);
}

/* Written through a mapping, which has no event. That was made before the file was requested. */
static void
a_mapping_is_noticed(void **state)
{
	int file = open("a.txt", O_RDWR);
	char *map = mmap(NULL, 4, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

	(void)state;
	assert_ptr_not_equal(map, MAP_FAILED);
	close(file);
	memcpy(map, "zwo", 3);
	for (int i = 0; i < 10; i++) {
		keep("GET /a.txt");
		map[0] = (char)('a' + i);
		assert_false(get("GET /a.txt"));
		assert_memory_equal(answer_body(&here.response).at, map, 4);
	}
	munmap(map, 4);
}

/* ---- lock-step ---- */

static unsigned
pick(unsigned count)
{
	counted.random = counted.random * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)(counted.random >> 33) % count;
}

static const char *const paths[] = {"0.txt", "1.txt", "2.html", "large.txt", "d/x.txt",
	"d/deep/x.txt", "e/x.txt", "e/deep/x.txt", "link.txt", "folder/x.txt"};

static char *
new_bytes(size_t *length)
{
	static char bytes[LARGE + 64];

	*length = pick(8) ? SMALL : pick(2) ? LARGE : pick(SMALL);
	memset(bytes, '.', *length);
	snprintf(bytes, 32, "%020ju", (uintmax_t)++counted.version);
	return bytes;
}

static void
write_to(const char *path, int flags)
{
	int file = open(path, O_WRONLY | flags, 0644);
	size_t length;
	char *bytes = new_bytes(&length);

	if (file < 0)
		return;
	assert_int_equal(write(file, bytes, length), length);
	close(file);
}

static void
rename_over(const char *path)
{
	write_to("new.tmp", O_CREAT | O_TRUNC);
	rename("new.tmp", path);
}

static void
write_mapped(const char *path)
{
	int file = open(path, O_RDWR);
	char *map = MAP_FAILED;
	struct stat state;

	if (file < 0)
		return;
	if (fstat(file, &state) == 0 && state.st_size >= 20)
		map = mmap(NULL, 20, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	close(file);
	if (map == MAP_FAILED)
		return;
	snprintf(map, 20, "%019ju", (uintmax_t)++counted.version);
	get("GET /0.txt");
	snprintf(map, 20, "%019ju", (uintmax_t)++counted.version);
	munmap(map, 20);
}

static void
write_by_other_name(const char *path)
{
	if (link(path, "../outside/other") == 0)
		write_to("../outside/other", 0);
	unlink("../outside/other");
}

static void
swap_link(const char *link, const char *const targets[3])
{
	unlink("new.link");
	assert_return_code(symlink(targets[pick(3)], "new.link"), errno);
	rename("new.link", link);
}

static void
change_something(const char *path)
{
	static const char *const files[3] = {"0.txt", "d/x.txt", "../outside/x.txt"};
	static const char *const folders[3] = {"d", "e", "../outside"};

	switch (pick(9)) {
	case 0:
		write_to(path, O_CREAT);
		break;
	case 1:
		write_to(path, O_CREAT | O_TRUNC);
		break;
	case 2:
		rename_over(path);
		break;
	case 3:
		if (truncate(path, pick(2 * SMALL)) < 0)
			assert_int_not_equal(errno, EINVAL);
		break;
	case 4:
		swap_link("link.txt", files);
		break;
	case 5:
		swap_link("folder", folders);
		break;
	case 6:
		rename("d", "f");
		rename("e", "d");
		rename("f", "e");
		break;
	case 7:
		write_mapped(path);
		break;
	case 8:
		write_by_other_name(path);
		break;
	}
}

/* What the disk has; NULL when there is no such file, or it lies outside. */
static char *
read_file(const char *path, size_t *length)
{
	static char bytes[LARGE * 2];
	char *real = realpath(path, NULL);
	bool is_outside = !real || strstr(real, "/outside/");
	int file = is_outside ? -1 : open(path, O_RDONLY);
	ssize_t got = file < 0 ? -1 : read(file, bytes, sizeof(bytes));

	free(real);
	if (file >= 0)
		close(file);
	*length = got < 0 ? 0 : (size_t)got;
	return got < 0 ? NULL : bytes;
}

/* The tag of the last answer must not match if the bytes are others. */
static void
compare(const char *path, char tag[REPRESENTATION_ETAG_SIZE], uint64_t *written)
{
	char request[REPRESENTATION_ETAG_SIZE + 100];
	const char *now;
	struct slice body;
	size_t length;
	char *bytes;

	snprintf(request, sizeof(request), "GET /%s\nSec-Fetch-Dest: empty\nIf-None-Match: %s",
		path, *tag ? tag : "\"none\"");
	get(request);
	bytes = read_file(path, &length);
	if (!bytes) {
		assert_in_range(here.response.status, 403, 404);
		return;
	}
	if (here.response.status == 304) {
		assert_int_equal(hash_bytes((struct slice){bytes, length}), *written);
		return;
	}
	assert_int_equal(here.response.status, 200);
	body = answer_body(&here.response);
	assert_int_equal(body.length, length);
	assert_memory_equal(body.at, bytes, length);
	now = answer_value(&here.response, "ETag");
	snprintf(tag, REPRESENTATION_ETAG_SIZE, "%s", now);
	*written = hash_bytes((struct slice){bytes, length});
}

/*
 * Each step changes one of the files in one of nine ways and requests it, and some others, at once.
 * The answer always has the bytes that the disk has then.
 */
static void
lock_step(void **state)
{
	static char tags[ROWS(paths)][REPRESENTATION_ETAG_SIZE];
	static uint64_t written[ROWS(paths)];
	const char *wanted = getenv("LOCKSTEP");
	long steps = wanted ? atol(wanted) : STEPS;

	(void)state;
	log_set_level(LOG_QUIET);
	folder_make("d/deep");
	folder_make("e/deep");
	write_to("../outside/x.txt", O_CREAT);
	for (size_t i = 0; i < 8; i++)
		write_to(paths[i], O_CREAT);
	for (long step = 0; step < steps; step++) {
		unsigned changed_path = pick(ROWS(paths)), repeats = pick(4);

		change_something(paths[changed_path]);
		compare(paths[changed_path], tags[changed_path], &written[changed_path]);
		for (unsigned i = 0; i < repeats; i++) {
			unsigned path = pick(ROWS(paths));

			compare(paths[path], tags[path], &written[path]);
			compare(paths[path], tags[path], &written[path]);
		}
		if (pick(8) == 0)
			loop_dispatch(here.loop);
	}
	printf("%zu of the answers were from memory\n", counted.hits);
	assert_true(counted.hits > (size_t)steps / 20);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(the_same_answer),
		TEST(conditions),
		TEST(kept_by_conditions_alone),
		TEST(the_tag_is_current),
		TEST(not_kept),
		TEST(not_kept_where_it_is_polled),
		TEST(forgotten_when_options_change),
		TEST(limited_in_number),
		TEST(forgotten_when_nothing_is_requested),
		TEST(other_names_do_not_matter),
		TEST(chmod_is_noticed),
		TEST(a_link_in_its_place_is_noticed),
		TEST(a_mapping_is_noticed),
		TEST(lock_step),
	};

	/* Only openat2(2) says that a name leads over no link. */
	if (qemu_lacks("openat2(2)"))
		return QEMU_SKIPPED;
	return cmocka_run_group_tests_name("kept_files", tests, NULL, NULL);
}
