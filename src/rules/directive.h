/*
 * directive: reads one directive of an .htaccess file, but for sections and mod_rewrite.
 */
#ifndef DIRECTIVE_H
#define DIRECTIVE_H

#include "rules/header_rule.h"
#include "names/pattern.h"
#include "rules/rule_notes.h"

enum htaccess_kind {
	HTACCESS_REDIRECT, /* number: status; first: path, or pattern; second: target, or NULL */
	HTACCESS_HEADER,   /* header */
	HTACCESS_ERROR_DOCUMENT,  /* number: status; first: a path, an address, or a text */
	HTACCESS_TYPE,            /* first: media type, second: extensions */
	HTACCESS_NO_TYPE,         /* second: extensions */
	HTACCESS_FORCED_TYPE,     /* first: media type, or "none" */
	HTACCESS_CHARSET,         /* first: charset, second: extensions */
	HTACCESS_DEFAULT_CHARSET, /* first: charset, "on" or "off" */
	HTACCESS_ENCODING,        /* first: content coding, second: extensions */
	HTACCESS_INDEX,           /* first: names, or "disabled" */
	HTACCESS_OPTIONS,         /* number: of enum htaccess_options */
	HTACCESS_LANGUAGES,       /* first: languages, the preferred first */
	HTACCESS_FALLBACK,        /* first: path, or "disabled" */
	HTACCESS_REQUIRE,         /* number: whether all are let in */
	HTACCESS_ORDER,           /* number: whether those that are not named are let in */
	HTACCESS_ALLOW,           /* from all */
	HTACCESS_DENY,            /* from all */
};

/* Options: what it says, and which of that is on. */
enum htaccess_options {
	HTACCESS_SAYS_INDEXES = 1, /* folders are listed */
	HTACCESS_INDEXES = 2,
	HTACCESS_SAYS_VIEWS = 4, /* MultiViews */
	HTACCESS_VIEWS = 8,
};

struct htaccess_directive {
	enum htaccess_kind kind;
	unsigned line;
	size_t section; /* 0: none; else 1 + the index of <Files> */
	int number;
	char *first, *second;
	struct pattern *pattern;
	struct header_rule header;
};

/*
 * Reads the arguments of the directive called name into directive, whose line is set. Returns false, after a note
 * by source if it is not followed, when there is nothing to do for it; what directive owns then is still to be freed.
 */
bool directive_read(struct htaccess_directive *directive, struct slice name, struct slice arguments,
	struct rule_source *source);

#endif
