/*
 * charset: finds the character encoding of a text in its bytes.
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

/* Where in a text its encoding may be declared. */
enum charset_syntax { CHARSET_TEXT, CHARSET_HTML, CHARSET_XML, CHARSET_CSS };

/*
 * Writes the charset of a text that begins with these bytes, as the parameter of Content-Type.
 * is_whole is true when there are no more bytes. The first of these that applies:
 *
 * 1. The encoding of the byte order mark.
 * 2. The declaration in the first 1024 bytes. HTML: <meta charset> or
 *    <meta http-equiv=content-type content="...charset=">, not within comments (HTML Standard
 *    13.2.3.2). XML: the encoding in the XML declaration. CSS: an @charset rule at the very front,
 *    @charset "x";
 * 3. "utf-8" when the bytes are valid UTF-8. Unless is_whole, the last character may be incomplete.
 * 4. "": no charset is sent, and the browser guesses the encoding.
 *
 * A declared label is copied as it is written, with three exceptions: a utf-16 label becomes utf-8,
 * x-user-defined becomes windows-1252, and an invalid label is ignored.
 */
void charset_name(char name[CHARSET_NAME_SIZE], enum charset_syntax syntax, const char *bytes,
	size_t length, bool is_whole);

/* Whether the text itself says its charset: whether 1 or 2 of the above applies. */
bool charset_is_declared(enum charset_syntax syntax, const char *bytes, size_t length);

#endif
