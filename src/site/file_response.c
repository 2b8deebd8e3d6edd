/*
 * file_response: see file_response.h. Owns nothing. It decides everything before it adds the first
 * field, so an error page never has fields of the file.
 */
#include "site/file_response.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "html/error_page.h"
#include "html/navigation.h"
#include "http/conditional.h"
#include "http/date.h"
#include "http/range.h"
#include "names/encoded_names.h"
#include "names/language_names.h"

/* ---- the representation ---- */

/* The user's type for a name; NULL when there is none. */
static const struct media_type *
given_type(const struct file_response_options *options, struct slice name)
{
	for (size_t i = options->media_type_count; i > 0; i--)
		if (media_type_rule_matches(&options->media_types[i - 1], name))
			return &options->media_types[i - 1].mime;
	return NULL;
}

const struct media_type *
file_response_type(const struct file_response_options *options, struct slice name)
{
	const struct media_type *given = given_type(options, name);
	struct language_name read;

	if (!given && language_names_read(name, &read)) {
		name = read.typed;
		given = given_type(options, name);
	}
	return given ? given : media_type_of(name);
}

bool
file_response_gets_tag(const struct file_response_options *options, const struct request *request,
	const struct media_type *type)
{
	return options->injects && navigation_gets_tag(request, type);
}

/* Whether the file is sent as what is in it. The type that the user has given to a packed file stays. */
static bool
is_encoded(const struct file_response *file, struct encoded_name *encoded)
{
	const struct file_response_options *options = file->options;
	struct slice name = slice_of(file->name);

	if (file->coding) {
		*encoded = (struct encoded_name){file->coding, name};
		return true;
	}
	if (!encoded_names_read(name, encoded))
		return false;
	return !given_type(options, name);
}

/* Whether rules of the site say that the file is a document, or that it is none, where its name, of the type given, does not. */
static bool
is_document_by_rule(const struct file_response *file, const struct media_type *given)
{
	const struct request *request = file->request;

	return request->media_type && request->media_type->kind != given->kind &&
	       strcmp(request->typed_name, file->site_name) == 0;
}

/* The type of the bytes of the file. */
static const struct media_type *
type_of(const struct file_response *file)
{
	const struct media_type *given = file_response_type(file->options, slice_of(file->name));
	static const struct media_type packed = {
		"application/octet-stream", false, MEDIA_TYPE_PLAIN};

	if (file->coding)
		return &packed;
	return is_document_by_rule(file, given) ? file->request->media_type : given;
}

/* Loads the file, or the document that server-side includes make of it. */
static bool
load_bytes(const struct file_response *file, const struct media_type *type)
{
	struct ssi_documents *documents = file->options->ssi_documents;
	struct representation *representation = file->representation;
	int descriptor = file->response->body.file;
	enum ssi_documents_verdict verdict = SSI_DOCUMENTS_PLAIN;

	representation->is_utf8 = file->is_draft;
	if (documents && ssi_documents_have(documents, file->name)) {
		ssi_documents_set_places(documents, file->places);
		verdict = ssi_documents_make(documents, file->request, file->site_name, descriptor,
			file->state, &representation->start);
		ssi_documents_set_places(documents, NULL);
	}
	if (verdict == SSI_DOCUMENTS_MADE)
		representation_load_made(representation, type);
	return verdict == SSI_DOCUMENTS_MADE ||
	       (verdict == SSI_DOCUMENTS_PLAIN &&
		       representation_load(representation, descriptor, file->state, type));
}

/*
 * Loads the file, which has this type, and inserts the tag. Returns false when it cannot be read.
 */
static bool
load(const struct file_response *file, const struct media_type *type)
{
	struct representation *representation = file->representation;
	int descriptor = file->response->body.file;
	struct encoded_name encoded;

	if (!load_bytes(file, type))
		return false;
	if (file->places && !representation->is_made)
		file_places_set_file(file->places, file->site_name, representation->file_length);
	if (is_encoded(file, &encoded)) {
		buf_clear(&representation->content_type);
		buf_add_slice(&representation->content_type,
			file->coding
				? file->packed_type
				: slice_of(file_response_type(file->options, encoded.inner)->type));
	}
	if (file_response_gets_tag(file->options, file->request, type))
		representation_insert_tag(representation, descriptor, type,
			file->options->script_tag,
			(struct script_tag_attributes){
				.file = file->substitute,
				.depth = request_depth(file->request),
				.has_policy = file->request->has_policy,
			});
	return true;
}

/* ---- fields ---- */

static void
add_vary(const struct file_response *file, const struct media_type *type)
{
	static const struct slice vary = {"Vary", sizeof("Vary") - 1};
	struct fields *fields = &file->response->fields;

	if (file->varies)
		fields_add_to_list(fields, vary, SLICE_LITERAL("Accept-Encoding"));
	if (file->varies_by_language)
		fields_add_to_list(fields, vary, SLICE_LITERAL("Accept-Language"));
	if (type->kind != MEDIA_TYPE_PLAIN && file->options->injects)
		fields_add_to_list(fields, vary, SLICE_LITERAL(NAVIGATION_VARY));
}

/* content_type is that of the file, or of several parts of it. */
static void
add_type(const struct file_response *file, const struct media_type *type, struct slice content_type)
{
	struct encoded_name encoded;
	struct language_name read;

	response_field(file->response, "Content-Type", content_type);
	if (language_names_read(slice_of(file->name), &read))
		response_field(file->response, "Content-Language", read.language);
	if (is_encoded(file, &encoded))
		response_field(file->response, "Content-Encoding", slice_of(encoded.coding));
	add_vary(file, type);
}

/* The fields by which a cache compares the file. */
struct state_fields {
	struct conditional_validators validators;
	char etag[REPRESENTATION_ETAG_SIZE];
	char date[DATE_SIZE];
};

/*
 * A date in the future is replaced by now (RFC 9110 8.8.2.1). What is made of several files has none:
 * that of one of them would not say when it has changed.
 */
static void
read_state(const struct file_response *file, struct state_fields *fields)
{
	struct conditional_validators *validators = &fields->validators;
	time_t modified = file->state->st_mtime, now = time(NULL);

	representation_write_etag(
		file->representation, file->state, file->options->script_tag, fields->etag);
	validators->etag = fields->etag;
	validators->modified = modified < now ? modified : now;
	validators->has_modified = !file->representation->is_made &&
				   date_write(fields->date, validators->modified);
}

static void
add_state(struct response *response, const struct state_fields *fields)
{
	if (fields->validators.has_modified)
		response_field(response, "Last-Modified", slice_of(fields->date));
	response_field(response, "ETag", slice_of(fields->etag));
	response_field(response, "Cache-Control", SLICE_LITERAL("no-cache"));
}

/* ---- ranges ---- */

enum { CONTENT_RANGE_SIZE = 80 }; /* "bytes " and three numbers of up to 20 digits */

static struct slice
write_content_range(char text[CONTENT_RANGE_SIZE], struct range range, uint64_t size)
{
	int length = snprintf(text, CONTENT_RANGE_SIZE, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
		range.first, range.last, size);

	return (struct slice){text, (size_t)length};
}

static void
respond_unsatisfiable(const struct file_response *file, uint64_t size)
{
	char text[CONTENT_RANGE_SIZE];
	int length = snprintf(text, sizeof(text), "bytes */%" PRIu64, size);

	response_field(file->response, "Content-Range", (struct slice){text, (size_t)length});
	error_page_respond(file->response, file->options->script_tag, 416,
		SLICE_LITERAL("The file is shorter than that."));
}

static void
add_one_range(const struct file_response *file, struct range range)
{
	char text[CONTENT_RANGE_SIZE];

	response_field(file->response, "Content-Range",
		write_content_range(text, range, representation_length(file->representation)));
	representation_add_part(
		file->representation, &file->response->body, range.first, range.last + 1);
}

/*
 * RFC 9110 14.6. The boundary must not occur in a part. 64 random bits make that unlikely enough.
 */
static uint64_t
random_boundary(void)
{
	uint64_t boundary;

	/* It fails only if a signal arrives before the kernel's random generator is ready. */
	while (getrandom(&boundary, sizeof(boundary), 0) != (ssize_t)sizeof(boundary))
		;
	return boundary;
}

static void
add_ranges(const struct file_response *file, uint64_t boundary, const struct range *ranges,
	size_t count)
{
	const struct representation *representation = file->representation;
	uint64_t size = representation_length(representation);
	struct body *body = &file->response->body;
	char content_range[CONTENT_RANGE_SIZE];
	struct buf text = {0};

	for (size_t i = 0; i < count; i++) {
		buf_clear(&text);
		buf_addf(&text, "\r\n--%016" PRIx64 "\r\nContent-Type: ", boundary);
		buf_add_slice(&text, buf_slice(&representation->content_type));
		buf_add_text(&text, "\r\nContent-Range: ");
		buf_add_slice(&text, write_content_range(content_range, ranges[i], size));
		buf_add_text(&text, "\r\n\r\n");
		body_add_text(body, buf_slice(&text));
		representation_add_part(representation, body, ranges[i].first, ranges[i].last + 1);
	}
	buf_clear(&text);
	buf_addf(&text, "\r\n--%016" PRIx64 "--\r\n", boundary);
	body_add_text(body, buf_slice(&text));
	buf_finish(&text);
}

/* ---- the response ---- */

static void
add_found(const struct file_response *file, const struct media_type *type,
	struct slice content_type, const struct state_fields *fields)
{
	add_type(file, type, content_type);
	add_state(file->response, fields);
	response_field(file->response, "Accept-Ranges", SLICE_LITERAL("bytes"));
	if (file->places && type->kind != MEDIA_TYPE_PLAIN)
		file_places_respond(file->places, file->response);
}

/* RFC 9110 15.4.5: no Content-Type, because the cache has it. */
static void
add_not_modified(const struct file_response *file, const struct media_type *type,
	const struct state_fields *fields)
{
	add_vary(file, type);
	add_state(file->response, fields);
}

/* A 200 or 206, fields and body. Several ranges are parts of a multipart body (RFC 9110 14.6). */
static void
respond_with_content(const struct file_response *file, const struct media_type *type,
	const struct state_fields *fields)
{
	struct response *response = file->response;
	struct slice content_type = buf_slice(&file->representation->content_type);
	uint64_t size = representation_length(file->representation), boundary = 0;
	struct range ranges[RANGE_COUNT_MAX];
	size_t count = 0;
	struct encoded_name encoded;
	char multipart[64];
	enum range_verdict verdict = range_read(
		file->request, &fields->validators, size, ranges, &count);

	if (verdict == RANGE_UNSATISFIABLE) {
		respond_unsatisfiable(file, size);
		return;
	}
	/* A body of several parts is not encoded, but its parts would be: the whole is clear to everybody. */
	if (count > 1 && is_encoded(file, &encoded))
		verdict = RANGE_WHOLE;
	if (verdict == RANGE_PARTIAL && count > 1) {
		boundary = random_boundary();
		snprintf(multipart, sizeof(multipart), "multipart/byteranges; boundary=%016" PRIx64,
			boundary);
		content_type = slice_of(multipart);
	}
	add_found(file, type, content_type, fields);
	response->status = verdict == RANGE_PARTIAL ? 206 : 200;
	response->has_content = true;
	if (verdict == RANGE_WHOLE)
		representation_add_part(file->representation, &response->body, 0, size);
	else if (count == 1)
		add_one_range(file, ranges[0]);
	else
		add_ranges(file, boundary, ranges, count);
}

bool
file_response_make(const struct file_response *file)
{
	const struct media_type *type = type_of(file);
	struct response *response = file->response;
	struct state_fields fields;

	if (!load(file, type))
		return false;
	read_state(file, &fields);
	switch (conditional_evaluate(file->request, &fields.validators)) {
	case CONDITIONAL_PROCEED:
		respond_with_content(file, type, &fields);
		break;
	case CONDITIONAL_NOT_MODIFIED:
		add_not_modified(file, type, &fields);
		response_status(response, 304);
		break;
	case CONDITIONAL_FAILED:
		error_page_respond(response, file->options->script_tag, 412,
			SLICE_LITERAL("The file does not have the requested state."));
		break;
	}
	return true;
}

void
file_response_describe(const struct file_response *file, struct file_response_fields *fields)
{
	const struct media_type *type = file_response_type(file->options, slice_of(file->name));
	struct response response = {.fields = fields->found};
	struct file_response described = *file;
	struct state_fields state;

	described.response = &response;
	read_state(file, &state);
	add_found(&described, type, buf_slice(&file->representation->content_type), &state);
	fields->found = response.fields;
	response.fields = fields->not_modified;
	add_not_modified(&described, type, &state);
	fields->not_modified = response.fields;
	memcpy(fields->etag, state.etag, sizeof(fields->etag));
	fields->validators = state.validators;
	fields->validators.etag = fields->etag;
}

void
file_response_fields_finish(struct file_response_fields *fields)
{
	fields_finish(&fields->found);
	fields_finish(&fields->not_modified);
}

bool
file_response_make_whole(const struct file_response *file, int status)
{
	const struct media_type *type = file_response_type(file->options, slice_of(file->name));
	struct response *response = file->response;

	if (!load(file, type))
		return false;
	add_type(file, type, buf_slice(&file->representation->content_type));
	response_field(response, "Cache-Control", SLICE_LITERAL("no-store"));
	response->status = status;
	response->has_content = true;
	representation_add_part(file->representation, &response->body, 0,
		representation_length(file->representation));
	return true;
}
