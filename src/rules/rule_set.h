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
#include "rules/rule_files.h"
#include "rules/rule_request.h"

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
};

void rule_decision_finish(struct rule_decision *decision);

/* Whether there are any rules for this request. If not, the functions below need not be called. */
bool rule_set_is_any(struct rule_files *files, const struct rule_request *request);

void rule_set_decide(struct rule_files *files, const struct rule_request *request,
	struct rule_decision *decision);

/*
 * Changes the fields of the finished response. has_file: its content is a file of the site, whose type rules may change.
 */
void rule_set_add_fields(struct rule_files *files, const struct rule_request *request, int status,
	bool has_file, struct fields *fields);

#endif
