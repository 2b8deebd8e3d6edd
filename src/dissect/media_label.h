/*
 * media_label: what tshark writes behind the start line of a message about its body. For a multipart
 * body these are the labels of its parts.
 */
#ifndef MEDIA_LABEL_H
#define MEDIA_LABEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum {
	MEDIA_START_MAX = 20, /* bytes of a body that are looked at */
	MEDIA_BOUNDARY_MAX = 70,
	MEDIA_LINE_MAX = 200,
	MEDIA_WORDS_MAX = 512,
};

struct media_label {
	const char *protocol; /* "HTTP", "HTTP/JSON" or "HTTP/XML" */
	char words[MEDIA_WORDS_MAX];
};

/* The first bytes of a body, and how long it is. */
struct media_start {
	char bytes[MEDIA_START_MAX];
	uint64_t length; /* of the body */
};

enum media_place { MEDIA_PREAMBLE, MEDIA_FIELDS, MEDIA_CONTENT, MEDIA_EPILOGUE };

/* What is known of a body whose bytes come by and by. A zeroed one is empty. */
struct media_body {
	struct media_start start;
	/* Of a multipart body (RFC 2046 5.1): */
	char boundary[MEDIA_BOUNDARY_MAX + 1];
	enum media_place place;
	char line[MEDIA_LINE_MAX]; /* the one that has begun, cut */
	unsigned line_length;
	char type[MEDIA_LINE_MAX]; /* of the part */
	struct media_start part;
	uint64_t before_line; /* the length of the part where the line begins */
	struct media_label label;
};

/* boundary: absent if the body has no parts. */
void media_body_begin(struct media_body *body, struct slice boundary);
/* Hears the next bytes of the body. */
void media_body_hear(struct media_body *body, struct slice bytes);

/* type is Content-Type without parameters. The body is not empty. */
void media_label_find(struct media_label *label, struct slice type, const struct media_body *body);

#endif
