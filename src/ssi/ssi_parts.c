/*
 * ssi_parts: see ssi_parts.h. Owns a map from pages to the names of their parts. What changes is looked
 * up for every part of every page, because changes are rare and pages are few.
 */
#include "ssi/ssi_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "fs/lru.h"

struct known {
	struct lru_item use;
	char *name;
	struct ssi_parts_page page;
};

struct ssi_parts {
	struct map pages; /* name -> struct known */
	struct lru lru;
	bool has_forgotten;
};

enum {
	PAGE_BYTES = 300,  /* of one page without its names, about */
	PAGES_MAX = 50000, /* so that the bytes are what limits them */
};

struct ssi_parts *
ssi_parts_create(void)
{
	return mem_zero(sizeof(struct ssi_parts));
}

static void
forget(struct ssi_parts *parts, struct known *known)
{
	map_remove(&parts->pages, slice_of(known->name));
	lru_leave(&known->use);
	buf_finish(&known->page.names);
	free(known->name);
	free(known);
}

void
ssi_parts_destroy(struct ssi_parts *parts)
{
	if (!parts)
		return;
	while (parts->lru.oldest)
		forget(parts, parts->lru.oldest->thing);
	map_finish(&parts->pages);
	free(parts);
}

static bool
has_name(const struct buf *names, struct slice name)
{
	for (size_t at = 0; at < names->length; at += strlen(names->bytes + at) + 1)
		if (slice_is(name, names->bytes + at))
			return true;
	return false;
}

static void
add_names(struct buf *names, const struct buf *others)
{
	for (size_t at = 0; at < others->length; at += strlen(others->bytes + at) + 1)
		if (!has_name(names, slice_of(others->bytes + at)))
			buf_add(names, others->bytes + at, strlen(others->bytes + at) + 1);
}

static struct known *
find(const struct ssi_parts *parts, const char *name)
{
	return map_get(&parts->pages, slice_of(name));
}

void
ssi_parts_set(struct ssi_parts *parts, const char *name, struct ssi_parts_page *page)
{
	struct known *known = find(parts, name);
	struct buf names = {0};

	if (!known) {
		known = mem_zero(sizeof(*known));
		known->name = mem_text(name);
		map_set(&parts->pages, slice_of(name), known);
	}
	page->varies |= known->page.varies;
	add_names(&names, &page->names);
	if (page->varies)
		add_names(&names, &known->page.names);
	buf_finish(&page->names);
	buf_finish(&known->page.names);
	known->page = *page;
	known->page.names = names;
	page->names = (struct buf){0};
	lru_use(&parts->lru, &known->use, known, PAGE_BYTES + 2 * strlen(name) + names.capacity);
	while (lru_is_over(&parts->lru, PAGES_MAX, SSI_PARTS_BYTES_MAX)) {
		parts->has_forgotten = true;
		forget(parts, parts->lru.oldest->thing);
	}
}

void
ssi_parts_remove(struct ssi_parts *parts, const char *name)
{
	struct known *known = find(parts, name);

	if (known)
		forget(parts, known);
}

const struct ssi_parts_page *
ssi_parts_find(const struct ssi_parts *parts, const char *name)
{
	const struct known *known = find(parts, name);

	return known ? &known->page : NULL;
}

/* A folder counts for all that is in it. */
static bool
is_among(const struct map *changed, const char *part)
{
	if (map_get(changed, slice_of(part)))
		return true;
	for (const char *slash = strchr(part, '/'); slash; slash = strchr(slash + 1, '/'))
		if (map_get(changed, (struct slice){part, (size_t)(slash + 1 - part)}))
			return true;
	return false;
}

static bool
uses_any(const struct ssi_parts_page *page, const struct map *changed)
{
	for (size_t at = 0; at < page->names.length; at += strlen(page->names.bytes + at) + 1)
		if (is_among(changed, page->names.bytes + at))
			return true;
	return false;
}

void
ssi_parts_add(const struct ssi_parts *parts, struct changes *changes)
{
	struct map changed = {0};
	struct hash_table_place place = {0};
	struct known *known;
	size_t count = changes->count;

	if (parts->has_forgotten && count)
		changes->further_count++;
	if (!parts->lru.oldest)
		return;
	for (size_t i = 0; i < count; i++)
		map_set(&changed, slice_of(changes->items[i].path), changes);
	while ((known = map_next(&parts->pages, &place, NULL)))
		if (!map_get(&changed, slice_of(known->name)) && uses_any(&known->page, &changed))
			changes_add(changes, slice_of(known->name), CHANGE_MODIFIED);
	map_finish(&changed);
}

void
ssi_parts_find_pages(const struct ssi_parts *parts, struct slice part,
	void (*add)(void *to, struct slice page), void *to)
{
	struct hash_table_place place = {0};
	struct known *known;

	while ((known = map_next(&parts->pages, &place, NULL)))
		if (has_name(&known->page.names, part))
			add(to, slice_of(known->name));
}
