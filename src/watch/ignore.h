/*
 * ignore: decides which names are ignored: by default, by the user's globs, by .gitignore files.
 *
 * The .gitignore of a folder is read when a name in the folder is checked first, and is then kept
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
	const char *only;         /* every other name in the root is ignored; or NULL */
	bool keeps_sources;       /* sources that a build compiles (*.scss, *.ts) are not ignored */
	bool uses_gitignore;      /* names in .gitignore files are ignored */
};

/* Copies options; keeps a pointer to root. Never NULL. */
struct ignore *ignore_create(const struct root *root, const struct ignore_options *options);
void ignore_destroy(struct ignore *ignore);

/*
 * The pattern by which name, or one of its parent folders, is ignored; NULL when it is not ignored.
 * A glob with '!' has priority over .gitignore files. Of the file to which standard output or error
 * goes, words that say so. Valid until ignore_forget().
 */
const char *ignore_by(struct ignore *ignore, const char *name, bool is_folder);

/*
 * Whether pattern matches temporary files of editors, or is what is said of liveserve's own output.
 * Events of these are not logged.
 */
bool ignore_is_temporary(const char *pattern);

/* Whether name is that of a .gitignore, and uses_gitignore is set. */
bool ignore_is_gitignore(const struct ignore *ignore, const char *name);

/* Forgets the .gitignore files in folder and below. They are read again when they are needed. */
void ignore_forget(struct ignore *ignore, struct slice folder);

#endif
