/*
 * debounce: see debounce.h. One timer stands for the earliest of all; when it rings everybody is
 * asked, so a timer that rings too early does no harm.
 */
#include "watch/debounce.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "fs/path.h"
#include "watch/watch_table.h"

enum {
	QUIET_US = 5 * 1000,        /* a lone save; so that Save All is one batch */
	QUIET_MAX_US = 100 * 1000,  /* a burst: half its length so far, up to this */
	CEILING_US = 500 * 1000,    /* the longest a batch is held while writing goes on */
	UNCLOSED_US = 100 * 1000,   /* written, but the writer keeps the file open */
	GRACE_US = 250 * 1000,      /* gone: deleted, or about to be written anew */
	GRACE_GRAIN_US = 50 * 1000, /* what is deleted together is announced together */
};

struct suspects {
	struct loop *loop;
	uint64_t wait_us;
	suspects_look_fn *look;
	suspects_done_fn *done;
	void *context;
	struct suspect *first;
	struct map by_path;
	uint64_t burst_first_us, burst_last_us; /* of the hints that came close together */
	uint64_t held_us;                       /* since when a batch is held */
	struct loop_timer timer;
};

static void ask_all(void *context);

/*
 * Nothing else is there to wait for; what vanishes is often a temporary file renamed to the sheet.
 */
static bool
is_lone_style_sheet(const struct suspects *suspects)
{
	const struct suspect *only = NULL;

	for (const struct suspect *one = suspects->first; one; one = one->next) {
		if (one->state == SUSPECT_GONE)
			continue;
		if (only)
			return false;
		only = one;
	}
	return only && only->state == SUSPECT_COMPLETE &&
	       slice_is_nocase(path_extension(slice_of(only->path)), "css");
}

static uint64_t
burst_quiet_us(const struct suspects *suspects)
{
	uint64_t part = (suspects->burst_last_us - suspects->burst_first_us) / 2;

	return part < QUIET_US ? QUIET_US : part > QUIET_MAX_US ? QUIET_MAX_US : part;
}

/* How much quiet is asked for now; the same for all, so it is found once for all of them. */
static uint64_t
quiet_us(const struct suspects *suspects)
{
	if (suspects->wait_us)
		return suspects->wait_us;
	return is_lone_style_sheet(suspects) ? 0 : burst_quiet_us(suspects);
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
due_us(const struct suspects *suspects, const struct suspect *suspect, uint64_t quiet)
{
	quiet += suspects->burst_last_us;
	if (suspect->state == SUSPECT_WRITING)
		quiet = later(quiet, suspect->last_us + UNCLOSED_US);
	quiet = earlier(quiet, suspects->held_us + CEILING_US + suspects->wait_us);
	if (suspect->state != SUSPECT_GONE)
		return quiet;
	return later(quiet, round_up(suspect->since_us + GRACE_US, GRACE_GRAIN_US));
}

static void
set_timer(struct suspects *suspects)
{
	uint64_t due = UINT64_MAX, now = loop_now(), quiet = quiet_us(suspects);

	for (const struct suspect *one = suspects->first; one; one = one->next)
		due = earlier(due, due_us(suspects, one, quiet));
	if (due != UINT64_MAX)
		loop_timer_set(suspects->loop, &suspects->timer, due > now ? due - now : 0, ask_all,
			suspects);
}

/* Its time is the only one there is; during a round there may be none at all. */
static bool
is_alone(const struct suspects *suspects)
{
	return !suspects->first || !suspects->first->next;
}

static struct suspect *
add_first(struct suspects *suspects, const char *path, bool is_new, uint64_t now)
{
	struct suspect *suspect = mem_zero(sizeof(*suspect));

	suspect->path = mem_text(path);
	suspect->is_new = is_new;
	suspect->since_us = now;
	suspect->next = suspects->first;
	if (!suspects->first)
		suspects->held_us = now;
	suspects->first = suspect;
	map_set(&suspects->by_path, slice_of(path), suspect);
	return suspect;
}

struct suspect *
suspects_add(struct suspects *suspects, const char *path, enum suspect_state state, bool is_new)
{
	struct suspect *suspect = map_get(&suspects->by_path, slice_of(path));
	uint64_t now = loop_now();

	/* That a batch went out ends no burst: what comes a little later is the rest of it. */
	if (now > suspects->burst_last_us + 2 * burst_quiet_us(suspects))
		suspects->burst_first_us = now;
	if (!suspect)
		suspect = add_first(suspects, path, is_new, now);
	if (suspect->state != state)
		suspect->since_us = now;
	suspect->state = state;
	suspect->last_us = suspects->burst_last_us = now;
	/* A timer too early asks and waits on, so in a burst it stands; too late it may not be. */
	if (!suspects->timer.is_set || is_alone(suspects) ||
		(state != SUSPECT_GONE &&
			due_us(suspects, suspect, quiet_us(suspects)) < suspects->timer.due_us))
		set_timer(suspects);
	return suspect;
}

bool
suspects_has(const struct suspects *suspects, struct slice path)
{
	return map_get(&suspects->by_path, path);
}

bool
suspects_has_below(const struct suspects *suspects, struct slice folder)
{
	for (const struct suspect *one = suspects->first; one; one = one->next)
		if (tree_is_below(slice_of(one->path), folder))
			return true;
	return false;
}

void
suspect_is_gone(struct suspect *suspect)
{
	suspect->state = SUSPECT_GONE;
	suspect->since_us = loop_now();
}

/* Due times hang together, so no suspect may go before all were asked. */
static struct suspect *
take_due(struct suspects *suspects)
{
	struct suspect *due = NULL, **due_end = &due, **place = &suspects->first;
	uint64_t now = loop_now(), quiet = quiet_us(suspects);

	while (*place) {
		struct suspect *suspect = *place;

		if (due_us(suspects, suspect, quiet) > now) {
			place = &suspect->next;
			continue;
		}
		*place = suspect->next;
		*due_end = suspect;
		due_end = &suspect->next;
		suspect->next = NULL;
	}
	/* When nothing is due yet, the ceiling stays where it is. */
	if (due)
		suspects->held_us = now;
	return due;
}

static void
forget(struct suspects *suspects, struct suspect *suspect)
{
	map_remove(&suspects->by_path, slice_of(suspect->path));
	free(suspect->path);
	free(suspect);
}

static void
ask_all(void *context)
{
	struct suspects *suspects = context;
	struct suspect *due = take_due(suspects);

	while (due) {
		struct suspect *suspect = due;

		due = suspect->next;
		if (suspects->look(suspects->context, suspect)) {
			forget(suspects, suspect);
			continue;
		}
		suspect->next = suspects->first;
		suspects->first = suspect;
	}
	set_timer(suspects);
	suspects->done(suspects->context);
}

struct suspects *
suspects_create(struct loop *loop, unsigned wait_ms, suspects_look_fn *look, suspects_done_fn *done,
	void *context)
{
	struct suspects *suspects = mem_zero(sizeof(*suspects));

	suspects->loop = loop;
	suspects->wait_us = (uint64_t)wait_ms * 1000;
	suspects->look = look;
	suspects->done = done;
	suspects->context = context;
	return suspects;
}

void
suspects_set_wait(struct suspects *suspects, unsigned wait_ms)
{
	suspects->wait_us = (uint64_t)wait_ms * 1000;
}

void
suspects_destroy(struct suspects *suspects)
{
	if (!suspects)
		return;
	loop_timer_clear(suspects->loop, &suspects->timer);
	while (suspects->first) {
		struct suspect *suspect = suspects->first;

		suspects->first = suspect->next;
		forget(suspects, suspect);
	}
	map_finish(&suspects->by_path);
	free(suspects);
}
