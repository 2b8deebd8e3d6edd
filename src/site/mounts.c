/*
 * mounts: see mounts.h. The places stand in the order in which they are looked at, so the served
 * folder is the last.
 */
#define _GNU_SOURCE
#include "site/mounts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/route.h"

struct mount {
	struct mounts *mounts;
	char *route;
	char *file; /* the one name of root that is served; NULL when all are */
	struct root *root;
	struct watch *watch;
};

struct mounts {
	struct loop *loop;
	struct watch_options options;
	struct watch_listener listener;
	bool follows_links;
	struct mount **items;
	size_t count;
	struct mount *served; /* the served folder, whose root is not ours */
};

/* ---- what the watches say ---- */

/* The caller frees; NULL when it is not served. */
static char *
name_in_site(const struct mount *mount, const char *name)
{
	if (mount->file)
		return strcmp(name, mount->file) == 0 ? mem_text(mount->route) : NULL;
	return mem_format("%s%s%s", mount->route, *mount->route ? "/" : "", name);
}

static bool
is_there(const struct mounts_place *place)
{
	struct stat state;

	return root_stat(place->root, place->name, &state);
}

enum view {
	VIEW_PLAIN,  /* the mount is the only place that has the name, if any has */
	VIEW_HIDDEN, /* a place before it shows the name */
	VIEW_OVER,   /* one behind it would */
};

static enum view
view_of(const struct mount *mount, const char *name)
{
	struct mounts_place place = {0};
	bool is_before = true;

	while (mounts_find(mount->mounts, name, &place)) {
		if (place.watch == mount->watch)
			is_before = false;
		else if (is_there(&place))
			return is_before ? VIEW_HIDDEN : VIEW_OVER;
	}
	return VIEW_PLAIN;
}

/* Where one place shows through another, the name neither comes nor goes. */
static void
add_change(const struct mount *mount, struct changes *told, const struct change *change)
{
	char *name = name_in_site(mount, change->path);
	enum view view = name ? view_of(mount, name) : VIEW_HIDDEN;
	enum change_kind kind = change->kind;

	if (view == VIEW_OVER) /* of a folder only a coming says that all in it may be new */
		kind = slice_ends(slice_of(name), "/") ? CHANGE_CREATED : CHANGE_MODIFIED;
	if (view != VIEW_HIDDEN)
		changes_add(told, slice_of(name), kind);
	free(name);
}

static void
add_left_out(const struct mount *mount, struct changes *told, const struct changes *changes)
{
	for (int why = 0; why < LEFT_OUT_COUNT; why++) {
		size_t count = changes->left_out[why].count;
		char *name = count ? name_in_site(mount, changes->left_out[why].first) : NULL;

		for (; name && count; count--)
			changes_leave_out(told, slice_of(name), (enum left_out)why);
		free(name);
	}
}

/* Both of the listener's words for a batch; which it is was known before names were left out. */
static void
tell(const struct mount *mount, const struct changes *changes)
{
	const struct watch_listener *listener = &mount->mounts->listener;
	struct changes told = {0};

	for (size_t i = 0; i < changes->count; i++)
		add_change(mount, &told, &changes->items[i]);
	add_left_out(mount, &told, changes);
	if (told.count)
		listener->changed(listener->context, &told);
	else if (changes->count == 0 && listener->unchanged)
		listener->unchanged(listener->context, &told);
	changes_finish(&told);
}

static void
changed(void *context, const struct changes *changes)
{
	tell(context, changes);
}

static void
lost(void *context)
{
	const struct mount *mount = context;

	mount->mounts->listener.lost(mount->mounts->listener.context);
}

/* ---- life ---- */

static bool
stands_before(const struct mounts *mounts, const struct mount *mount, const char *route)
{
	return mount != mounts->served && strlen(mount->route) >= strlen(route);
}

/* Takes route, file and root. Watches root: of it only file, if that is not NULL. */
static struct mount *
/* NOLINTNEXTLINE(readability-non-const-parameter): what is taken is freed. */
insert(struct mounts *mounts, char *route, char *file, struct root *root)
{
	struct mount *mount = mem_zero(sizeof(*mount));
	const struct watch_listener listener = {
		.changed = changed,
		.unchanged = changed,
		.lost = lost,
		.context = mount,
	};
	struct watch_options options = mounts->options;
	size_t at = mounts->count;

	mounts->items = mem_resize(mounts->items, (at + 1) * sizeof(*mounts->items));
	for (; at && !stands_before(mounts, mounts->items[at - 1], route); at--)
		mounts->items[at] = mounts->items[at - 1];
	mounts->items[at] = mount;
	mounts->count++;
	options.only = file;
	*mount = (struct mount){
		.mounts = mounts,
		.route = route,
		.file = file,
		.root = root,
		.watch = watch_create(mounts->loop, root, &options, &listener),
	};
	return mount;
}

struct mounts *
mounts_create(struct loop *loop, struct root *root, const struct watch_options *options,
	const struct watch_listener *listener)
{
	struct mounts *mounts = mem_zero(sizeof(*mounts));

	mounts->loop = loop;
	mounts->options = *options;
	mounts->listener = *listener;
	mounts->served = insert(mounts, mem_text(""), NULL, root);
	return mounts;
}

void
mounts_destroy(struct mounts *mounts)
{
	if (!mounts)
		return;
	for (size_t i = 0; i < mounts->count; i++) {
		struct mount *mount = mounts->items[i];

		watch_destroy(mount->watch);
		if (mount != mounts->served)
			root_destroy(mount->root);
		free(mount->route);
		free(mount->file);
		free(mount);
	}
	free(mounts->items);
	free(mounts);
}

bool
mounts_add(struct mounts *mounts, const char *route, const char *path)
{
	char *file;
	struct root *root = root_create_at(path, &file);

	if (!root)
		return false;
	if (mounts->follows_links)
		root_follow_links(root);
	insert(mounts, mem_text(route), file, root);
	return true;
}

void
mounts_follow_links(struct mounts *mounts)
{
	mounts->follows_links = true;
	for (size_t i = 0; i < mounts->count; i++)
		root_follow_links(mounts->items[i]->root);
}

void
mounts_reconfigure(struct mounts *mounts, const struct watch_options *options)
{
	for (size_t i = 0; i < mounts->count; i++) {
		struct watch_options mine = *options;

		mine.only = mounts->items[i]->file;
		watch_reconfigure(mounts->items[i]->watch, &mine);
	}
}

/* ---- finding ---- */

static bool
has_name(const struct mount *mount, const char *name, struct mounts_place *place)
{
	const char *rest = route_rest(mount->route, name);

	if (!rest || (mount->file && (*rest || slice_ends(slice_of(name), "/"))))
		return false;
	place->root = mount->root;
	place->watch = mount->watch;
	place->name = mount->file ? mount->file : rest;
	place->is_file = mount->file;
	return true;
}

bool
mounts_find(const struct mounts *mounts, const char *name, struct mounts_place *place)
{
	while (place->next < mounts->count)
		if (has_name(mounts->items[place->next++], name, place))
			return true;
	return false;
}

struct watch *
mounts_watch(const struct mounts *mounts)
{
	return mounts->served->watch;
}

size_t
mounts_count(const struct mounts *mounts)
{
	return mounts->count;
}

struct root *
mounts_root(const struct mounts *mounts, size_t i)
{
	return mounts->items[i]->root;
}
