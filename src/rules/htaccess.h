/*
 * htaccess: one .htaccess file of Apache httpd, parsed.
 *
 * The directives of mod_alias, mod_headers, mod_mime, mod_dir, mod_autoindex, mod_negotiation, mod_authz_core, mod_access_compat
 * and mod_rewrite that sites use. <IfModule> of one of these modules counts; of another one it is left out, as
 * httpd does without that module.
 */
#ifndef HTACCESS_H
#define HTACCESS_H

#include "rules/directive.h"
#include "names/pattern.h"
#include "rules/rewrite_rules.h"
#include "rules/rule_notes.h"

enum {
	HTACCESS_DIRECTIVES_MAX = 2000,
	HTACCESS_SECTIONS_MAX = 63, /* so that a set of them is a number of 64 bits */
};

struct htaccess {
	char *folder; /* in the site: "" or "a/b/" */
	struct htaccess_directive *directives;
	size_t count, capacity;
	struct pattern
		*sections[HTACCESS_SECTIONS_MAX]; /* for the name of a file without its folder */
	size_t section_count;
	struct rewrite_rules rewrite;
	bool has_rewrite; /* any directive of mod_rewrite */
};

/* Parses text, which has no NUL. name is the file's in the site. What is not followed is told by source. Never NULL. */
struct htaccess *htaccess_create(struct slice text, struct slice name, struct rule_source *source);
void htaccess_destroy(struct htaccess *file); /* NULL is fine */

#endif
