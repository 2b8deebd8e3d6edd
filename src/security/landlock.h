/*
 * landlock: a Landlock ruleset (landlock(7)). After landlock_enter() this process can open for
 * reading only what the rules allow. It cannot create files, write to them, nor start programs. Where
 * the kernel can restrict that, it cannot bind or connect TCP sockets
 * (Linux 6.7), nor reach abstract Unix sockets and processes that are not in the sandbox (6.12).
 *
 * Open descriptors stay open, and names can still be looked up (stat, readlink, O_PATH). A rule is
 * for a folder, not for its name: if a folder is deleted and made again, the new one is not
 * allowed. seccomp.h restricts what Landlock does not: modes, owners, times and more.
 */
#ifndef LANDLOCK_H
#define LANDLOCK_H

#include <stdbool.h>

struct landlock;

/* Returns NULL with errno (ENOSYS, EOPNOTSUPP) when the kernel has no Landlock. */
struct landlock *landlock_create(void);
/* The same for a process that connects TCP sockets: that stays allowed. */
struct landlock *landlock_create_for_client(void);
/* The same for a process that also chooses the addresses that it connects from. */
struct landlock *landlock_create_for_relay(void);
/* The restrictions of landlock_enter() stay. NULL is allowed. */
void landlock_destroy(struct landlock *landlock);

/* Allows reading an open file, or everything below an open folder. */
void landlock_allow(struct landlock *landlock, int fd);

/* The same for a path. A path that does not exist is ignored. */
void landlock_allow_path(struct landlock *landlock, const char *path);

/* Allows removing files from folder. A folder that does not exist is ignored. */
void landlock_allow_removal(struct landlock *landlock, const char *folder);

/* Allows making files in folder and writing to those in it. A folder that does not exist is ignored. */
void landlock_allow_writing(struct landlock *landlock, const char *folder);

/* Restricts this process for good. Returns false with errno when the kernel refuses. */
bool landlock_enter(struct landlock *landlock);

#endif
