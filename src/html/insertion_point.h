/*
 * insertion_point: finds the place for the script tag in a document.
 *
 * It reads only the beginning of a document (HTML Standard 13.2.5, 13.2.6.4.1 to .4), as bytes that
 * are never decoded.
 */
#ifndef INSERTION_POINT_H
#define INSERTION_POINT_H

#include <stdbool.h>
#include <stddef.h>

enum html_syntax {
	HTML_SYNTAX_HTML,
	HTML_SYNTAX_XML, /* XHTML and SVG */
};

enum insertion_point_verdict {
	INSERTION_POINT_FOUND,      /* *offset is where the tag goes */
	INSERTION_POINT_NEEDS_MORE, /* more bytes are needed to decide */
	INSERTION_POINT_NONE,       /* a tag would break the document: <svg/>, malformed XML */
};

/*
 * Finds the place for the tag in the first length bytes of a document. is_whole is true when there
 * are no more bytes. Sets *offset, in bytes, when it returns INSERTION_POINT_FOUND.
 *
 * HTML: right after the <head ...> tag. Without one, the place is where the parser creates the head
 * itself: after byte order mark, white space, comments (also bogus ones: <? and </ and <! that
 * begin neither a comment nor a doctype), doctype and <html ...>. A quoted '>' does not end a tag.
 * The tag never goes before a doctype, which would cause quirks mode. In an empty document the
 * offset is 0. When the whole document ends within a comment, a tag or a doctype (which causes
 * quirks mode already), the tag goes before that.
 *
 * XML: after the <head ...> of an html root. For any other root (svg), and for an html root without
 * a head or with an empty one: right after the root's start tag. A namespace prefix (<svg:svg>,
 * <h:head>) makes no difference. Prolog, comments, processing instructions and a doctype with an
 * internal subset are skipped. For <svg/> the verdict is INSERTION_POINT_NONE. When the whole document
 * ends before its root, or within the root's start tag, as it does while it is being written, the tag
 * goes there, and is the root itself.
 */
enum insertion_point_verdict insertion_point_find(
	enum html_syntax syntax, const char *bytes, size_t length, bool is_whole, size_t *offset);

/*
 * The same for a document in UTF-16, with or without a byte order mark. The offset is in bytes, and
 * even. is_big_endian: the high byte comes first.
 */
enum insertion_point_verdict insertion_point_find_utf16(enum html_syntax syntax, const char *bytes,
	size_t length, bool is_whole, bool is_big_endian, size_t *offset);

#endif
