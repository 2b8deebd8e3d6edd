/*
 * extra_watches: see extra_watches.h. Owns an array of extra watches, which share options and
 * listener.
 */
#include "watch/extra_watches.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "watch/extra_watch.h"

struct extra_watches {
	struct loop *loop;
	const struct root *served;
	struct watch_options options;
	struct watch_listener listener;
	struct extra_watch **items;
	size_t count;
};

struct extra_watches *
extra_watches_create(struct loop *loop, const struct root *served,
	const struct watch_options *options, const struct watch_listener *listener)
{
	struct extra_watches *extra_watches = mem_zero(sizeof(*extra_watches));

	extra_watches->loop = loop;
	extra_watches->served = served;
	extra_watches->options = *options;
	extra_watches->listener = *listener;
	return extra_watches;
}

void
extra_watches_destroy(struct extra_watches *extra_watches)
{
	if (!extra_watches)
		return;
	for (size_t i = 0; i < extra_watches->count; i++)
		extra_watch_destroy(extra_watches->items[i]);
	free(extra_watches->items);
	free(extra_watches);
}

bool
extra_watches_add(struct extra_watches *extra_watches, const char *path, const char *bounds)
{
	struct extra_watch *added = extra_watch_create(extra_watches->loop, path,
		extra_watches->served, &extra_watches->options, &extra_watches->listener);
	size_t size = (extra_watches->count + 1) * sizeof(*extra_watches->items);

	if (!added)
		return false;
	if (!root_set_bounds(extra_watch_root(added), bounds)) {
		extra_watch_destroy(added);
		errno = EXDEV;
		return false;
	}
	extra_watches->items = mem_resize(extra_watches->items, size);
	extra_watches->items[extra_watches->count++] = added;
	return true;
}

void
extra_watches_reconfigure(struct extra_watches *extra_watches, const struct watch_options *options)
{
	extra_watches->options = *options;
	for (size_t i = 0; i < extra_watches->count; i++)
		extra_watch_reconfigure(extra_watches->items[i], options);
}

size_t
extra_watches_count(const struct extra_watches *extra_watches)
{
	return extra_watches->count;
}

struct root *
extra_watches_root(const struct extra_watches *extra_watches, size_t index)
{
	return extra_watch_root(extra_watches->items[index]);
}

bool
extra_watches_cover(const struct extra_watches *extra_watches, const char *name)
{
	for (size_t i = 0; i < extra_watches->count; i++)
		if (extra_watch_covers(extra_watches->items[i], name))
			return true;
	return false;
}

bool
extra_watches_are_quiet(const struct extra_watches *extra_watches)
{
	for (size_t i = 0; i < extra_watches->count; i++)
		if (!watch_is_quiet(extra_watch_watch(extra_watches->items[i])))
			return false;
	return true;
}
