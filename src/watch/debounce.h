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

struct suspects;

enum suspect_state {
	SUSPECT_COMPLETE, /* its writer is done with it */
	SUSPECT_WRITING,  /* its writer may not be */
	SUSPECT_GONE,     /* its name has vanished */
};

struct suspect {
	struct suspect *next;
	char *path; /* of a folder with its '/': so a file that becomes one is two suspects */
	enum suspect_state state;
	bool is_new;       /* its name appeared while it was a suspect and was not there before */
	bool is_touched;   /* for the adder to say: nothing speaks of bytes written */
	uint64_t since_us; /* when it came into its state */
	uint64_t last_us;  /* the last hint */
};

/*
 * Looks at a suspect that is due. Returns whether it is done with; otherwise it stays a suspect, in
 * the state the function has put it into with suspect_is_gone.
 */
typedef bool suspects_look_fn(void *context, struct suspect *suspect);
/* A round of looks is over. */
typedef void suspects_done_fn(void *context);

/* Keeps a pointer to loop. wait_ms is the quiet asked for; 0: as short as is right. */
struct suspects *suspects_create(struct loop *loop, unsigned wait_ms, suspects_look_fn *look,
	suspects_done_fn *done, void *context);
void suspects_destroy(struct suspects *suspects);

/* Another quiet, from the next hint on. */
void suspects_set_wait(struct suspects *suspects, unsigned wait_ms);

/*
 * Makes path a suspect, or notes another hint about one. is_new counts the first time only. Returns
 * the suspect, until the loop runs on.
 */
struct suspect *suspects_add(
	struct suspects *suspects, const char *path, enum suspect_state state, bool is_new);

bool suspects_has(const struct suspects *suspects, struct slice path);

/* Whether anything below folder is a suspect. */
bool suspects_has_below(const struct suspects *suspects, struct slice folder);

/* For a look function: it has only now been found missing, so its grace begins. */
void suspect_is_gone(struct suspect *suspect);

#endif
