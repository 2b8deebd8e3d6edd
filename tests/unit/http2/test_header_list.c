#include "support/test.h"

#include "http2/header_list.h"

static void
expect(const struct header_list *list, const char *text)
{
	struct buf all = {0};

	for (size_t i = 0; i < list->count; i++) {
		buf_add_slice(&all, list->items[i].name);
		buf_add_text(&all, "=");
		buf_add_slice(&all, list->items[i].value);
		buf_add_text(&all, "\n");
	}
	assert_string_equal(buf_slice(&all).at, text);
	buf_finish(&all);
}

static void
of_a_response_of_ours(void **state)
{
	struct header_list list = {0};
	struct response response;

	(void)state;
	response_init(&response);
	response_text(&response, 404, "text/plain", SLICE_LITERAL("gone"));
	response_field(&response, "X-Long-Name", SLICE_LITERAL("Value"));
	header_list_make_own(&list, &response, "today");
	expect(&list, ":status=404\ndate=today\nserver=liveserve\ncontent-length=4\n"
		      "content-type=text/plain\nx-long-name=Value\n");
	response_clear(&response);
	response_status(&response, 304);
	header_list_make_own(&list, &response, "today");
	expect(&list, ":status=304\ndate=today\nserver=liveserve\n");
	response_finish(&response);
	header_list_finish(&list);
}

static void
without_fields_of_the_connection(void **state)
{
	static const char *const names[] = {"Connection", "KEEP-ALIVE", "Proxy-Connection",
		"Transfer-Encoding", "upgrade", "Set-Cookie", "X", "set-cookie"};
	struct header_list list = {0};
	struct fields fields = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(names); i++)
		fields_add(&fields, slice_of(names[i]), SLICE_LITERAL(" v "));
	header_list_make(&list, 200, &fields);
	expect(&list, ":status=200\nset-cookie=v\nx=v\nset-cookie=v\n");
	fields_clear(&fields);
	header_list_make(&list, 103, &fields);
	expect(&list, ":status=103\n");
	fields_finish(&fields);
	header_list_finish(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_a_response_of_ours),
		cmocka_unit_test(without_fields_of_the_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
