/*
 * escape: see escape.h. A table has the reference for each byte that needs one.
 */
#include "html/escape.h"

#include <stdint.h>

void
escape_html(struct slice text, struct buf *html)
{
	static const char *const references[UINT8_MAX + 1] = {
		['&'] = "&amp;",
		['<'] = "&lt;",
		['>'] = "&gt;",
		['"'] = "&quot;",
		['\''] = "&#39;",
	};

	buf_reserve(html, text.length);
	for (size_t i = 0; i < text.length; i++) {
		const char *reference = references[(unsigned char)text.at[i]];

		if (reference)
			buf_add_text(html, reference);
		else
			buf_add_char(html, text.at[i]);
	}
}
