/*
 * media_type: what media type a file name stands for.
 *
 * Room: rules. One sorted table of what the web uses today.
 */
#ifndef MEDIA_TYPE_H
#define MEDIA_TYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum mime_kind {
	MIME_PLAIN,    /* served as it is */
	MIME_HTML,     /* a document of the HTML syntax */
	MIME_XML_PAGE, /* XHTML and SVG: documents of the XML syntax */
};

struct mime {
	const char *type; /* "text/html", without parameters */
	bool is_text;     /* gets a charset when it is known */
	enum mime_kind kind;
};

/*
 * The type of a file by its extension, letters' case being equal; application/octet-stream for an
 * unknown extension, text/plain for none. Never NULL; static memory.
 */
const struct mime *mime_of(struct slice name);

/* A type that the person gave for an extension. */
struct mime_rule {
	const char *extension; /* ends at its '=' */
	size_t extension_length;
	struct mime mime;
};

/*
 * Reads "EXT=TYPE" ("glsl=text/plain"), an extension with or without its dot and a media type
 * without parameters (RFC 6838 4.2); false when it is anything else. The rule points into setting.
 */
bool mime_read(struct mime_rule *rule, const char *setting);

/* Whether a rule is for this name. */
bool mime_rule_means(const struct mime_rule *rule, struct slice name);

#endif
