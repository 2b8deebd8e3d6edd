/*
 * htaccess_chain: the .htaccess files that concern a name, from the root inwards, and what they say
 * together. As in httpd, an inner file has priority, and sections for files come after all else.
 */
#ifndef HTACCESS_CHAIN_H
#define HTACCESS_CHAIN_H

#include "http/fields.h"
#include "rules/htaccess.h"
#include "rules/rule_request.h"

enum { HTACCESS_CHAIN_MAX = 64 }; /* files; those of deeper folders are not followed */

struct htaccess_chain {
	const struct htaccess *files[HTACCESS_CHAIN_MAX]; /* borrowed */
	uint64_t sections[HTACCESS_CHAIN_MAX];            /* those that concern the name */
	size_t count;
	uint64_t deadline_us; /* by loop_now(): no pattern is compared later. Set by the user */
	/* A pattern that takes too long to compare; NULL when there was none. */
	const struct htaccess *costly;
	unsigned costly_line; /* 0: that of a section */
};

/* Adds the next file inwards. base is the name without its folder; that of a folder is empty. */
void htaccess_chain_add(
	struct htaccess_chain *chain, const struct htaccess *file, struct slice base);

/* The rules of mod_rewrite that count, and the folder that they are for; NULL when there are none. */
const struct htaccess *htaccess_chain_rewrite(const struct htaccess_chain *chain);

/* Whether the name is shown to nobody. */
bool htaccess_chain_denies(const struct htaccess_chain *chain);

/* Whether folders are listed: 1 or 0; -1 when no file says. */
int htaccess_chain_lists(const struct htaccess_chain *chain);

/* Whether forms of files in languages are looked for (MultiViews). */
enum request_languages htaccess_chain_languages(const struct htaccess_chain *chain);

/* The preferred languages, separated by spaces; NULL when no file says. */
const char *htaccess_chain_language_priority(const struct htaccess_chain *chain);

/* The names of an index, separated by spaces; "disabled"; NULL when no file says. */
const char *htaccess_chain_index(const struct htaccess_chain *chain);

/* The path of FallbackResource, or NULL. */
const char *htaccess_chain_fallback(const struct htaccess_chain *chain);

/* The page, address or text for this status; NULL when no file says. */
const char *htaccess_chain_error(const struct htaccess_chain *chain, int status);

/*
 * Looks for a redirect (mod_alias) of path, decoded. Returns its status, or 0. Sets target to the address for Location, with
 * query (without '?') added, if the status is one of a redirect.
 */
int htaccess_chain_redirect(
	struct htaccess_chain *chain, struct slice path, struct slice query, struct buf *target);

/* Changes the fields of a response: those of mod_headers. is_success: not an error, and no redirect by a rule. */
void htaccess_chain_add_fields(
	const struct htaccess_chain *chain, bool is_success, struct fields *fields);

/* The type, or NULL, that a file with this name without its folder gets. Valid as long as the files. */
const char *htaccess_chain_type(const struct htaccess_chain *chain, struct slice base);

/* Changes Content-Type, and sets Content-Encoding, for a file with this name without its folder. */
void htaccess_chain_set_type(
	const struct htaccess_chain *chain, struct slice base, struct fields *fields);

#endif
