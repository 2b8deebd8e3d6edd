/*
 * gitignore: what the patterns of one .gitignore say about a path (gitignore(5)).
 *
 * Room: rules. Not understood are the classes of POSIX, such as [[:alpha:]].
 */
#ifndef GITIGNORE_H
#define GITIGNORE_H

#include <stdbool.h>

#include "base/buf.h"

struct gitignore;

/* Reads the text of the file called name, which patterns are quoted with. */
struct gitignore *gitignore_create(struct slice text, const char *name);
void gitignore_destroy(struct gitignore *gitignore);

enum gitignore_verdict {
	GITIGNORE_SAYS_NOTHING,
	GITIGNORE_LEAVES_OUT,
	GITIGNORE_TAKES_BACK,
};

/*
 * path is relative to the file's folder. What is said about the folders it lies in is asked before.
 * *quoted becomes the pattern that decides, as "sub/.gitignore: *.log"; it lives as long as
 * gitignore.
 */
enum gitignore_verdict gitignore_judge(
	const struct gitignore *gitignore, struct slice path, bool is_folder, const char **quoted);

#endif
