/*
 * file_response: makes the response to a GET or HEAD from an open file.
 *
 * Documents get the script tag; all other files are sent unchanged. What is in a packed file that pages load
 * (encoded_names.h) decides its type, and so does the name of a file without its language (language_names.h). The conditions (RFC 9110 13)
 * and ranges (14) of the request are applied.
 */
#ifndef FILE_RESPONSE_H
#define FILE_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "html/script_tag.h"
#include "http/conditional.h"
#include "http/fields.h"
#include "http/media_type.h"
#include "http/request.h"
#include "http/response.h"
#include "points/points.h"
#include "site/representation.h"
#include "site/ssi_documents.h"

/* What the responses to all files have in common. */
struct file_response_options {
	const struct script_tag *script_tag;
	struct ssi_documents *ssi_documents; /* or NULL: there are none */
	bool injects;                        /* documents get the tag */
	/* The user's media types for extensions. The last one that matches is used. */
	const struct media_type_rule *media_types;
	size_t media_type_count;
	struct points *points; /* or NULL */
};

/* One response to be made. The caller sets all members; they are borrowed. */
struct file_response {
	const struct file_response_options *options;
	const struct request *request;
	struct response *response; /* its body has the open file, a regular file */
	const char *name;          /* of the file; its extension decides the media type */
	const char *site_name;     /* of the file, in the site */
	const struct stat *state;  /* of the open file */
	/*
	 * The file's name in the site if the file is sent in place of the requested one; otherwise
	 * NULL.
	 */
	const char *substitute;
	/* The open file is packed: what is in it has this name and type. Otherwise coding is NULL. */
	const char *coding;       /* for Content-Encoding */
	struct slice packed_type; /* the value of Content-Type */
	struct file_places
		*places; /* where those of a document are noted, which its response has; or NULL */
	bool is_draft;   /* it is a text of an editor, so it is UTF-8, whatever it says of itself */
	bool varies;     /* another request may get another form of it, by its Accept-Encoding */
	bool varies_by_language; /* the same by its Accept-Language */
	/* Memory that is reused by the next response. */
	struct representation *representation;
};

/*
 * Responds with the file: 200, 206, 304, 412 or 416. The response must have no fields yet. Returns
 * false, without a change of response, when the file cannot be read.
 */
bool file_response_make(const struct file_response *file);

/* What responses to a file have in common, however its request is conditional. Zeroed is empty. */
struct file_response_fields {
	struct fields found;        /* of a 200 */
	struct fields not_modified; /* of a 304 */
	char etag[REPRESENTATION_ETAG_SIZE];
	struct conditional_validators validators;
};

/*
 * To be called after file_response_make(), with the same representation: sets fields to what it would
 * send again. The date of the file must not be in the future, because such a date is not sent.
 */
void file_response_describe(const struct file_response *file, struct file_response_fields *fields);
void file_response_fields_finish(struct file_response_fields *fields);

/* Whether the script tag goes into the response to request, if this file has a place for it. */
bool file_response_gets_tag(const struct file_response_options *options,
	const struct request *request, const struct media_type *type);

/* The media type of a file with this name. */
const struct media_type *file_response_type(
	const struct file_response_options *options, struct slice name);

/*
 * Responds with status and the whole file, without regard to the conditions and ranges of the
 * request; no cache may store it. Returns false, without a change of response, when the file cannot
 * be read.
 */
bool file_response_make_whole(const struct file_response *file, int status);

#endif
