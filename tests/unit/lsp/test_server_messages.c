#include "support/test.h"

#include "lsp/server_messages.h"

static void
assert_object(struct buf *object, const char *expected)
{
	assert_string_equal(object->bytes, expected);
	buf_clear(object);
}

static void
test_objects(void **state)
{
	struct buf object = {0};

	(void)state;
	server_messages_draft(&object, "css/a b.css", slice_of("p {\n}\"\xc3\xa4"));
	assert_object(&object, "{\"type\":\"draft\",\"path\":\"css/a b.css\",\"text\":\"p "
			       "{\\u000a}\\\"\xc3\xa4\"}");
	server_messages_draft(&object, "a", slice_of(""));
	assert_object(&object, "{\"type\":\"draft\",\"path\":\"a\",\"text\":\"\"}");
	server_messages_end(&object, "a", true);
	assert_object(&object, "{\"type\":\"saved\",\"path\":\"a\"}");
	server_messages_end(&object, "a", false);
	assert_object(&object, "{\"type\":\"closed\",\"path\":\"a\"}");
	server_messages_cursor(&object, "a", 12);
	assert_object(&object, "{\"type\":\"cursor\",\"path\":\"a\",\"offset\":12}");
	server_messages_no_cursor(&object);
	assert_object(&object, "{\"type\":\"cursor\"}");
	server_messages_reload(&object, "a");
	assert_object(&object, "{\"type\":\"reload\",\"path\":\"a\"}");
	server_messages_reload(&object, NULL);
	assert_object(&object, "{\"type\":\"reload\"}");
	server_messages_pause(&object, true);
	assert_object(&object, "{\"type\":\"pause\",\"paused\":true}");
	buf_finish(&object);
}

static void
test_names(void **state)
{
	(void)state;
	assert_true(server_messages_can_name("a/\xc3\xa4.css"));
	assert_false(server_messages_can_name("\xff"));
	assert_false(server_messages_can_name(""));
	assert_false(server_messages_can_name(NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
