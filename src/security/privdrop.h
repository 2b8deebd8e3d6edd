/*
 * privdrop: drops the privileges that a server no longer needs once it listens: it puts this
 * process into the sandbox. The sandbox is a Landlock ruleset (landlock.h), a filter of system calls
 * (seccomp.h) and a broker outside of it (open_broker.h).
 *
 * In the sandbox, this process can read the served and watched folders, and the files that it was given. It
 * cannot change files, start programs or reach other processes. No other process of the user can
 * read its memory. If a folder or file is deleted and made again, Landlock
 * does not allow the new one, so the broker opens it. The broker opens only these files and what is
 * in these folders, and it cannot write either, but for the folder of a log.
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
	const char *const *files; /* paths for privdrop_open(), with a NULL at the end; or NULL */
	/*
	 * Called outside of the sandbox: opens the file with this index in files. Returns a
	 * descriptor, or -1 with errno. It decides each time whether the file may be used.
	 */
	int (*open_file)(const void *context, size_t index);
	const void *context;    /* of open_file */
	const char *log_folder; /* open_file may make a file there and write to it; or NULL */
	const char *socket;     /* a file that may be removed; or NULL */
	bool reads_everything;  /* links may lead anywhere, so everything may be read */
	bool connects;          /* there are upstreams, so connections may be opened */
};

/*
 * Enters the sandbox for good, and makes the roots use the broker. To be called after everything
 * else outside of the roots is open. Keeps pointers to the roots, and copies files. If the system
 * has no Landlock, logs that and returns NULL; then only the filter of system calls restricts this
 * process.
 */
struct privdrop *privdrop_create(const struct privdrop_options *options);
/*
 * Ends the broker; the restrictions stay. From then on, a root whose folder is made again cannot be
 * opened. NULL is allowed.
 */
void privdrop_destroy(struct privdrop *privdrop);

/*
 * Opens one of the files of the options by open_file. Returns a descriptor that the caller closes,
 * or -1 with errno: ENOENT for any other path. context is the struct privdrop.
 */
int privdrop_open(void *context, const char *path);

#endif
