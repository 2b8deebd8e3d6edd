#include "support/test.h"

#include "fs/file_state.h"

static void
same(void **state)
{
	const struct stat seen = {.st_ino = 1,
		.st_dev = 2,
		.st_size = 3,
		.st_mtim = {4, 5},
		.st_ctim = {6, 7},
		.st_atim = {8, 9}};
	struct stat now[8];

	(void)state;
	for (size_t i = 0; i < ROWS(now); i++)
		now[i] = seen;
	now[0].st_ino++;
	now[1].st_dev++;
	now[2].st_size++;
	now[3].st_mtim.tv_sec++;
	now[4].st_mtim.tv_nsec++;
	now[5].st_ctim.tv_sec++;
	now[6].st_ctim.tv_nsec++;
	now[7].st_atim.tv_sec++; /* a read changes only this */
	for (size_t i = 0; i < ROWS(now); i++)
		assert_int_equal(file_state_is_same(&seen, &now[i]), i == 7);
}

static void
earlier(void **state)
{
	static const struct timespec times[] = {{0, 0}, {1, 5}, {1, 6}, {2, 0}};

	(void)state;
	for (size_t i = 0; i < ROWS(times); i++)
		for (size_t j = 0; j < ROWS(times); j++)
			assert_int_equal(file_state_is_earlier(&times[i], &times[j]), i < j);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(same),
		cmocka_unit_test(earlier),
	};

	return cmocka_run_group_tests_name("file_state", tests, NULL, NULL);
}
