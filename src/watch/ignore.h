/*
 * ignore: which names are left out: by default, by the user's globs, by .gitignore files.
 *
 * The .gitignore of a folder is read when something in the folder is asked about, and then remembered
 * until ignore_forget().
 */
#ifndef IGNORE_H
#define IGNORE_H

#include <stdbool.h>

#include "base/slice.h"
#include "fs/root.h"

struct ignore;

struct ignore_options {
	const char *const *globs; /* after the default ones (globs_add); NULL at the end; or NULL */
	const char *only;         /* all but this name of the root is left out; or NULL */
	bool keeps_sources;       /* what only a build reads (*.scss, *.ts) is not left out */
	bool heeds_git;           /* .gitignore files count */
};

/* Keeps a pointer to root. */
struct ignore *ignore_create(const struct root *root, const struct ignore_options *options);
void ignore_destroy(struct ignore *ignore);

/*
 * The pattern by which name is left out, or a folder it lies in; NULL when there is none. A glob
 * with '!' also takes back what a .gitignore leaves out. Valid until ignore_forget.
 */
const char *ignore_by(struct ignore *ignore, const char *name, bool is_folder);

/* Whether pattern is one for the temporary files of editors, which nobody asks about. */
bool ignore_is_temporary(const char *pattern);

/* Whether name is that of a .gitignore, and those count. */
bool ignore_reads(const struct ignore *ignore, const char *name);

/* The .gitignore files in folder and below may have changed: they are read again when needed. */
void ignore_forget(struct ignore *ignore, struct slice folder);

#endif
