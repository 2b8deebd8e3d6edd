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

/* The script that the tag loads. */
#define SCRIPT_TAG_URL CLIENT_ASSETS_FOLDER "client.js"

/*
 * What all tags have in common. There is one in the program, whose owner may change console at any
 * time; every module that writes documents keeps a pointer to it.
 */
struct script_tag {
	const struct journal *journal; /* its epoch and number are in the tag */
	enum hub_console console; /* which messages of their console pages send to the server */
};

/* What one document's tag has of its own. */
struct script_tag_attributes {
	bool is_xml; /* the document is XML: the tag names its namespace */
	/*
	 * The name in the site of the file that the document is made of, when the document's
	 * address leads to another one; else NULL.
	 */
	const char *file;
	const char *nonce; /* csp_nonce_find's, as text; or NULL */
};

/* Adds the tag to html. A NULL attributes stands for a zeroed one. */
void script_tag_add(const struct script_tag *tag, const struct script_tag_attributes *attributes,
	struct buf *html);

#endif
