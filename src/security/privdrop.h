/*
 * privdrop: drops the privileges that a server no longer needs once it listens: it puts this
 * process into the sandbox. The sandbox is a Landlock ruleset (landlock.h) and a broker outside of
 * it (open_broker.h).
 *
 * Inside, this process can read the served and watched folders and the settings files; it can write
 * nothing and start nothing. To Landlock a folder or file that is deleted and made again is another
 * one, so the broker opens those. The broker opens only what is in these folders or is one of these
 * files, and it cannot write either.
 */
#ifndef PRIVDROP_H
#define PRIVDROP_H

#include <stdbool.h>
#include <stddef.h>

#include "fs/root.h"

struct privdrop;

struct privdrop_options {
	struct root *const *roots; /* the folders that are served or watched */
	size_t root_count;
	const char *const *files; /* paths for privdrop_open(), NULL at the end; or NULL */
	const char *socket;       /* a file that may be removed; or NULL */
	bool reads_everything;    /* links may lead anywhere, so everything may be read */
};

/*
 * Enters the sandbox, without return, and makes the roots use the broker. Open before what else has
 * to be opened from outside. Keeps pointers to the roots, and copies files. Returns NULL when the
 * system has no sandbox; nothing has changed then, and the log says so.
 */
struct privdrop *privdrop_create(const struct privdrop_options *options);
/*
 * Ends the broker; the restrictions stay. A root is not found any more when its folder is made
 * again. NULL is fine.
 */
void privdrop_destroy(struct privdrop *privdrop);

/*
 * Opens one of options' files for reading, as it is now. Returns a descriptor that the caller
 * closes, or -1 with errno: ENOENT for any other path. context is the struct privdrop.
 */
int privdrop_open(void *context, const char *path);

#endif
