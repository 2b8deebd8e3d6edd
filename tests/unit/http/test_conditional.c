#include "support/test.h"

#include "http/conditional.h"
#include "support/validators.h"

struct precondition_row {
	const char *label, *fields;
	const struct conditional_validators *validators;
	enum conditional_verdict verdict;
};

static const struct precondition_row precondition_rows[] = {
	{"none", "", &strong, CONDITIONAL_PROCEED},

	{"If-Match, same", "If-Match: \"a\"\r\n", &strong, CONDITIONAL_PROCEED},
	{"If-Match, other", "If-Match: \"b\"\r\n", &strong, CONDITIONAL_FAILED},
	{"If-Match, in a list", "If-Match: \"b\", \"a\"\r\n", &strong, CONDITIONAL_PROCEED},
	{"If-Match, on a second line", "If-Match: \"b\"\r\nIf-Match: \"a\"\r\n", &strong,
		CONDITIONAL_PROCEED},
	{"If-Match, any", "If-Match: *\r\n", &strong, CONDITIONAL_PROCEED},
	{"If-Match, any of no tag", "If-Match: *\r\n", &bare, CONDITIONAL_PROCEED},
	{"If-Match, a weak one asked", "If-Match: W/\"a\"\r\n", &strong, CONDITIONAL_FAILED},
	{"If-Match, a weak one had", "If-Match: \"a\"\r\n", &weak, CONDITIONAL_FAILED},
	{"If-Match, both weak", "If-Match: W/\"a\"\r\n", &weak, CONDITIONAL_FAILED},
	{"If-Match, no tag had", "If-Match: \"a\"\r\n", &dated, CONDITIONAL_FAILED},
	{"If-Match, malformed", "If-Match: \"a\", b\r\n", &strong, CONDITIONAL_FAILED},
	{"If-Match, empty", "If-Match:\r\n", &strong, CONDITIONAL_FAILED},
	{"If-Match, empty, no tag had", "If-Match:\r\n", &dated, CONDITIONAL_FAILED},

	{"If-None-Match, same", "If-None-Match: \"a\"\r\n", &strong, CONDITIONAL_NOT_MODIFIED},
	{"If-None-Match, other", "If-None-Match: \"b\"\r\n", &strong, CONDITIONAL_PROCEED},
	{"If-None-Match, weak asked", "If-None-Match: W/\"a\"\r\n", &strong,
		CONDITIONAL_NOT_MODIFIED},
	{"If-None-Match, weak had", "If-None-Match: \"a\"\r\n", &weak, CONDITIONAL_NOT_MODIFIED},
	{"If-None-Match, both weak", "If-None-Match: W/\"a\"\r\n", &weak, CONDITIONAL_NOT_MODIFIED},
	{"If-None-Match, empty, no tag had", "If-None-Match:\r\n", &bare, CONDITIONAL_PROCEED},
	{"If-None-Match, any", "If-None-Match: *\r\n", &strong, CONDITIONAL_NOT_MODIFIED},
	{"If-None-Match, any of no tag", "If-None-Match: *\r\n", &bare, CONDITIONAL_NOT_MODIFIED},
	{"If-None-Match, no tag had", "If-None-Match: \"a\", \"\"\r\n", &bare, CONDITIONAL_PROCEED},
	{"If-None-Match, a list", "If-None-Match: \"x\",,\t\"y\" ,W/\"a\",\r\n", &strong,
		CONDITIONAL_NOT_MODIFIED},
	{"If-None-Match, a comma in a tag", "If-None-Match: \"x,\"a\"\r\n", &strong,
		CONDITIONAL_PROCEED},
	{"If-None-Match, a tag with commas", "If-None-Match: \"x,y\", \"a\"\r\n", &strong,
		CONDITIONAL_NOT_MODIFIED},
	{"If-None-Match, a second line", "If-None-Match: \"x\"\r\nIf-None-Match: \"a\"\r\n",
		&strong, CONDITIONAL_NOT_MODIFIED},
	{"If-None-Match, a malformed line", "If-None-Match: \"a\"\r\nIf-None-Match: x\r\n", &strong,
		CONDITIONAL_PROCEED},
	{"If-None-Match, any and more", "If-None-Match: *, \"a\"\r\n", &strong,
		CONDITIONAL_PROCEED},
	{"If-None-Match, any and a line", "If-None-Match: *\r\nIf-None-Match: \"b\"\r\n", &strong,
		CONDITIONAL_PROCEED},
	{"If-None-Match, without quotes", "If-None-Match: a\r\n", &strong, CONDITIONAL_PROCEED},
	{"If-None-Match, one quote", "If-None-Match: \"a\r\n", &strong, CONDITIONAL_PROCEED},
	{"If-None-Match, a quote alone", "If-None-Match: \"\r\n", &strong, CONDITIONAL_PROCEED},
	{"If-None-Match, no comma between", "If-None-Match: \"a\" \"b\"\r\n", &strong,
		CONDITIONAL_PROCEED},
	{"If-None-Match, a small w", "If-None-Match: w/\"a\"\r\n", &strong, CONDITIONAL_PROCEED},
	{"If-None-Match, a space in a tag", "If-None-Match: \"a\", \"b c\"\r\n", &strong,
		CONDITIONAL_PROCEED},

	{"If-Modified-Since, same", "If-Modified-Since: " SAME "\r\n", &strong,
		CONDITIONAL_NOT_MODIFIED},
	{"If-Modified-Since, later", "If-Modified-Since: " AFTER "\r\n", &dated,
		CONDITIONAL_NOT_MODIFIED},
	{"If-Modified-Since, earlier", "If-Modified-Since: " BEFORE "\r\n", &dated,
		CONDITIONAL_PROCEED},
	{"If-Modified-Since, no date had", "If-Modified-Since: " SAME "\r\n", &tagged,
		CONDITIONAL_PROCEED},
	{"If-Modified-Since, unreadable", "If-Modified-Since: soon\r\n", &dated,
		CONDITIONAL_PROCEED},
	{"If-Unmodified-Since, same", "If-Unmodified-Since: " SAME "\r\n", &dated,
		CONDITIONAL_PROCEED},
	{"If-Unmodified-Since, earlier", "If-Unmodified-Since: " BEFORE "\r\n", &dated,
		CONDITIONAL_FAILED},
	{"If-Unmodified-Since, no date had", "If-Unmodified-Since: " BEFORE "\r\n", &tagged,
		CONDITIONAL_PROCEED},
	{"If-Unmodified-Since, unreadable", "If-Unmodified-Since: 0\r\n", &dated,
		CONDITIONAL_PROCEED},

	{"the tag hides the date", "If-None-Match: \"b\"\r\nIf-Modified-Since: " SAME "\r\n",
		&strong, CONDITIONAL_PROCEED},
	{"also a malformed one", "If-None-Match: b\r\nIf-Modified-Since: " SAME "\r\n", &strong,
		CONDITIONAL_PROCEED},
	{"If-Match hides the date", "If-Match: \"a\"\r\nIf-Unmodified-Since: " BEFORE "\r\n",
		&strong, CONDITIONAL_PROCEED},
	{"412 before 304", "If-Match: \"b\"\r\nIf-None-Match: \"a\"\r\n", &strong,
		CONDITIONAL_FAILED},
	{"304 after a match", "If-Match: \"a\"\r\nIf-None-Match: \"a\"\r\n", &strong,
		CONDITIONAL_NOT_MODIFIED},
	{"a date after a date", "If-Unmodified-Since: " SAME "\r\nIf-Modified-Since: " SAME "\r\n",
		&dated, CONDITIONAL_NOT_MODIFIED},
};

static void
test_preconditions(void **state)
{
	static const char *const methods[] = {"GET", "HEAD", "OPTIONS", "PUT"};
	struct buf head = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(precondition_rows) * ROWS(methods); i++) {
		const struct precondition_row *row = &precondition_rows[i / ROWS(methods)];
		size_t method = i % ROWS(methods);
		struct request request = request_with(&head, methods[method], row->fields);

		print_message("  %s %s\n", methods[method], row->label);
		assert_int_equal(conditional_evaluate(&request, row->validators),
			method < 2 ? row->verdict : CONDITIONAL_PROCEED);
	}
	buf_finish(&head);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_preconditions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
