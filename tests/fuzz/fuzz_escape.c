/*
 * Text in HTML: none of its bytes can end an attribute or begin a tag.
 */
#include <string.h>

#include "fuzz.h"
#include "html/escape.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf html = {0};

	escape_html((struct slice){(const char *)data, size}, &html);
	for (size_t i = 0; i < html.length; i++)
		CHECK(html.bytes[i] == '\0' || !strchr("<>\"'", html.bytes[i]));
	CHECK(html.length >= size);
	buf_finish(&html);
	return 0;
}
