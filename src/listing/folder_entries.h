/*
 * folder_entries: the names in a folder that can be requested, with what a listing shows of them.
 *
 * All functions may be called in another thread: they use nothing but their arguments.
 */
#ifndef FOLDER_ENTRIES_H
#define FOLDER_ENTRIES_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/slice.h"
#include "fs/root.h"

struct folder_entry {
	char *name;
	bool is_folder;
	uint64_t size; /* in bytes; 0 for a folder */
	time_t modified;
};

/* Zeroed at first. */
struct folder_entries {
	struct folder_entry *items;
	size_t count, capacity;
};

enum folder_entries_key {
	FOLDER_ENTRIES_NAME,
	FOLDER_ENTRIES_SIZE,
	FOLDER_ENTRIES_TIME,
	FOLDER_ENTRIES_KEYS,
};

/* The key as it stands in an address: ?sort=size. */
extern const char *const folder_entries_key_names[FOLDER_ENTRIES_KEYS];

struct folder_entries_order {
	enum folder_entries_key key;
	bool is_descending;
};

/* Where the names are read from. Everything is borrowed. */
struct folder_entries_source {
	DIR *folder;
	const struct root *root; /* for links: they are listed if they lead to something in it */
	const char *name;        /* of the folder in root; "" or with a slash at its end */
	bool with_hidden;        /* hidden names (hidden_names.h) are listed, too */
};

/*
 * Reads the next names of the folder, up to most, and adds those that can be requested. Returns
 * whether the folder has no more. The caller finishes entries.
 */
bool folder_entries_read(
	struct folder_entries *entries, const struct folder_entries_source *source, size_t most);
void folder_entries_finish(struct folder_entries *entries);

/* The order that is called "size", or "-size" for descending; by name for any other text. */
struct folder_entries_order folder_entries_order(struct slice text);

/*
 * Sorts. Folders come first in every order; entries that are equal are sorted by name, numbers in
 * names by their value.
 */
void folder_entries_sort(struct folder_entries *entries, const struct folder_entries_order *order);

#endif
