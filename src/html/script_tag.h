/*
 * script_tag: the <script> element that goes into every document.
 */
#ifndef SCRIPT_TAG_H
#define SCRIPT_TAG_H

#include <stdbool.h>

#include "base/buf.h"
#include "html/client_assets.h"
#include "live/hub.h"
#include "live/journal.h"

/* The script that the tag loads, relative to the root. */
#define SCRIPT_TAG_URL CLIENT_ASSETS_FOLDER_BELOW "client.js"

/*
 * What all tags have in common. The program has one of these, and all modules that write documents
 * keep a pointer to it. Its owner may change console at any time.
 */
struct script_tag {
	const struct journal *journal; /* its epoch and number are in the tag */
	enum hub_console console;      /* which console messages pages send to the server */
	/* The user adds a Content-Security-Policy, which may forbid scripts in attributes. */
	bool has_policy;
};

/* What one document's tag has of its own. */
struct script_tag_attributes {
	bool is_own; /* a page of the program itself, whose policy (csp.h) forbids scripts in attributes */
	bool is_xml;  /* the document is XML: the tag names its namespace */
	size_t depth; /* of the document's address: request_depth(), or URL_DEPTH_NONE */
	/*
	 * The name in the site of the document's file, when the document's address belongs to
	 * another name; otherwise NULL.
	 */
	const char *file;
	const char *nonce; /* csp_nonce_find's, as text; or NULL */
	bool has_policy;   /* the document's own may forbid scripts in attributes */
	/*
	 * The number of the journal when the document was asked for, if another server has made
	 * it: it may not have what was saved in the meantime. 0: that of now.
	 */
	uint64_t number;
};

/*
 * Adds the tag to html. The address of the script is relative to that of the document, so that the
 * script is found when a proxy in front of the server takes a prefix off all paths. The tag comes
 * before any <base>.
 *
 * When the script cannot be had, because the server goes away while the page is loading, the tag asks
 * for it again until it comes. That needs a script in an attribute. It is left out where a policy is
 * known that may forbid it: a browser reports what a policy forbids.
 */
void script_tag_add(const struct script_tag *tag, const struct script_tag_attributes *attributes,
	struct buf *html);

#endif
