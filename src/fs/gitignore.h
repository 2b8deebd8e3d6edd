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
/*
 * Whether patterns were left out: there may be 5000 of them, of 1000 bytes each, and 128 KiB in
 * all.
 */
bool gitignore_is_cut(const struct gitignore *gitignore);
bool gitignore_is_empty(const struct gitignore *gitignore); /* without any pattern */
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
 *
 * budget is the work that may still be done for one path, GITIGNORE_BUDGET at the beginning. What
 * the comparisons may take is subtracted; when it is used up, no further pattern matches.
 */
enum gitignore_verdict gitignore_judge(const struct gitignore *gitignore, struct slice path,
	bool is_folder, size_t *budget, const char **quoted);

enum { GITIGNORE_BUDGET = 500 * 1000 }; /* some milliseconds */

#endif
