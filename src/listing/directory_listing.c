/*
 * directory_listing: see directory_listing.h.
 *
 * The lists of large folders are tasks in a queue, and the worker gets one at a time: the first.
 * Requests for the same list share a task that has not begun. They cannot share one that has,
 * because it may have missed what changed just before the request. When a task is done, its
 * requests are answered again, and take its text then: one in each round of the loop, because the text
 * of a large folder has megabytes, and so that those who read at once are done before the next begin.
 */
#define _GNU_SOURCE
#include "listing/directory_listing.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/worker.h"
#include "fs/path.h"
#include "fs/served_file.h"
#include "html/csp.h"
#include "html/error_page.h"
#include "html/navigation.h"
#include "http/conditional.h"
#include "listing/folder_entries.h"
#include "listing/listing_page.h"
#include "listing/listing_query.h"

/* One list of one folder. */
struct task {
	struct task *next;
	struct directory_listings *listings;
	struct response_waiters waiters;
	DIR *folder;
	struct stat state;       /* of folder, which says whether a request is for the same one */
	const struct root *root; /* a copy for the worker */
	const char *name, *shown, *site;
	bool with_hidden, as_json, with_tag;
	size_t depth; /* of the address */
	struct listing_query query;
	struct buf script_tag;
	struct buf text;
	uint64_t text_hash;
};

struct directory_listings {
	struct loop *loop;
	const struct script_tag *tag;
	const struct root *site;
	const char *index;
	struct worker *worker;
	struct loop_timer timer; /* set while the requests of the first task are answered */
	struct task *first;      /* the one that the worker has; the others wait behind it */
	const struct task *done; /* while one of its requests is answered; else NULL */
};

/* ---- a list ---- */

static struct folder_entries_source
source_of(const struct task *task)
{
	return (struct folder_entries_source){
		.folder = task->folder,
		.root = task->root,
		.name = task->name,
		.with_hidden = task->with_hidden,
	};
}

static void
write_list(struct task *task, struct folder_entries *entries)
{
	const struct listing_page page = {
		.site = task->site,
		.shown = task->shown,
		.script_tag = buf_slice(&task->script_tag),
		.query = &task->query,
		.index = task->listings->index,
	};

	listing_query_filter(&task->query, entries);
	folder_entries_sort(entries, &task->query.order);
	if (task->as_json)
		listing_page_write_json(&page, entries, &task->text);
	else
		listing_page_write(&page, entries, &task->text);
	task->text_hash = hash_bytes(buf_slice(&task->text));
}

/* The list of task is written. Its entity tag (RFC 9110 8.8.3) is that of the bytes. */
static void
respond(const struct task *task, const struct request *request, struct response *response)
{
	char etag[40];
	const struct conditional_validators validators = {.etag = etag};
	enum conditional_verdict verdict;

	snprintf(etag, sizeof(etag), "\"%zx-%016" PRIx64 "\"", task->text.length, task->text_hash);
	verdict = conditional_evaluate(request, &validators);
	if (verdict == CONDITIONAL_FAILED) {
		error_page_respond(response, task->listings->tag, 412,
			SLICE_LITERAL("The folder does not have the requested state."));
		return;
	}
	response_field(response, "ETag", slice_of(etag));
	response_field(response, "Cache-Control", SLICE_LITERAL("no-cache"));
	response_field(response, "Vary",
		task->as_json ? SLICE_LITERAL("Accept") : SLICE_LITERAL(NAVIGATION_VARY));
	/* A 304 has it, too, so that no other one takes its place (RFC 9111 3.2). */
	csp_add_with_form(response, listing_page_style_hash);
	if (verdict == CONDITIONAL_NOT_MODIFIED) {
		response_status(response, 304);
		return;
	}
	response_text(response, 200,
		task->as_json ? "application/json" : "text/html; charset=utf-8",
		buf_slice(&task->text));
}

/* ---- tasks ---- */

/*
 * The tag says since when the page wants to know of changes, so it is written before the list. What
 * our script fetches to update the page has none.
 */
static void
write_tag(struct task *task)
{
	if (task->with_tag)
		script_tag_add(task->listings->tag,
			&(struct script_tag_attributes){.is_own = true, .depth = task->depth},
			&task->script_tag);
}

static bool
is_same(const struct task *a, const struct task *b)
{
	return a->state.st_dev == b->state.st_dev && a->state.st_ino == b->state.st_ino &&
	       a->as_json == b->as_json && a->with_tag == b->with_tag &&
	       a->with_hidden == b->with_hidden && a->depth == b->depth &&
	       listing_query_is_same(&a->query, &b->query) && strcmp(a->name, b->name) == 0 &&
	       strcmp(a->shown, b->shown) == 0;
}

static void
destroy_task(void *data)
{
	struct task *task = data;

	closedir(task->folder);
	root_destroy((struct root *)task->root);
	free((char *)task->name);
	free((char *)task->shown);
	free((char *)task->site);
	listing_query_finish(&task->query);
	buf_finish(&task->script_tag);
	buf_finish(&task->text);
	free(task);
}

/* In the thread of the worker. Reads from the start, because the task may have waited for long. */
static void
run_task(void *data)
{
	struct task *task = data;
	const struct folder_entries_source source = source_of(task);
	struct folder_entries entries = {0};

	rewinddir(task->folder);
	folder_entries_read(&entries, &source, SIZE_MAX);
	write_list(task, &entries);
	folder_entries_finish(&entries);
}

static struct task *
take_first(struct directory_listings *listings)
{
	struct task *task = listings->first;

	listings->first = task->next;
	return task;
}

static void task_done(void *data);

/* Gives the first task to the worker. Returns false when the system gives no thread. */
static bool
begin_first(struct directory_listings *listings)
{
	struct task *task = listings->first;

	write_tag(task);
	return worker_add(
		listings->worker, &(struct worker_job){run_task, task_done, destroy_task, task});
}

static void
begin_next(struct directory_listings *listings)
{
	struct task *task;

	/* Nobody waits for it any more. */
	while (listings->first && !listings->first->waiters.first)
		destroy_task(take_first(listings));
	task = listings->first;
	if (!task || begin_first(listings))
		return;
	run_task(task);
	task_done(task);
}

/* A loop_timer_fn: answers one request of the first task, which is done. */
static void
answer_one(void *context)
{
	struct directory_listings *listings = context;
	struct task *task = listings->first;

	if (task->waiters.first) {
		listings->done = task;
		response_resume_first(&task->waiters);
		listings->done = NULL;
	}
	if (task->waiters.first) {
		loop_timer_set(listings->loop, &listings->timer, 0, answer_one, listings);
		return;
	}
	destroy_task(take_first(listings));
	begin_next(listings);
}

static void
task_done(void *data)
{
	const struct task *task = data;

	answer_one(task->listings);
}

/* A task of its own from one that borrows everything but the folder. */
static struct task *
create_task(const struct task *wanted)
{
	struct task *task = mem_zero(sizeof(*task));

	*task = *wanted;
	task->root = root_copy(wanted->root);
	task->name = mem_text(wanted->name);
	task->shown = mem_text(wanted->shown);
	task->site = mem_text(wanted->site);
	listing_query_copy(&task->query, &wanted->query);
	task->script_tag = (struct buf){0};
	return task;
}

/* The task that writes this list, and has not begun; otherwise the end of the queue. */
static struct task **
find_place(struct directory_listings *listings, const struct task *wanted)
{
	struct task **place = &listings->first;
	size_t count = 0;

	while (*place && (count == 0 || !is_same(*place, wanted)) &&
		count <= DIRECTORY_LISTING_QUEUE_MAX) {
		place = &(*place)->next;
		count++;
	}
	return count <= DIRECTORY_LISTING_QUEUE_MAX ? place : NULL;
}

/* Returns the task whose requests this one joins; NULL when there are too many. Takes the folder. */
static struct task *
join_task(struct directory_listings *listings, const struct task *wanted)
{
	struct task **place = find_place(listings, wanted);

	if (!place || *place) {
		closedir(wanted->folder);
		return place ? *place : NULL;
	}
	*place = create_task(wanted);
	if (*place != listings->first || begin_first(listings))
		return *place;
	destroy_task(take_first(listings));
	return NULL;
}

/* Pauses the request until its list is written. Takes the folder of wanted. */
static void
wait_for_list(
	struct directory_listings *listings, const struct task *wanted, struct response *response)
{
	struct task *task = join_task(listings, wanted);

	if (task)
		response_pause(response, &task->waiters);
	else
		error_page_respond(response, listings->tag, 503,
			SLICE_LITERAL("Too many large folders are being listed. Try again."));
}

/* Whether the same list is awaited, so that the folder is known to be large. */
static bool
is_awaited(const struct directory_listings *listings, const struct task *wanted)
{
	const struct task *task = listings->first;

	while (task && !is_same(task, wanted))
		task = task->next;
	return task;
}

/* Returns false when the folder has too many names for now. */
static bool
respond_at_once(struct task *wanted, const struct request *request, struct response *response)
{
	const struct folder_entries_source source = source_of(wanted);
	struct folder_entries entries = {0};
	bool is_small;

	write_tag(wanted);
	is_small = folder_entries_read(&entries, &source, DIRECTORY_LISTING_SMALL_MAX);
	if (is_small) {
		write_list(wanted, &entries);
		respond(wanted, request, response);
	}
	folder_entries_finish(&entries);
	buf_finish(&wanted->script_tag);
	buf_finish(&wanted->text);
	return is_small;
}

/* Returns NULL with errno; ENOENT also when a link leads to a hidden folder. */
static DIR *
open_folder(const struct directory_listing *listing)
{
	DIR *folder = root_open_folder(listing->root, listing->name);

	if (!folder || listing->with_hidden || !served_file_is_hidden(listing->root, dirfd(folder)))
		return folder;
	closedir(folder);
	errno = ENOENT;
	return NULL;
}

/* The name of the served folder. The one of the whole system has none. */
static const char *
site_name(const struct directory_listings *listings)
{
	const char *name = path_base(slice_of(root_path(listings->site))).at;

	return *name ? name : "root";
}

/* ---- public functions ---- */

struct directory_listings *
directory_listings_create(
	struct loop *loop, const struct script_tag *tag, const struct root *site, const char *index)
{
	struct directory_listings *listings = mem_zero(sizeof(*listings));

	listings->loop = loop;
	listings->tag = tag;
	listings->site = site;
	listings->index = index;
	listings->worker = worker_create(loop, 2);
	return listings;
}

void
directory_listings_destroy(struct directory_listings *listings)
{
	if (!listings)
		return;
	/* The first one is the worker's, which calls task_done for it, unless it is done. */
	while (listings->first && listings->first->next) {
		struct task *task = listings->first->next;

		listings->first->next = task->next;
		destroy_task(task);
	}
	if (listings->timer.is_set) {
		loop_timer_clear(listings->loop, &listings->timer);
		destroy_task(take_first(listings));
	}
	worker_destroy(listings->worker);
	free(listings);
}

bool
directory_listing_is_there(const struct directory_listing *listing)
{
	DIR *folder = open_folder(listing);

	if (!folder)
		return false;
	closedir(folder);
	return true;
}

bool
directory_listing_respond(struct directory_listings *listings,
	const struct directory_listing *listing, const struct request *request,
	struct response *response)
{
	static const struct media_type page = {"text/html", true, MEDIA_TYPE_HTML};
	bool with_tag = navigation_gets_tag(request, &page);

	if (listing->awaits_index && !with_tag && navigation_wants_document(request)) {
		errno = ENOENT;
		return false;
	}
	struct task wanted = {
		.listings = listings,
		.root = listing->root,
		.name = listing->name,
		.shown = listing->shown,
		.site = site_name(listings),
		.with_hidden = listing->with_hidden,
		.as_json = navigation_accepts(request, "application/json") &&
			   !navigation_accepts(request, "text/html"),
		.with_tag = with_tag,
		.depth = request_depth(request),
		.folder = open_folder(listing),
	};

	if (!wanted.folder || fstat(dirfd(wanted.folder), &wanted.state) < 0)
		return false;
	listing_query_init(&wanted.query, request->query);
	if (listings->done && is_same(listings->done, &wanted)) {
		respond(listings->done, request, response);
		closedir(wanted.folder);
	} else if (!is_awaited(listings, &wanted) && respond_at_once(&wanted, request, response)) {
		closedir(wanted.folder);
	} else {
		wait_for_list(listings, &wanted, response);
	}
	listing_query_finish(&wanted.query);
	return true;
}
