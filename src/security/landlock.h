/*
 * landlock: a Landlock ruleset (landlock(7)). After landlock_enter() this process can open for
 * reading only what the rules allow, and can create, change and start nothing.
 *
 * What is open stays open, and names can still be looked up (stat, readlink, O_PATH). A rule is for
 * a folder, not for its name: if a folder is deleted and made again, the new one is not allowed.
 * Sockets are not restricted.
 */
#ifndef LANDLOCK_H
#define LANDLOCK_H

#include <stdbool.h>

struct landlock;

/* Returns NULL with errno (ENOSYS, EOPNOTSUPP) when the kernel has no Landlock. */
struct landlock *landlock_create(void);
/* The restrictions stay once they are entered. NULL is fine. */
void landlock_destroy(struct landlock *landlock);

/* Allows to read an open file, or everything below an open folder. */
void landlock_allow(struct landlock *landlock, int fd);

/* The same for a path. A path that does not exist is ignored. */
void landlock_allow_path(struct landlock *landlock, const char *path);

/* Allows to remove files from folder. */
void landlock_allow_removal(struct landlock *landlock, const char *folder);

/* Restricts this process, without return. Returns false with errno when the kernel refuses. */
bool landlock_enter(struct landlock *landlock);

#endif
