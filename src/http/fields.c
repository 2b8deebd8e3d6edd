/*
 * fields: see fields.h.
 */
#include "http/fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { CAPACITY_MIN = 16 };

static const char separator[] = ": ";
static const char line_end[] = "\r\n";

void
fields_finish(struct fields *fields)
{
	buf_finish(&fields->text);
	free(fields->places);
	*fields = (struct fields){0};
}

void
fields_clear(struct fields *fields)
{
	buf_clear(&fields->text);
	fields->count = 0;
}

static struct field_place *
add_place(struct fields *fields)
{
	if (fields->count == fields->capacity) {
		fields->capacity = fields->capacity ? fields->capacity * 2 : CAPACITY_MIN;
		fields->places = mem_resize(
			fields->places, fields->capacity * sizeof(*fields->places));
	}
	return &fields->places[fields->count++];
}

struct buf *
fields_begin(struct fields *fields, struct slice name)
{
	struct field_place *place = add_place(fields);

	place->start = (uint32_t)fields->text.length;
	place->name_length = (uint32_t)name.length;
	buf_add_slice(&fields->text, name);
	buf_add_text(&fields->text, separator);
	return &fields->text;
}

void
fields_end(struct fields *fields)
{
	struct field_place *place = &fields->places[fields->count - 1];

	place->value_length = (uint32_t)(fields->text.length - place->start - place->name_length -
					 strlen(separator));
	buf_add_text(&fields->text, line_end);
}

void
fields_add(struct fields *fields, struct slice name, struct slice value)
{
	buf_add_slice(fields_begin(fields, name), value);
	fields_end(fields);
}

void
fields_add_all(struct fields *fields, const struct fields *others)
{
	for (size_t i = 0; i < others->count; i++) {
		struct field field = fields_at(others, i);

		fields_add(fields, field.name, field.value);
	}
}

static void
remove_at(struct fields *fields, size_t index)
{
	struct field_place *place = &fields->places[index];
	uint32_t start = place->start;
	size_t length = place->name_length + strlen(separator) + place->value_length +
			strlen(line_end);
	char *line = fields->text.bytes + start;

	/* With the NUL behind the text. */
	memmove(line, line + length, fields->text.length - start - length + 1);
	fields->text.length -= length;
	fields->count--;
	memmove(place, place + 1, (fields->count - index) * sizeof(*place));
	for (size_t i = index; i < fields->count; i++)
		fields->places[i].start -= (uint32_t)length;
}

void
fields_drop(struct fields *fields, struct slice name)
{
	for (size_t i = fields->count; i > 0; i--)
		if (slice_equal_nocase(fields_at(fields, i - 1).name, name))
			remove_at(fields, i - 1);
}

struct field
fields_at(const struct fields *fields, size_t index)
{
	const struct field_place *place = &fields->places[index];
	const char *start = fields->text.bytes + place->start;

	return (struct field){
		.name = {start, place->name_length},
		.value = {start + place->name_length + strlen(separator), place->value_length},
	};
}

struct slice
fields_get(const struct fields *fields, struct slice name)
{
	for (size_t i = 0; i < fields->count; i++) {
		struct field field = fields_at(fields, i);

		if (slice_equal_nocase(field.name, name))
			return field.value;
	}
	return (struct slice){0};
}
