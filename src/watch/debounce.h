/*
 * debounce: the paths that had events, and when each of them is due to be looked at.
 *
 * It knows only times, not files. A quiet is a time without any event. A closed file is due after a
 * short quiet; a single style sheet, or the first file of a burst that a page uses, at once. A file
 * that was written but not closed is due after a longer quiet. A vanished path is due after the time
 * that an editor needs to delete a file and write it again. The longer a burst of events lasts, the
 * longer the quiet, up to a ceiling. So a build is one batch, and a file that is written all the time
 * does not delay the others for long.
 */
#ifndef DEBOUNCE_H
#define DEBOUNCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"
#include "base/slice.h"

struct debounce;

enum debounce_state {
	DEBOUNCE_COMPLETE, /* its writer has closed it */
	DEBOUNCE_WRITING,  /* its writer may not have finished */
	DEBOUNCE_GONE,     /* its name has vanished */
};

struct debounce_entry {
	struct debounce_entry *next, *previous; /* for debounce only */
	char *path; /* a folder's ends in '/', so a file replaced by a folder has two entries */
	enum debounce_state state;
	bool is_new;       /* the first event was that the name appeared */
	bool is_touched;   /* set by the caller: no event so far was a write */
	bool is_written;   /* set by the caller: an event was a write, or brought the name */
	uint64_t since_us; /* when it got its state */
	uint64_t last_us;  /* the last event */
};

/*
 * Looks at the path of an entry that is due. Returns true when the entry can be removed. Before it
 * returns false, it calls debounce_entry_set_gone(); the entry is then due again later.
 */
typedef bool debounce_look_fn(void *context, struct debounce_entry *entry);
/*
 * Called when all entries that were due have been looked at. That takes several rounds of the loop
 * when they are many.
 */
typedef void debounce_done_fn(void *context);

struct debounce_urgent {
	/* Whether path is urgent: a page uses it. NULL: none is. */
	bool (*is_urgent)(void *context, const char *path);
	/*
	 * An urgent path was due at once, and more may follow it (true); or all that followed has
	 * been looked at (false). In between is one quiet at least, and the longest delay of a batch
	 * at most.
	 */
	void (*settling)(void *context, bool is_settling);
	void *context;
};

/*
 * Keeps a pointer to loop. wait_ms is the quiet in milliseconds; 0: chosen as described above.
 * Never NULL.
 */
struct debounce *debounce_create(struct loop *loop, unsigned wait_ms, debounce_look_fn *look,
	debounce_done_fn *done, void *context);
void debounce_destroy(struct debounce *debounce);

/*
 * From now on an urgent path is due at once if it is the first closed file of a burst, and no file is
 * being written, unless wait_ms is set. What follows it is due as usual. Copies urgent.
 */
void debounce_set_urgent(struct debounce *debounce, const struct debounce_urgent *urgent);

/* Sets another quiet, in milliseconds, from the next event on. */
void debounce_set_wait(struct debounce *debounce, unsigned wait_ms);

/*
 * Notes an event of path. is_new is used only when path has no entry yet. Returns the entry, which
 * is valid until control returns to the loop.
 */
struct debounce_entry *debounce_add(
	struct debounce *debounce, const char *path, enum debounce_state state, bool is_new);

/* Whether there is an entry of path. */
bool debounce_has(const struct debounce *debounce, struct slice path);

/* Whether there is no entry at all. */
bool debounce_is_empty(const struct debounce *debounce);

/* Whether there is an entry of folder or of anything below it. */
bool debounce_has_below(const struct debounce *debounce, struct slice folder);

/*
 * For a look function: the path is missing. It becomes due again after the time for vanished paths.
 */
void debounce_entry_set_gone(struct debounce_entry *entry);

/* Whether the path of entry is that of a folder. */
static inline bool
debounce_entry_is_folder(const struct debounce_entry *entry)
{
	return slice_ends(slice_of(entry->path), "/");
}

#endif
