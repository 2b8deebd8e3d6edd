/*
 * suggestions: see suggestions.h. Owns nothing between calls. It reads at most ENTRIES_MAX names,
 * so a 404 takes little time.
 */
#define _GNU_SOURCE
#include "listing/suggestions.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/edit_distance.h"
#include "base/mem.h"
#include "fs/hidden_names.h"
#include "fs/path.h"
#include "html/escape.h"
#include "http/url.h"

enum {
	ENTRIES_MAX = 1000,
	LINKS_MAX = 3,
};

struct candidate {
	char *name;
	unsigned distance;
};

/* The name without its extension, so that "about" is similar to "about.html". */
static struct slice
stem(struct slice name)
{
	size_t extension = path_extension(name).length;

	return extension ? (struct slice){name.at, name.length - extension - 1} : name;
}

static unsigned
distance_between(struct slice wanted, struct slice entry)
{
	unsigned whole = edit_distance(wanted, entry);
	unsigned stems = edit_distance(stem(wanted), stem(entry)) + 1;
	unsigned less = whole < stems ? whole : stems;

	return edit_distance_is_close(wanted, less) ? less : EDIT_DISTANCE_FAR;
}

static void
consider(struct candidate best[LINKS_MAX], struct slice wanted, const char *name)
{
	struct candidate rest = {NULL, distance_between(wanted, slice_of(name))};

	if (rest.distance == EDIT_DISTANCE_FAR)
		return;
	rest.name = mem_text(name);
	for (int i = 0; i < LINKS_MAX; i++) {
		struct candidate held = best[i];

		if (held.name && held.distance <= rest.distance)
			continue;
		best[i] = rest;
		rest = held;
		if (!rest.name)
			return;
	}
	free(rest.name);
}

static void
add_links(struct candidate best[LINKS_MAX], struct slice front, struct slice folder, size_t depth,
	struct buf *html)
{
	for (int i = 0; i < LINKS_MAX && best[i].name; i++) {
		struct buf url = {0};
		char *path = mem_format("%.*s%.*s%s%s", (int)front.length, front.at,
			(int)folder.length, folder.at, folder.length ? "/" : "", best[i].name);

		buf_add_text(html, i ? ", <a href=\"" : "<a href=\"");
		url_add_root(depth, html);
		url_from_path(slice_of(path), &url);
		buf_add_text(html, url.bytes + 1);
		buf_add_text(html, "\">");
		escape_html(slice_of(best[i].name), html);
		buf_add_text(html, "</a>");
		buf_finish(&url);
		free(path);
		free(best[i].name);
	}
}

void
suggestions_find(const struct root *root, struct slice front, struct slice name, bool with_hidden,
	size_t depth, struct buf *html)
{
	struct slice plain = slice_ends(name, "/") ? (struct slice){name.at, name.length - 1}
						   : name;
	struct slice wanted = path_base(plain), parent = path_parent(plain);
	bool is_open = with_hidden || !hidden_path(parent);
	char *folder_name = mem_copy(parent.at, parent.length);
	DIR *folder = is_open ? root_open_folder(root, folder_name) : NULL;
	struct candidate best[LINKS_MAX] = {0};
	struct dirent *entry;

	free(folder_name);
	if (!folder)
		return;
	for (int i = 0; i < ENTRIES_MAX && (entry = readdir(folder)); i++)
		if (with_hidden || !hidden_name(slice_of(entry->d_name)))
			consider(best, wanted, entry->d_name);
	closedir(folder);
	add_links(best, front, parent, depth, html);
}
