/*
 * landlock: a Landlock ruleset (landlock(7)). After landlock_enter() this process can open for
 * reading only what the rules allow. It cannot create or change files, nor start programs.
 *
 * Open descriptors stay open, and names can still be looked up (stat, readlink, O_PATH). A rule is
 * for a folder, not for its name: if a folder is deleted and made again, the new one is not
 * allowed. Sockets are not restricted.
 */
#ifndef LANDLOCK_H
#define LANDLOCK_H

#include <stdbool.h>

struct landlock;

/* Returns NULL with errno (ENOSYS, EOPNOTSUPP) when the kernel has no Landlock. */
struct landlock *landlock_create(void);
/* The restrictions of landlock_enter() stay. NULL is allowed. */
void landlock_destroy(struct landlock *landlock);

/* Allows reading an open file, or everything below an open folder. */
void landlock_allow(struct landlock *landlock, int fd);

/* The same for a path. A path that does not exist is ignored. */
void landlock_allow_path(struct landlock *landlock, const char *path);

/* Allows removing files from folder. A folder that does not exist is ignored. */
void landlock_allow_removal(struct landlock *landlock, const char *folder);

/* Restricts this process for good. Returns false with errno when the kernel refuses. */
bool landlock_enter(struct landlock *landlock);

#endif
