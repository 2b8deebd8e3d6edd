/*
 * escape: makes text safe inside HTML.
 */
#ifndef ESCAPE_H
#define ESCAPE_H

#include "base/buf.h"

/*
 * Adds text to html, with character references in place of & < > " '. The result is safe as the
 * text of an element and as a quoted attribute value.
 */
void escape_html(struct slice text, struct buf *html);

#endif
