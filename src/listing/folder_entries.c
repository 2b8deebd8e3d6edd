/*
 * folder_entries: see folder_entries.h.
 */
#define _GNU_SOURCE
#include "listing/folder_entries.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "fs/hidden_names.h"
#include "fs/served_file.h"

const char *const folder_entries_key_names[FOLDER_ENTRIES_KEYS] = {
	[FOLDER_ENTRIES_NAME] = "name",
	[FOLDER_ENTRIES_SIZE] = "size",
	[FOLDER_ENTRIES_TIME] = "time",
};

/* ---- read ---- */

static void
add_entry(struct folder_entries *entries, const char *name, const struct stat *state)
{
	entries->items = mem_grow(
		entries->items, entries->count, &entries->capacity, sizeof(*entries->items));
	entries->items[entries->count++] = (struct folder_entry){
		.name = mem_text(name),
		.is_folder = S_ISDIR(state->st_mode),
		.size = S_ISDIR(state->st_mode) ? 0 : (uint64_t)state->st_size,
		.modified = state->st_mtime,
	};
}

/* Takes target. */
static bool
is_link_shown(const struct folder_entries_source *source, int target, struct stat *state)
{
	bool is_shown = target >= 0 && fstat(target, state) == 0 &&
			(S_ISREG(state->st_mode) || S_ISDIR(state->st_mode)) &&
			(source->with_hidden || !served_file_is_hidden(source->root, target));

	if (target >= 0)
		close(target);
	return is_shown;
}

/* Whether the entry can be requested: a file, a folder, or a link to one within the root. */
static bool
read_state(const struct folder_entries_source *source, const char *name, struct stat *state)
{
	char *path;
	int target;

	if (fstatat(dirfd(source->folder), name, state, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (!S_ISLNK(state->st_mode))
		return S_ISREG(state->st_mode) || S_ISDIR(state->st_mode);
	path = mem_format("%s%s", source->name, name);
	target = root_open_path(source->root, path);
	free(path);
	return is_link_shown(source, target, state);
}

static bool
is_shown(const char *name, bool with_hidden)
{
	return strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	       (with_hidden || !hidden_name(slice_of(name)));
}

bool
folder_entries_read(
	struct folder_entries *entries, const struct folder_entries_source *source, size_t most)
{
	struct dirent *entry;
	struct stat state;

	for (size_t i = 0; i < most; i++) {
		entry = readdir(source->folder);
		if (!entry)
			return true;
		if (is_shown(entry->d_name, source->with_hidden) &&
			read_state(source, entry->d_name, &state))
			add_entry(entries, entry->d_name, &state);
	}
	return false;
}

void
folder_entries_finish(struct folder_entries *entries)
{
	for (size_t i = 0; i < entries->count; i++)
		free(entries->items[i].name);
	free(entries->items);
	*entries = (struct folder_entries){0};
}

/* ---- sort ---- */

struct folder_entries_order
folder_entries_order(struct slice text)
{
	struct folder_entries_order order = {FOLDER_ENTRIES_NAME, false};

	if (slice_starts(text, "-")) {
		order.is_descending = true;
		slice_drop(&text, 1);
	}
	for (int key = 0; key < FOLDER_ENTRIES_KEYS; key++)
		if (slice_is(text, folder_entries_key_names[key]))
			order.key = (enum folder_entries_key)key;
	return order;
}

static int
compare(const void *left, const void *right, void *context)
{
	const struct folder_entry *a = left, *b = right;
	const struct folder_entries_order *order = context;
	int result = 0;

	if (a->is_folder != b->is_folder)
		return a->is_folder ? -1 : 1;
	if (order->key == FOLDER_ENTRIES_SIZE)
		result = (a->size > b->size) - (a->size < b->size);
	else if (order->key == FOLDER_ENTRIES_TIME)
		result = (a->modified > b->modified) - (a->modified < b->modified);
	if (result == 0)
		result = strverscmp(a->name, b->name);
	return order->is_descending ? -result : result;
}

void
folder_entries_sort(struct folder_entries *entries, const struct folder_entries_order *order)
{
	if (entries->count)
		qsort_r(entries->items, entries->count, sizeof(*entries->items), compare,
			(void *)order);
}
