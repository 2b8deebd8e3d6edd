/*
 * redirects_file: the file _redirects of Netlify and Cloudflare Pages.
 *
 *     FROM [NAME=VALUE...] TO [STATUS[!]] [Country=.. Language=.. Cookie=.. Role=..]
 *
 * The first rule that applies decides. Where the two hosts differ, it is Netlify's way: the status is
 * 301 without one, and a file that is there comes before the rule, unless "!" follows the status.
 */
#ifndef REDIRECTS_FILE_H
#define REDIRECTS_FILE_H

#include "rules/rule_notes.h"
#include "rules/rule_request.h"

enum {
	REDIRECTS_RULES_MAX = 2100, /* as Cloudflare allows; further ones are not read */
	REDIRECTS_LINE_MAX = 2000,  /* bytes */
};

struct redirects_file;

/* Parses text, which has no NUL. What is not followed is told by source. Never NULL. */
struct redirects_file *redirects_file_create(struct slice text, struct rule_source *source);
void redirects_file_destroy(struct redirects_file *file); /* NULL is fine */

enum redirects_verdict {
	REDIRECTS_NONE,     /* no rule applies */
	REDIRECTS_REDIRECT, /* status is 301 to 308, target the address for Location */
	REDIRECTS_REWRITE,  /* status is 200, target the path and query of what is shown */
	REDIRECTS_PAGE,     /* the same with another status, such as 404 */
	REDIRECTS_PROXY,    /* the host would ask another server, target */
};

struct redirects_answer {
	int status;
	unsigned line;
	struct buf target; /* owned by the caller; without control bytes */
};

/* Looks for the first rule that applies to request, and sets answer. */
enum redirects_verdict redirects_file_find(const struct redirects_file *file,
	const struct rule_request *request, struct redirects_answer *answer);

#endif
