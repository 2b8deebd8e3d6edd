/*
 * conditional: see conditional.h. Entity tags are parsed from the front of a slice. A field with
 * any error counts as a whole as malformed; no part of it is used.
 */
#include "http/conditional.h"

#include <string.h>

#include "http/date.h"

/* RFC 9110 8.8.3; opaque has its quotes. */
struct entity_tag {
	struct slice opaque;
	bool is_weak;
};

static bool
take_entity_tag(struct slice *rest, struct entity_tag *tag)
{
	size_t length = 1;

	tag->is_weak = slice_starts(*rest, "W/");
	if (tag->is_weak)
		slice_drop(rest, strlen("W/"));
	if (rest->length < 2 || rest->at[0] != '"')
		return false;
	while (length < rest->length && rest->at[length] != '"') {
		unsigned char c = (unsigned char)rest->at[length++];

		if (c <= ' ' || c == 0x7f)
			return false;
	}
	if (length == rest->length)
		return false;
	tag->opaque = (struct slice){rest->at, length + 1};
	slice_drop(rest, length + 1);
	return true;
}

/* RFC 9110 8.8.3.2 */
static bool
is_same_tag(const struct entity_tag *tag, const char *etag, bool strongly)
{
	struct slice rest = slice_of(etag);
	struct entity_tag own;

	if (!take_entity_tag(&rest, &own))
		return false;
	if (strongly && (tag->is_weak || own.is_weak))
		return false;
	return tag->opaque.length == own.opaque.length &&
	       memcmp(tag->opaque.at, own.opaque.at, own.opaque.length) == 0;
}

static void
skip_separators(struct slice *rest)
{
	while (rest->length && strchr(", \t", rest->at[0]))
		slice_drop(rest, 1);
}

/* Reads a line of entity tags; false when it is malformed. Sets found when etag is one of them. */
static bool
read_tags(struct slice line, const char *etag, bool strongly, bool *found)
{
	struct entity_tag tag;

	skip_separators(&line);
	while (line.length) {
		if (!take_entity_tag(&line, &tag))
			return false;
		*found |= is_same_tag(&tag, etag, strongly);
		line = slice_trim(line);
		if (line.length && line.at[0] != ',')
			return false;
		skip_separators(&line);
	}
	return true;
}

/* Browsers send the one tag back as they got it, so this is compared before anything is read. */
static bool
is_sent_back(const struct request *request, struct slice field, const char *etag, bool strongly)
{
	return request->more_count == 0 && *etag && slice_is(field, etag) &&
	       !(strongly && slice_starts(field, "W/"));
}

/* Whether "*" or a tag in any line of field matches etag. */
static bool
matches(const struct request *request, enum request_field field, const char *etag, bool strongly)
{
	struct slice first = request_get(request, field);
	bool found = false;
	bool is_single = true;
	bool is_valid;

	if (is_sent_back(request, first, etag, strongly))
		return true;
	is_valid = read_tags(first, etag, strongly, &found);

	for (size_t i = 0; i < request->more_count; i++) {
		if (request->more[i].field != field)
			continue;
		is_single = false;
		is_valid &= read_tags(request->more[i].value, etag, strongly, &found);
	}
	return (is_single && slice_is(first, "*")) || (is_valid && found);
}

/*
 * Whether the request has this date field, it is well-formed, and there is a date to compare with.
 */
static bool
has_date(const struct request *request, enum request_field field,
	const struct conditional_validators *validators, time_t *date)
{
	struct slice value = request_get(request, field);

	return validators->has_modified && value.at && date_read(value, date);
}

enum conditional_verdict
conditional_evaluate(const struct request *request, const struct conditional_validators *validators)
{
	time_t date;

	if (request->method != REQUEST_GET && request->method != REQUEST_HEAD)
		return CONDITIONAL_PROCEED;
	if (request_get(request, REQUEST_IF_MATCH).at) {
		if (!matches(request, REQUEST_IF_MATCH, validators->etag, true))
			return CONDITIONAL_FAILED;
	} else if (has_date(request, REQUEST_IF_UNMODIFIED_SINCE, validators, &date)) {
		if (validators->modified > date)
			return CONDITIONAL_FAILED;
	}
	if (request_get(request, REQUEST_IF_NONE_MATCH).at) {
		if (matches(request, REQUEST_IF_NONE_MATCH, validators->etag, false))
			return CONDITIONAL_NOT_MODIFIED;
	} else if (has_date(request, REQUEST_IF_MODIFIED_SINCE, validators, &date)) {
		if (validators->modified <= date)
			return CONDITIONAL_NOT_MODIFIED;
	}
	return CONDITIONAL_PROCEED;
}

bool
conditional_allows_range(
	const struct request *request, const struct conditional_validators *validators)
{
	struct slice value = request_get(request, REQUEST_IF_RANGE);
	struct entity_tag tag;
	time_t date;

	if (!value.at)
		return true;
	if (take_entity_tag(&value, &tag))
		return value.length == 0 && is_same_tag(&tag, validators->etag, true);
	return has_date(request, REQUEST_IF_RANGE, validators, &date) &&
	       date == validators->modified;
}
