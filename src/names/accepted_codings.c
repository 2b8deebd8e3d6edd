/*
 * accepted_codings: see accepted_codings.h. Owns nothing.
 */
#include "names/accepted_codings.h"

#include <stdbool.h>

#include "http/fields.h"

static const struct accepted_coding codings[ACCEPTED_CODINGS_MAX] = {
	{"br", ".br"}, {"zstd", ".zst"}, {"gzip", ".gz"}};

/* Sets quality to that of coding if one line of the field names it. */
static bool
find_in_line(struct slice line, const char *coding, unsigned *quality)
{
	struct slice item, name;

	while (slice_split(&line, ',', &item)) {
		if (!slice_split(&item, ';', &name) || !slice_is_nocase(slice_trim(name), coding))
			continue;
		*quality = fields_quality(item);
		return true;
	}
	return false;
}

static bool
find(const struct request *request, const char *coding, unsigned *quality)
{
	if (find_in_line(request_get(request, REQUEST_ACCEPT_ENCODING), coding, quality))
		return true;
	for (size_t i = 0; i < request->more_count; i++)
		if (request->more[i].field == REQUEST_ACCEPT_ENCODING &&
			find_in_line(request->more[i].value, coding, quality))
			return true;
	return false;
}

/* "x-gzip" is another name of "gzip" (RFC 9110 8.4.1.3). */
static unsigned
quality_of(const struct request *request, const char *coding)
{
	unsigned quality = 0;

	if (!find(request, coding, &quality) &&
		!(slice_is(slice_of(coding), "gzip") && find(request, "x-gzip", &quality)))
		find(request, "*", &quality);
	return quality;
}

size_t
accepted_codings_read(
	const struct request *request, struct accepted_coding list[ACCEPTED_CODINGS_MAX])
{
	unsigned qualities[ACCEPTED_CODINGS_MAX] = {0}, plain = 0;
	size_t count = 0;

	find(request, "identity", &plain);
	for (size_t i = 0; i < ACCEPTED_CODINGS_MAX; i++) {
		unsigned quality = quality_of(request, codings[i].coding);
		size_t place = count;

		if (quality == 0 || quality < plain)
			continue;
		for (; place > 0 && qualities[place - 1] < quality; place--) {
			qualities[place] = qualities[place - 1];
			list[place] = list[place - 1];
		}
		qualities[place] = quality;
		list[place] = codings[i];
		count++;
	}
	return count;
}
