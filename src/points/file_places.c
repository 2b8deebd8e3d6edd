/*
 * file_places: see file_places.h. Owns the text of the field.
 */
#include "points/file_places.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"
#include "html/navigation.h"
#include "http/url.h"
#include "overlay/same_machine.h"
#include "security/access.h"

bool
file_places_are_wanted(const struct request *request)
{
	return navigation_accepts(request, FILE_PLACES_TYPE) && same_machine_has_sent(request) &&
	       !access_is_cross_origin(request);
}

void
file_places_clear(struct file_places *places)
{
	buf_clear(&places->field);
	places->is_full = false;
	places->text = NULL;
}

void
file_places_finish(struct file_places *places)
{
	buf_finish(&places->field);
}

static void
add_words(struct file_places *places, const char *name, uint64_t at, uint64_t length,
	uint64_t offset, size_t line, size_t column)
{
	struct buf *field = &places->field;
	size_t start = field->length;

	if (places->is_full || !length)
		return;
	if (start)
		buf_add_char(field, ' ');
	url_from_path(slice_of(name), field);
	buf_addf(field, " %" PRIu64 " %" PRIu64 " %" PRIu64 " %zu %zu", at, length, offset, line,
		column);
	if (field->length <= FILE_PLACES_FIELD_MAX)
		return;
	field->length = start;
	field->bytes[start] = '\0';
	places->is_full = true;
}

/* The lines that begin in text behind its front. *last becomes the beginning of the last of them, or 0. */
static size_t
count_lines(struct slice text, size_t *last)
{
	size_t lines = 0;

	*last = 0;
	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] != '\n' && text.at[i] != '\r')
			continue;
		if (text.at[i] == '\r' && i + 1 < text.length && text.at[i + 1] == '\n')
			i++;
		lines++;
		*last = i + 1;
	}
	return lines;
}

void
file_places_add(struct file_places *places, const char *name, struct slice text, size_t offset,
	size_t length, uint64_t at)
{
	struct slice before = {text.at, offset};
	size_t last, lines = 0;

	if (places->is_full)
		return;
	/* Parts of one file mostly follow each other: the lines are counted on. */
	if (places->text == text.at && places->counted <= offset) {
		slice_drop(&before, places->counted);
		lines = places->lines;
	}
	lines += count_lines(before, &last);
	if (offset) {
		places->text = text.at;
		places->counted = (size_t)(before.at - text.at) + last;
		places->lines = lines;
	}
	slice_drop(&before, last);
	add_words(places, name, at, length, offset, lines + 1, utf8_utf16_units(before) + 1);
}

void
file_places_set_file(struct file_places *places, const char *name, uint64_t length)
{
	file_places_clear(places);
	if (length <= FILE_PLACES_SOURCE_MAX)
		add_words(places, name, 0, length, 0, 1, 1);
}

void
file_places_respond(const struct file_places *places, struct response *response)
{
	if (!places->field.length)
		return;
	response_field(response, "Liveserve-Places", buf_slice(&places->field));
}
