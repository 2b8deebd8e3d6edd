/*
 * rule_files: the files with rules of hosts in the site: _redirects and _headers in the root, and
 * .htaccess in any folder.
 *
 * Each is looked for when it could matter first, and what was found, also that there is none, is
 * remembered until the watch reports a change of it. So a request costs no system call for them.
 */
#ifndef RULE_FILES_H
#define RULE_FILES_H

#include <stdbool.h>

#include "rules/headers_file.h"
#include "rules/htaccess.h"
#include "rules/redirects_file.h"
#include "watch/change.h"

enum {
	RULE_FILES_SIZE_MAX = 256 * 1024, /* bytes of one file; a larger one is not read */
	RULE_FILES_KEPT_MAX = 2048, /* places that are remembered, about; then all are forgotten */
	RULE_FILES_PATH_MAX = 256,  /* bytes of the path of a folder that is noted to have none */
};

struct rule_files;

/* Never NULL. Without an opener (rule_files_set_opener) there are no files. */
struct rule_files *rule_files_create(void);
void rule_files_destroy(struct rule_files *files); /* NULL is fine */

/*
 * fn opens a file by its name in the site, after its folder is watched. It returns a descriptor, which rule_files closes, or -1.
 * Keeps a pointer to context.
 */
void rule_files_set_opener(
	struct rule_files *files, int (*fn)(void *context, const char *name), void *context);

/* The site's _redirects and _headers; NULL when there is none. Valid until control returns to the loop. */
const struct redirects_file *rule_files_redirects(struct rule_files *files);
const struct headers_file *rule_files_headers(struct rule_files *files);

/* The .htaccess of a folder ("" or "a/b/"); NULL when there is none. Valid as long. */
const struct htaccess *rule_files_htaccess(struct rule_files *files, struct slice folder);

/*
 * Most folders have no rules. rule_files_have_none says whether this is known of the folder of a path, as the client
 * has sent it: then no rule is about the path, however it is spelt, and nothing else has to be asked. It is known
 * from rule_files_note_none, until anything is forgotten that was found about rules. To be noted is a path
 * as url_from_path() writes it, after it was found that neither the site nor any folder on its way has rules.
 */
bool rule_files_have_none(const struct rule_files *files, struct slice path);
void rule_files_note_none(struct rule_files *files, struct slice path);

/* To be called before the first question about a request: what is remembered may be forgotten now. */
void rule_files_begin(struct rule_files *files);

/* Whether name (in the site) is that of a file with rules. */
bool rule_files_have_name(struct slice name);

/*
 * Forgets what changes concern. Returns whether a file with rules is among them: then every answer
 * may be another one. files may be NULL.
 */
bool rule_files_note_changes(struct rule_files *files, const struct changes *changes);

/* Anything may have changed. files may be NULL. */
void rule_files_forget(struct rule_files *files);

#endif
