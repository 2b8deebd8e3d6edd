/*
 * drafts: see drafts.h. Owns the texts. Its one idea: a text counts until its file on the disk has the same bytes, or its
 * editor gives it up. A save is seen twice, by the editor's message and by the watch, in either order; the text lies
 * there until both have come, so that pages are told once.
 */
#define _GNU_SOURCE
#include "drafts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "overlay/overlays.h"

enum {
	/* After a save for the watch to report it; then the disk is looked at without that. */
	SAVE_WAIT_MS = 500,
};

struct drafts {
	struct drafts_options options;
	struct overlays *overlays;
	struct loop_timer save_wait;
};

static unsigned note_disk(void *context, const char *name);

/* A problems_open_fn. Also opens what is mounted, which does not lie in the served folder. */
static int
open_shown(void *context, const char *name)
{
	const struct mounts *mounts = ((const struct drafts *)context)->options.mounts;
	struct mounts_place place = {0};
	int file = -1;

	while (file < 0 && mounts_find(mounts, name, &place)) {
		file = mounts_open_overlay(mounts, &place);
		if (file < 0)
			file = root_open(place.root, place.name);
	}
	return file;
}

struct drafts *
drafts_create(const struct drafts_options *options)
{
	struct drafts *drafts = mem_zero(sizeof(*drafts));

	drafts->options = *options;
	drafts->overlays = overlays_create();
	mounts_set_overlays(options->mounts, drafts->overlays);
	publisher_set_draft_fn(options->publisher, note_disk, drafts);
	problems_set_open(options->problems, open_shown, drafts);
	return drafts;
}

void
drafts_destroy(struct drafts *drafts)
{
	if (!drafts)
		return;
	loop_timer_clear(drafts->options.loop, &drafts->save_wait);
	mounts_set_overlays(drafts->options.mounts, NULL);
	publisher_set_draft_fn(drafts->options.publisher, NULL, NULL);
	problems_set_open(drafts->options.problems, NULL, NULL);
	overlays_destroy(drafts->overlays);
	free(drafts);
}

/* ---- the disk ---- */

/* Sets *place to the first in the site that has the file. Returns false when there is none. */
static bool
find_place(const struct drafts *drafts, const char *path, struct mounts_place *place)
{
	char *name;
	bool is_found;

	*place = (struct mounts_place){0};
	name = mounts_find_file(drafts->options.mounts, path, place);
	is_found = name;
	free(name);
	return is_found;
}

bool
drafts_hold(const struct drafts *drafts, const char *path)
{
	struct mounts_place place;

	return find_place(drafts, path, &place);
}

static bool
is_on_disk(const struct drafts *drafts, const char *path)
{
	struct mounts_place place;
	struct stat state;

	return find_place(drafts, path, &place) && root_stat(place.root, place.name, &state);
}

/* Whether the file on the disk has these bytes. */
static bool
disk_has(const struct drafts *drafts, const char *path, size_t length, uint64_t hash)
{
	struct mounts_place place;
	int file = find_place(drafts, path, &place) ? root_open(place.root, place.name) : -1;
	struct buf text = {0};
	struct stat state;
	bool is_same = file >= 0 && fstat(file, &state) == 0 && S_ISREG(state.st_mode) &&
		       (uint64_t)state.st_size == length && file_read(file, length + 1, &text) &&
		       text.length == length && hash_bytes(buf_slice(&text)) == hash;

	buf_finish(&text);
	if (file >= 0)
		close(file);
	return is_same;
}

static bool
disk_has_text(const struct drafts *drafts, const char *path)
{
	const struct overlay *overlay = overlays_find(drafts->overlays, path);

	return disk_has(drafts, path, overlay->length, overlay->hash);
}

/* ---- publishing ---- */

/* Adds a change for each name of the file in the site. */
static void
add_change(const struct drafts *drafts, struct changes *changes, const char *path,
	enum change_kind kind, unsigned draft, uint64_t since)
{
	struct mounts_place place = {0};
	struct change change = {.kind = kind, .draft = draft, .since = since};

	while ((change.path = mounts_find_file(drafts->options.mounts, path, &place))) {
		changes_copy(changes, &change);
		free(change.path);
	}
}

static void
publish(struct drafts *drafts, struct changes *changes)
{
	if (changes->count)
		publisher_publish_drafts(drafts->options.publisher, changes);
	changes_finish(changes);
}

static unsigned
draft_bits(const struct drafts *drafts)
{
	return drafts->options.reloads ? CHANGE_DRAFT_REPLACED : CHANGE_DRAFT;
}

/* Takes the text of owner (NULL: of everybody) away, and adds what that changes for pages. */
static void
take_away(struct drafts *drafts, const void *owner, const char *path, unsigned bits,
	struct changes *changes)
{
	const struct overlay *shown = overlays_find(drafts->overlays, path);
	const struct overlay before = shown ? *shown : (struct overlay){0};

	if (!shown || !overlays_remove(drafts->overlays, owner, path))
		return;
	shown = overlays_find(drafts->overlays, path);
	if (shown && shown->hash == before.hash && shown->length == before.length)
		return;
	if (shown)
		add_change(drafts, changes, path, CHANGE_MODIFIED, draft_bits(drafts), 0);
	else
		add_change(drafts, changes, path,
			is_on_disk(drafts, path) ? CHANGE_MODIFIED : CHANGE_DELETED, bits,
			bits == CHANGE_DRAFT_GONE ? before.since : 0);
}

/* The disk counts again after a save. */
static void
show_disk(struct drafts *drafts, const char *path)
{
	bool is_same = disk_has_text(drafts, path);
	struct changes changes = {0};

	take_away(
		drafts, NULL, path, is_same ? CHANGE_DRAFT_SAVED : CHANGE_DRAFT_REPLACED, &changes);
	publish(drafts, &changes);
}

/* ---- laying ---- */

/* Whether pages may show the file under any of its names. */
static bool
may_show(const struct drafts *drafts, const char *path)
{
	struct mounts_place place = {0};
	bool is_shown = false;
	char *name;

	while (!is_shown && (name = mounts_find_file(drafts->options.mounts, path, &place))) {
		is_shown = publisher_shows(drafts->options.publisher, name);
		free(name);
	}
	return is_shown;
}

/* Why the text was not laid. */
static const char *
reason_of(enum overlays_verdict verdict)
{
	switch (verdict) {
	case OVERLAYS_TOO_LARGE:
		return "it is larger than 8 MiB";
	case OVERLAYS_TOO_MANY:
		return "there is too much that is not saved; save some of it";
	default:
		return strerror(errno);
	}
}

/* A folder, and a file behind a link that leads out, cannot have a text. A file that is not there yet can. */
static const char *
reason_of_place(const struct drafts *drafts, const char *path)
{
	struct mounts_place place;
	struct stat state;

	if (!find_place(drafts, path, &place))
		return "it is not in the served folder";
	if (root_stat(place.root, place.name, &state))
		return S_ISREG(state.st_mode) ? NULL : "that is no file";
	return errno == EXDEV ? "it is a link that leads out of the served folder" : NULL;
}

/* Whether pages show these bytes already. */
static bool
is_shown(const struct drafts *drafts, const char *path, struct slice text)
{
	const struct overlay *shown = overlays_find(drafts->overlays, path);
	uint64_t hash = hash_bytes(text);

	return shown ? shown->length == text.length && shown->hash == hash
		     : disk_has(drafts, path, text.length, hash);
}

/* Tells the editor whose text counted that another one does now. */
static void
tell_taken(const struct drafts *drafts, const void *former, const void *owner, const char *path)
{
	if (former && former != owner)
		drafts->options.taken(drafts->options.context, former, owner, path);
}

/* The text is to be laid, and is other than what is shown. */
static const char *
lay(struct drafts *drafts, const void *owner, const char *path, struct slice text)
{
	const struct overlay *shown = overlays_find(drafts->overlays, path);
	const void *former = shown ? shown->owner : NULL;
	bool was_there = shown || is_on_disk(drafts, path),
	     was_shown = is_shown(drafts, path, text);
	enum overlays_verdict verdict;
	struct changes changes = {0};

	if (!shown && was_shown)
		return NULL;
	verdict = overlays_lay(
		drafts->overlays, owner, path, text, journal_number(drafts->options.journal));
	if (verdict != OVERLAYS_LAID) {
		const char *reason = reason_of(verdict);

		drafts_give_up(drafts, owner, path);
		return reason;
	}
	tell_taken(drafts, former, owner, path);
	if (overlays_is_only(drafts->overlays, path) && disk_has_text(drafts, path))
		take_away(drafts, owner, path, CHANGE_DRAFT_GONE, &changes);
	else if (!was_shown)
		add_change(drafts, &changes, path, was_there ? CHANGE_MODIFIED : CHANGE_CREATED,
			draft_bits(drafts), 0);
	publish(drafts, &changes);
	return NULL;
}

const char *
drafts_lay(struct drafts *drafts, const void *owner, const char *path, struct slice text)
{
	const char *reason;

	if (!may_show(drafts, path))
		return NULL;
	reason = reason_of_place(drafts, path);
	return reason ? reason : lay(drafts, owner, path, text);
}

/* ---- the end of a text ---- */

/* A loop_timer_fn: the watch has not reported what was saved. */
static void
save_wait_is_over(void *context)
{
	struct drafts *drafts = context;
	const char *path;

	while ((path = overlays_saved(drafts->overlays))) {
		char *name = mem_text(path);

		show_disk(drafts, name);
		free(name);
	}
}

void
drafts_note_saved(struct drafts *drafts, const char *path)
{
	struct overlay *overlay = overlays_find(drafts->overlays, path);

	if (!overlay)
		return;
	if (overlay->has_new_disk) {
		show_disk(drafts, path);
		return;
	}
	overlay->is_saved = true;
	loop_timer_set(drafts->options.loop, &drafts->save_wait, SAVE_WAIT_MS * 1000,
		save_wait_is_over, drafts);
}

/* What was saved is shown until the watch has reported it: it is the same as the disk. */
static bool
is_saved(const struct drafts *drafts, const char *path)
{
	const struct overlay *overlay = overlays_find(drafts->overlays, path);

	return overlay && overlay->is_saved;
}

static void
give_up(struct drafts *drafts, const void *owner, const char *path, struct changes *changes)
{
	if (is_saved(drafts, path) && overlays_is_only(drafts->overlays, path))
		overlays_disown(drafts->overlays, path);
	else
		take_away(drafts, owner, path, CHANGE_DRAFT_GONE, changes);
}

void
drafts_give_up(struct drafts *drafts, const void *owner, const char *path)
{
	struct changes changes = {0};

	give_up(drafts, owner, path, &changes);
	publish(drafts, &changes);
}

void
drafts_leave(struct drafts *drafts, const void *owner)
{
	struct changes changes = {0};
	const char *path;

	while ((path = overlays_next(drafts->overlays, owner))) {
		char *name = mem_text(path);

		give_up(drafts, owner, name, &changes);
		free(name);
	}
	publish(drafts, &changes);
}

/* The disk has changed under the text that lies over the file at path. Returns what that is for pages. */
static unsigned
note_disk_under(const struct drafts *drafts, const char *path)
{
	struct overlay *overlay = overlays_find(drafts->overlays, path);
	bool is_same = disk_has_text(drafts, path);

	if (!is_same && !overlay->is_saved) {
		overlay->has_new_disk = true;
		return CHANGE_UNDER_DRAFT;
	}
	overlays_remove(drafts->overlays, NULL, path);
	return is_same ? CHANGE_UNDER_DRAFT | CHANGE_DRAFT_SAVED : 0;
}

/* A publisher_draft_fn. */
static unsigned
note_disk(void *context, const char *name)
{
	const struct drafts *drafts = context;
	bool is_draft = false;
	char *path = overlays_are_empty(drafts->overlays)
			     ? NULL
			     : mounts_path_of(drafts->options.mounts, name, &is_draft);
	unsigned bits = path && is_draft ? note_disk_under(drafts, path) : 0;

	free(path);
	return bits;
}
