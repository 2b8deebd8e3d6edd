/*
 * editors: the connections of editors' programs, such as `liveserve lsp`, over the control socket.
 *
 * A program asks for CONTROL_API_EDITOR with "Upgrade: liveserve-editor.v1" and is answered 101. From then on each side
 * sends JSON objects, one on a line, in UTF-8. editor_message.h has those of the editor. The server sends
 *
 *   {"type":"hello","version":"0.1.0","root":"/home/ada/site","url":"http://localhost:9000/","folders":["/home/ada/site"]}
 *   {"time":...,"event":...}              each event, as --log-format=json prints it (event_json.h); at first those
 *                                         that say how things are: "pages", and a "problem" for each that is known
 *   {"type":"taken","path":"css/a.css","editor":"VS Code"}   another editor has laid a later text over that file
 *   {"type":"failed","text":"..."}        a sentence for the person
 *
 * A line above EDITORS_LINE_MAX, and one that is not such an object, end the connection after a "failed". What is not
 * known is ignored. An editor that does not read what it is sent is cut off. Nothing here waits for an editor.
 */
#ifndef EDITORS_H
#define EDITORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"
#include "control/control_api.h"
#include "fs/root.h"
#include "http/request.h"
#include "http/response.h"
#include "live/hub.h"
#include "ui/event_text.h"
#include "ui/terminal.h"

struct editors;

#define EDITORS_PROTOCOL "liveserve-editor.v1"

enum {
	EDITORS_MAX = 32,                     /* connections: 503 above */
	EDITORS_LINE_MAX = 16 * 1024 * 1024,  /* bytes of a line that an editor sends */
	EDITORS_UNREAD_MAX = 4 * 1024 * 1024, /* bytes that an editor may leave unread */
	EDITORS_END_MS =
		2000, /* for an editor that did something wrong to read why, and to close */
};

typedef void editors_event_fn(void *to, const struct event *event);

/* What becomes of texts that are not saved (drafts.h). owner stands for an editor. */
struct editors_drafts {
	const char *(*lay)(void *context, const void *owner, const char *path, struct slice text);
	void (*note_saved)(void *context, const char *path);
	void (*give_up)(void *context, const void *owner, const char *path);
	void (*leave)(void *context, const void *owner);
	void *context;
};

struct editors_options {
	struct loop *loop;
	struct terminal *terminal;
	const struct root *root; /* the served folder */
	struct hub *const *hubs;
	size_t hub_count;
	const char *version; /* of the program */
	const char *url;     /* of the site */
	/* Calls add for each event that is still true: problems of files. */
	void (*describe)(void *context, editors_event_fn *add, void *to);
	/* Adds a JSON array of the absolute paths of all served folders, that of root first. */
	void (*add_folders)(void *context, struct buf *json);
	/* Reloads the pages that use the file at path; all, if it is empty. Returns false when no such file is served. */
	bool (*reload)(void *context, struct slice path);
	void (*pause)(void *context, bool is_paused);
	/* Is told whether any editor has said hello. */
	void (*met)(void *context, bool is_any);
	/* Is told where a cursor is: at a byte of the text of a file; path is NULL: nowhere. */
	void (*moved)(void *context, const char *path, uint64_t offset);
	void *context; /* of all of them but drafts */
	struct editors_drafts drafts;
};

/* Keeps all pointers of options. Never NULL. */
struct editors *editors_create(const struct editors_options *options);
/* Ends all connections. What they have laid stays. NULL is fine. */
void editors_destroy(struct editors *editors);

/*
 * Asks an editor to open the file at path, relative to the served folder, at a place, from 1: the one whose cursor was in
 * that file last, else the newest.
 */
void editors_show(struct editors *editors, const char *path, uint32_t line, uint32_t column);

/*
 * Fills an empty response to a request of the control socket for CONTROL_API_EDITOR: a takeover; 426 without the Upgrade, 503
 * above EDITORS_MAX.
 */
void editors_respond(
	struct editors *editors, const struct request *request, struct response *response);

/* Tells the editor former that the editor owner has laid a later text over the same file. */
void editors_tell_taken(
	struct editors *editors, const void *former, const void *owner, const char *path);

#endif
