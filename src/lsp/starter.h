/*
 * starter: starts a server, because the person has asked for it in the editor.
 *
 * It ends when the editor does, as the servers of editors' extensions do. Who wants one that stays starts it in a
 * terminal; it is found there as well.
 */
#ifndef STARTER_H
#define STARTER_H

#include <stdbool.h>

#include "base/loop.h"

struct starter;

/* The server of a folder has ended. error is the last error that it has printed, or NULL. */
typedef void starter_ended_fn(void *context, const char *folder, const char *error);

/* Keeps a pointer to loop. Never NULL. */
struct starter *starter_create(struct loop *loop, starter_ended_fn *ended, void *context);
/* Ends the servers. NULL is fine. */
void starter_destroy(struct starter *starter);

/*
 * Starts this program for the folder at path, which is absolute, without opening a browser. Returns false with errno; EEXIST
 * when it was started before and has not ended.
 */
bool starter_start(struct starter *starter, const char *folder);

#endif
