/*
 * accepted_languages: see accepted_languages.h. Owns nothing.
 */
#include "names/accepted_languages.h"

#include "http/fields.h"

enum { UNIT = ACCEPTED_LANGUAGES_BEST / 1000 }; /* of fields_quality() */

/* What is known of one tag while the ranges are read. Qualities are -1 until a range says one. */
struct search {
	struct slice tag;
	size_t longest; /* the range that has decided so far */
	int quality, star;
	bool is_related; /* a range is of the same language, but of another place */
};

static struct slice
primary(struct slice tag)
{
	struct slice part = tag;

	slice_split(&tag, '-', &part);
	return part;
}

bool
accepted_languages_match(struct slice range, struct slice tag)
{
	return range.length && tag.length >= range.length &&
	       slice_equal_nocase((struct slice){tag.at, range.length}, range) &&
	       (tag.length == range.length || tag.at[range.length] == '-');
}

static void
read_range(struct search *search, struct slice range, int quality)
{
	if (slice_is(range, "*")) {
		if (search->star < 0)
			search->star = quality;
	} else if (accepted_languages_match(range, search->tag)) {
		if (range.length <= search->longest)
			return;
		search->longest = range.length;
		search->quality = quality;
	} else if (slice_equal_nocase(primary(range), primary(search->tag))) {
		search->is_related = true;
	}
}

static void
read_line(struct search *search, struct slice line)
{
	struct slice item, range;

	while (slice_split(&line, ',', &item)) {
		slice_split(&item, ';', &range);
		read_range(search, slice_trim(range), (int)fields_quality(item));
	}
}

unsigned
accepted_languages_quality(const struct request *request, struct slice tag)
{
	struct slice first = request_get(request, REQUEST_ACCEPT_LANGUAGE);
	struct search search = {.tag = tag, .quality = -1, .star = -1};

	if (!first.at)
		return ACCEPTED_LANGUAGES_BEST;
	read_line(&search, first);
	for (size_t i = 0; i < request->more_count; i++)
		if (request->more[i].field == REQUEST_ACCEPT_LANGUAGE)
			read_line(&search, request->more[i].value);
	if (search.quality < 0)
		search.quality = search.star;
	if (search.quality >= 0)
		return (unsigned)search.quality * UNIT;
	return search.is_related ? UNIT : 0;
}
