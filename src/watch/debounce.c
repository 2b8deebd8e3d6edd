/*
 * debounce: see debounce.h. Owns its entries, a list with an index by path. One timer is set for
 * the earliest entry. When it fires, all entries are checked, so a timer that fires too early does
 * no harm. The looks are made in time slices, and are one batch.
 */
#include "watch/debounce.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "fs/path.h"

enum {
	QUIET_US = 5 * 1000,       /* for a single save; long enough that "save all" is one batch */
	QUIET_MAX_US = 100 * 1000, /* a burst: half its length so far, up to this */
	CEILING_US = 500 * 1000,   /* the longest delay of a batch while writing goes on */
	UNCLOSED_US = 100 * 1000,  /* written, and the file is still open */
	GRACE_US = 250 * 1000,     /* vanished: deleted, or about to be written again */
	SLICE_US = 1000,           /* how long the looks may block the loop */
	GRACE_GRAIN_US =
		50 * 1000, /* due times are rounded up: deletions at about one time are one batch */
};

struct debounce {
	struct loop *loop;
	uint64_t wait_us;
	debounce_look_fn *look;
	debounce_done_fn *done;
	void *context;
	struct debounce_entry *first;
	struct debounce_entry *due;    /* taken off the list, and not looked at yet */
	struct loop_timer slice_timer; /* set while some are due */
	struct map by_path;
	uint64_t burst_first_us, burst_last_us; /* of the events that are close together */
	uint64_t held_us;                       /* when the delay of the current batch began */
	struct loop_timer timer;
};

static void look_at_due(void *context);

/*
 * A single style sheet does not wait for other files. Vanished paths do not count, because a
 * temporary file is often renamed to the style sheet.
 */
static bool
is_lone_style_sheet(const struct debounce *debounce)
{
	const struct debounce_entry *only = NULL;

	for (const struct debounce_entry *one = debounce->first; one; one = one->next) {
		if (one->state == DEBOUNCE_GONE)
			continue;
		if (only)
			return false;
		only = one;
	}
	return only && only->state == DEBOUNCE_COMPLETE &&
	       slice_is_nocase(path_extension(slice_of(only->path)), "css");
}

static uint64_t
burst_quiet_us(const struct debounce *debounce)
{
	uint64_t part = (debounce->burst_last_us - debounce->burst_first_us) / 2;

	return part < QUIET_US ? QUIET_US : part > QUIET_MAX_US ? QUIET_MAX_US : part;
}

/* The quiet that is needed now, the same for all entries. */
static uint64_t
quiet_us(const struct debounce *debounce)
{
	if (debounce->wait_us)
		return debounce->wait_us;
	return is_lone_style_sheet(debounce) ? 0 : burst_quiet_us(debounce);
}

static uint64_t
later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t
earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t
round_up(uint64_t time, uint64_t grain)
{
	return (time + grain - 1) / grain * grain;
}

static uint64_t
due_us(const struct debounce *debounce, const struct debounce_entry *entry, uint64_t quiet)
{
	quiet += debounce->burst_last_us;
	if (entry->state == DEBOUNCE_WRITING)
		quiet = later(quiet, entry->last_us + UNCLOSED_US);
	quiet = earlier(quiet, debounce->held_us + CEILING_US + debounce->wait_us);
	if (entry->state != DEBOUNCE_GONE)
		return quiet;
	return later(quiet, round_up(entry->since_us + GRACE_US, GRACE_GRAIN_US));
}

static void
set_timer(struct debounce *debounce)
{
	uint64_t due = UINT64_MAX, now = loop_now(), quiet = quiet_us(debounce);

	for (const struct debounce_entry *one = debounce->first; one; one = one->next)
		due = earlier(due, due_us(debounce, one, quiet));
	if (due != UINT64_MAX)
		loop_timer_set(debounce->loop, &debounce->timer, due > now ? due - now : 0,
			look_at_due, debounce);
}

/* Whether there is at most one entry. During a round the list may be empty. */
static bool
is_alone(const struct debounce *debounce)
{
	return !debounce->first || !debounce->first->next;
}

static struct debounce_entry *
add_first(struct debounce *debounce, const char *path, bool is_new, uint64_t now)
{
	struct debounce_entry *entry = mem_zero(sizeof(*entry));

	entry->path = mem_text(path);
	entry->is_new = is_new;
	entry->since_us = now;
	entry->next = debounce->first;
	if (!debounce->first)
		debounce->held_us = now;
	debounce->first = entry;
	map_set(&debounce->by_path, slice_of(path), entry);
	return entry;
}

struct debounce_entry *
debounce_add(struct debounce *debounce, const char *path, enum debounce_state state, bool is_new)
{
	struct debounce_entry *entry = map_get(&debounce->by_path, slice_of(path));
	uint64_t now = loop_now();

	/* A reported batch does not end the burst: events soon after it belong to it. */
	if (now > debounce->burst_last_us + 2 * burst_quiet_us(debounce))
		debounce->burst_first_us = now;
	if (!entry)
		entry = add_first(debounce, path, is_new, now);
	if (entry->state != state)
		entry->since_us = now;
	entry->state = state;
	entry->is_due = false;
	entry->last_us = debounce->burst_last_us = now;
	/*
	 * In a burst the timer is not set again for each event: it may fire too early, never too
	 * late.
	 */
	if (!debounce->timer.is_set || is_alone(debounce) ||
		(state != DEBOUNCE_GONE &&
			due_us(debounce, entry, quiet_us(debounce)) < debounce->timer.due_us))
		set_timer(debounce);
	return entry;
}

bool
debounce_has(const struct debounce *debounce, struct slice path)
{
	return map_get(&debounce->by_path, path);
}

static bool
has_below(const struct debounce_entry *entry, struct slice folder)
{
	while (entry && !path_is_below(slice_of(entry->path), folder))
		entry = entry->next;
	return entry;
}

bool
debounce_has_below(const struct debounce *debounce, struct slice folder)
{
	return has_below(debounce->first, folder) || has_below(debounce->due, folder);
}

bool
debounce_is_empty(const struct debounce *debounce)
{
	return debounce->by_path.count == 0;
}

bool
debounce_entry_is_folder(const struct debounce_entry *entry)
{
	return slice_ends(slice_of(entry->path), "/");
}

void
debounce_entry_set_gone(struct debounce_entry *entry)
{
	entry->state = DEBOUNCE_GONE;
	entry->since_us = loop_now();
}

/* The due times depend on all entries, so all are computed before one is removed. */
static void
take_due(struct debounce *debounce)
{
	struct debounce_entry **due_end = &debounce->due, **place = &debounce->first;
	uint64_t now = loop_now(), quiet = quiet_us(debounce);

	while (*place) {
		struct debounce_entry *entry = *place;

		if (due_us(debounce, entry, quiet) > now) {
			place = &entry->next;
			continue;
		}
		*place = entry->next;
		*due_end = entry;
		due_end = &entry->next;
		entry->next = NULL;
		entry->is_due = true;
	}
	/* If nothing is due yet, the delay of the batch goes on. */
	if (debounce->due)
		debounce->held_us = now;
}

static void
forget(struct debounce *debounce, struct debounce_entry *entry)
{
	map_remove(&debounce->by_path, slice_of(entry->path));
	free(entry->path);
	free(entry);
}

/* An entry that had an event since it was taken has to wait again. */
static void
look_at(struct debounce *debounce, struct debounce_entry *entry)
{
	if (entry->is_due && debounce->look(debounce->context, entry)) {
		forget(debounce, entry);
		return;
	}
	entry->is_due = false;
	entry->next = debounce->first;
	debounce->first = entry;
}

static void
look_slice(void *context)
{
	struct debounce *debounce = context;
	uint64_t end = loop_now() + SLICE_US;

	while (debounce->due) {
		struct debounce_entry *entry = debounce->due;

		debounce->due = entry->next;
		look_at(debounce, entry);
		if (debounce->due && loop_now() >= end) {
			loop_timer_set(
				debounce->loop, &debounce->slice_timer, 0, look_slice, debounce);
			return;
		}
	}
	set_timer(debounce);
	debounce->done(debounce->context);
}

static void
look_at_due(void *context)
{
	struct debounce *debounce = context;

	if (debounce->slice_timer.is_set)
		return; /* its end sets the timer again */
	take_due(debounce);
	look_slice(debounce);
}

struct debounce *
debounce_create(struct loop *loop, unsigned wait_ms, debounce_look_fn *look, debounce_done_fn *done,
	void *context)
{
	struct debounce *debounce = mem_zero(sizeof(*debounce));

	debounce->loop = loop;
	debounce->wait_us = (uint64_t)wait_ms * 1000;
	debounce->look = look;
	debounce->done = done;
	debounce->context = context;
	return debounce;
}

void
debounce_set_wait(struct debounce *debounce, unsigned wait_ms)
{
	debounce->wait_us = (uint64_t)wait_ms * 1000;
}

static void
forget_all(struct debounce *debounce, struct debounce_entry *entry)
{
	while (entry) {
		struct debounce_entry *next = entry->next;

		forget(debounce, entry);
		entry = next;
	}
}

void
debounce_destroy(struct debounce *debounce)
{
	if (!debounce)
		return;
	loop_timer_clear(debounce->loop, &debounce->timer);
	loop_timer_clear(debounce->loop, &debounce->slice_timer);
	forget_all(debounce, debounce->first);
	forget_all(debounce, debounce->due);
	map_finish(&debounce->by_path);
	free(debounce);
}
