/*
 * charset: how a text is encoded, as far as its bytes say so.
 *
 * Room: rules.
 */
#ifndef CHARSET_H
#define CHARSET_H

#include <stdbool.h>
#include <stddef.h>

enum { CHARSET_NAME_SIZE = 41 }; /* a label of at most 40 letters, digits and -_.:+ and its NUL */

enum charset_bom {
	CHARSET_NO_BOM,
	CHARSET_BOM_UTF8,
	CHARSET_BOM_UTF16LE,
	CHARSET_BOM_UTF16BE,
};

/* The byte order mark at the front. */
enum charset_bom charset_bom(const char *bytes, size_t length);

/*
 * Writes what goes after "charset=" for a text that begins with these bytes; whole says that they
 * are all of it. In this order: a byte order mark; for an HTML document the <meta charset> or <meta
 * http-equiv=content-type content="...charset="> within the first 1024 bytes (HTML Standard
 * 13.2.3.2, comments skipped), for XML the encoding of its declaration, for CSS an @charset rule at
 * the very front ("@charset \"x\";"); "utf-8" when the bytes are valid UTF-8 (a sequence cut off at
 * the end is fine unless whole); otherwise the empty text: then no charset is sent and the browser
 * looks for itself. Labels are copied as written, but a utf-16 one in such a declaration means
 * utf-8, x-user-defined means windows-1252, and what can be no label counts as not there.
 */
enum charset_syntax { CHARSET_TEXT, CHARSET_HTML, CHARSET_XML, CHARSET_CSS };
void charset_name(char name[CHARSET_NAME_SIZE], enum charset_syntax syntax, const char *bytes,
	size_t length, bool whole);

#endif
