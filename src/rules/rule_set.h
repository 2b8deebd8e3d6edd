/*
 * rule_set: what the rules of hosts decide about a request: one engine for all of the site's files with
 * rules.
 *
 * It decides by names only. What it rewrites a request to is opened as any other name, so no rule leads
 * out of the site.
 */
#ifndef RULE_SET_H
#define RULE_SET_H

#include "http/fields.h"
#include "names/index_names.h"
#include "rules/htaccess_chain.h"
#include "rules/rewrite.h"
#include "rules/rule_files.h"
#include "rules/rule_request.h"

enum {
	RULE_SET_ROUNDS = 10,              /* how often a request may be rewritten, as in httpd */
	RULE_SET_TIME_MAX_US = 500 * 1000, /* for the patterns of one request */
};

enum rule_verdict {
	RULE_PASS,     /* the request shows what it names */
	RULE_REWRITE,  /* it shows what target names: a path, perhaps with a query */
	RULE_REDIRECT, /* target is the address for Location */
	RULE_REFUSE, /* an error of this status; explanation says more to the developer, or is empty */
};

/* Zeroed is empty, and keeps its memory for the next request. */
struct rule_decision {
	enum rule_verdict verdict;
	int status; /* of the response: 200 unless a rule says another one */
	struct buf target;
	struct buf explanation;
	/* Of rule_set.c: */
	struct rule_request round;    /* the path that is looked at */
	struct request sent;          /* that of round */
	struct buf path;              /* of round; encoded */
	struct buf query;             /* with its '?'; or empty */
	struct buf variables;         /* of mod_rewrite */
	struct rewrite_result result; /* of mod_rewrite, the last one */
	struct htaccess_chain chain;  /* for the name that is shown */
	struct buf name;              /* that name */
	uint64_t deadline_us;
	bool has_page; /* an error is shown by a page of the site */
};

void rule_decision_finish(struct rule_decision *decision);

/* What the rules say of a file that is shown. Valid until control returns to the loop. */
struct rule_file {
	const char *name; /* in the site */
	const char *type; /* its media type; NULL: they say none */
	bool has_no_index; /* name is that of a folder, for which none of the files of DirectoryIndex is there */
};

/* Whether there are any rules for this request. If not, the functions below need not be called. */
bool rule_set_is_any(struct rule_files *files, const struct rule_request *request);

/* Decides about request. indexes: what a folder shows. The decision is valid until control returns to the loop. */
void rule_set_decide(struct rule_files *files, const struct rule_request *request,
	const struct index_names *indexes, struct rule_decision *decision);

/* What the decision, RULE_PASS or RULE_REWRITE, says of the file. */
struct rule_file rule_set_file(const struct rule_decision *decision);

/*
 * The site's own page for an error: a path in target, with RULE_REWRITE; an address, with RULE_REDIRECT; or a text, with
 * RULE_REFUSE. RULE_PASS: it has none. To be called after rule_set_decide with the same decision.
 */
enum rule_verdict rule_set_error_page(
	const struct rule_decision *decision, int status, struct buf *target);

/* The page of rule_set_error_page, a path, is shown: the rules for it count from now on. */
void rule_set_show_page(
	struct rule_files *files, struct slice path, struct rule_decision *decision);

/*
 * Changes the fields of the finished response. has_file: its content is a file of the site, whose type rules may change.
 */
void rule_set_add_fields(struct rule_files *files, const struct rule_request *request,
	const struct rule_decision *decision, int status, bool has_file, struct fields *fields);

#endif
