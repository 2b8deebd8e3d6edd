/*
 * document_start: see document_start.h. Owns nothing. A byte order mark alone decides about UTF-16: the
 * nonce is then not looked for, because its search reads single bytes.
 */
#include "html/document_start.h"

#include <string.h>

#include "html/charset.h"
#include "html/csp_nonce.h"

enum { BOM_LENGTH = 2 }; /* of UTF-16 */

enum insertion_point_verdict
document_start_read(
	struct document_start *start, enum html_syntax syntax, struct slice bytes, bool is_whole)
{
	enum charset_bom bom = charset_bom(bytes.at, bytes.length);
	enum insertion_point_verdict verdict;

	*start = (struct document_start){0};
	if (bytes.length < BOM_LENGTH && !is_whole)
		return INSERTION_POINT_NEEDS_MORE;
	*start = (struct document_start){.is_big_endian = bom == CHARSET_BOM_UTF16BE};
	start->is_utf16 = start->is_big_endian || bom == CHARSET_BOM_UTF16LE;
	if (start->is_utf16)
		verdict = insertion_point_find_utf16(syntax, bytes.at, bytes.length, is_whole,
			start->is_big_endian, &start->place);
	else
		verdict = insertion_point_find(
			syntax, bytes.at, bytes.length, is_whole, &start->place);
	start->has_place = verdict == INSERTION_POINT_FOUND;
	if (verdict != INSERTION_POINT_NEEDS_MORE && !start->is_utf16)
		document_start_set_nonce(start, csp_nonce_find(bytes.at, bytes.length));
	return verdict;
}

void
document_start_set_nonce(struct document_start *start, struct slice nonce)
{
	if (nonce.length == 0 || nonce.length >= sizeof(start->nonce))
		return;
	memcpy(start->nonce, nonce.at, nonce.length);
	start->nonce[nonce.length] = '\0';
}

/* Adds text of ASCII in UTF-16. */
static void
add_wide(struct buf *to, struct slice text, bool is_big_endian)
{
	for (size_t i = 0; i < text.length; i++) {
		if (is_big_endian)
			buf_add_char(to, '\0');
		buf_add_char(to, text.at[i]);
		if (!is_big_endian)
			buf_add_char(to, '\0');
	}
}

void
document_start_add_tag(const struct document_start *start, const struct script_tag *tag,
	struct script_tag_attributes attributes, struct buf *text)
{
	struct buf narrow = {0};

	attributes.nonce = *start->nonce ? start->nonce : NULL;
	if (!start->is_utf16) {
		script_tag_add(tag, &attributes, text);
		return;
	}
	script_tag_add(tag, &attributes, &narrow);
	add_wide(text, buf_slice(&narrow), start->is_big_endian);
	buf_finish(&narrow);
}
