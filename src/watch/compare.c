/*
 * compare: see compare.h. Owns the batch of results; borrows root, table and history. Only the disk
 * decides: saving the same bytes, touching a file, and creating and deleting a temporary file are
 * not changes, whatever events they caused.
 */
#include "watch/compare.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/loop.h"
#include "base/mem.h"
#include "fs/file_state.h"

enum {
	HASH_MAX = 8 * 1024 * 1024, /* larger files are compared by their state alone */
	SMALL_MAX = 256 * 1024, /* larger files are read in several slices where that is possible */
	PIECE = 64 * 1024,
	SLICE_US = 500,
};

/* The first look at a large file that is going on, or was just done. */
struct hashing {
	char *name; /* NULL: there is none */
	struct stat state;
	off_t offset;  /* of what was not read yet */
	uint64_t hash; /* of the bytes before it */
	bool is_done;
};

struct compare {
	struct compare_options options;
	struct changes found;
	unsigned round; /* of looks behind links */
	struct hashing hashing;
};

struct compare *
compare_create(const struct compare_options *options)
{
	struct compare *compare = mem_zero(sizeof(*compare));

	compare->options = *options;
	return compare;
}

void
compare_destroy(struct compare *compare)
{
	if (!compare)
		return;
	changes_finish(&compare->found);
	free(compare->hashing.name);
	free(compare);
}

struct changes *
compare_found(struct compare *compare)
{
	return &compare->found;
}

static struct watch_table_file *
record_of(const struct compare *compare, const char *name)
{
	return watch_table_file(compare->options.table, slice_of(name));
}

/* ---- records ---- */

/* Adds the next bytes to hash, which becomes 0 if they cannot be read. Returns false at the end. */
static bool
hash_piece(int file, off_t *offset, uint64_t *hash)
{
	char bytes[PIECE];
	ssize_t got = pread(file, bytes, sizeof(bytes), *offset);

	if (got < 0)
		*hash = 0;
	if (got <= 0)
		return false;
	*hash = hash_more(*hash, (struct slice){bytes, (size_t)got});
	*offset += got;
	return true;
}

/* Returns 0 when the file is too large or cannot be read. */
static uint64_t
hash_file(int file, const struct stat *state)
{
	uint64_t hash = 1;
	off_t offset = 0;

	if (state->st_size > HASH_MAX)
		return 0;
	while (hash_piece(file, &offset, &hash))
		;
	return hash;
}

static uint64_t
hash_state(const struct stat *state)
{
	const int64_t words[] = {
		(int64_t)state->st_ino,
		state->st_size,
		state->st_mtim.tv_sec,
		state->st_mtim.tv_nsec,
		state->st_ctim.tv_sec,
		state->st_ctim.tv_nsec,
	};
	uint64_t hash = hash_bytes((struct slice){(const char *)words, sizeof(words)});

	return hash ? hash : 1;
}

static void
record(struct compare *compare, struct watch_table_file *known, int file, const struct stat *state)
{
	char *real = root_real_name(compare->options.root, file);
	struct stat after;

	known->is_absent = known->is_early = false;
	known->is_outside = !real;
	watch_table_set_real(compare->options.table, known, real);
	compare->options.read_done(compare->options.context, known);
	known->hash = compare->hashing.is_done ? compare->hashing.hash : hash_file(file, state);
	watch_table_set_state(compare->options.table, known, state);
	/* If the file was written while it was read, the hash belongs to no state of the file. */
	if (fstat(file, &after) < 0 || !file_state_is_same(&after, state))
		known->hash = 0;
	watch_table_keep(compare->options.table, known);
}

/* The file is in use: others, which were not used for longer, may be forgotten. */
static void
keep(struct compare *compare, struct watch_table_file *known)
{
	watch_table_keep(compare->options.table, known);
	watch_table_trim(compare->options.table, known);
}

bool
compare_opened(struct compare *compare, const char *name, int file, const struct stat *state,
	bool is_pending)
{
	struct watch_table_file *known = record_of(compare, name);

	if (!known) {
		known = watch_table_add_file(compare->options.table, slice_of(name));
		known->is_absent = known->is_early = is_pending;
		if (!is_pending)
			record(compare, known, file, state);
		keep(compare, known);
		return false;
	}
	keep(compare, known);
	known->is_early = known->is_absent;
	if (file_state_is_same(&known->state, state))
		return false;
	/*
	 * Keep the record. Other pages have the old bytes, and comparing with those finds the
	 * change for them. But this page has new bytes: if the old bytes are written back, that is
	 * a change for this page. Without a hash, it will be found.
	 */
	if (known->hash && hash_file(file, state) != known->hash)
		known->hash = 0;
	return true;
}

bool
compare_open_failed(struct compare *compare, const char *name)
{
	struct watch_table_file *known = record_of(compare, name);

	if (!known || known->is_absent)
		return false;
	known->hash = 0;
	watch_table_set_state(compare->options.table, known, NULL);
	return true;
}

void
compare_add_unread(struct compare *compare, const char *name, const struct stat *state)
{
	struct watch_table_file *known = watch_table_add_file(
		compare->options.table, slice_of(name));

	known->is_absent = !state;
	watch_table_set_state(compare->options.table, known, state);
	keep(compare, known);
}

bool
compare_served_state(const struct compare *compare, const char *name, uint64_t *state)
{
	struct watch_table_file *known = record_of(compare, name);

	*state = 0;
	if (known)
		watch_table_keep(compare->options.table, known);
	if (known && !known->is_absent)
		*state = known->hash ? known->hash : hash_state(&known->state);
	return known && !known->is_early;
}

/* ---- a file that is there ---- */

/*
 * Whether a file in use has other bytes than its record. Updates the record. is_written: an event has
 * said so.
 */
static bool
bytes_differ(struct compare *compare, struct watch_table_file *known, const struct stat *state,
	bool is_written)
{
	uint64_t before = known->hash;
	int file;

	/*
	 * With a hash, an equal state proves nothing: times are coarse, and a memory mapping can
	 * write without changing them. Without one, only an event can tell more: its write may have
	 * come just before the record was made, or at the same time by the clock of files.
	 */
	if (before == 0 && !is_written && file_state_is_same(&known->state, state))
		return false;
	file = root_open(compare->options.root, known->path);
	if (file < 0)
		return true;
	record(compare, known, file, state);
	close(file);
	return before == 0 || before != known->hash;
}

static void
add_file(struct compare *compare, const char *path, bool is_created, const struct stat *state)
{
	enum change_kind kind = is_created ? CHANGE_CREATED : CHANGE_MODIFIED;
	struct change *change = changes_add(&compare->found, slice_of(path), kind);

	if (change)
		change->is_empty = state->st_size == 0;
}

/* The file may be in use by another name (a hard link), whose folder had no event. */
static void
look_at_other_names(
	struct compare *compare, const struct debounce_entry *entry, const struct stat *state)
{
	struct watch_table_file *file, *next;

	if (state->st_nlink < 2)
		return;
	for (file = watch_table_inode(compare->options.table, state); file; file = next) {
		next = file->next_inode;
		if (strcmp(file->path, entry->path) != 0 &&
			bytes_differ(compare, file, state, entry->is_written))
			add_file(compare, file->path, false, state);
	}
}

static void
leave_out(struct compare *compare, const struct debounce_entry *entry)
{
	struct slice path = slice_of(entry->path);
	bool is_touched = entry->is_touched;

	changes_leave_out(&compare->found, path, is_touched ? LEFT_OUT_TOUCHED : LEFT_OUT_SAME);
	watch_history_note(compare->options.history, path,
		is_touched ? WATCH_HISTORY_TOUCHED : WATCH_HISTORY_SAME);
}

static void
look_at_file(struct compare *compare, const struct debounce_entry *entry, const struct stat *state)
{
	struct watch_table_file *known = record_of(compare, entry->path);
	bool is_created = known ? known->is_absent : entry->is_new;
	bool has_other_state = !known || !file_state_is_same(&known->state, state);

	look_at_other_names(compare, entry, state);
	if (!known && compare->options.is_thorough)
		compare_add_unread(compare, entry->path, state);
	if (!known || bytes_differ(compare, known, state, entry->is_written))
		add_file(compare, entry->path, is_created, state);
	else if (has_other_state)
		leave_out(compare, entry);
}

/* ---- a file that is not there ---- */

/* The record itself stays, so that pages learn when the file is back. */
static void
forget_bytes(struct compare *compare, struct watch_table_file *known)
{
	known->is_absent = true;
	known->is_early = false;
	known->hash = 0;
	watch_table_set_state(compare->options.table, known, NULL);
	watch_table_set_real(compare->options.table, known, NULL);
	keep(compare, known);
}

static bool
look_at_missing(struct compare *compare, struct debounce_entry *entry)
{
	struct watch_table_file *known = record_of(compare, entry->path);

	if (entry->state != DEBOUNCE_GONE) {
		debounce_entry_set_gone(entry);
		return false;
	}
	if (known ? !known->is_absent || known->is_early : !entry->is_new)
		changes_add(&compare->found, slice_of(entry->path), CHANGE_DELETED);
	if (known)
		forget_bytes(compare, known);
	return true;
}

/* ---- any entry ---- */

/* The kernel reports a new link to a folder as a file. */
static bool
is_link_to_folder(const struct compare *compare, const struct debounce_entry *entry)
{
	return entry->is_new && entry->state != DEBOUNCE_GONE && !record_of(compare, entry->path);
}

static void
add_link_to_folder(struct compare *compare, const struct debounce_entry *entry)
{
	char *path = mem_format("%s/", entry->path);

	changes_add(&compare->found, slice_of(path), CHANGE_CREATED);
	free(path);
}

bool
compare_look(struct compare *compare, struct debounce_entry *entry)
{
	struct stat state;

	if (!root_stat(compare->options.root, entry->path, &state))
		return look_at_missing(compare, entry);
	if (debounce_entry_is_folder(entry)) {
		if (entry->state != DEBOUNCE_GONE)
			changes_add(&compare->found, slice_of(entry->path), CHANGE_CREATED);
	} else if (S_ISDIR(state.st_mode)) {
		if (!is_link_to_folder(compare, entry))
			return look_at_missing(compare, entry);
		add_link_to_folder(compare, entry);
	} else if (S_ISREG(state.st_mode)) {
		look_at_file(compare, entry, &state);
	}
	return true;
}

static void
look_by_state(struct compare *compare, struct debounce *debounce, struct watch_table_file *file)
{
	bool is_created = file->is_absent;
	struct stat state;

	if (debounce_has(debounce, slice_of(file->path)))
		return;
	if (!root_stat(compare->options.root, file->path, &state) || !S_ISREG(state.st_mode)) {
		if (!file->is_absent)
			debounce_add(debounce, file->path, DEBOUNCE_GONE, false);
	} else if (!file_state_is_same(&file->state, &state) &&
		   bytes_differ(compare, file, &state, false)) {
		add_file(compare, file->path, is_created, &state);
	}
}

/* Returns false when the time is over before all files of the list were looked at. */
static bool
look_at_list(
	struct compare *compare, struct debounce *debounce, const struct lru *list, uint64_t end)
{
	struct lru_item *item = list->oldest, *next;

	for (; item; item = next) {
		struct watch_table_file *file = item->thing;

		next = item->newer; /* what is read moves to the end of its list */
		if (file->visited == compare->round)
			continue;
		if (loop_now() >= end)
			return false;
		file->visited = compare->round;
		look_by_state(compare, debounce, file);
	}
	return true;
}

bool
compare_look_behind_links(
	struct compare *compare, struct debounce *debounce, bool is_first, uint64_t end)
{
	const struct watch_table *table = compare->options.table;

	compare->round += is_first;
	return look_at_list(compare, debounce, &table->spare, end) &&
	       look_at_list(compare, debounce, &table->hard_linked, end);
}

/*
 * Goes on with the bytes of a file. Returns whether its hash is known. If the file has changed since
 * the work began, it has none, so that this always ends.
 */
static bool
hash_slice(struct compare *compare, const char *name, int file, const struct stat *state)
{
	struct hashing *hashing = &compare->hashing;
	uint64_t end = loop_now() + SLICE_US;

	if (!hashing->name || strcmp(hashing->name, name) != 0) {
		free(hashing->name);
		*hashing = (struct hashing){.name = mem_text(name), .state = *state, .hash = 1};
	}
	if (!file_state_is_same(&hashing->state, state)) {
		hashing->state = *state;
		hashing->hash = 0;
		return true;
	}
	while (hash_piece(file, &hashing->offset, &hashing->hash))
		if (loop_now() >= end)
			return false;
	return true;
}

static bool
look_first_at_file(struct compare *compare, const char *name, int file, const struct stat *state)
{
	bool is_long = state->st_size > SMALL_MAX && state->st_size <= HASH_MAX;

	if (is_long && !hash_slice(compare, name, file, state))
		return false;
	compare->hashing.is_done = is_long;
	compare_opened(compare, name, file, state, false);
	free(compare->hashing.name);
	compare->hashing = (struct hashing){0};
	return true;
}

bool
compare_first_look(struct compare *compare, const char *name, uint64_t *state)
{
	int file = root_open(compare->options.root, name);
	bool is_done = true;
	struct stat now;

	*state = 0;
	if (file < 0)
		return true;
	if (fstat(file, &now) < 0)
		now.st_mode = 0;
	if (S_ISDIR(now.st_mode))
		*state = hash_state(&now);
	if (S_ISREG(now.st_mode)) {
		is_done = look_first_at_file(compare, name, file, &now);
		if (is_done)
			compare_served_state(compare, name, state);
	}
	close(file);
	return is_done;
}
