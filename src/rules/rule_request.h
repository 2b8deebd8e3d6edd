/*
 * rule_request: a request as the rules of hosts see it, and what they may ask about the site.
 */
#ifndef RULE_REQUEST_H
#define RULE_REQUEST_H

#include <stdbool.h>

#include "base/buf.h"
#include "http/request.h"
#include "http/url.h"

enum rule_name_kind {
	RULE_NAME_NONE,  /* also a hidden name */
	RULE_NAME_EMPTY, /* a file without a byte */
	RULE_NAME_FILE,
	RULE_NAME_FOLDER,
};

static inline bool
rule_name_is_file(enum rule_name_kind kind)
{
	return kind == RULE_NAME_FILE || kind == RULE_NAME_EMPTY;
}

/* What rules may ask. All functions get a name in the site, as url_to_path makes it. */
struct rule_site {
	enum rule_name_kind (*look)(void *context, const char *name);
	/* Whether the site has a page or a file to show for name: a folder's index, not a list. */
	bool (*shows)(void *context, const char *name);
	/* Whether name, which is no file, has forms in languages, if they are looked for after what rules have said. */
	bool (*has_language)(void *context, const char *name, enum request_languages said);
	void *context;
};

/* Zeroed is empty, and keeps its memory for the next request. */
struct rule_request {
	const struct request *request; /* borrowed, as is site */
	const struct rule_site *site;
	struct buf name; /* in the site; a folder's ends with a slash */
	struct buf path; /* of the URL, as url_from_path writes it */
};

void rule_request_finish(struct rule_request *rules);

/* Reads the path of request. Returns the verdict of url_to_path; only with URL_OK the members are set. */
enum url_verdict rule_request_read(
	struct rule_request *rules, const struct request *request, const struct rule_site *site);

/* The value of the first field of that name in the request, trimmed; absent when it was not sent. */
struct slice rule_request_field(const struct request *request, const char *name);

/* The host that was asked for, without its port. */
struct slice rule_request_host(const struct request *request);

/* The query of the request without its '?'; absent when there is none. */
struct slice rule_request_query(const struct request *request);

/* Whether the client prefers one of the languages in list ("de,en-us") to all others. */
bool rule_request_prefers(const struct request *request, struct slice list);

/* Whether the client has sent a cookie with one of the names in list. */
bool rule_request_has_cookie(const struct request *request, struct slice list);

/* Adds text as httpd escapes paths: "a b" is "a%20b". */
void rule_add_escaped(struct buf *url, struct slice text);

/* Adds text, which is part of an address already: only what would end a header field, or no URL has, is escaped. */
void rule_add_checked(struct buf *url, struct slice text);

#endif
