/*
 * points: see points.h. Owns the path of the cursor, and the places of one document at a time.
 */
#include "points/points.h"

#include <stdlib.h>

#include "base/json_writer.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/rate_limit.h"
#include "fs/hidden_names.h"
#include "http/url.h"

/* A person does not click more often. */
static const struct rate_limit show_limit = {.burst = 5, .a_second = 2};

struct points {
	struct points_options options;
	points_show_fn *show; /* or NULL */
	void *context;        /* of show */
	struct file_places places;
	struct rate_state shows;
	char *cursor; /* the name of its file, or NULL */
	uint64_t offset;
	bool has_editor, was_told; /* was_told: pages know of an editor */
};

struct points *
points_create(const struct points_options *options)
{
	struct points *points = mem_zero(sizeof(*points));

	points->options = *options;
	return points;
}

void
points_destroy(struct points *points)
{
	if (!points)
		return;
	file_places_finish(&points->places);
	free(points->cursor);
	free(points);
}

void
points_set_show(struct points *points, points_show_fn *show, void *context)
{
	points->show = show;
	points->context = context;
}

/* ---- what pages are told ---- */

static void
add_cursor(const struct points *points, struct buf *text)
{
	struct buf url = {0};

	url_from_path(slice_of(points->cursor), &url);
	json_add_text_member(text, "url", url.bytes);
	json_add_number_member(text, "offset", points->offset);
	buf_finish(&url);
}

/*
 * {"type":"editor","there":true,"keys":"alt+shift","follow":true,"url":"/index.html","offset":1234}; without keys no
 * click opens anything, and without url there is no cursor. A page may want more than the settings say.
 */
static void
tell(struct points *points)
{
	const struct points_settings *settings = &points->options.settings;
	struct buf text = {0};

	if (!points->has_editor && !points->was_told)
		return;
	points->was_told = true;
	buf_add_char(&text, '{');
	json_add_text_member(&text, "type", "editor");
	json_add_bool_member(&text, "there", points->has_editor);
	if (settings->keys)
		json_add_text_member(&text, "keys", settings->keys);
	json_add_bool_member(&text, "follow", settings->follows_cursor);
	if (points->cursor)
		add_cursor(points, &text);
	buf_add_char(&text, '}');
	hub_set_editor(points->options.hub, buf_slice(&text));
	buf_finish(&text);
}

void
points_reconfigure(struct points *points, const struct points_settings *settings)
{
	points->options.settings = *settings;
	tell(points);
}

static void
forget_cursor(struct points *points)
{
	free(points->cursor);
	points->cursor = NULL;
}

void
points_set_editor(struct points *points, bool is_there)
{
	if (points->has_editor == is_there)
		return;
	points->has_editor = is_there;
	forget_cursor(points);
	tell(points);
}

void
points_set_cursor(struct points *points, const char *name, uint64_t offset)
{
	forget_cursor(points);
	if (name && !hidden_path(slice_of(name)))
		points->cursor = mem_text(name);
	points->offset = offset;
	tell(points);
}

/* ---- what pages ask for ---- */

/* Sets *path to that of the file, which is there. Otherwise returns why it is not opened. */
static const char *
find_file(const struct points *points, struct slice url, char **path)
{
	struct buf name = {0};
	const char *why = NULL;

	if (url_to_path(url, &name) != URL_OK || !name.length)
		why = "this is no address of a file";
	else if (hidden_path(buf_slice(&name)))
		why = "its name is hidden";
	else if (!(*path = points->options.locate(points->options.context, name.bytes)))
		why = "there is no such file in the served folder";
	buf_finish(&name);
	return why;
}

void
points_show(struct points *points, struct slice url, uint32_t line, uint32_t column)
{
	struct buf shown = {0};
	char *path = NULL;
	const char *why;

	if (!points->has_editor || !points->show ||
		!rate_limit_take(&points->shows, &show_limit, loop_now()))
		return;
	why = find_file(points, url, &path);
	if (why) {
		log_add_short(&shown, url, 200);
		log_verbose("a page asked the editor to open %s: %s", shown.bytes, why);
	} else {
		points->show(points->context, path, line, column);
	}
	free(path);
	buf_finish(&shown);
}

struct file_places *
points_places(struct points *points, const struct request *request)
{
	if (!points || !points->has_editor || !file_places_are_wanted(request))
		return NULL;
	file_places_clear(&points->places);
	return &points->places;
}
