/*
 * debounce: see debounce.h. Owns its entries, with an index by path. Each state has a list in the order
 * of the due times, so an event takes one step however many entries there are. One timer is set for the
 * earliest entry; one that fires too early does no harm. The looks are made in slices, as one batch.
 */
#include "watch/debounce.h"

#include <stdlib.h>
#include <sys/param.h>

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
	SHORT_US = SLICE_US / 4,
	GRACE_GRAIN_US = 50 * 1000, /* rounded up: deletions at about one time are one batch */
};

/* The ends of a list: next is the newest entry, previous the oldest. Of no entry, itself. */
struct list {
	struct debounce_entry end;
};

/* What is due in the round that is going on. */
struct round {
	bool is_on, has_due;
	struct list complete;   /* taken off their list, and not looked at yet */
	uint64_t writing_until; /* those without an event since then are due */
	uint64_t gone_until;    /* those whose time for vanished paths is over then are due */
};

struct debounce {
	struct loop *loop;
	uint64_t wait_us;
	debounce_look_fn *look;
	debounce_done_fn *done;
	void *context;
	struct list waiting[DEBOUNCE_GONE + 1]; /* by state */
	struct round round;
	struct loop_timer slice_timer; /* set while some of the round are left */
	struct map by_path;
	uint64_t burst_first_us, burst_last_us; /* of the events that are close together */
	uint64_t held_us;                       /* when the delay of the current batch began */
	bool is_holding;                        /* or it begins with the next event */
	struct loop_timer timer;
	struct debounce_urgent urgent;
	bool leads;               /* the only path is urgent, so it is due at once */
	uint64_t led_us;          /* when that was last so */
	bool is_settling;         /* since then */
	struct loop_timer window; /* set for a quiet after it */
};

static void look_at_due(void *context);

/* ---- lists ---- */

static void
unlink_entry(struct debounce_entry *entry)
{
	entry->next->previous = entry->previous;
	entry->previous->next = entry->next;
	entry->next = entry->previous = entry;
}

static void
link_newest(struct list *list, struct debounce_entry *entry)
{
	entry->next = list->end.next;
	entry->previous = &list->end;
	entry->next->previous = list->end.next = entry;
}

static void
list_init(struct list *list)
{
	list->end.next = list->end.previous = &list->end;
}

static struct debounce_entry *
newest(const struct list *list)
{
	return list->end.next == &list->end ? NULL : list->end.next;
}

static struct debounce_entry *
oldest(const struct list *list)
{
	return list->end.previous == &list->end ? NULL : list->end.previous;
}

/* Moves all entries of from to the list to, which is empty. */
static void
move_all(struct list *to, struct list *from)
{
	struct debounce_entry *first = newest(from);

	if (!first)
		return;
	to->end = from->end;
	first->previous = to->end.previous->next = &to->end;
	list_init(from);
}

/* ---- times ---- */

/* The only closed file, if none is being written; or NULL. Vanished ones may be temporary files. */
static const struct debounce_entry *
lone_entry(const struct debounce *debounce)
{
	const struct debounce_entry *only = newest(&debounce->waiting[DEBOUNCE_COMPLETE]);
	bool is_lone = only == oldest(&debounce->waiting[DEBOUNCE_COMPLETE]);

	return is_lone && !newest(&debounce->waiting[DEBOUNCE_WRITING]) ? only : NULL;
}

/* A single style sheet does not wait for other files. */
static bool
is_lone_style_sheet(const struct debounce *debounce)
{
	const struct debounce_entry *only = lone_entry(debounce);

	return only && slice_is_nocase(path_extension(slice_of(only->path)), "css");
}

/* Nor does the first file of a burst that a page uses. */
static bool
leads(const struct debounce *debounce)
{
	const struct debounce_urgent *urgent = &debounce->urgent;
	const struct debounce_entry *only = lone_entry(debounce);

	return only && urgent->is_urgent && debounce->led_us < debounce->burst_first_us &&
	       !debounce->wait_us && !debounce_entry_is_folder(only) &&
	       !is_lone_style_sheet(debounce) && urgent->is_urgent(urgent->context, only->path);
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
	bool is_now = debounce->leads || is_lone_style_sheet(debounce);

	return debounce->wait_us ? debounce->wait_us : is_now ? 0 : burst_quiet_us(debounce);
}

/* Until then all entries wait, unless their own time begins later. */
static uint64_t
quiet_ends_us(const struct debounce *debounce)
{
	uint64_t quiet = quiet_us(debounce);

	return MIN(debounce->burst_last_us + quiet,
		debounce->held_us + CEILING_US + debounce->wait_us);
}

static uint64_t
grace_ends_us(const struct debounce_entry *entry)
{
	return (entry->since_us + GRACE_US + GRACE_GRAIN_US - 1) / GRACE_GRAIN_US * GRACE_GRAIN_US;
}

static uint64_t
due_us(const struct debounce *debounce, const struct debounce_entry *entry)
{
	uint64_t quiet = quiet_ends_us(debounce);

	if (entry->state == DEBOUNCE_GONE)
		return MAX(quiet, grace_ends_us(entry));
	if (entry->state == DEBOUNCE_COMPLETE)
		return quiet;
	return MIN(MAX(quiet, entry->last_us + UNCLOSED_US),
		debounce->held_us + CEILING_US + debounce->wait_us);
}

static void
set_timer(struct debounce *debounce)
{
	uint64_t due = UINT64_MAX, now = loop_now();

	for (int state = 0; state <= DEBOUNCE_GONE; state++) {
		const struct debounce_entry *first = oldest(&debounce->waiting[state]);
		uint64_t its = first ? due_us(debounce, first) : UINT64_MAX;

		due = MIN(due, its);
	}
	if (due != UINT64_MAX)
		loop_timer_set(debounce->loop, &debounce->timer, due > now ? due - now : 0,
			look_at_due, debounce);
}

/* ---- events ---- */

static struct debounce_entry *
add_first(struct debounce *debounce, const char *path, bool is_new, uint64_t now)
{
	struct debounce_entry *entry = mem_zero(sizeof(*entry));

	*entry = (struct debounce_entry){.next = entry,
		.previous = entry,
		.path = mem_text(path),
		.is_new = is_new,
		.since_us = now};
	map_set(&debounce->by_path, slice_of(path), entry);
	return entry;
}

/* The list of vanished paths is in the order in which they vanished, the others in that of events. */
static void
note_event(struct debounce *debounce, struct debounce_entry *entry, enum debounce_state state,
	uint64_t now)
{
	bool is_first = entry->next == entry;

	if (entry->state != state)
		entry->since_us = now;
	if (is_first || entry->state != state || state != DEBOUNCE_GONE) {
		unlink_entry(entry);
		link_newest(&debounce->waiting[state], entry);
	}
	entry->state = state;
	entry->last_us = debounce->burst_last_us = now;
}

/* In a burst the timer may fire too early, never too late. The end of a round sets it, too. */
static bool
needs_timer(const struct debounce *debounce, const struct debounce_entry *entry)
{
	return !debounce->round.is_on &&
	       (!debounce->timer.is_set || debounce->by_path.entries.count == 1 ||
		       (entry->state != DEBOUNCE_GONE &&
			       due_us(debounce, entry) < debounce->timer.due_us));
}

struct debounce_entry *
debounce_add(struct debounce *debounce, const char *path, enum debounce_state state, bool is_new)
{
	struct debounce_entry *entry = map_get(&debounce->by_path, slice_of(path));
	uint64_t now = loop_now();

	/* A reported batch does not end the burst: events soon after it belong to it. */
	if (now > debounce->burst_last_us + 2 * burst_quiet_us(debounce))
		debounce->burst_first_us = now;
	if (!debounce->is_holding)
		debounce->held_us = now;
	debounce->is_holding = true;
	if (!entry)
		entry = add_first(debounce, path, is_new, now);
	note_event(debounce, entry, state, now);
	debounce->leads = leads(debounce);
	if (needs_timer(debounce, entry))
		set_timer(debounce);
	return entry;
}

bool
debounce_has(const struct debounce *debounce, struct slice path)
{
	return map_get(&debounce->by_path, path);
}

bool
debounce_has_below(const struct debounce *debounce, struct slice folder)
{
	struct hash_table_place place = {0};
	struct slice path;

	while (map_next(&debounce->by_path, &place, &path))
		if (path_is_below(path, folder))
			return true;
	return false;
}

bool
debounce_is_empty(const struct debounce *debounce)
{
	return debounce->by_path.entries.count == 0;
}

void
debounce_entry_set_gone(struct debounce_entry *entry)
{
	entry->state = DEBOUNCE_GONE;
	entry->since_us = loop_now();
}

/* ---- settling ---- */

static void
toggle_settling(struct debounce *debounce)
{
	debounce->is_settling = !debounce->is_settling;
	debounce->urgent.settling(debounce->urgent.context, debounce->is_settling);
}

/* If something has followed, settle_again() is called when it has been looked at. */
static void
end_window(void *context)
{
	struct debounce *debounce = context;

	if (!debounce->round.is_on && !newest(&debounce->waiting[DEBOUNCE_COMPLETE]) &&
		!newest(&debounce->waiting[DEBOUNCE_WRITING]))
		toggle_settling(debounce);
}

/* Whoever has saved two files may be slow to save the third. But this does not go on for ever. */
static void
settle_again(struct debounce *debounce)
{
	if (loop_now() >= debounce->led_us + CEILING_US)
		toggle_settling(debounce);
	else
		loop_timer_set(debounce->loop, &debounce->window, 2 * burst_quiet_us(debounce),
			end_window, debounce);
}

/* ---- rounds ---- */

static bool
writing_is_due(const struct debounce *debounce, const struct debounce_entry *entry)
{
	return entry && entry->last_us <= debounce->round.writing_until;
}

static bool
gone_is_due(const struct debounce *debounce, const struct debounce_entry *entry)
{
	return entry && grace_ends_us(entry) <= debounce->round.gone_until;
}

/* Decides what is due, before an entry is removed: the due times depend on all of them. */
static void
begin_round(struct debounce *debounce)
{
	const struct list *writing = &debounce->waiting[DEBOUNCE_WRITING];
	const struct list *gone = &debounce->waiting[DEBOUNCE_GONE];
	uint64_t now = loop_now(), quiet = quiet_ends_us(debounce);
	bool is_quiet = quiet <= now;
	bool is_over = debounce->held_us + CEILING_US + debounce->wait_us <= now;

	debounce->round.is_on = true;
	debounce->round.has_due = false;
	debounce->round.writing_until = is_over ? now : is_quiet ? now - UNCLOSED_US : 0;
	debounce->round.gone_until = is_quiet ? now : 0;
	if (is_quiet)
		move_all(&debounce->round.complete, &debounce->waiting[DEBOUNCE_COMPLETE]);
	if (debounce->leads) {
		debounce->leads = false;
		debounce->led_us = now;
		loop_timer_set(debounce->loop, &debounce->window, QUIET_US, end_window, debounce);
		if (!debounce->is_settling)
			toggle_settling(debounce);
	}
	/* Otherwise the delay of the batch goes on. */
	if (!newest(&debounce->round.complete) && !writing_is_due(debounce, oldest(writing)) &&
		!gone_is_due(debounce, oldest(gone)))
		return;
	debounce->round.has_due = true;
	debounce->held_us = now;
	debounce->is_holding = (newest(writing) && !writing_is_due(debounce, newest(writing))) ||
			       (newest(gone) && !gone_is_due(debounce, newest(gone)));
}

/* The next entry that is due; NULL when the round is over. */
static struct debounce_entry *
next_due(const struct debounce *debounce)
{
	struct debounce_entry *writing = oldest(&debounce->waiting[DEBOUNCE_WRITING]);
	struct debounce_entry *gone = oldest(&debounce->waiting[DEBOUNCE_GONE]);

	if (newest(&debounce->round.complete))
		return newest(&debounce->round.complete);
	if (writing_is_due(debounce, writing))
		return writing;
	return gone_is_due(debounce, gone) ? gone : NULL;
}

static void
forget(struct debounce *debounce, struct debounce_entry *entry)
{
	unlink_entry(entry);
	map_remove(&debounce->by_path, slice_of(entry->path));
	free(entry->path);
	free(entry);
}

/* If a look returns false, the entry has to wait again. */
static void
look_at(struct debounce *debounce, struct debounce_entry *entry)
{
	unlink_entry(entry);
	if (debounce->look(debounce->context, entry)) {
		forget(debounce, entry);
		return;
	}
	unlink_entry(entry);
	link_newest(&debounce->waiting[entry->state], entry);
}

static void
look_slice(void *context)
{
	struct debounce *debounce = context;
	uint64_t begin = loop_now();
	struct debounce_entry *entry;

	/* The end of a round takes time, too; after many looks it is for another slice. */
	while ((entry = next_due(debounce)) || loop_now() >= begin + SHORT_US) {
		if (!entry || loop_now() >= begin + SLICE_US) {
			loop_timer_set(
				debounce->loop, &debounce->slice_timer, 0, look_slice, debounce);
			return;
		}
		look_at(debounce, entry);
	}
	debounce->round.is_on = false;
	set_timer(debounce);
	debounce->done(debounce->context);
	if (debounce->round.has_due && debounce->is_settling && !debounce->window.is_set)
		settle_again(debounce);
}

static void
look_at_due(void *context)
{
	struct debounce *debounce = context;

	if (debounce->round.is_on)
		return; /* its end sets the timer again */
	begin_round(debounce);
	look_slice(debounce);
}

struct debounce *
debounce_create(struct loop *loop, unsigned wait_ms, debounce_look_fn *look, debounce_done_fn *done,
	void *context)
{
	struct debounce *debounce = mem_zero(sizeof(*debounce));

	debounce->loop = loop;
	list_init(&debounce->round.complete);
	for (int state = 0; state <= DEBOUNCE_GONE; state++)
		list_init(&debounce->waiting[state]);
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

void
debounce_set_urgent(struct debounce *debounce, const struct debounce_urgent *urgent)
{
	debounce->urgent = *urgent;
}

static void
forget_all(struct debounce *debounce, const struct list *list)
{
	struct debounce_entry *entry;

	while ((entry = newest(list)))
		forget(debounce, entry);
}

void
debounce_destroy(struct debounce *debounce)
{
	if (!debounce)
		return;
	loop_timer_clear(debounce->loop, &debounce->timer);
	loop_timer_clear(debounce->loop, &debounce->slice_timer);
	loop_timer_clear(debounce->loop, &debounce->window);
	forget_all(debounce, &debounce->round.complete);
	for (int state = 0; state <= DEBOUNCE_GONE; state++)
		forget_all(debounce, &debounce->waiting[state]);
	map_finish(&debounce->by_path);
	free(debounce);
}
