/*
 * ignore: which names are left out: by default, by the user's globs, by .gitignore files.
 *
 * Room: things. The .gitignore of a folder is read when something in the folder is asked about, and
 * then remembered until ignore_forget.
 */
#ifndef IGNORE_H
#define IGNORE_H

#include <stdbool.h>

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
 * with '!' takes back what a .gitignore says, too. Valid until ignore_forget.
 */
const char *ignore_by(struct ignore *ignore, const char *name, bool is_folder);

/* Whether such a pattern is one for what editors leave behind, which nobody asks about. */
bool ignore_is_temporary(const char *pattern);

/* Whether name is that of a .gitignore that counts. */
bool ignore_reads(const struct ignore *ignore, const char *name);

/* What .gitignore files below the folder say may be another now. */
void ignore_forget(struct ignore *ignore, const char *folder);

#endif
