/*
 * ruled_files: answers requests for files of a site that has files with rules of hosts (rules/), by
 * those rules. A site without them is answered by static_files alone.
 */
#ifndef RULED_FILES_H
#define RULED_FILES_H

#include <stdbool.h>

#include "html/script_tag.h"
#include "rules/rule_files.h"
#include "site/mounts.h"
#include "site/static_files.h"

struct ruled_files;

/*
 * Keeps all pointers. rule_files gets an opener for the files of mounts. Returns NULL when it is NULL: no
 * rules are followed.
 */
struct ruled_files *ruled_files_create(struct static_files *static_files, struct mounts *mounts,
	const struct script_tag *script_tag, struct rule_files *rule_files);
void ruled_files_destroy(struct ruled_files *ruled); /* NULL is fine */

/*
 * Answers a GET or HEAD as static_files_respond() does, or as the rules say. The response must have no
 * fields yet. ruled NULL: static_files answer alone.
 */
void ruled_files_respond(struct ruled_files *ruled, struct static_files *static_files,
	const struct request *request, struct response *response);

#endif
