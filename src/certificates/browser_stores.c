/*
 * browser_stores: see browser_stores.h. It only looks; folders of profiles are found by the database in them.
 */
#define _GNU_SOURCE
#include "certificates/browser_stores.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/slice.h"

enum { PROFILES_MAX = 200 }; /* of one browser */

/* Below the home folder. Chromium and its relatives use the first two together. */
static const struct {
	const char *folder, *name;
} chromium[] =
	{
		{".pki/nssdb", "Chromium and its relatives"},
		{".local/share/pki/nssdb", "Chromium and its relatives"},
		{"snap/chromium/current/.pki/nssdb", "Chromium (Snap)"},
		{"snap/chromium/current/.local/share/pki/nssdb", "Chromium (Snap)"},
		{".var/app/org.chromium.Chromium/data/pki/nssdb", "Chromium (Flatpak)"},
		{".var/app/com.google.Chrome/data/pki/nssdb", "Chrome (Flatpak)"},
		{".var/app/com.brave.Browser/data/pki/nssdb", "Brave (Flatpak)"},
},
  firefox[] = {
	  {".mozilla/firefox", "Firefox"},
	  {".config/mozilla/firefox", "Firefox"},
	  {"snap/firefox/common/.mozilla/firefox", "Firefox (Snap)"},
	  {".var/app/org.mozilla.firefox/.mozilla/firefox", "Firefox (Flatpak)"},
	  {".var/app/org.mozilla.firefox/config/mozilla/firefox", "Firefox (Flatpak)"},
	  {".librewolf", "LibreWolf"},
};

static const char *const chromium_programs[] = {"chromium", "chromium-browser", "google-chrome",
	"google-chrome-stable", "brave-browser", "microsoft-edge", "vivaldi"};

/* Takes folder. */
static void
add(struct browser_stores *stores, char *folder, const char *name, const char *profile)
{
	for (size_t i = 0; i < stores->count; i++)
		if (strcmp(stores->items[i].folder, folder) == 0) {
			free(folder);
			return;
		}
	stores->items = mem_resize(stores->items, (stores->count + 1) * sizeof(*stores->items));
	stores->items[stores->count++] = (struct browser_store){
		folder, profile ? mem_format("%s profile %s", name, profile) : mem_text(name)};
}

/* Takes folder. Adds it if there is a database in it. */
static void
consider(struct browser_stores *stores, char *folder, const char *name, const char *profile)
{
	char *database = mem_format("%s/cert9.db", folder);

	if (access(database, F_OK) == 0)
		add(stores, folder, name, profile);
	else
		free(folder);
	free(database);
}

/* Takes folder. Adds each profile in it. */
static void
consider_profiles(struct browser_stores *stores, char *folder, const char *name)
{
	DIR *listing = opendir(folder);
	const struct dirent *entry;

	for (int i = 0; listing && i < PROFILES_MAX && (entry = readdir(listing)); i++)
		if (entry->d_name[0] != '.')
			consider(stores, mem_format("%s/%s", folder, entry->d_name), name,
				entry->d_name);
	if (listing)
		closedir(listing);
	free(folder);
}

static bool
is_in_path(const char *path, const char *program)
{
	struct slice rest = slice_of(path), folder;
	bool is_there = false;

	while (!is_there && slice_split(&rest, ':', &folder)) {
		char *file = mem_format("%.*s/%s", (int)folder.length, folder.at, program);

		is_there = folder.length > 0 && access(file, X_OK) == 0;
		free(file);
	}
	return is_there;
}

static bool
has_chromium(const char *path)
{
	for (size_t i = 0; path && i < sizeof(chromium_programs) / sizeof(*chromium_programs); i++)
		if (is_in_path(path, chromium_programs[i]))
			return true;
	return false;
}

void
browser_stores_find(struct browser_stores *stores, const char *home, const char *data,
	const char *settings, const char *path)
{
	*stores = (struct browser_stores){0};
	/* A variable that is set to nothing counts as not set. */
	home = home && *home ? home : NULL;
	for (size_t i = 0; home && i < sizeof(chromium) / sizeof(*chromium); i++)
		consider(stores, mem_format("%s/%s", home, chromium[i].folder), chromium[i].name,
			NULL);
	if (data && *data)
		consider(stores, mem_format("%s/pki/nssdb", data), chromium[0].name, NULL);
	if (home && stores->count == 0 && has_chromium(path))
		add(stores, mem_format("%s/%s", home, chromium[0].folder), chromium[0].name, NULL);
	for (size_t i = 0; home && i < sizeof(firefox) / sizeof(*firefox); i++)
		consider_profiles(
			stores, mem_format("%s/%s", home, firefox[i].folder), firefox[i].name);
	if (settings && *settings)
		consider_profiles(
			stores, mem_format("%s/mozilla/firefox", settings), firefox[0].name);
}

void
browser_stores_finish(struct browser_stores *stores)
{
	for (size_t i = 0; i < stores->count; i++) {
		free(stores->items[i].folder);
		free(stores->items[i].name);
	}
	free(stores->items);
	*stores = (struct browser_stores){0};
}
