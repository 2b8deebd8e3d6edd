/*
 * editor_lines: what an editor's program is sent over its connection (editors.h): one JSON object on a line.
 */
#ifndef EDITOR_LINES_H
#define EDITOR_LINES_H

#include <stdint.h>

#include "base/buf.h"
#include "live/hub.h"
#include "ui/event_text.h"

/* Each adds a line, with its end. */

/* The answer to hello: the version of the program, the served folder, the URL of the site, and all served folders (JSON). */
void editor_lines_add_hello(struct buf *text, const char *version, const char *root,
	const char *url, struct slice folders);
/* A sentence for the person. */
void editor_lines_add_failed(struct buf *text, const char *sentence);
/* The editor called name has laid a later text over the file at path. */
void editor_lines_add_taken(struct buf *text, const char *path, const char *name);
/* The file at path is to be opened at a place, from 1; column is in UTF-16 code units. */
void editor_lines_add_show(struct buf *text, const char *path, uint32_t line, uint32_t column);

/* Events, of now (event_json.h): one of ours, how many pages are open, and that the server ends. */
void editor_lines_add_event(struct buf *text, const struct event *event);
void editor_lines_add_pages(struct buf *text, struct hub *const *hubs, size_t count);
void editor_lines_add_stop(struct buf *text);

#endif
