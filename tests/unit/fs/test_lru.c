#include "support/test.h"

#include "fs/lru.h"

static struct lru list, other;
static struct lru_item items[4];

static int
enter(void **state)
{
	(void)state;
	list = other = (struct lru){0};
	for (size_t i = 0; i < ROWS(items); i++)
		items[i] = (struct lru_item){0};
	return 0;
}

static void
use(int i, size_t bytes)
{
	lru_use(&list, &items[i], &items[i], bytes);
}

/* The order from the oldest on, as a number: 21 is items[2], items[1]. Both directions agree. */
static void
assert_order(int expected, size_t count, size_t bytes)
{
	const struct lru_item *newer = NULL;
	int forwards = 0, backwards = 0, place = 1;

	for (const struct lru_item *item = list.oldest; item; item = item->newer) {
		assert_ptr_equal(item->older, newer);
		assert_ptr_equal(item->lru, &list);
		forwards = forwards * 10 + (int)(item - items);
		newer = item;
	}
	for (const struct lru_item *item = list.newest; item; item = item->older, place *= 10)
		backwards += (int)(item - items) * place;
	assert_int_equal(forwards, expected);
	assert_int_equal(backwards, expected);
	assert_int_equal(list.count, count);
	assert_int_equal(list.bytes, bytes);
}

static void
order_is_that_of_the_last_use(void **state)
{
	(void)state;
	assert_order(0, 0, 0);
	use(1, 10);
	use(2, 20);
	use(3, 30);
	assert_order(123, 3, 60);
	use(1, 5); /* with another size */
	assert_order(231, 3, 55);
	use(1, 5);
	assert_order(231, 3, 55);
	use(3, 30);
	assert_order(213, 3, 55);
	assert_ptr_equal(list.oldest->thing, &items[2]);
}

static void
leaving(void **state)
{
	(void)state;
	use(1, 1);
	use(2, 2);
	use(3, 4);
	lru_leave(&items[2]);
	assert_order(13, 2, 5);
	assert_null(items[2].lru);
	lru_leave(&items[2]); /* is in no list */
	assert_order(13, 2, 5);
	lru_leave(&items[1]);
	lru_leave(&items[3]);
	assert_order(0, 0, 0);
	use(2, 7);
	assert_order(2, 1, 7);
}

static void
to_another_list(void **state)
{
	(void)state;
	use(1, 1);
	use(2, 2);
	lru_use(&other, &items[1], &items[1], 9);
	assert_order(2, 1, 2);
	assert_int_equal(other.count, 1);
	assert_int_equal(other.bytes, 9);
	assert_ptr_equal(items[1].lru, &other);
}

/* The thing that is just used must not be forgotten, however large it is. */
static void
limits(void **state)
{
	static const struct {
		size_t count, bytes;
		bool is_over;
	} rows[] = {{2, 30, false}, {1, 30, true}, {2, 29, true}, {0, 0, true}, {9, 99, false}};

	(void)state;
	assert_false(lru_is_over(&list, 0, 0));
	use(1, 1000);
	assert_false(lru_is_over(&list, 0, 0));
	use(1, 10);
	use(2, 20);
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(lru_is_over(&list, rows[i].count, rows[i].bytes), rows[i].is_over);
}

#define TEST(function) cmocka_unit_test_setup(function, enter)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(order_is_that_of_the_last_use),
		TEST(leaving),
		TEST(to_another_list),
		TEST(limits),
	};

	return cmocka_run_group_tests_name("lru", tests, NULL, NULL);
}
