/*
 * landlock: takes away from this process what it does not need: from sandbox_enter on it can open
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

struct sandbox;

/* Returns NULL with errno when the kernel cannot (ENOSYS, EOPNOTSUPP); nothing has changed then. */
struct sandbox *sandbox_create(void);
/* Does not end what was entered. */
void sandbox_destroy(struct sandbox *sandbox);

/* Allows to read an open file, or all below an open folder. */
void sandbox_allow(struct sandbox *sandbox, int fd);

/* The same by its path; one where nothing is does not matter. */
void sandbox_allow_path(struct sandbox *sandbox, const char *path);

/* Allows to remove files from folder, such as a socket of ours. */
void sandbox_allow_removal(struct sandbox *sandbox, const char *folder);

/* Returns false with errno when the kernel refuses. */
bool sandbox_enter(struct sandbox *sandbox);

#endif
