/*
 * file_response: makes the response to a GET or HEAD from a file that is open.
 *
 * Documents get the script tag; everything else is sent byte for byte. What is sent depends on the
 * request's conditions (RFC 9110 13) and ranges (14).
 */
#ifndef FILE_RESPONSE_H
#define FILE_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "html/script_tag.h"
#include "http/media_type.h"
#include "http/request.h"
#include "http/response.h"
#include "site/representation.h"

/* What the responses to all files have in common. */
struct file_response_options {
	const struct script_tag *script_tag;
	bool injects; /* documents get the tag */
	/* The media types that the user gave for extensions. The last one that fits counts. */
	const struct media_type_rule *media_types;
	size_t media_type_count;
};

/* One response that is to be made. The caller sets every member and keeps them all. */
struct file_response {
	const struct file_response_options *options;
	const struct request *request;
	struct response *response; /* its body has the open file, a regular one */
	const char *name;          /* of the file; its extension decides the media type */
	const struct stat *state;  /* of the open file */
	/*
	 * The file's name in the site when it takes the place of the file that was asked for; else
	 * NULL.
	 */
	const char *substitute;
	/* Memory that is reused from response to response. It holds nothing between them. */
	struct representation *representation;
};

/*
 * Answers with the file: 200, 206, 304, 412 or 416, or 500 when it cannot be read. The response
 * must have no fields yet.
 */
void file_response_make(const struct file_response *file);

/*
 * Answers with the whole file, whatever the request's conditions and ranges are, and with this
 * status; no cache may store it. Returns false, the response unchanged, when the file cannot be
 * read.
 */
bool file_response_make_whole(const struct file_response *file, int status);

/*
 * Whether the request is for a document: by Sec-Fetch-Dest (Fetch Metadata 2.1), or by Accept when
 * it comes from a script or from a client that does not send Sec-Fetch-Dest.
 */
bool file_response_wants_document(const struct request *request);

#endif
