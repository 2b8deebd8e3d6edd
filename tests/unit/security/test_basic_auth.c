/*
 * The examples are those of RFC 7617 2 and 2.1 and RFC 4648 10.
 */
#include "support/test.h"

#include <string.h>

#include "security/basic_auth.h"

static void
values(void **state)
{
	static const struct {
		const char *value, *user, *password; /* user NULL: refused */
	} rows[] = {
		{"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"},
		{"basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"},
		{"Basic   QWxhZGRpbjpvcGVuIHNlc2FtZQ", "Aladdin", "open sesame"},
		{"Basic dGVzdDoxMjPCow==", "test", "123\xc2\xa3"},
		{"Basic Og==", "", ""},
		{"Basic YTo=", "a", ""},
		{"Basic OmI=", "", "b"},
		{"Basic YTpiOmM=", "a", "b:c"},
		{"Basic YQ==", NULL, NULL},     /* no colon */
		{"Basic YTpiAGM=", NULL, NULL}, /* a NUL */
		{"Basic", NULL, NULL},
		{"Basic ", NULL, NULL},
		{"Basic YTpi!", NULL, NULL},
		{"Basic YTpiY", NULL, NULL},
		{"Basic YTpi YTpi", NULL, NULL},
		{"Basic ====", NULL, NULL},
		{"Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==", NULL, NULL},
		{"BasicYTpi", NULL, NULL},
		{"", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf credentials = {0};
		bool is_read = basic_auth_read(slice_of(rows[i].value), &credentials);

		if (is_read != (rows[i].user != NULL))
			fail_msg("%s: %d", rows[i].value, is_read);
		if (is_read) {
			assert_string_equal(credentials.bytes, rows[i].user);
			assert_string_equal(
				credentials.bytes + strlen(rows[i].user) + 1, rows[i].password);
		} else {
			assert_int_equal(credentials.length, 0);
		}
		buf_finish(&credentials);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
