/*
 * media_type: the media type of a file, by its name.
 */
#ifndef MEDIA_TYPE_H
#define MEDIA_TYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

enum media_type_kind {
	MEDIA_TYPE_PLAIN,    /* served as it is */
	MEDIA_TYPE_HTML,     /* a document of the HTML syntax */
	MEDIA_TYPE_XML_PAGE, /* XHTML and SVG: documents of the XML syntax */
};

struct media_type {
	const char *type; /* "text/html", without parameters */
	bool is_text;     /* its Content-Type gets a charset, if that is known */
	enum media_type_kind kind;
};

/*
 * The type of a file by its extension, whose case does not count; application/octet-stream for an
 * unknown extension, text/plain for none. Never NULL; static memory.
 */
const struct media_type *media_type_of(struct slice name);

/* The extension of a row of the table, for tests; NULL behind the last row. Static memory. */
const char *media_type_extension(size_t row);

/* A type that the user has set for an extension. */
struct media_type_rule {
	const char *extension; /* without its dot; not terminated */
	size_t extension_length;
	struct media_type mime;
};

/*
 * Parses "EXT=TYPE" ("glsl=text/plain"): an extension with or without its dot, and a media type
 * without parameters (RFC 6838 4.2). Returns false for any other text. The rule points into
 * setting.
 */
bool media_type_read(struct media_type_rule *rule, const char *setting);

/* Whether a rule is for the extension of this name. */
bool media_type_rule_matches(const struct media_type_rule *rule, struct slice name);

#endif
