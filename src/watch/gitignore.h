/*
 * gitignore: what the patterns of one .gitignore say about a path (gitignore(5)).
 *
 * The classes of POSIX, such as [[:alpha:]], are not understood.
 */
#ifndef GITIGNORE_H
#define GITIGNORE_H

#include <stdbool.h>

#include "base/slice.h"

struct gitignore;

/* Reads the text of a .gitignore. Patterns are quoted with name in front. */
struct gitignore *gitignore_create(struct slice text, const char *name);
void gitignore_destroy(struct gitignore *gitignore);

enum gitignore_verdict {
	GITIGNORE_SAYS_NOTHING,
	GITIGNORE_LEAVES_OUT,
	GITIGNORE_TAKES_BACK,
};

/*
 * path is relative to the folder of the .gitignore. The caller has asked about the folders that path
 * lies in before. *quoted becomes the pattern that decides, as "sub/.gitignore: *.log"; it is valid
 * as long as gitignore.
 */
enum gitignore_verdict gitignore_judge(
	const struct gitignore *gitignore, struct slice path, bool is_folder, const char **quoted);

#endif
