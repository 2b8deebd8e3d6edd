/*
 * event_format: writes events of a stream of Server-Sent Events (WHATWG HTML 9.2.5, text/event-stream).
 */
#ifndef EVENT_FORMAT_H
#define EVENT_FORMAT_H

#include "base/buf.h"
#include "base/slice.h"

/* A comment: clients ignore it, and who passes the stream on sees that it is in use. */
#define EVENT_FORMAT_COMMENT ":\n\n"

/*
 * Adds one event to text. name is its type, without line ends; NULL: "message", which is the default of
 * clients. data, in UTF-8, may have several lines, each ended as HTML 9.2.5 says: by CR, LF or both. The client
 * gets them with LF in between.
 */
void event_format_add(struct buf *text, const char *name, struct slice data);

#endif
