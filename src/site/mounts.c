/*
 * mounts: see mounts.h. Owns the watches, and the roots except that of the served folder. The
 * places are an array in the order of the search, so the served folder is the last.
 */
#define _GNU_SOURCE
#include "site/mounts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fs/path.h"
#include "http/route.h"

struct mounted {
	struct mounts *mounts;
	char *route;
	char *file; /* the only name of root that is served; NULL: all of them are */
	struct root *root;
	struct watch *watch;
};

struct mounts {
	struct loop *loop;
	struct watch_options options;
	struct watch_listener listener;
	bool follows_links;
	struct mounted **items;
	size_t count;
	struct overlays *overlays; /* or NULL */
	struct mounted *served;    /* the served folder; its root belongs to the caller */
};

/* ---- changes ---- */

/* The name in the site; NULL when name is not served. The caller frees it. */
static char *
name_in_site(const struct mounted *mounted, const char *name)
{
	if (mounted->file)
		return strcmp(name, mounted->file) == 0 ? mem_text(mounted->route) : NULL;
	return mem_format("%s%s%s", mounted->route, *mounted->route ? "/" : "", name);
}

static bool
is_there(const struct mounts_place *place)
{
	struct stat state;

	return root_stat(place->root, place->name, &state);
}

enum view {
	VIEW_ONLY,        /* no other place has the name */
	VIEW_HIDDEN,      /* an earlier place has it, so it is not served from here */
	VIEW_HIDES_OTHER, /* a later place has it, too, which would serve it instead */
};

static enum view
view_of(const struct mounted *mounted, const char *name)
{
	struct mounts_place place = {0};
	bool is_before = true;

	while (mounts_find(mounted->mounts, name, &place)) {
		if (place.watch == mounted->watch)
			is_before = false;
		else if (is_there(&place))
			return is_before ? VIEW_HIDDEN : VIEW_HIDES_OTHER;
	}
	return VIEW_ONLY;
}

/* If a later place has the name, too, the name exists before and after: it is only modified. */
static void
add_change(const struct mounted *mounted, struct changes *reported, const struct change *change)
{
	char *name = name_in_site(mounted, change->path);
	enum view view = name ? view_of(mounted, name) : VIEW_HIDDEN;
	enum change_kind kind = change->kind;

	/* For a folder, only CHANGE_CREATED makes pages look for new files in it. */
	if (view == VIEW_HIDES_OTHER)
		kind = slice_ends(slice_of(name), "/") ? CHANGE_CREATED : CHANGE_MODIFIED;
	if (view != VIEW_HIDDEN)
		changes_copy(reported,
			&(struct change){.path = name, .kind = kind, .is_empty = change->is_empty});
	free(name);
}

static void
add_left_out(const struct mounted *mounted, struct changes *reported, const struct changes *changes)
{
	for (int why = 0; why < LEFT_OUT_COUNT; why++) {
		size_t count = changes->left_out[why].count;
		char *name = count ? name_in_site(mounted, changes->left_out[why].first) : NULL;

		for (; name && count; count--)
			changes_leave_out(reported, slice_of(name), (enum left_out)why);
		free(name);
	}
}

/* A batch that becomes empty here, because all its names are hidden, is not reported. */
static void
report(const struct mounted *mounted, const struct changes *changes)
{
	const struct watch_listener *listener = &mounted->mounts->listener;
	struct changes reported = {0};

	for (size_t i = 0; i < changes->count; i++)
		add_change(mounted, &reported, &changes->items[i]);
	add_left_out(mounted, &reported, changes);
	reported.further_count += changes->further_count;
	if (reported.count)
		listener->changed(listener->context, &reported);
	else if (changes->count == 0 && listener->unchanged)
		listener->unchanged(listener->context, &reported);
	changes_finish(&reported);
}

static void
changed(void *context, const struct changes *changes)
{
	report(context, changes);
}

static void
lost(void *context)
{
	const struct mounted *mounted = context;

	mounted->mounts->listener.lost(mounted->mounts->listener.context);
}

static void
remark(void *context, const char *sentence)
{
	const struct mounted *mounted = context;
	const struct watch_listener *listener = &mounted->mounts->listener;

	if (listener->remark)
		listener->remark(listener->context, sentence);
}

static bool
is_in_use(void *context, const char *name)
{
	const struct mounted *mounted = context;
	const struct watch_listener *listener = &mounted->mounts->listener;
	char *shown = listener->is_in_use ? name_in_site(mounted, name) : NULL;
	bool is_used = shown && listener->is_in_use(listener->context, shown);

	free(shown);
	return is_used;
}

static void
settling(void *context, bool is_settling)
{
	const struct mounted *mounted = context;
	const struct watch_listener *listener = &mounted->mounts->listener;

	if (listener->settling)
		listener->settling(listener->context, is_settling);
}

/* ---- create and destroy ---- */

static bool
comes_before(const struct mounts *mounts, const struct mounted *mounted, const char *route)
{
	return mounted != mounts->served && strlen(mounted->route) >= strlen(route);
}

/* Takes route, file and root. Watches root; if file is not NULL, only the name file in it. */
static struct mounted *
/* NOLINTNEXTLINE(readability-non-const-parameter): the place frees them. */
insert(struct mounts *mounts, char *route, char *file, struct root *root)
{
	struct mounted *mounted = mem_zero(sizeof(*mounted));
	const struct watch_listener listener = {
		.changed = changed,
		.unchanged = changed,
		.lost = lost,
		.is_in_use = is_in_use,
		.settling = settling,
		.remark = remark,
		.context = mounted,
	};
	struct watch_options options = mounts->options;
	size_t at = mounts->count;

	mounts->items = mem_resize(mounts->items, (at + 1) * sizeof(*mounts->items));
	for (; at && !comes_before(mounts, mounts->items[at - 1], route); at--)
		mounts->items[at] = mounts->items[at - 1];
	mounts->items[at] = mounted;
	mounts->count++;
	options.only = file;
	*mounted = (struct mounted){
		.mounts = mounts,
		.route = route,
		.file = file,
		.root = root,
		.watch = watch_create(mounts->loop, root, &options, &listener),
	};
	return mounted;
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
		struct mounted *mounted = mounts->items[i];

		watch_destroy(mounted->watch);
		if (mounted != mounts->served)
			root_destroy(mounted->root);
		free(mounted->route);
		free(mounted->file);
		free(mounted);
	}
	free(mounts->items);
	free(mounts);
}

bool
mounts_add(struct mounts *mounts, const struct mounts_rule *rule)
{
	char *file;
	struct root *root = root_create_at(rule->path, &file);

	if (!root)
		return false;
	if (!root_set_bounds(root, rule->bounds)) {
		root_destroy(root);
		free(file);
		return false;
	}
	if (mounts->follows_links)
		root_follow_links(root);
	insert(mounts, mem_text(rule->route), file, root);
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
has_name(const struct mounted *mounted, const char *name, struct mounts_place *place)
{
	const char *rest = route_rest(mounted->route, name);

	if (!rest || (mounted->file && (*rest || slice_ends(slice_of(name), "/"))))
		return false;
	place->root = mounted->root;
	place->watch = mounted->watch;
	place->name = mounted->file ? mounted->file : rest;
	place->is_file = mounted->file;
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

/* The absolute path of the file at place. The caller frees. */
static char *
path_at(const struct mounts_place *place)
{
	return path_join(root_path(place->root), place->name);
}

char *
mounts_find_file(const struct mounts *mounts, const char *path, struct mounts_place *place)
{
	while (place->next < mounts->count) {
		const struct mounted *mounted = mounts->items[place->next++];
		const char *rest = path_below(path, root_path(mounted->root));
		char *name = rest && *rest ? name_in_site(mounted, rest) : NULL;

		if (name && view_of(mounted, name) != VIEW_HIDDEN) {
			place->root = mounted->root;
			place->watch = mounted->watch;
			place->name = rest;
			place->is_file = mounted->file;
			return name;
		}
		free(name);
	}
	return NULL;
}

char *
mounts_path_of(const struct mounts *mounts, const char *name, bool *is_draft)
{
	struct mounts_place place = {0};

	while (mounts_find(mounts, name, &place)) {
		char *path = path_at(&place);
		bool has_text = mounts->overlays && overlays_find(mounts->overlays, path);

		if (is_draft)
			*is_draft = has_text;
		if (has_text || is_there(&place))
			return path;
		free(path);
	}
	return NULL;
}

/* Sets *state to that of the text that lies over the file at place. Returns false when there is none. */
static bool
find_overlay_state(const struct mounts *mounts, const struct mounts_place *place, uint64_t *state)
{
	bool is_there = mounts->overlays && !overlays_are_empty(mounts->overlays);
	char *path = is_there ? path_at(place) : NULL;

	is_there = path && overlays_state(mounts->overlays, path, state);
	free(path);
	return is_there;
}

enum watch_verdict
mounts_state(const struct mounts *mounts, const char *name, uint64_t *state)
{
	enum watch_verdict verdict = WATCH_KNOWN;
	struct mounts_place place = {0};

	*state = 0;
	while (verdict == WATCH_KNOWN && *state == 0 && mounts_find(mounts, name, &place))
		if (!find_overlay_state(mounts, &place, state))
			verdict = watch_state(place.watch, place.name, state);
	return verdict;
}

void
mounts_set_overlays(struct mounts *mounts, struct overlays *overlays)
{
	mounts->overlays = overlays;
}

struct overlays *
mounts_overlays(const struct mounts *mounts)
{
	return mounts->overlays;
}

int
mounts_open_overlay(const struct mounts *mounts, const struct mounts_place *place)
{
	bool is_any = mounts->overlays && !overlays_are_empty(mounts->overlays);
	char *path = is_any ? path_at(place) : NULL;
	int file = path ? overlays_open(mounts->overlays, path) : -1;

	free(path);
	return file;
}

bool
mounts_cover(const struct mounts *mounts, const char *name)
{
	struct mounts_place place = {0};

	while (mounts_find(mounts, name, &place) && place.root != mounts->served->root)
		if (is_there(&place))
			return true;
	return false;
}

const struct root *
mounts_served_root(const struct mounts *mounts)
{
	return mounts->served->root;
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

bool
mounts_are_quiet(const struct mounts *mounts)
{
	for (size_t i = 0; i < mounts->count; i++)
		if (!watch_is_quiet(mounts->items[i]->watch))
			return false;
	return true;
}
