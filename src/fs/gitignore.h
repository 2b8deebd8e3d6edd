/*
 * gitignore: matches paths against the patterns of one .gitignore (gitignore(5)).
 *
 * The character classes of POSIX, such as [[:alpha:]], are not supported.
 */
#ifndef GITIGNORE_H
#define GITIGNORE_H

#include <stdbool.h>

#include "base/slice.h"

struct gitignore;

/* Parses the text of a .gitignore. name is the file's name, for *quoted below. Never NULL. */
struct gitignore *gitignore_create(struct slice text, const char *name);
void gitignore_destroy(struct gitignore *gitignore);

enum gitignore_verdict {
	GITIGNORE_NO_MATCH,
	GITIGNORE_EXCLUDED, /* the path is ignored */
	GITIGNORE_INCLUDED, /* a pattern with '!' includes it again */
};

/*
 * path is relative to the folder of the .gitignore. The caller checks the parent folders of path
 * first. If a pattern matches, *quoted is set to it, with the file's name in front
 * ("sub/.gitignore: *.log"); valid as long as gitignore.
 */
enum gitignore_verdict gitignore_judge(
	const struct gitignore *gitignore, struct slice path, bool is_folder, const char **quoted);

#endif
