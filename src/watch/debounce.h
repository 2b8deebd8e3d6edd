/*
 * debounce: the paths that something may have happened to, and when each is to be looked at.
 *
 * Room: things. Knows time, not files. A complete file is due after a short quiet (a lone style
 * sheet at once), one that is written but not closed after a longer one, a vanished one after the
 * grace that editors need to delete and write anew. A burst asks for more quiet the longer it
 * lasts, up to a ceiling, so that a build is one batch and steady writing starves nobody.
 */
#ifndef DEBOUNCE_H
#define DEBOUNCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/loop.h"

struct debounce;

enum debounce_state {
	DEBOUNCE_COMPLETE, /* its writer is done with it */
	DEBOUNCE_WRITING,  /* its writer may not be */
	DEBOUNCE_GONE,     /* its name has vanished */
};

struct debounce_entry {
	struct debounce_entry *next;
	char *path; /* of a folder with its '/': so a file that becomes one is two suspects */
	enum debounce_state state;
	bool is_new;       /* its name appeared while it was a suspect and was not there before */
	bool is_touched;   /* for the adder to say: nothing speaks of bytes written */
	uint64_t since_us; /* when it came into its state */
	uint64_t last_us;  /* the last hint */
};

/*
 * Looks at a suspect that is due. Returns whether it is done with; otherwise it stays a suspect, in
 * the state the function has put it into with debounce_entry_is_gone.
 */
typedef bool debounce_look_fn(void *context, struct debounce_entry *suspect);
/* A round of looks is over. */
typedef void debounce_done_fn(void *context);

/* Keeps a pointer to loop. wait_ms is the quiet asked for; 0: as short as is right. */
struct debounce *debounce_create(struct loop *loop, unsigned wait_ms, debounce_look_fn *look,
	debounce_done_fn *done, void *context);
void debounce_destroy(struct debounce *debounce);

/* Another quiet, from the next hint on. */
void debounce_set_wait(struct debounce *debounce, unsigned wait_ms);

/*
 * Makes path a suspect, or notes another hint about one. is_new counts the first time only. Returns
 * the suspect, until the loop runs on.
 */
struct debounce_entry *debounce_add(
	struct debounce *debounce, const char *path, enum debounce_state state, bool is_new);

bool debounce_has(const struct debounce *debounce, struct slice path);

/* Whether anything below folder is a suspect. */
bool debounce_has_below(const struct debounce *debounce, struct slice folder);

/* For a look function: it has only now been found missing, so its grace begins. */
void debounce_entry_is_gone(struct debounce_entry *suspect);

#endif
