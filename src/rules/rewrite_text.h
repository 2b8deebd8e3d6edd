/*
 * rewrite_text: the texts of mod_rewrite with "$1", "%1" and "%{VARIABLE}" in them.
 */
#ifndef REWRITE_TEXT_H
#define REWRITE_TEXT_H

#include "names/pattern.h"
#include "rules/rule_request.h"

/*
 * In place of the folder's path on this machine in DOCUMENT_ROOT and REQUEST_FILENAME, which a site has no reason to
 * know. Ends with a slash.
 */
#define REWRITE_TEXT_ROOT "/document-root/"

/* A request in one of its rounds: a rule that leads to another path begins a new one. */
struct rewrite_input {
	const struct rule_request *request; /* its path is that of this round */
	struct slice query;   /* of this round, without '?'; absent when there is none */
	uint64_t deadline_us; /* by loop_now(): rules that are not through by then fail */
	unsigned round;       /* 0: as the client has sent it */
	struct buf *
		variables; /* E=NAME:VALUE, each with a NUL after it; the caller's, for all rounds */
};

/* What a text can name. */
struct rewrite_text {
	const struct rewrite_input *input;
	struct slice filename;           /* REQUEST_FILENAME now */
	struct slice query;              /* QUERY_STRING now */
	struct pattern_groups rule;      /* $0 to $9 */
	struct pattern_groups condition; /* %0 to %9 */
};

/* Adds template to text. escapes_groups: "$1" is percent-encoded. */
void rewrite_text_fill(const struct rewrite_text *names, const char *template, bool escapes_groups,
	struct buf *text);

/* The first variable in template that is not known, such as "%{REMOTE_ADDR}"; absent when there is none. */
struct slice rewrite_text_unknown(const char *template);

#endif
