/*
 * jsonc_insert: see jsonc_insert.h. jsonc_clean() keeps every offset, so an offset in the plain
 * text is valid in the text with comments. Every step takes one pass, whatever is in the file.
 */
#include "base/jsonc_insert.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/jsonc.h"
#include "base/map.h"
#include "base/mem.h"

/* A parsed file: its text without comments, and its JSON. */
struct parsed {
	char *plain;
	size_t length;
	cJSON *json;
};

static void
free_parsed(struct parsed *parsed)
{
	cJSON_Delete(parsed->json);
	free(parsed->plain);
}

static size_t
skip_spaces(const struct parsed *parsed, size_t at)
{
	return jsonc_skip_spaces((struct slice){parsed->plain, parsed->length}, at);
}

/* Whether an object in json has two members of the same name. */
static bool
has_duplicates(const cJSON *json)
{
	struct map names = {0};
	bool found = false;

	for (const cJSON *child = json->child; child && !found; child = child->next) {
		struct slice name = slice_of(child->string ? child->string : "");

		found = (child->string && map_get(&names, name)) || has_duplicates(child);
		if (child->string)
			map_set(&names, name, (void *)(uintptr_t)child);
	}
	map_finish(&names);
	return found;
}

/* Returns an error in a few words, or NULL. */
static const char *
parse(struct parsed *parsed, struct slice file)
{
	const char *wrong;
	size_t at;

	*parsed = (struct parsed){.plain = mem_copy(file.at, file.length), .length = file.length};
	wrong = jsonc_clean(parsed->plain, parsed->length, &at);
	if (!wrong)
		wrong = jsonc_check((struct slice){parsed->plain, parsed->length});
	if (wrong)
		return wrong;
	parsed->json = cJSON_ParseWithLength(parsed->plain, parsed->length);
	if (!cJSON_IsObject(parsed->json))
		return "it is no JSON object";
	return has_duplicates(parsed->json) ? "an object in it has two members of the same name"
					    : NULL;
}

/* The index of the member of that name. Returns false when there is none. */
static bool
find_list(const cJSON *json, const char *name, size_t *index)
{
	const cJSON *member;

	*index = 0;
	cJSON_ArrayForEach(member, json)
	{
		if (strcmp(member->string, name) == 0)
			return true;
		(*index)++;
	}
	return false;
}

static cJSON *
find_element(const cJSON *list, const struct jsonc_insertion *insertion)
{
	cJSON *element;

	cJSON_ArrayForEach(element, list)
	{
		const char *name = cJSON_GetStringValue(
			cJSON_GetObjectItemCaseSensitive(element, insertion->key));

		if (name && strcmp(name, insertion->name) == 0)
			return element;
	}
	return NULL;
}

static void
add_json(struct buf *result, const cJSON *element)
{
	char *text = cJSON_PrintUnformatted(element);

	buf_add_text(result, text ? text : "");
	cJSON_free(text);
}

static void
insert(struct buf *result, struct slice file, size_t at, const char *text)
{
	buf_add(result, file.at, at);
	buf_add_text(result, text);
	buf_add(result, file.at + at, file.length - at);
}

static void
insert_element(struct buf *result, struct slice file, const struct parsed *parsed, size_t index,
	const struct jsonc_insertion *insertion)
{
	struct slice plain = {parsed->plain, parsed->length};
	size_t object = skip_spaces(parsed, 0);
	size_t list = jsonc_value(plain, jsonc_child(plain, object, index));
	bool is_empty = !cJSON_GetObjectItemCaseSensitive(parsed->json, insertion->list)->child;
	char *text = mem_format("\n%s%s", insertion->element, is_empty ? "\n  " : ",");

	insert(result, file, list + 1, text);
	free(text);
}

static void
insert_list(struct buf *result, struct slice file, const struct parsed *parsed,
	const struct jsonc_insertion *insertion)
{
	char *text = mem_format("\n  \"%s\": [\n%s\n  ]%s", insertion->list, insertion->element,
		parsed->json->child ? "," : "\n");

	insert(result, file, skip_spaces(parsed, 0) + 1, text);
	free(text);
}

static bool
is_same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Whether both are the same, with the members of objects in the same order. */
static bool
is_same(const cJSON *a, const cJSON *b)
{
	const cJSON *one = a->child, *other = b->child;

	if ((a->type & 0xff) != (b->type & 0xff) || !is_same_text(a->string, b->string) ||
		!is_same_text(a->valuestring, b->valuestring) || a->valuedouble < b->valuedouble ||
		a->valuedouble > b->valuedouble)
		return false;
	for (; one && other; one = one->next, other = other->next)
		if (!is_same(one, other))
			return false;
	return !one && !other;
}

/* Whether the JSON of result is that of the file and the element. */
static bool
is_equal_but_element(const struct parsed *before, const struct buf *result,
	const struct jsonc_insertion *insertion)
{
	bool had_list = cJSON_GetObjectItemCaseSensitive(before->json, insertion->list);
	struct parsed after;
	bool is_equal = false;

	if (!parse(&after, buf_slice(result))) {
		cJSON *list = cJSON_GetObjectItemCaseSensitive(after.json, insertion->list);
		cJSON *first = cJSON_DetachItemFromArray(list, 0);
		cJSON *element = cJSON_Parse(insertion->element);

		if (!had_list)
			cJSON_DeleteItemFromObjectCaseSensitive(after.json, insertion->list);
		is_equal = first && element && is_same(first, element) &&
			   is_same(before->json, after.json);
		cJSON_Delete(first);
		cJSON_Delete(element);
	}
	free_parsed(&after);
	return is_equal;
}

static const char *
add(struct buf *result, struct slice file, const struct parsed *parsed,
	const struct jsonc_insertion *insertion)
{
	size_t index;

	if (!find_list(parsed->json, insertion->list, &index))
		insert_list(result, file, parsed, insertion);
	else if (cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(parsed->json, insertion->list)))
		insert_element(result, file, parsed, index, insertion);
	else
		return "that is no list there";
	return is_equal_but_element(parsed, result, insertion) ? NULL : "its form is unusual";
}

enum jsonc_insert_verdict
jsonc_insert(struct buf *result, struct slice file, const struct jsonc_insertion *insertion,
	const char **why)
{
	enum jsonc_insert_verdict verdict = JSONC_INSERT_IMPOSSIBLE;
	const cJSON *present = NULL;
	struct parsed parsed;

	*why = parse(&parsed, file);
	if (!*why)
		present = find_element(
			cJSON_GetObjectItemCaseSensitive(parsed.json, insertion->list), insertion);
	if (!*why && !present)
		*why = add(result, file, &parsed, insertion);
	if (!*why)
		verdict = present ? JSONC_INSERT_PRESENT : JSONC_INSERT_ADDED;
	if (present)
		add_json(result, present);
	free_parsed(&parsed);
	return verdict;
}
