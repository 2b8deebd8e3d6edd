/*
 * Files as htpasswd(1) writes them. The SHA hashes were made by openssl passwd.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "security/basic_auth.h"
#include "security/htpasswd.h"
#include "support/capture.h"
#include "support/folder.h"

#define BCRYPT "$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW"
#define SHA256 "$5$saltsalt$yrhPKxCqiWcCE9h0g86j6Ugz7SDFdFm.BjU.d8RaQnC"
#define SHA512                                                                                     \
	"$6$saltsalt$e/5XKibXPLqVcfjpD.ouauaJrAOL5V0uo80Lt7n7EbRdRiCx3HbQ90yjOHr.G0T.mx79PEMRy8nm" \
	"tr0qSYhQp1"

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	folder_leave();
	return 0;
}

/* Whether the file has the name and password that an Authorization field says. */
static bool
allows(const struct htpasswd *htpasswd, const char *authorization)
{
	struct buf text = {0};
	struct htpasswd_check *check;
	bool is_right = false;
	ptrdiff_t user = -1;

	if (basic_auth_read(slice_of(authorization), &text))
		user = htpasswd_find(htpasswd, text.bytes);
	if (user >= 0) {
		assert_true((size_t)user < htpasswd_count(htpasswd));
		check = htpasswd_check_create(
			htpasswd, (size_t)user, text.bytes + strlen(text.bytes) + 1);
		assert_false(htpasswd_check_is_right(check));
		htpasswd_check_prepare(check);
		htpasswd_check_run(check);
		is_right = htpasswd_check_is_right(check);
		htpasswd_check_destroy(check);
	}
	buf_finish(&text);
	return is_right;
}

static void
users(void **state)
{
	static const struct {
		const char *authorization;
		bool is_allowed;
	} rows[] = {
		{"Basic YWRhOm9wZW4gc2VzYW1l", true},  /* ada:open sesame */
		{"Basic YWRhOm9wZW4gc2VzYW1l", true},  /* the same again */
		{"Basic Ym9iOm9wZW4gc2VzYW1l", true},  /* bob */
		{"Basic Y2U6b3BlbiBzZXNhbWU=", true},  /* ce */
		{"Basic YWRhOm9wZW4gc2VzYW1m", false}, /* ada:open sesamf */
		{"Basic YWRhOg==", false},             /* ada: */
		{"Basic ZXZlOm9wZW4gc2VzYW1l", false}, /* eve */
		{"Basic Om9wZW4gc2VzYW1l", false},     /* no name */
		{"Basic I2E6eA==", false},             /* #a:x */
		{"nonsense", false},
		{"", false},
	};
	struct htpasswd *htpasswd;

	(void)state;
	folder_write("passwords", "ada:" BCRYPT "\n\n#a:x\nbob:" SHA256 "\r\nce:" SHA512);
	htpasswd = htpasswd_create("passwords");
	assert_non_null(htpasswd);
	for (size_t i = 0; i < ROWS(rows); i++)
		if (allows(htpasswd, rows[i].authorization) != rows[i].is_allowed)
			fail_msg("%s", rows[i].authorization);
	htpasswd_destroy(htpasswd);
}

/* As in Apache, the first line of a name counts. */
static void
a_name_that_is_there_twice(void **state)
{
	struct htpasswd *htpasswd;

	(void)state;
	folder_write("passwords", "ada:" BCRYPT "\nbob:$5$x\nada:$5$y\n");
	htpasswd = htpasswd_create("passwords");
	assert_int_equal(htpasswd_count(htpasswd), 3);
	assert_int_equal(htpasswd_find(htpasswd, "ada"), 0);
	assert_int_equal(htpasswd_find(htpasswd, "bob"), 1);
	assert_int_equal(htpasswd_find(htpasswd, "eve"), -1);
	assert_int_equal(htpasswd_find(htpasswd, ""), -1);
	htpasswd_check_destroy(NULL);
	htpasswd_destroy(htpasswd);
}

static void
wrong_files(void **state)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{"", "has no users"},
		{"# only this\n", "has no users"},
		{"ada\n", "passwords:1: the line is not USER:HASH"},
		{":" BCRYPT "\n", "passwords:1: the line is not USER:HASH"},
		{"ada:" BCRYPT "\nbob:$apr1$a$b\n", "passwords:2: the line has a hash of the apr1"},
		{"ada:{SHA}x\n", "passwords:1: the line has a hash of the {SHA}"},
		{"ada:secret\n", "passwords:1: the line has no hash that liveserve can check"},
		{"ada:\n", "passwords:1: the line has no hash"},
	};

	(void)state;
	for (size_t i = 0; i <= ROWS(rows); i++) {
		struct htpasswd *htpasswd;
		const char *logged;

		if (i < ROWS(rows))
			folder_write("passwords", rows[i].text);
		capture_begin(2);
		htpasswd = htpasswd_create(i < ROWS(rows) ? "passwords" : "no-such");
		logged = capture_end();
		assert_null(htpasswd);
		if (!strstr(logged, i < ROWS(rows) ? rows[i].error
						   : "cannot read the passwords in \"no-such\""))
			fail_msg("%s", logged);
		assert_ptr_equal(strchr(logged, '\n'), logged + strlen(logged) - 1);
		assert_null(strstr(logged, "secret"));
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(users),
		TEST(a_name_that_is_there_twice),
		TEST(wrong_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
