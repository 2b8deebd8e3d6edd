/*
 * files_first: whether a file of the site answers a request before another server does, and which files
 * are never sent because a server runs them.
 *
 * Only files of a type that browsers use: the sources of the other server may lie in the same folder,
 * and "index.php" is for it to run, not for a visitor to read.
 */
#ifndef FILES_FIRST_H
#define FILES_FIRST_H

#include <stdbool.h>

#include "http/request.h"
#include "names/shown_names.h"
#include "site/mounts.h"
#include "upstream/upstream.h"

/* The servers that run files (upstream_read_fastcgi). Others among them are ignored. */
struct files_first_scripts {
	const struct upstream *servers;
	size_t count;
};

/* Where the files are that answer first. */
struct files_first {
	const struct mounts *mounts;
	const struct shown_names_rules *names;
};

/*
 * Whether one of servers runs the open file that was found by name: then it is not sent. A link of
 * another name to such a file is one, too.
 */
bool files_first_is_script(const struct files_first_scripts *scripts, const char *name, int file);

/*
 * Adds the name of the index of a folder that server i of scripts runs ("index.php"; "index.html" when it
 * runs no files). Returns false, and adds nothing, after the last.
 */
bool files_first_add_index(const struct files_first_scripts *scripts, size_t i, struct buf *name);

/*
 * Whether request, a GET or HEAD, is for such a file, or for a folder that has an index. A hidden name
 * is none, and neither is what a link leads to outside of its root.
 */
bool files_first_answer(const struct files_first *files, const struct request *request);

#endif
