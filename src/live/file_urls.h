/*
 * file_urls: the addresses at which a file of the site is shown, and those that a change of it concerns.
 *
 * All addresses are canonical (url_from_path). Paths are relative to the root; that of a folder ends in '/'.
 */
#ifndef FILE_URLS_H
#define FILE_URLS_H

#include <stddef.h>

#include "names/index_names.h"
#include "names/url_set.h"
#include "watch/change.h"

enum { FILE_URLS_MAX = 4 };

/*
 * Sets urls to the addresses of the changed file: its own and, if it is an index file, that of its folder. If it is a
 * new form of a file in a language ("about.html.zh"), also to those of the file without it. Returns
 * their number. The caller frees each.
 */
size_t file_urls_of_change(const struct index_names *index_names, const struct change *change,
	char *urls[FILE_URLS_MAX]);

/* Adds the address of the file at path and, if it is an index file, that of its folder. */
void file_urls_add(const struct index_names *index_names, struct slice path, struct url_set *urls);

/*
 * Adds the addresses whose responses change affects. When a file is created or deleted, these are
 * also the listing of its folder, and the address without ".html".
 */
void file_urls_add_affected(
	const struct index_names *index_names, const struct change *change, struct url_set *urls);

#endif
