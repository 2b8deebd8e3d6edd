/*
 * publisher: see publisher.h. It owns the list of what pages include; the parts in its options are borrowed. Its one idea:
 * each kind of change has a function, and all of them are made of the steps record, announce
 * and print_problems.
 */
#include "publisher.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fs/hidden_names.h"
#include "problem_events.h"
#include "ui/event_text.h"

struct publisher {
	struct publisher_options parts;
	struct known_errors known_errors;
	struct rule_files *rule_files; /* or NULL */
	bool serves_hidden;
	const char *fallback;
	struct files_first_scripts scripts;
	struct ssi_parts *ssi_parts;
	const struct mounts *mounts;  /* or NULL */
	publisher_draft_fn *draft_fn; /* or NULL */
	void *draft_context;
};

/* Pages do not know what the server has made them of. */
static void
find_made(void *context, struct slice path, void (*add)(void *to, struct slice page), void *to)
{
	const struct publisher *publisher = context;

	ssi_parts_find_pages(publisher->ssi_parts, path, add, to);
}

struct publisher *
publisher_create(const struct publisher_options *options)
{
	struct publisher *publisher = mem_zero(sizeof(*publisher));

	publisher->parts = *options;
	publisher->scripts = options->files->scripts;
	publisher->rule_files = options->files->follows_rules ? rule_files_create() : NULL;
	publisher->ssi_parts = ssi_parts_create();
	hub_set_find_made(options->hub, find_made, publisher);
	publisher_reconfigure(publisher, options->files);
	return publisher;
}

void
publisher_destroy(struct publisher *publisher)
{
	if (publisher) {
		known_errors_finish(&publisher->known_errors);
		hub_set_find_made(publisher->parts.hub, NULL, NULL);
		rule_files_destroy(publisher->rule_files);
		ssi_parts_destroy(publisher->ssi_parts);
	}
	free(publisher);
}

struct rule_files *
publisher_rule_files(struct publisher *publisher)
{
	return publisher->rule_files;
}

void
publisher_join(struct publisher *publisher, struct static_files_options *files)
{
	files->importers = publisher->parts.importers;
	files->ssi_parts = publisher->ssi_parts;
}

void
publisher_set_mounts(struct publisher *publisher, const struct mounts *mounts)
{
	publisher->mounts = mounts;
}

void
publisher_reconfigure(struct publisher *publisher, const struct static_files_options *files)
{
	if (publisher->serves_hidden && !files->serves_hidden)
		journal_forget(publisher->parts.journal);
	publisher->serves_hidden = files->serves_hidden;
	publisher->fallback = files->fallback;
}

/* ---- what pages may know ---- */

static bool
is_hidden(const struct publisher *publisher, const char *path)
{
	bool is_fallback = publisher->fallback && strcmp(publisher->fallback, path) == 0;

	return !publisher->serves_hidden && !is_fallback && hidden_path(slice_of(path));
}

static void
add_visible(const struct publisher *publisher, struct changes *to, const struct changes *from)
{
	for (size_t i = 0; i < from->count; i++)
		if (!is_hidden(publisher, from->items[i].path))
			changes_copy(to, &from->items[i]);
	to->further_count += from->further_count;
}

/*
 * Whether one of changes is the source of a script. Which pages it has made is not known: it may be
 * included by others, and the URL of a page need not name it.
 */
static bool
has_script(const struct publisher *publisher, const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		if (upstream_for_script(publisher->scripts.servers, publisher->scripts.count,
			    slice_of(changes->items[i].path)))
			return true;
	return false;
}

/* ---- the steps ---- */

/*
 * The journal gets what pages may know of the batch, the pages that include a changed file, and the scripts
 * that import one: a page that uses such a script must load it again. After a script of a FastCGI server or
 * the rules of a host have changed, all pages reload. Returns false when there is nothing of it.
 */
static bool
record(struct publisher *publisher, const struct changes *changes)
{
	struct changes visible = {0};
	bool is_any, has_rules = rule_files_note_changes(publisher->rule_files, changes);

	problems_update(publisher->parts.problems, changes);
	add_visible(publisher, &visible, changes);
	ssi_parts_add(publisher->ssi_parts, &visible);
	importers_add(publisher->parts.importers, &visible);
	is_any = visible.count || visible.further_count;
	if (has_rules || has_script(publisher, &visible))
		journal_add_unknown(publisher->parts.journal);
	else if (is_any)
		journal_add(publisher->parts.journal, &visible);
	changes_finish(&visible);
	return is_any || has_rules;
}

/* Completes event and prints its line. */
static void
print(struct publisher *publisher, struct event *event, size_t pages_told)
{
	event->site = publisher->parts.site;
	event->pages_told = pages_told;
	event->pages_open = hub_page_count(publisher->parts.hub);
	event->is_deferred = hub_is_paused(publisher->parts.hub);
	terminal_print(publisher->parts.terminal, event);
}

/*
 * Wakes the pages that use what is new in the journal, and prints the line of event. Completes event.
 * Returns the number of pages that use what changed.
 */
static size_t
announce(struct publisher *publisher, struct event *event)
{
	print(publisher, event, hub_publish(publisher->parts.hub));
	return event->pages_told;
}

/* A problem_events_fn. */
static void
print_event(void *to, const struct event *event)
{
	terminal_print(to, event);
}

/* The same without a line in the terminal. */
static void
copy_event(void *to, const struct event *event)
{
	terminal_copy(to, event);
}

static struct problem_events
events_of(const struct publisher *publisher)
{
	const struct publisher_options *parts = &publisher->parts;

	return (struct problem_events){
		parts->problems, parts->places, publisher->mounts, parts->site};
}

void
publisher_describe(const struct publisher *publisher, problem_events_fn *add, void *to)
{
	const struct problem_events events = events_of(publisher);

	problem_events_all(&events, add, to);
}

void
publisher_note_error(struct publisher *publisher, const struct error_place *place)
{
	known_errors_add(
		&publisher->known_errors, buf_slice(&place->served), buf_slice(&place->file));
}

/* Pages load the changed files again, and report anew what is still wrong with them. */
static void
print_outdated(struct publisher *publisher, const struct changes *changes)
{
	char *file;

	for (size_t i = 0; i < changes->count; i++)
		while ((file = known_errors_take(
				&publisher->known_errors, changes->items[i].path))) {
			const struct event event = {
				.kind = EVENT_ERRORS_OUTDATED, .path = slice_of(file)};

			terminal_print(publisher->parts.terminal, &event);
			free(file);
		}
}

static void
publish(struct publisher *publisher, const struct changes *changes)
{
	const struct problem_events events = events_of(publisher);
	struct terminal *terminal = publisher->parts.terminal;
	struct event event = {.kind = EVENT_CHANGED, .changes = changes};
	struct buf broken = {0};
	bool is_any;

	problem_events_add_broken(&events, changes, &broken);
	is_any = record(publisher, changes);
	event.is_hidden = !is_any;
	problem_events_mended(&events, &broken, print_event, terminal);
	print_outdated(publisher, changes);
	buf_finish(&broken);
	if (is_any)
		announce(publisher, &event);
	else
		print(publisher, &event, 0);
	publisher->parts.published(
		publisher->parts.context, changes, event.is_deferred ? 0 : event.pages_told);
	problem_events_of(&events, changes, print_event, terminal);
}

/* ---- drafts ---- */

void
publisher_set_draft_fn(struct publisher *publisher, publisher_draft_fn *fn, void *context)
{
	publisher->draft_fn = fn;
	publisher->draft_context = context;
}

bool
publisher_shows(const struct publisher *publisher, const char *path)
{
	return !is_hidden(publisher, path) && !upstream_for_script(publisher->scripts.servers,
						      publisher->scripts.count, slice_of(path));
}

/* What is made of a file changes with it, for the same pages. */
static void
add_users(struct publisher *publisher, struct changes *changes)
{
	const struct change first = changes->items[0];
	size_t count = changes->count;

	ssi_parts_add(publisher->ssi_parts, changes);
	importers_add(publisher->parts.importers, changes);
	for (size_t i = count; i < changes->count; i++) {
		changes->items[i].draft = first.draft;
		changes->items[i].since = first.since;
	}
}

void
publisher_publish_drafts(struct publisher *publisher, const struct changes *changes)
{
	const struct problem_events events = events_of(publisher);
	struct terminal *terminal = publisher->parts.terminal;
	struct changes visible = {0};
	struct buf broken = {0};

	problem_events_add_broken(&events, changes, &broken);
	problems_update(publisher->parts.problems, changes);
	add_visible(publisher, &visible, changes);
	if (visible.count) {
		add_users(publisher, &visible);
		journal_add(publisher->parts.journal, &visible);
		hub_publish(publisher->parts.hub);
	}
	problem_events_mended(&events, &broken, copy_event, terminal);
	problem_events_of(&events, changes, copy_event, terminal);
	buf_finish(&broken);
	changes_finish(&visible);
}

/* ---- what the watches report ---- */

/* Copies change to rest, with the bits that it has if a text lies over the file. Returns whether there are any. */
static bool
add_on_disk(const struct publisher *publisher, struct changes *rest, const struct change *change)
{
	struct change copy = *change;

	if (publisher->draft_fn)
		copy.draft = publisher->draft_fn(publisher->draft_context, change->path);
	changes_copy(rest, &copy);
	return copy.draft;
}

static void
site_changed(void *context, const struct changes *changes)
{
	struct publisher *publisher = context;
	struct changes rest = {0};
	bool has_drafts = false;

	for (size_t i = 0; i < changes->count; i++)
		if (!publisher->parts.is_covered(publisher->parts.context, changes->items[i].path))
			has_drafts |= add_on_disk(publisher, &rest, &changes->items[i]);
	rest.further_count += changes->further_count;
	if (rest.count == changes->count && !has_drafts)
		publish(publisher, changes); /* not rest: changes also counts what was left out */
	else if (rest.count || rest.further_count)
		publish(publisher, &rest);
	changes_finish(&rest);
}

static void
elsewhere_changed(void *context, const struct changes *changes)
{
	struct publisher *publisher = context;
	struct event event = {.kind = EVENT_CHANGED_ELSEWHERE, .changes = changes};

	journal_add_unknown(publisher->parts.journal);
	announce(publisher, &event);
}

static void
unchanged(void *context, const struct changes *changes)
{
	const struct publisher *publisher = context;
	const struct event event = {
		.kind = EVENT_UNCHANGED, .changes = changes, .site = publisher->parts.site};

	terminal_print(publisher->parts.terminal, &event);
}

static void
events_lost(void *context)
{
	struct publisher *publisher = context;
	struct event event = {.kind = EVENT_CHANGES_LOST};

	rule_files_forget(publisher->rule_files);
	journal_add_unknown(publisher->parts.journal);
	announce(publisher, &event);
}

static void
print_remark(void *context, const char *sentence)
{
	const struct publisher *publisher = context;
	const struct event event = {
		.kind = EVENT_REMARK, .text = sentence, .site = publisher->parts.site};

	terminal_print(publisher->parts.terminal, &event);
}

/* A hidden file is never served. So not even a page that cannot say what it uses has it. */
static bool
is_in_use(void *context, const char *path)
{
	const struct publisher *publisher = context;

	return !is_hidden(publisher, path) &&
	       hub_pages_using(publisher->parts.hub, slice_of(path)) > 0;
}

static void
settling(void *context, bool is_settling)
{
	const struct publisher *publisher = context;

	hub_set_settling(publisher->parts.hub,
		document_hold_note(publisher->parts.document_hold, is_settling));
}

struct watch_listener
publisher_site_listener(struct publisher *publisher)
{
	return (struct watch_listener){
		.changed = site_changed,
		.unchanged = unchanged,
		.lost = events_lost,
		.is_in_use = is_in_use,
		.settling = settling,
		.remark = print_remark,
		.context = publisher,
	};
}

struct watch_listener
publisher_elsewhere_listener(struct publisher *publisher)
{
	return (struct watch_listener){
		.changed = elsewhere_changed,
		.lost = events_lost,
		.context = publisher,
	};
}

/* ---- what a person asks for ---- */

size_t
publisher_reload(struct publisher *publisher, struct slice path)
{
	struct event event = {.kind = EVENT_RELOAD_REQUESTED, .path = path};
	struct changes asked = {0}, changes = {0};

	if (path.length)
		changes_add(&asked, path, CHANGE_MODIFIED);
	add_visible(publisher, &changes, &asked);
	if (changes.count)
		journal_add(publisher->parts.journal, &changes);
	else
		journal_add_unknown(publisher->parts.journal);
	changes_finish(&changes);
	changes_finish(&asked);
	return announce(publisher, &event);
}

void
publisher_note_outage(struct publisher *publisher, bool is_over, const char *sentence)
{
	struct event event = {
		.kind = EVENT_REMARK, .text = sentence, .site = publisher->parts.site};

	if (is_over) {
		journal_add_unknown(publisher->parts.journal);
		hub_publish(publisher->parts.hub);
	}
	terminal_print(publisher->parts.terminal, &event);
}
