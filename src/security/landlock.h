/*
 * landlock: takes away from this process what it does not need: from landlock_enter on it can open
 * for reading what was allowed before, and nothing else; make, change and start nothing.
 *
 * Room: things. Landlock (landlock(7)) and no new privileges. What is open stays open, and names
 * can still be looked up (stat, readlink, O_PATH). A rule belongs to a folder, not to its name: a
 * folder that is made anew under the same name is another one, and barred. Sockets are not its
 * business.
 */
#ifndef LANDLOCK_H
#define LANDLOCK_H

#include <stdbool.h>

struct landlock;

/* Returns NULL with errno when the kernel cannot (ENOSYS, EOPNOTSUPP); nothing has changed then. */
struct landlock *landlock_create(void);
/* Does not end what was entered. */
void landlock_destroy(struct landlock *landlock);

/* Allows to read an open file, or all below an open folder. */
void landlock_allow(struct landlock *landlock, int fd);

/* The same by its path; one where nothing is does not matter. */
void landlock_allow_path(struct landlock *landlock, const char *path);

/* Allows to remove files from folder, such as a socket of ours. */
void landlock_allow_removal(struct landlock *landlock, const char *folder);

/* Returns false with errno when the kernel refuses. */
bool landlock_enter(struct landlock *landlock);

#endif
