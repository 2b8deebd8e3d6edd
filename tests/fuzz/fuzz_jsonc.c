/*
 * Settings files: cleaning keeps the length and the lines of a text, and cleaning it again changes
 * nothing. jsonc finds the same keys and values as a JSON parser.
 */
#include <string.h>

#include <cjson/cJSON.h>

#include "fuzz.h"
#include "base/jsonc.h"
#include "base/mem.h"

static void
check_blanked(const char *before, const char *after, size_t length)
{
	for (size_t i = 0; i < length; i++)
		CHECK(after[i] == before[i] ||
			(after[i] == ' ' && before[i] != '\n' && before[i] != '\r'));
}

static bool
has_controls(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ' && (!text[i] || !strchr("\t\r\n", text[i])))
			return true;
	return false;
}

/* Checks each key of the object, or value of the array, at this offset, and what is in them. */
static void
check_places(struct slice text, size_t place, const cJSON *json)
{
	const cJSON *child;
	size_t index = 0, before = place;

	CHECK(text.at[place] == (cJSON_IsObject(json) ? '{' : '['));
	cJSON_ArrayForEach(child, json)
	{
		size_t at = jsonc_child(text, place, index++);

		CHECK(at > before && at < text.length);
		before = at;
		if (cJSON_IsObject(json)) {
			CHECK(text.at[at] == '"');
			at = jsonc_value(text, at);
			CHECK(at > before && at < text.length);
		}
		if (cJSON_IsString(child))
			CHECK(text.at[at] == '"');
		if (cJSON_IsTrue(child))
			CHECK(text.at[at] == 't');
		if (cJSON_IsObject(child) || cJSON_IsArray(child))
			check_places(text, at, child);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_copy(data, size), *again;
	size_t at = 0, start = 0;
	const char *wrong = jsonc_clean(text, size, &at);
	cJSON *json;

	CHECK(!wrong || at < size);
	CHECK(jsonc_line((struct slice){text, size}, wrong ? at : size) <= size + 1);
	if (!wrong) {
		check_blanked((const char *)data, text, size);
		again = mem_copy(text, size);
		CHECK(!jsonc_clean(again, size, &at) && memcmp(again, text, size) == 0);
		free(again);
		while (start < size && strchr(" \t\r\n", text[start]))
			start++;
		/* To cJSON any control byte is a space, so it accepts some text that is no JSON. */
		json = has_controls(text, size) ? NULL : cJSON_ParseWithOpts(text, NULL, true);
		if (cJSON_IsObject(json) || cJSON_IsArray(json))
			check_places((struct slice){text, size}, start, json);
		cJSON_Delete(json);
	}
	free(text);
	return 0;
}
