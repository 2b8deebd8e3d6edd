/*
 * Where browsers of a made-up home folder have their databases.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <string.h>
#include <sys/stat.h>

#include "certificates/browser_stores.h"
#include "support/folder.h"

static struct browser_stores stores;

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
	browser_stores_finish(&stores);
	folder_leave();
	return 0;
}

/* Looks for the store with this folder and removes its name; NULL when it is not there. */
static const char *
name_of(const char *folder)
{
	for (size_t i = 0; i < stores.count; i++)
		if (strcmp(stores.items[i].folder, folder) == 0)
			return stores.items[i].name;
	return "";
}

static void
each_place_is_found(void **state)
{
	(void)state;
	folder_write("home/.pki/nssdb/cert9.db", "");
	folder_write("home/snap/chromium/current/.pki/nssdb/cert9.db", "");
	folder_write("home/.var/app/com.google.Chrome/data/pki/nssdb/cert9.db", "");
	folder_write("data/pki/nssdb/cert9.db", "");
	folder_write("home/.mozilla/firefox/ab.default/cert9.db", "");
	folder_write("home/.mozilla/firefox/cd.work/cert9.db", "");
	folder_write("home/.mozilla/firefox/old/cert8.db", "");
	folder_write("home/.mozilla/firefox/profiles.ini", "");
	folder_write("home/snap/firefox/common/.mozilla/firefox/ef/cert9.db", "");
	folder_write("settings/mozilla/firefox/gh/cert9.db", "");
	folder_write("home/.librewolf/ij/cert9.db", "");
	browser_stores_find(&stores, "home", "data", "settings", "");
	assert_int_equal(stores.count, 9);
	assert_string_equal(name_of("home/.pki/nssdb"), "Chromium and its relatives");
	assert_string_equal(name_of("data/pki/nssdb"), "Chromium and its relatives");
	assert_string_equal(name_of("home/snap/chromium/current/.pki/nssdb"), "Chromium (Snap)");
	assert_string_equal(
		name_of("home/.var/app/com.google.Chrome/data/pki/nssdb"), "Chrome (Flatpak)");
	assert_string_equal(
		name_of("home/.mozilla/firefox/ab.default"), "Firefox profile ab.default");
	assert_string_equal(name_of("home/.mozilla/firefox/cd.work"), "Firefox profile cd.work");
	assert_string_equal(name_of("home/snap/firefox/common/.mozilla/firefox/ef"),
		"Firefox (Snap) profile ef");
	assert_string_equal(name_of("settings/mozilla/firefox/gh"), "Firefox profile gh");
	assert_string_equal(name_of("home/.librewolf/ij"), "LibreWolf profile ij");
}

static void
one_folder_by_two_names_is_one(void **state)
{
	(void)state;
	folder_write("home/.local/share/pki/nssdb/cert9.db", "");
	folder_write("home/.config/mozilla/firefox/ab/cert9.db", "");
	browser_stores_find(&stores, "home", "home/.local/share", "home/.config", NULL);
	assert_int_equal(stores.count, 2);
}

static void
a_chromium_that_never_ran_gets_a_place(void **state)
{
	(void)state;
	folder_write("programs/chromium", "");
	browser_stores_find(&stores, "home", NULL, NULL, "/none::programs");
	assert_int_equal(stores.count, 0); /* it is not executable */
	assert_int_equal(chmod("programs/chromium", 0755), 0);
	browser_stores_find(&stores, "home", NULL, NULL, "/none::programs");
	assert_int_equal(stores.count, 1);
	assert_string_equal(stores.items[0].folder, "home/.pki/nssdb");
	browser_stores_finish(&stores);
	folder_write("home/.local/share/pki/nssdb/cert9.db", "");
	browser_stores_find(&stores, "home", NULL, NULL, "programs");
	assert_int_equal(stores.count, 1);
	assert_string_equal(stores.items[0].folder, "home/.local/share/pki/nssdb");
}

static void
nothing_is_nothing(void **state)
{
	(void)state;
	browser_stores_find(&stores, NULL, NULL, NULL, NULL);
	assert_int_equal(stores.count, 0);
	browser_stores_find(&stores, "none", "none", "none", "");
	assert_int_equal(stores.count, 0);
	folder_write("programs/chromium", "");
	assert_int_equal(chmod("programs/chromium", 0755), 0);
	browser_stores_find(&stores, "", "", "", "programs");
	assert_int_equal(stores.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_place_is_found, enter, leave),
		cmocka_unit_test_setup_teardown(one_folder_by_two_names_is_one, enter, leave),
		cmocka_unit_test_setup_teardown(
			a_chromium_that_never_ran_gets_a_place, enter, leave),
		cmocka_unit_test_setup_teardown(nothing_is_nothing, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
