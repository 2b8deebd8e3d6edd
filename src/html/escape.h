/*
 * escape: text that is safe inside HTML.
 */
#ifndef ESCAPE_H
#define ESCAPE_H

#include "base/buf.h"

/*
 * Adds text with & < > " ' as character references. The result is safe as the text of an element
 * and as a quoted attribute.
 */
void escape_html(struct slice text, struct buf *html);

#endif
