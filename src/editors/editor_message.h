/*
 * editor_message: what an editor's program sends over its connection (editors.h): one JSON object on a line.
 *
 *   {"type":"hello","editor":"Neovim 0.11","unsaved":true}   the first line
 *   {"type":"draft","path":"css/a.css","text":"..."}         a text that is not saved
 *   {"type":"saved","path":"css/a.css"}                      the editor has written the file
 *   {"type":"closed","path":"css/a.css"}                     the text is given up
 *   {"type":"cursor","path":"index.html","offset":1234}      a byte of the text; without "path" there is no cursor
 *   {"type":"reload","path":"a.html"}                        without "path": every page
 *   {"type":"pause","paused":true}
 *
 * A path is relative to the served folder, or absolute, without links among its folders: then it may lie in any folder
 * that is served, also by --mount or --vhost. Members that are not known are ignored.
 */
#ifndef EDITOR_MESSAGE_H
#define EDITOR_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum editor_message_type {
	EDITOR_MESSAGE_INVALID, /* the line is no such object, or a member is missing or of a wrong type */
	EDITOR_MESSAGE_UNKNOWN, /* a type of a later version */
	EDITOR_MESSAGE_HELLO,
	EDITOR_MESSAGE_DRAFT,
	EDITOR_MESSAGE_SAVED,
	EDITOR_MESSAGE_CLOSED,
	EDITOR_MESSAGE_CURSOR,
	EDITOR_MESSAGE_RELOAD,
	EDITOR_MESSAGE_PAUSE,
};

/* The slices are absent when the member is. They are valid until editor_message_finish(). */
struct editor_message {
	enum editor_message_type type;
	struct slice path, text, editor;
	uint64_t offset; /* in bytes */
	bool is_unsaved; /* of hello: it may send drafts */
	bool is_paused;
	bool has_nul; /* the line has a NUL in one of its texts, so these are cut there */
	void *json;   /* what holds the slices */
};

/* Reads a line, without its end. */
struct editor_message editor_message_read(struct slice line);
void editor_message_finish(struct editor_message *message);

#endif
