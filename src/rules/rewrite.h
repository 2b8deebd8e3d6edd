/*
 * rewrite: applies the rules of mod_rewrite in one .htaccess file to a request, once from the first rule on.
 */
#ifndef REWRITE_H
#define REWRITE_H

#include "rules/htaccess.h"
#include "rules/rewrite_text.h"

enum rewrite_verdict {
	REWRITE_NONE,     /* nothing, or only the query, has changed */
	REWRITE_TO,       /* path is another path of the site */
	REWRITE_REDIRECT, /* path is the address for Location, with its query */
	REWRITE_STATUS,   /* an error of this status */
	REWRITE_FAILED,   /* a pattern takes too long, or the rules go round and round */
};

/* Zeroed is empty, and keeps its memory. */
struct rewrite_result {
	struct buf path;  /* decoded, but for REWRITE_REDIRECT */
	struct buf query; /* what is asked for with it, without '?' */
	bool has_query;
	int status;
	unsigned line; /* of the rule that has decided */
	bool is_end;   /* no further round has rules */
};

void rewrite_result_finish(struct rewrite_result *result);

/* Applies the rules of file, which is on. Always sets query. */
enum rewrite_verdict rewrite_apply(const struct htaccess *file, const struct rewrite_input *input,
	struct rewrite_result *result);

#endif
