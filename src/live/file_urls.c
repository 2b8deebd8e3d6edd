/*
 * file_urls: see file_urls.h.
 */
#include "live/file_urls.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "fs/path.h"
#include "http/url.h"
#include "names/language_names.h"

/* Sets two urls at most, and returns their number. */
static size_t
find(const struct index_names *index_names, struct slice path, char *urls[])
{
	struct slice base = path_base(path);
	struct buf url = {0};
	size_t count = 0;

	url_from_path(path, &url);
	urls[count++] = buf_take(&url);
	if (index_names_have(index_names, base)) {
		url_from_path((struct slice){path.at, path.length - base.length}, &url);
		urls[count++] = buf_take(&url);
	}
	return count;
}

/* The name of the file that change may have given a new form in a language; otherwise the file's own. */
static struct slice
shown_name(const struct change *change)
{
	struct slice path = slice_of(change->path);
	struct language_name form;

	return change->kind == CHANGE_CREATED && language_names_read(path, &form) ? form.plain
										  : path;
}

size_t
file_urls_of_change(const struct index_names *index_names, const struct change *change,
	char *urls[FILE_URLS_MAX])
{
	struct slice path = slice_of(change->path), shown = shown_name(change);
	size_t count = find(index_names, path, urls);

	if (shown.at != path.at || shown.length != path.length)
		count += find(index_names, shown, urls + count);
	return count;
}

static void
add_all(struct url_set *set, char *urls[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		url_set_add(set, slice_of(urls[i]));
		free(urls[i]);
	}
}

void
file_urls_add(const struct index_names *index_names, struct slice path, struct url_set *urls)
{
	char *own[FILE_URLS_MAX];

	add_all(urls, own, find(index_names, path, own));
}

static void
add_address(struct url_set *urls, const char *path, size_t length)
{
	struct buf url = {0};

	url_from_path((struct slice){path, length}, &url);
	url_set_add(urls, buf_slice(&url));
	buf_finish(&url);
}

void
file_urls_add_affected(
	const struct index_names *index_names, const struct change *change, struct url_set *urls)
{
	struct slice name = shown_name(change);
	char *own[FILE_URLS_MAX];

	add_all(urls, own, file_urls_of_change(index_names, change, own));
	if (change->kind == CHANGE_MODIFIED)
		return;
	if (slice_ends(slice_of(change->path), "/"))
		name.length--;
	else if (slice_ends(name, ".html"))
		name.length -= strlen(".html");
	add_address(urls, name.at, name.length);
	add_address(urls, name.at, name.length - path_base(name).length);
}
