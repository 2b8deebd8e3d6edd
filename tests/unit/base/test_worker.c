/*
 * Jobs in a real thread, with a real loop.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/worker.h"
#include "support/clock.h"
#include "support/folder.h"
#include "support/qemu.h"

enum { QUEUE_MAX = 4 };

static struct {
	struct loop *loop;
	struct worker *worker;
	size_t descriptors;
	size_t threads;  /* before; a sanitizer may have one of its own */
	struct buf done; /* the letters of the jobs that are done; in upper case if they have run */
	atomic_bool is_held; /* jobs wait in run */
	atomic_int begun, ended;
	bool adds_more;
} here;

struct letter {
	char letter;
	bool has_run, was_loop;
	pthread_t loop;
	sigset_t mask;
};

static size_t
count_threads(void)
{
	DIR *folder = opendir("/proc/self/task");
	size_t count = 0;

	assert_non_null(folder);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count - 2;
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.loop = loop_create();
	here.descriptors = folder_open_descriptors();
	here.worker = worker_create(here.loop, QUEUE_MAX);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	here.is_held = false;
	worker_destroy(here.worker);
	assert_int_equal(folder_open_descriptors(), here.descriptors);
	loop_destroy(here.loop);
	buf_finish(&here.done);
	return 0;
}

/* ---- jobs ---- */

static void
run(void *data)
{
	struct letter *letter = data;

	here.begun++;
	while (here.is_held)
		usleep(100);
	letter->has_run = true;
	letter->was_loop = pthread_equal(pthread_self(), letter->loop);
	pthread_sigmask(SIG_BLOCK, NULL, &letter->mask);
}

static bool add(char c);

static void
done(void *data)
{
	struct letter *letter = data;

	assert_true(pthread_equal(pthread_self(), letter->loop));
	assert_false(letter->was_loop);
	if (letter->has_run) {
		assert_int_equal(sigismember(&letter->mask, SIGTERM), 1);
		assert_int_equal(sigismember(&letter->mask, SIGTSTP), 1);
	}
	buf_add_char(
		&here.done, letter->has_run ? (char)(letter->letter - 'a' + 'A') : letter->letter);
	if (here.adds_more && letter->letter < 'z')
		assert_true(add((char)(letter->letter + 1)));
	free(letter);
}

static void
abandoned(void *data)
{
	const struct letter *letter = data;

	if (letter->has_run && !pthread_equal(pthread_self(), letter->loop))
		here.ended++;
	free(data);
}

static bool
add(char c)
{
	struct letter *letter = mem_zero(sizeof(*letter));

	letter->letter = c;
	letter->loop = pthread_self();
	if (worker_add(here.worker, &(struct worker_job){run, done, abandoned, letter}))
		return true;
	free(letter);
	return false;
}

static bool
has_done(void *text)
{
	return strcmp(here.done.length ? here.done.bytes : "", text) == 0;
}

static void
expect(const char *text)
{
	clock_wait(here.loop, has_done, (void *)(uintptr_t)text);
}

/* The loop is told nothing of it. The test's own time limit ends a thread that never begins. */
static void
wait_until_one_runs(void)
{
	while (here.begun == 0)
		usleep(100);
}

/* ---- tests ---- */

/* The first test, because /proc may show a thread for a moment after it was joined. */
static void
it_costs_nothing_before_the_first_job(void **state)
{
	(void)state;
	if (qemu_lacks("process without a thread of its own"))
		skip();
	assert_int_equal(folder_open_descriptors(), here.descriptors);
	assert_int_equal(count_threads(), 1);
	assert_true(add('a'));
	assert_true(count_threads() > 1);
	expect("A");
}

static void
jobs_run_in_order(void **state)
{
	(void)state;
	for (char c = 'a'; c <= 'd'; c++)
		assert_true(add(c));
	expect("ABCD");
	assert_true(add('e'));
	expect("ABCDE");
}

static void
a_done_may_add_jobs(void **state)
{
	(void)state;
	here.adds_more = true;
	assert_true(add('a'));
	expect("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

static void
a_full_queue_takes_nothing(void **state)
{
	(void)state;
	here.is_held = true;
	for (char c = 'a'; c <= 'd'; c++)
		assert_true(add(c));
	assert_false(add('e'));
	here.is_held = false;
	expect("ABCD");
	assert_true(add('f'));
	expect("ABCDF");
}

static void
the_loop_goes_on_while_a_job_runs(void **state)
{
	(void)state;
	here.is_held = true;
	assert_true(add('a'));
	wait_until_one_runs();
	clock_drain(here.loop);
	assert_int_equal(here.done.length, 0);
	here.is_held = false;
	expect("A");
}

/* Which of them have run depends on which thread is faster. */
static void
destroying_it_gives_every_job_back(void **state)
{
	(void)state;
	for (char c = 'a'; c <= 'c'; c++)
		assert_true(add(c));
	worker_destroy(here.worker);
	here.worker = NULL;
	assert_int_equal(here.done.length, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(here.done.bytes[i] | 0x20, 'a' + i);
}

/* It does not keep the program from its end. */
static void
a_job_that_takes_long_is_left_alone(void **state)
{
	struct letter *letter = mem_zero(sizeof(*letter));

	(void)state;
	letter->loop = pthread_self();
	here.is_held = true;
	assert_true(worker_add(here.worker, &(struct worker_job){run, done, abandoned, letter}));
	assert_true(add('b'));
	wait_until_one_runs();
	worker_destroy(here.worker);
	here.worker = NULL;
	assert_int_equal(here.ended, 0);
	assert_string_equal(here.done.bytes, "b"); /* was given back */
	here.is_held = false;
	while (here.ended == 0 || folder_open_descriptors() > here.descriptors)
		usleep(100);
}

static void
without_descriptors_a_job_is_refused(void **state)
{
	struct rlimit limit, none;

	(void)state;
	getrlimit(RLIMIT_NOFILE, &limit);
	none = limit;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	assert_false(add('a'));
	setrlimit(RLIMIT_NOFILE, &limit);
	assert_true(add('b'));
	expect("B");
}

static void
none_is_fine(void **state)
{
	(void)state;
	worker_destroy(NULL);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_costs_nothing_before_the_first_job),
		TEST(jobs_run_in_order),
		TEST(a_done_may_add_jobs),
		TEST(a_full_queue_takes_nothing),
		TEST(the_loop_goes_on_while_a_job_runs),
		TEST(destroying_it_gives_every_job_back),
		TEST(a_job_that_takes_long_is_left_alone),
		TEST(without_descriptors_a_job_is_refused),
		TEST(none_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
