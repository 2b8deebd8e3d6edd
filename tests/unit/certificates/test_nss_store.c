/*
 * Databases of certificates, changed by the real certutil.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "certificates/authority.h"
#include "certificates/nss_store.h"
#include "certificates/program.h"
#include "support/folder.h"
#include "support/qemu.h"

#define STORE "home/.pki/nssdb"

static char *path; /* $PATH */

/* Writes the certificate of a new authority. */
static void
write_certificate(const char *file)
{
	struct authority *authority = authority_make(time(NULL), "box");
	struct buf text = {0};

	assert_true(authority_add_certificate_pem(authority, &text));
	folder_write(file, text.bytes);
	buf_finish(&text);
	authority_destroy(authority);
}

static int
enter(void **state)
{
	(void)state;
	path = mem_text(getenv("PATH"));
	folder_enter();
	write_certificate("one.pem");
	write_certificate("two.pem");
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	setenv("PATH", path, true);
	free(path);
	folder_leave();
	return 0;
}

static void
need_certutil(void)
{
	if (system("certutil -H >certutil.txt 2>&1; test $? -ne 127") != 0)
		skip();
}

/* What certutil lists, without the head. */
static void
list(struct buf *said)
{
	static const char *const arguments[] = {"certutil", "-L", "-d", "sql:" STORE, NULL};

	buf_clear(said);
	assert_int_equal(program_run(arguments, said), 0);
}

static void
assert_trusts(const char *expected_file)
{
	static const char *const arguments[] = {"sh", "-c",
		"certutil -L -d sql:" STORE " -a -n \"$0\" | tr -d '\\r' >shown.pem",
		NSS_STORE_NICKNAME, NULL};
	const char *const compare[] = {"cmp", "shown.pem", expected_file, NULL};
	struct buf said = {0};

	list(&said);
	assert_non_null(strstr(
		said.bytes, NSS_STORE_NICKNAME "                                          C,,  "));
	buf_clear(&said);
	assert_int_equal(program_run(arguments, &said), 0);
	assert_int_equal(program_run(compare, &said), 0);
	buf_finish(&said);
}

static void
a_database_is_made_and_trusts(void **state)
{
	struct buf why = {0};

	(void)state;
	need_certutil();
	assert_int_equal(nss_store_add(STORE, "one.pem", &why), STORE_CHANGED);
	assert_trusts("one.pem");
	assert_int_equal(nss_store_add(STORE, "one.pem", &why), STORE_UNCHANGED);
	assert_trusts("one.pem");
	assert_int_equal(why.length, 0);
}

static void
a_newer_one_replaces_it(void **state)
{
	struct buf why = {0};

	(void)state;
	need_certutil();
	assert_int_equal(nss_store_add(STORE, "one.pem", &why), STORE_CHANGED);
	assert_int_equal(nss_store_add(STORE, "two.pem", &why), STORE_CHANGED);
	assert_trusts("two.pem");
}

static void
trust_that_was_taken_away_comes_back(void **state)
{
	static const char *const distrust[] = {
		"certutil", "-M", "-d", "sql:" STORE, "-t", ",,", "-n", NSS_STORE_NICKNAME, NULL};
	struct buf why = {0}, said = {0};

	(void)state;
	need_certutil();
	assert_int_equal(nss_store_add(STORE, "one.pem", &why), STORE_CHANGED);
	assert_int_equal(program_run(distrust, &said), 0);
	nss_store_add(STORE, "one.pem", &why);
	assert_trusts("one.pem");
	buf_finish(&said);
}

static void
only_ours_is_removed(void **state)
{
	static const char *const other[] = {"certutil", "-A", "-d", "sql:" STORE, "-t", "C,,", "-n",
		"somebody else", "-i", "two.pem", NULL};
	struct buf why = {0}, said = {0};

	(void)state;
	need_certutil();
	assert_int_equal(nss_store_add(STORE, "one.pem", &why), STORE_CHANGED);
	assert_int_equal(program_run(other, &said), 0);
	assert_int_equal(nss_store_remove(STORE, &why), STORE_CHANGED);
	list(&said);
	assert_null(strstr(said.bytes, NSS_STORE_NICKNAME));
	assert_int_equal(nss_store_remove(STORE, &why), STORE_UNCHANGED);
	assert_int_equal(nss_store_remove("none", &why), STORE_UNCHANGED);
	assert_int_equal(access("none", F_OK), -1);
	buf_finish(&said);
}

static void
a_failure_has_a_reason(void **state)
{
	struct buf why = {0};

	(void)state;
	need_certutil();
	assert_int_equal(nss_store_add(STORE, "none.pem", &why), STORE_FAILED);
	assert_non_null(strstr(why.bytes, "none.pem"));
	buf_clear(&why);
	folder_write("broken/cert9.db", "this is no database");
	assert_int_equal(nss_store_add("broken", "one.pem", &why), STORE_FAILED);
	assert_true(why.length > 0);
	buf_clear(&why);
	folder_write("file", "");
	assert_int_equal(nss_store_add("file/db", "one.pem", &why), STORE_FAILED);
	assert_string_equal(why.bytes, "Not a directory");
	buf_finish(&why);
}

static void
without_certutil_it_is_said(void **state)
{
	struct buf why = {0};

	(void)state;
	if (qemu_lacks("answer to posix_spawn(3) of what does not exist"))
		skip();
	folder_write("there/cert9.db", "");
	setenv("PATH", "/none", true);
	assert_int_equal(nss_store_add("there", "one.pem", &why), STORE_NO_PROGRAM);
	assert_int_equal(nss_store_add(STORE, "one.pem", &why), STORE_NO_PROGRAM);
	assert_int_equal(nss_store_remove("there", &why), STORE_NO_PROGRAM);
	assert_int_equal(why.length, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_database_is_made_and_trusts, enter, leave),
		cmocka_unit_test_setup_teardown(a_newer_one_replaces_it, enter, leave),
		cmocka_unit_test_setup_teardown(trust_that_was_taken_away_comes_back, enter, leave),
		cmocka_unit_test_setup_teardown(only_ours_is_removed, enter, leave),
		cmocka_unit_test_setup_teardown(a_failure_has_a_reason, enter, leave),
		cmocka_unit_test_setup_teardown(without_certutil_it_is_said, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
