/*
 * range: see range.h. A field with any error is ignored as a whole.
 */
#include "http/range.h"

enum spec {
	SPEC_MALFORMED,
	SPEC_OUTSIDE,
	SPEC_INSIDE,
};

/* "5-9", "5-" or "-5" */
static enum spec
read_spec(struct slice text, uint64_t size, struct range *range)
{
	uint64_t last = UINT64_MAX;
	struct slice first_text;

	if (!slice_split(&text, '-', &first_text) || !text.at)
		return SPEC_MALFORMED;
	if (first_text.length && !slice_number(first_text, &range->first))
		return SPEC_MALFORMED;
	if ((text.length || !first_text.length) && !slice_number(text, &last))
		return SPEC_MALFORMED;
	if (!first_text.length) {
		range->first = last < size ? size - last : 0;
		range->last = size - 1;
		return last && size ? SPEC_INSIDE : SPEC_OUTSIDE;
	}
	if (range->first > last)
		return SPEC_MALFORMED;
	if (range->first >= size)
		return SPEC_OUTSIDE;
	range->last = last < size ? last : size - 1;
	return SPEC_INSIDE;
}

/* Whether the ranges do not overlap and, if there are more than two, are ascending. */
static bool
are_in_order(const struct range *ranges, size_t count)
{
	if (count == 2 && ranges[1].last < ranges[0].first)
		return true;
	for (size_t i = 1; i < count; i++)
		if (ranges[i].first <= ranges[i - 1].last)
			return false;
	return true;
}

/*
 * Adds the ranges of set that lie inside to ranges. Returns the number of all its ranges, 0 when
 * set is malformed or has too many.
 */
static size_t
read_set(struct slice set, uint64_t size, struct range *ranges, size_t *count)
{
	size_t specs = 0;
	struct slice text;

	while (slice_split(&set, ',', &text)) {
		enum spec spec;

		text = slice_trim(text);
		if (text.length == 0)
			continue; /* RFC 9110 5.6.1.2: empty elements do not count */
		if (specs++ == RANGE_COUNT_MAX)
			return 0;
		spec = read_spec(text, size, &ranges[*count]);
		if (spec == SPEC_MALFORMED)
			return 0;
		*count += spec == SPEC_INSIDE;
	}
	return specs;
}

enum range_verdict
range_read(const struct request *request, const struct conditional_validators *validators,
	uint64_t size, struct range ranges[RANGE_COUNT_MAX], size_t *count)
{
	struct slice set = request_get(request, REQUEST_RANGE);
	struct slice unit;

	*count = 0;
	if (request->method != REQUEST_GET || !slice_split(&set, '=', &unit))
		return RANGE_WHOLE;
	if (!slice_is_nocase(unit, "bytes") || !conditional_allows_range(request, validators))
		return RANGE_WHOLE;
	if (!read_set(set, size, ranges, count) || !are_in_order(ranges, *count))
		return RANGE_WHOLE;
	return *count ? RANGE_PARTIAL : RANGE_UNSATISFIABLE;
}
