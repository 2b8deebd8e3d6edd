/*
 * Pages that have left to load again, and which page stands for them.
 */
#include "support/test.h"

#include "pages/page_returns.h"

static const uint64_t second = 1000000;

static void
leave(struct page_returns *returns, const char *address, const char *browser, uint64_t peer)
{
	const struct hub_page_state page = {
		.address = slice_of(address), .browser = browser, .peer = peer, .is_leaving = true};

	page_returns_note_left(returns, &page, second);
}

static void
arrive(struct page_returns *returns, const char *address, const char *browser, uint64_t peer)
{
	page_returns_note_arrival(returns, &(struct hub_arrival){slice_of(address), browser, peer});
}

static void
only_pages_that_load_again(void **state)
{
	struct page_returns returns = {0};

	(void)state;
	page_returns_note_left(
		&returns, &(struct hub_page_state){.address = slice_of("/")}, second);
	assert_int_equal(returns.count, 0);
	leave(&returns, "/", "Chrome", 1);
	assert_int_equal(returns.count, 1);
	assert_string_equal(returns.items[0].address, "/");
	page_returns_finish(&returns);
	assert_int_equal(returns.count, 0);
}

static void
who_is_back(void **state)
{
	static const struct {
		const char *address, *browser;
		uint64_t peer;
		const char *left; /* the addresses that are still expected */
	} rows[] = {
		{"/b", "Chrome", 1, "/a/c"},
		{"/moved", "Chrome", 1, "/b/c"}, /* the oldest of that browser */
		{"/b", "Firefox", 1, "/a/b/c"},
		{"/b", "Chrome", 2, "/a/b/c"},
		{"/b", NULL, 1, "/a/b"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct page_returns returns = {0};
		struct buf left = {0};

		leave(&returns, "/a", "Chrome", 1);
		leave(&returns, "/b", "Chrome", 1);
		leave(&returns, "/c", NULL, 1);
		arrive(&returns, rows[i].address, rows[i].browser, rows[i].peer);
		for (size_t k = 0; k < returns.count; k++)
			buf_add_text(&left, returns.items[k].address);
		assert_string_equal(left.bytes, rows[i].left);
		buf_finish(&left);
		page_returns_finish(&returns);
	}
}

static void
not_for_ever(void **state)
{
	struct page_returns returns = {0};

	(void)state;
	for (int i = 0; i < PAGE_RETURNS_MAX + 3; i++)
		leave(&returns, i < 3 ? "/old" : "/new", NULL, 0);
	assert_int_equal(returns.count, PAGE_RETURNS_MAX);
	assert_string_equal(returns.items[0].address, "/new");
	page_returns_forget(&returns, second + PAGE_RETURNS_MS * 1000);
	assert_int_equal(returns.count, PAGE_RETURNS_MAX);
	page_returns_forget(&returns, second + PAGE_RETURNS_MS * 1000 + 1);
	assert_int_equal(returns.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_pages_that_load_again),
		cmocka_unit_test(who_is_back),
		cmocka_unit_test(not_for_ever),
	};

	return cmocka_run_group_tests_name("page_returns", tests, NULL, NULL);
}
