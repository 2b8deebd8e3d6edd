/*
 * suggest: see suggest.h. Looks at no more than ENTRIES_MAX names, so a 404 stays cheap.
 */
#define _GNU_SOURCE
#include "suggest.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "path.h"

enum {
	ENTRIES_MAX = 1000,
	LINKS_MAX = 3,
	LENGTH_MAX = 64, /* longer names are not compared */
};

struct candidate {
	char *name;
	unsigned distance;
};

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool
is_same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
 * How many letters have to be added, dropped, exchanged or swapped with their neighbour; case does
 * not count (optimal string alignment distance). One row of its table for each prefix of a.
 */
static unsigned
distance_of(struct slice a, struct slice b)
{
	unsigned rows[3][LENGTH_MAX + 1];

	for (unsigned j = 0; j <= b.length; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a.length; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];

		row[0] = i;
		for (unsigned j = 1; j <= b.length; j++) {
			bool same = is_same_letter(a.at[i - 1], b.at[j - 1]);

			row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + !same);
			if (i > 1 && j > 1 && is_same_letter(a.at[i - 1], b.at[j - 2]) &&
				is_same_letter(a.at[i - 2], b.at[j - 1]))
				row[j] = least(row[j], two_above[j - 2] + 1);
		}
	}
	return rows[a.length % 3][b.length];
}

/* The name without its extension: "about" is like "about.html". */
static struct slice
stem(struct slice name)
{
	size_t extension = path_extension(name).length;

	return extension ? (struct slice){name.at, name.length - extension - 1} : name;
}

static unsigned
unlikeness(struct slice wanted, struct slice entry)
{
	unsigned whole, stems;

	if (wanted.length > LENGTH_MAX || entry.length > LENGTH_MAX)
		return UINT_MAX;
	whole = distance_of(wanted, entry);
	stems = distance_of(stem(wanted), stem(entry)) + 1;
	whole = whole < stems ? whole : stems;
	return whole <= 1 + wanted.length / 5 ? whole : UINT_MAX;
}

static void
consider(struct candidate best[LINKS_MAX], struct slice wanted, const char *name)
{
	struct candidate rest = {NULL, unlikeness(wanted, slice_of(name))};

	if (rest.distance == UINT_MAX)
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
add_links(
	struct candidate best[LINKS_MAX], struct slice front, struct slice folder, struct buf *html)
{
	for (int i = 0; i < LINKS_MAX && best[i].name; i++) {
		char *path = mem_format("%.*s%.*s%s%s", (int)front.length, front.at,
			(int)folder.length, folder.at, folder.length ? "/" : "", best[i].name);

		buf_add_text(html, i ? ", <a href=\"" : "<a href=\"");
		path_to_url(slice_of(path), html);
		buf_add_text(html, "\">");
		path_escape_html(slice_of(best[i].name), html);
		buf_add_text(html, "</a>");
		free(path);
		free(best[i].name);
	}
}

void
suggest_names(const struct root *root, struct slice front, struct slice name, struct buf *html)
{
	struct slice plain = slice_ends(name, "/") ? (struct slice){name.at, name.length - 1}
						   : name;
	struct slice wanted = path_base(plain), parent = path_parent(plain);
	char *folder_name = mem_copy(parent.at, parent.length);
	int fd = root_open(root, folder_name);
	DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
	struct candidate best[LINKS_MAX] = {0};
	struct dirent *entry;

	free(folder_name);
	if (!folder) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (int i = 0; i < ENTRIES_MAX && (entry = readdir(folder)); i++)
		if (entry->d_name[0] != '.')
			consider(best, wanted, entry->d_name);
	closedir(folder);
	add_links(best, front, parent, html);
}
