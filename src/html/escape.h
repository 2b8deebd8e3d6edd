/*
 * escape: text that becomes part of an HTML page.
 */
#ifndef ESCAPE_H
#define ESCAPE_H

#include "base/buf.h"

/*
 * Adds text to html with & < > " ' as character references. The result is safe in HTML text and
 * within quoted attributes. All other bytes stay as they are.
 */
void escape_html(struct slice text, struct buf *html);

#endif
