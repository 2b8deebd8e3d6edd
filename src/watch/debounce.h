/*
 * debounce: the paths that had events, and when each is to be looked at.
 *
 * Knows time, not files. A path whose writer is done is due after a short quiet (a lone style sheet at
 * once). One that is written but not closed is due after a longer quiet. One that vanished is due
 * after the time that an editor needs to delete a file and write it anew. The longer a burst lasts,
 * the more quiet it needs, up to a ceiling: so a build is one batch, and steady writing does not hold
 * back the others.
 */
#ifndef DEBOUNCE_H
#define DEBOUNCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"
#include "base/slice.h"

struct debounce;

enum debounce_state {
	DEBOUNCE_COMPLETE, /* its writer is done with it */
	DEBOUNCE_WRITING,  /* its writer may not be */
	DEBOUNCE_GONE,     /* its name has vanished */
};

struct debounce_entry {
	struct debounce_entry *next;
	char *path; /* of a folder with a '/' at its end; so a file that becomes one is two entries */
	enum debounce_state state;
	bool is_new;       /* the first event was that the name appeared */
	bool is_touched;   /* set by the caller: no event says that bytes were written */
	uint64_t since_us; /* when it got its state */
	uint64_t last_us;  /* the last event */
};

/*
 * Looks at the path of an entry that is due. Returns true when the entry is done with. Otherwise it
 * stays, in the state that the function has given it with debounce_entry_set_gone().
 */
typedef bool debounce_look_fn(void *context, struct debounce_entry *entry);
/* All entries that were due have been looked at. */
typedef void debounce_done_fn(void *context);

/* Keeps a pointer to loop. wait_ms is the quiet that a path needs; 0: as short as is right. */
struct debounce *debounce_create(struct loop *loop, unsigned wait_ms, debounce_look_fn *look,
	debounce_done_fn *done, void *context);
void debounce_destroy(struct debounce *debounce);

/* Sets another quiet, from the next event on. */
void debounce_set_wait(struct debounce *debounce, unsigned wait_ms);

/*
 * Notes an event of path. is_new counts only when there is no entry yet. Returns the entry, which is
 * valid until the loop runs on.
 */
struct debounce_entry *debounce_add(
	struct debounce *debounce, const char *path, enum debounce_state state, bool is_new);

/* Whether there is an entry of path. */
bool debounce_has(const struct debounce *debounce, struct slice path);

/* Whether there is an entry of folder or of anything below it. */
bool debounce_has_below(const struct debounce *debounce, struct slice folder);

/* For a look function: the path was found missing only now, so its time begins now. */
void debounce_entry_set_gone(struct debounce_entry *entry);

/* Whether its path is that of a folder. */
bool debounce_entry_is_folder(const struct debounce_entry *entry);

#endif
