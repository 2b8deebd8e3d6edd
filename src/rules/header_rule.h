/*
 * header_rule: a change of a header field that a file with rules of a host asks for.
 *
 * Not every field is for such a file to decide, because a stranger may have written it
 * (custom_header_is_harmless). And a browser that keeps a file would hide the next save.
 */
#ifndef HEADER_RULE_H
#define HEADER_RULE_H

#include <stdbool.h>

#include "base/slice.h"
#include "http/fields.h"

enum header_action {
	HEADER_SET,
	HEADER_SET_IF_EMPTY, /* only where there is no such field */
	HEADER_ADD,          /* one field more */
	HEADER_APPEND,       /* to the list of that name */
	HEADER_MERGE,        /* the same, unless the list has the value */
	HEADER_UNSET,
};

struct header_rule {
	enum header_action action;
	bool is_always; /* also for redirects and errors */
	char *name;     /* owned */
	char *value;    /* owned; "" for HEADER_UNSET */
};

void header_rule_finish(struct header_rule *rule);

/*
 * Why a file may not change the field of this name to value, as the end of a sentence: "is ...". NULL when it may. value is
 * "" for an action that takes none.
 */
const char *header_rule_refusal(const char *name, const char *value);

/*
 * Changes fields. value is the rule's, or what it has become for this request; it has no control bytes. A response with
 * a Content-Security-Policy of its own, a page of ours, keeps it.
 */
void header_rule_apply(const struct header_rule *rule, struct slice value, struct fields *fields);

#endif
