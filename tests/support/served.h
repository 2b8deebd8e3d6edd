/*
 * served: the parts that answer requests for files, on the folder that a test works in.
 */
#ifndef SERVED_H
#define SERVED_H

#include <stddef.h>

#include "site/static_files.h"

struct served {
	struct loop *loop;
	struct root *root;
	struct mounts *mounts;
	struct journal *journal;
	struct script_tag script_tag;
	struct ssi_parts *ssi_parts;
	struct static_files *static_files;
	struct response response;
	size_t batches; /* of changes that were reported */
};

/* In options the parts themselves may be missing. NULL for watch: the default. */
void served_create(struct served *served, const struct static_files_options *options,
	const struct watch_options *watch);

/* Frees all of it, and sets it to zero. */
void served_destroy(struct served *served);

#endif
