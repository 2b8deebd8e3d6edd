/*
 * header_list: see header_list.h. Owns the names in lower case, all in one text.
 */
#include "http2/header_list.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

void
header_list_finish(struct header_list *list)
{
	free(list->items);
	buf_finish(&list->names);
	*list = (struct header_list){0};
}

static void
add(struct header_list *list, struct slice name, struct slice value)
{
	list->items = mem_grow(list->items, list->count, &list->capacity, sizeof(*list->items));
	list->items[list->count++] = (struct header_list_item){name, value};
}

/* RFC 9113 8.2.2 */
static bool
is_of_connection(struct slice name)
{
	static const char *const names[] = {
		"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_is_nocase(name, names[i]))
			return true;
	return false;
}

/* There must be room for it, so that the names before it stay where they are. */
static struct slice
lower(struct buf *names, struct slice name)
{
	char *start = names->bytes + names->length;

	buf_add_slice(names, name);
	for (size_t i = 0; i < name.length; i++)
		if (start[i] >= 'A' && start[i] <= 'Z')
			start[i] = (char)(start[i] | 0x20);
	return (struct slice){start, name.length};
}

static void
begin(struct header_list *list, int status)
{
	list->count = 0;
	snprintf(list->status, sizeof(list->status), "%03u", (unsigned)status % 1000);
	add(list, SLICE_LITERAL(":status"), slice_of(list->status));
}

static void
add_fields(struct header_list *list, const struct fields *fields)
{
	buf_clear(&list->names);
	buf_reserve(&list->names, fields->text.length);
	for (size_t i = 0; i < fields->count; i++) {
		struct field field = fields_at(fields, i);

		if (!is_of_connection(field.name))
			add(list, lower(&list->names, field.name), slice_trim(field.value));
	}
}

void
header_list_make(struct header_list *list, int status, const struct fields *fields)
{
	begin(list, status);
	add_fields(list, fields);
}

void
header_list_make_own(struct header_list *list, const struct response *response, const char *date)
{
	begin(list, response->status);
	add(list, SLICE_LITERAL("date"), slice_of(date));
	add(list, SLICE_LITERAL("server"), SLICE_LITERAL("liveserve"));
	if (response->has_content) {
		snprintf(list->length, sizeof(list->length), "%llu",
			(unsigned long long)response->body.length);
		add(list, SLICE_LITERAL("content-length"), slice_of(list->length));
	}
	add_fields(list, &response->fields);
}
