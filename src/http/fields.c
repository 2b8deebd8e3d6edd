/*
 * fields: see fields.h. Owns the text and the positions of the fields in it.
 */
#include "http/fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Between name and value, and behind the value. */
static const char separator[] = {':', ' '}, line_end[] = {'\r', '\n'};

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
	fields->places = mem_grow(
		fields->places, fields->count, &fields->capacity, sizeof(*fields->places));
	return &fields->places[fields->count++];
}

static char *
put(char *to, const void *bytes, size_t length)
{
	memcpy(to, bytes, length);
	return to + length;
}

/* Adds "Name: ", and makes room for the rest of the line. */
static void
begin(struct fields *fields, struct slice name, size_t value_length)
{
	struct field_place *place = add_place(fields);
	struct buf *text = &fields->text;
	char *to;

	buf_reserve(text, name.length + sizeof(separator) + value_length + sizeof(line_end));
	place->start = (uint32_t)text->length;
	place->name_length = (uint32_t)name.length;
	to = put(text->bytes + text->length, name.at, name.length);
	*put(to, separator, sizeof(separator)) = '\0';
	text->length += name.length + sizeof(separator);
}

struct buf *
fields_begin(struct fields *fields, struct slice name)
{
	begin(fields, name, 0);
	return &fields->text;
}

void
fields_end(struct fields *fields)
{
	struct field_place *place = &fields->places[fields->count - 1];

	place->value_length = (uint32_t)(fields->text.length - place->start - place->name_length -
					 sizeof(separator));
	buf_add(&fields->text, line_end, sizeof(line_end));
}

/* Not by fields_begin and fields_end: this runs several times per response and has to be fast. */
void
fields_add(struct fields *fields, struct slice name, struct slice value)
{
	struct buf *text = &fields->text;
	char *to;

	begin(fields, name, value.length);
	fields->places[fields->count - 1].value_length = (uint32_t)value.length;
	to = text->bytes + text->length;
	if (value.length)
		to = put(to, value.at, value.length);
	*put(to, line_end, sizeof(line_end)) = '\0';
	text->length += value.length + sizeof(line_end);
}

/* Takes the next line off the front of head, without its end. Returns false at the empty line. */
static bool
take_line(struct slice *head, struct slice *line)
{
	if (!slice_split(head, '\n', line))
		return false;
	if (slice_ends(*line, "\r"))
		line->length--;
	return line->length;
}

void
fields_add_head(struct fields *fields, struct slice head)
{
	struct slice line, name;

	while (head.length &&
		!take_line(&head, &line)) /* empty lines may precede the request line */
		;
	while (take_line(&head, &line))
		if (slice_split(&line, ':', &name) && line.at)
			fields_add(fields, name, slice_trim(line));
}

void
fields_add_all(struct fields *fields, const struct fields *others)
{
	for (size_t i = 0; i < others->count; i++) {
		struct field field = fields_at(others, i);

		fields_add(fields, field.name, field.value);
	}
}

void
fields_copy(struct fields *fields, const struct fields *others)
{
	if (fields->capacity < others->count) {
		fields->capacity = others->count;
		fields->places = mem_resize(
			fields->places, fields->capacity * sizeof(*fields->places));
	}
	if (others->count)
		memcpy(fields->places, others->places, others->count * sizeof(*fields->places));
	fields->count = others->count;
	buf_clear(&fields->text);
	buf_add_slice(&fields->text, buf_slice(&others->text));
}

static void
remove_at(struct fields *fields, size_t index)
{
	struct field_place *place = &fields->places[index];
	uint32_t start = place->start;
	size_t length = place->name_length + sizeof(separator) + place->value_length +
			sizeof(line_end);
	char *line = fields->text.bytes + start;

	/* Includes the NUL behind the text. */
	memmove(line, line + length, fields->text.length - start - length + 1);
	fields->text.length -= length;
	fields->count--;
	memmove(place, place + 1, (fields->count - index) * sizeof(*place));
	for (size_t i = index; i < fields->count; i++)
		fields->places[i].start -= (uint32_t)length;
}

/* The lengths are compared first: that needs no text, and most names differ in it. */
static bool
has_name(const struct fields *fields, size_t index, struct slice name)
{
	return fields->places[index].name_length == name.length &&
	       slice_equal_nocase(fields_at(fields, index).name, name);
}

void
fields_drop(struct fields *fields, struct slice name)
{
	for (size_t i = fields->count; i > 0; i--)
		if (has_name(fields, i - 1, name))
			remove_at(fields, i - 1);
}

void
fields_add_to_list(struct fields *fields, struct slice name, struct slice value)
{
	struct buf list = {0};

	for (size_t i = 0; i < fields->count; i++) {
		if (!has_name(fields, i, name))
			continue;
		buf_add_slice(&list, fields_at(fields, i).value);
		buf_add_text(&list, ", ");
	}
	buf_add_slice(&list, value);
	fields_drop(fields, name);
	fields_add(fields, name, buf_slice(&list));
	buf_finish(&list);
}

struct field
fields_at(const struct fields *fields, size_t index)
{
	const struct field_place *place = &fields->places[index];
	const char *start = fields->text.bytes + place->start;

	return (struct field){
		.name = {start, place->name_length},
		.value = {start + place->name_length + sizeof(separator), place->value_length},
	};
}

struct slice
fields_get(const struct fields *fields, struct slice name)
{
	for (size_t i = 0; i < fields->count; i++)
		if (has_name(fields, i, name))
			return fields_at(fields, i).value;
	return (struct slice){0};
}

unsigned
fields_quality(struct slice parameters)
{
	struct slice parameter;
	unsigned value = 1000;

	while (slice_split(&parameters, ';', &parameter)) {
		unsigned unit = 1000;

		parameter = slice_trim(parameter);
		if (!slice_starts_nocase(parameter, "q="))
			continue;
		value = 0;
		for (size_t i = 2; i < parameter.length; i++) {
			char c = parameter.at[i];

			if (c == '.' && i == 3)
				continue;
			if (c < '0' || c > '9')
				return 0;
			value += (unsigned)(c - '0') * unit;
			unit /= 10;
		}
	}
	return value > 1000 ? 1000 : value;
}
