/*
 * privdrop: gives up what a server that serves no longer needs.
 *
 * Room: top. From privdrop_create on this process can read the served folders and a few files that
 * it may be asked to read again; it can write nothing and start nothing. Another process of ours
 * stays outside, for folders and files that are deleted and made again: those are others to the
 * sandbox. It opens nothing that does not lie in those folders or is such a file, and cannot write
 * either.
 */
#ifndef PRIVDROP_H
#define PRIVDROP_H

#include <stdbool.h>
#include <stddef.h>

#include "fs/root.h"

struct privdrop;

struct privdrop_options {
	struct root *const *roots; /* what is served or watched, which is told of the helper */
	size_t root_count;
	const char *const
		*files;        /* what privdrop_open may be asked for, NULL at the end; or NULL */
	const char *socket;    /* a file that is removed at the end; or NULL */
	bool reads_everything; /* links may lead anywhere */
};

/*
 * Keeps pointers to the roots, files are copied. NULL, having said why, when the system cannot: everything is then as
 * it was.
 */
struct privdrop *privdrop_create(const struct privdrop_options *options);
/* Nothing is given back; after this a folder that is made again is not found any more. */
void privdrop_destroy(struct privdrop *privdrop);

/*
 * Opens one of the files for reading, whatever is there by now. Returns a descriptor that the
 * caller closes, or -1 with errno; context is the struct confine.
 */
int privdrop_open(void *context, const char *path);

#endif
