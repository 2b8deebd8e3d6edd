/*
 * insertion_point: where in a document the script tag goes.
 *
 * Room: rules. A small tokenizer that reads only the beginning of a document (HTML Standard 13.2.5,
 * 13.2.6.4.1 to .4): bytes, never decoded.
 */
#ifndef INSERTION_POINT_H
#define INSERTION_POINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum html_syntax {
	HTML_SYNTAX_HTML,
	HTML_SYNTAX_XML, /* XHTML and SVG */
};

enum insertion_point_verdict {
	INSERTION_POINT_FOUND,      /* *offset is where the tag goes */
	INSERTION_POINT_NEEDS_MORE, /* these bytes do not tell yet */
	INSERTION_POINT_NONE, /* no tag can go in without breaking it: an empty XML root, malformed XML */
};

/*
 * Finds the place for the tag in the first length bytes of a document; whole says that there are no
 * more bytes.
 *
 * HTML: right after the <head ...> tag; where there is none, where the parser would open the head
 * by itself: after byte order mark, white space, comments (also bogus ones: <? and </ and <! that
 * open neither comment nor doctype), doctype and <html ...>. A quoted '>' in an attribute ends
 * nothing. The tag is never put before a doctype (that would mean quirks mode). An empty document:
 * offset 0. What the end of the whole document cuts off (a comment, a tag, even a doctype: that is
 * quirks mode already) has the tag before it.
 *
 * XML: after the <head ...> of an html root; for any other root (svg), and an html root without a
 * head or with an empty one, right after its start tag; namespace prefixes (<svg:svg>, <h:head>)
 * count. Prolog, comments, processing instructions and a doctype with an internal subset are
 * skipped. <svg/> is NOWHERE.
 */
enum insertion_point_verdict insertion_point_find(
	enum html_syntax syntax, const char *bytes, size_t length, bool whole, size_t *offset);

/*
 * The same for a document in UTF-16 (byte order mark in front): the offset is in bytes, and even.
 * big says that the high byte comes first.
 */
enum insertion_point_verdict insertion_point_find_utf16(enum html_syntax syntax, const char *bytes,
	size_t length, bool whole, bool big, size_t *offset);

/*
 * The nonce (CSP 3, 2.3.1) by which a document lets scripts run, as far as these bytes tell: that
 * of its first script that has one, or of a policy in a <meta> before it; a body ends the search.
 * A slice of bytes, of nothing but letters, digits and "+/-_="; absent when there is none. Not for
 * UTF-16.
 */
struct slice csp_nonce_find(const char *bytes, size_t length);

#endif
