/*
 * folders: see folders.h.
 */
#include "folders.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

bool
folders_add_mounts(struct mounts *mounts, struct config *config)
{
	for (size_t i = 0; i < config->mount_count; i++) {
		const struct mounts_rule *rule = &config->mounts[i];

		if (mounts_add(mounts, rule) ||
			config_leave_out(config, "mount", i, strerror(errno)))
			continue;
		log_error("cannot serve \"%s\" at /%s: %s; give --mount a path that is there",
			rule->path, rule->route, strerror(errno));
		return false;
	}
	return true;
}

bool
folders_add_watches(struct extra_watches *extra_watches, struct config *config)
{
	const struct config_list *paths = &config->extra_watches, *bounds = &config->extra_bounds;

	for (size_t i = 0; i < paths->count; i++) {
		if (extra_watches_add(extra_watches, paths->items[i], bounds->items[i]) ||
			config_leave_out(config, "watch", i, strerror(errno)))
			continue;
		log_error("cannot watch \"%s\": %s; give --watch a folder or a file that is there",
			paths->items[i], strerror(errno));
		return false;
	}
	return true;
}

struct root **
folders_roots(const struct mounts *mounts, const struct extra_watches *extra_watches, size_t *count)
{
	size_t mount_count = mounts_count(mounts);
	struct root **roots;

	*count = mount_count + extra_watches_count(extra_watches);
	roots = mem_array(*count, sizeof(*roots));
	for (size_t i = 0; i < *count; i++)
		roots[i] = i < mount_count ? mounts_root(mounts, i)
					   : extra_watches_root(extra_watches, i - mount_count);
	return roots;
}
