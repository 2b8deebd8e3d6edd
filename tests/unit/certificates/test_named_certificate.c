/*
 * When files of a certificate count as changed.
 */
#include "support/test.h"

#include <stdio.h>
#include <unistd.h>

#include "certificates/named_certificate.h"
#include "support/folder.h"

static struct named_certificate named;

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	folder_write("cert.pem", "cert");
	folder_write("key.pem", "key");
	named_certificate_init(&named, "cert.pem", "key.pem");
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	folder_leave();
	return 0;
}

static void
assert_changed_once(void)
{
	assert_true(named_certificate_has_changed(&named));
	assert_false(named_certificate_has_changed(&named));
}

static void
each_change_is_told_once(void **state)
{
	(void)state;
	assert_false(named_certificate_has_changed(&named));
	folder_write("cert.pem", "other cert");
	assert_changed_once();
	folder_write("key.pem", "other key");
	assert_changed_once();
	folder_write("new.pem", "yek"); /* of the same length */
	assert_int_equal(rename("new.pem", "key.pem"), 0);
	assert_changed_once();
	folder_write("cert.pem", "1");
	folder_write("key.pem", "2");
	assert_changed_once();
}

static void
a_file_can_go_and_come(void **state)
{
	(void)state;
	assert_int_equal(unlink("key.pem"), 0);
	assert_changed_once();
	assert_int_equal(unlink("cert.pem"), 0);
	assert_changed_once();
	folder_write("key.pem", "key");
	assert_changed_once();
	folder_write("cert.pem", "cert");
	assert_changed_once();
	assert_int_equal(unlink("cert.pem"), 0);
	assert_int_equal(symlink("key.pem", "cert.pem"), 0);
	assert_changed_once();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_change_is_told_once, enter, leave),
		cmocka_unit_test_setup_teardown(a_file_can_go_and_come, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
