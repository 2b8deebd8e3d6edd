/*
 * detail_tree: see detail_tree.h. Its one idea: JSON that is complete but for the brackets that are
 * still open; whether a comma is needed is seen in its last byte.
 */
#include "details/detail_tree.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/json_writer.h"

enum { TEXT_MAX = 2048 }; /* forty options of TCP fit in */

void
detail_tree_init(struct detail_tree *tree, struct buf *json)
{
	*tree = (struct detail_tree){.json = json};
	buf_add_char(json, '[');
}

void
detail_tree_finish(struct detail_tree *tree)
{
	buf_add_char(tree->json, ']');
}

static void __attribute__((format(printf, 4, 0)))
begin_line(struct detail_tree *tree, size_t at, size_t length, const char *format, va_list values)
{
	struct buf *json = tree->json;
	char text[TEXT_MAX];

	if (tree->is_elsewhere)
		length = 0;
	vsnprintf(text, sizeof(text), format, values);
	if (json->bytes[json->length - 1] == '}')
		buf_add_char(json, ',');
	buf_add_char(json, '{');
	json_add_text_member(json, "text", text);
	json_add_number_member(json, "from", length ? tree->base + at : 0);
	json_add_number_member(json, "to", length ? tree->base + at + length : 0);
}

void
detail_tree_add(struct detail_tree *tree, size_t at, size_t length, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	begin_line(tree, at, length, format, values);
	va_end(values);
	buf_add_char(tree->json, '}');
}

void
detail_tree_open(struct detail_tree *tree, size_t at, size_t length, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	begin_line(tree, at, length, format, values);
	va_end(values);
	json_add_name(tree->json, "children");
	buf_add_char(tree->json, '[');
}

void
detail_tree_close(struct detail_tree *tree)
{
	buf_add_text(tree->json, "]}");
}

const char *
detail_tree_pattern(char pattern[DETAIL_TREE_PATTERN], struct detail_tree_bits bits)
{
	char *at = pattern;

	for (unsigned i = bits.width; i-- > 0;) {
		uint32_t bit = (uint32_t)1 << i;

		*at++ = !(bits.mask & bit) ? '.' : bits.value & bit ? '1' : '0';
		if (i % 4 == 0 && i > 0)
			*at++ = ' ';
	}
	*at = '\0';
	return pattern;
}
