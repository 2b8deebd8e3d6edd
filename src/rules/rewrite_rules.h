/*
 * rewrite_rules: the directives of mod_rewrite in one .htaccess file, as they are written.
 */
#ifndef REWRITE_RULES_H
#define REWRITE_RULES_H

#include "names/pattern.h"
#include "rules/rule_notes.h"

enum {
	REWRITE_RULES_MAX = 1000,
	REWRITE_CONDITIONS_MAX = 4000,
};

enum rewrite_test {
	REWRITE_MATCHES, /* pattern */
	REWRITE_IS_FILE,
	REWRITE_HAS_BYTES, /* a file that is not empty */
	REWRITE_IS_FOLDER,
	REWRITE_EXISTS, /* either */
	REWRITE_NEVER,  /* a link, a program: nothing has this here */
	REWRITE_EQUALS, /* text */
	REWRITE_LESS,   /* text, by its bytes */
	REWRITE_GREATER,
	REWRITE_NUMBER_EQUALS,
	REWRITE_NUMBER_LESS,
	REWRITE_NUMBER_GREATER,
};

struct rewrite_condition {
	char *subject; /* with variables */
	enum rewrite_test test;
	struct pattern *pattern; /* or NULL */
	char *text;              /* or NULL */
	bool ignores_case;
	bool is_negated;
	bool is_or; /* this or the next one */
};

enum rewrite_flag {
	REWRITE_LAST = 1 << 0,
	REWRITE_END = 1 << 1,
	REWRITE_CHAIN = 1 << 2,
	REWRITE_NEXT = 1 << 3,
	REWRITE_NO_ESCAPE = 1 << 4,
	REWRITE_QUERY_APPEND = 1 << 5,
	REWRITE_QUERY_DISCARD = 1 << 6,
	REWRITE_ESCAPE_GROUPS = 1 << 7,
	REWRITE_ONLY_MATCH = 1 << 8, /* "-": nothing is put in the place of the path */
	REWRITE_UNFOLLOWED = 1 << 9, /* the rule cannot be followed, and never applies */
};

struct rewrite_rule {
	struct pattern *pattern; /* NULL with REWRITE_UNFOLLOWED */
	bool is_negated;
	char *target;
	unsigned flags; /* of enum rewrite_flag */
	int status;     /* of a redirect or an error; 0: none */
	unsigned skip;  /* rules after this one */
	char *variables; /* "NAME:VALUE" for each, with a NUL after it; an empty one at the end; or NULL */
	size_t first, count; /* of its conditions */
	unsigned line;
};

struct rewrite_rules {
	bool has_state, is_on; /* of RewriteEngine */
	char *base;            /* of RewriteBase, "/" or "/x/"; or NULL */
	struct rewrite_rule *rules;
	size_t count, capacity;
	struct rewrite_condition *conditions;
	size_t condition_count, condition_capacity;
	size_t taken;       /* conditions that belong to a rule already */
	bool is_unfollowed; /* one of those that do not */
};

void rewrite_rules_finish(struct rewrite_rules *rules);

/* The result of one of the tests REWRITE_EQUALS to REWRITE_NUMBER_GREATER; is_negated is not looked at. */
bool rewrite_condition_compares(
	const struct rewrite_condition *condition, struct slice subject, const char *text);

/* Whether name is a directive of mod_rewrite for .htaccess files. */
bool rewrite_rules_know(struct slice name);

/* Adds a directive. What is not followed is told by source. */
void rewrite_rules_add(struct rewrite_rules *rules, struct slice name, struct slice arguments,
	unsigned line, struct rule_source *source);

#endif
