/*
 * points: joins the pages with the editor: a click on an element opens its line there, and the element at the editor's
 * cursor is shown in the pages.
 *
 * Pages of this machine are told that there is an editor, and where its cursor is (hub_set_editor()); where an element
 * comes from they find out themselves (inject/points/), with the help of file_places. What a page asks to be opened can
 * be nothing but a file of the site, at a line: any page of the site can ask for it.
 */
#ifndef POINTS_H
#define POINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "live/hub.h"
#include "points/file_places.h"

struct points;

/* What can be changed at any time. */
struct points_settings {
	const char
		*keys; /* which are held for a click, "alt+shift"; NULL: no click opens anything */
	bool follows_cursor; /* the element at the cursor is shown */
};

/* A file of the site, to be opened at a line. path is absolute. */
typedef void points_show_fn(void *context, const char *path, uint32_t line, uint32_t column);

/* The absolute path of the file that the site has under name; NULL when there is none. The caller frees. */
typedef char *points_locate_fn(void *context, const char *name);

struct points_options {
	points_locate_fn *locate;
	void *context; /* of locate */
	struct hub *hub;
	struct points_settings settings;
};

/* Keeps all pointers of options. Never NULL. There is no editor at first. */
struct points *points_create(const struct points_options *options);
void points_destroy(struct points *points); /* NULL is fine */
void points_reconfigure(struct points *points, const struct points_settings *settings);

/* Who opens files; NULL: nobody, as at first. */
void points_set_show(struct points *points, points_show_fn *show, void *context);

/* Says whether an editor is connected. Without one, there is no cursor. */
void points_set_editor(struct points *points, bool is_there);

/* The cursor is at this byte of the text (UTF-8) of the file that the site has under name; NULL: nowhere. */
void points_set_cursor(struct points *points, const char *name, uint64_t offset);

/*
 * A page asks for a file to be opened. url is canonical. Nothing happens, but for a line in the log, when there is no
 * editor, the file is not there, or not in the site, or its name is hidden, or when pages ask too often.
 */
void points_show(struct points *points, struct slice url, uint32_t line, uint32_t column);

/*
 * Where the places of a document are to be noted for the response to request; cleared. NULL when it is not to have any:
 * there is no editor, or the request is not for them. points may be NULL.
 */
struct file_places *points_places(struct points *points, const struct request *request);

#endif
