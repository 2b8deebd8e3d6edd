/*
 * kept_files: see kept_files.h. Owns the files that are kept, with their descriptors. A file is found
 * by the path of a request as it was sent. For a document there are two answers, with and without the
 * script tag.
 */
#define _GNU_SOURCE
#include "site/kept_files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "fs/file_state.h"
#include "fs/lru.h"

enum {
	SEEN = 256,        /* paths that are remembered because they were requested once */
	FILE_BYTES = 2048, /* memory of a kept file, its bytes and names not included */
	DESCRIPTORS = 8,   /* the part of all descriptors that may be taken: one of so many */
};

/* One of the two answers. */
struct answer {
	bool is_known;
	struct file_response_fields fields;
	struct buf bytes; /* the whole body of a small file, or the script tag of a large one */
	uint64_t tag_at, tag_length;
	uint64_t number;  /* of the journal, when the tag was written */
	unsigned checked; /* the last batch in which the file was compared */
};

struct kept_file {
	struct lru_item use;
	char *path, *name; /* of the request, and in the site */
	struct watch *watch;
	char *watched;  /* its name in watch */
	uint64_t since; /* the events of watch, when it was last known to be unchanged */
	int file;
	struct stat state;
	bool is_small; /* its bytes are kept */
	const struct media_type *type;
	struct answer answers[2]; /* without and with the tag */
};

struct kept_files {
	struct loop *loop;
	struct loop_timer idle_timer; /* set as long as there are files */
	bool is_used;                 /* since it was set */
	const struct mounts *mounts;
	const struct file_response_options *options;
	struct map files; /* by path */
	struct lru lru;
	size_t max;
	unsigned batch;
	/* What the last watch that was asked in this batch has answered. */
	const struct watch *watch;
	bool is_caught_up;
	uint32_t seen[SEEN];
	char *scratch; /* REPRESENTATION_SMALL_MAX + 1 bytes, for files to compare; NULL when there are none */
};

/* ---- the files ---- */

static void
forget(struct kept_files *kept, struct kept_file *file)
{
	map_remove(&kept->files, slice_of(file->path));
	lru_leave(&file->use);
	for (size_t i = 0; i < 2; i++) {
		file_response_fields_finish(&file->answers[i].fields);
		buf_finish(&file->answers[i].bytes);
	}
	if (file->file >= 0)
		close(file->file);
	free(file->path);
	free(file->name);
	free(file->watched);
	free(file);
}

struct kept_files *
kept_files_create(
	struct loop *loop, const struct mounts *mounts, const struct file_response_options *options)
{
	struct kept_files *kept = mem_zero(sizeof(*kept));
	struct rlimit limit;

	kept->loop = loop;
	kept->mounts = mounts;
	kept->options = options;
	kept->max = KEPT_FILES_MAX;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur / DESCRIPTORS < kept->max)
		kept->max = (size_t)limit.rlim_cur / DESCRIPTORS;
	return kept;
}

bool
kept_files_clear(struct kept_files *kept)
{
	bool has_any = kept->lru.oldest;

	while (kept->lru.oldest)
		forget(kept, kept->lru.oldest->thing);
	loop_timer_clear(kept->loop, &kept->idle_timer);
	free(kept->scratch);
	kept->scratch = NULL;
	return has_any;
}

static void
idle_time_is_over(void *context)
{
	struct kept_files *kept = context;

	if (kept->is_used)
		loop_timer_set(kept->loop, &kept->idle_timer, KEPT_FILES_IDLE_MS * 1000,
			idle_time_is_over, kept);
	else
		kept_files_clear(kept);
	kept->is_used = false;
}

static void
note_use(struct kept_files *kept, struct kept_file *file, size_t bytes)
{
	lru_use(&kept->lru, &file->use, file, bytes);
	kept->is_used = true;
	if (!kept->idle_timer.is_set)
		loop_timer_set(kept->loop, &kept->idle_timer, KEPT_FILES_IDLE_MS * 1000,
			idle_time_is_over, kept);
}

void
kept_files_destroy(struct kept_files *kept)
{
	if (!kept)
		return;
	kept_files_clear(kept);
	map_finish(&kept->files);
	free(kept);
}

/* ---- whether a file is unchanged ---- */

void
kept_files_begin(struct kept_files *kept)
{
	kept->batch++;
	kept->watch = NULL;
}

/* Whether all events of watch are known. */
static bool
catch_up(struct kept_files *kept, struct watch *watch)
{
	if (kept->watch != watch) {
		kept->watch = watch;
		kept->is_caught_up = watch_catch_up(watch);
	}
	return kept->is_caught_up;
}

static bool
leads_to_same_file(struct kept_files *kept, struct kept_file *file)
{
	uint64_t count;

	if (!catch_up(kept, file->watch))
		return false;
	count = watch_event_count(file->watch);
	if (file->since != count && !watch_is_unchanged(file->watch, file->watched, file->since))
		return false;
	file->since = count;
	return true;
}

static bool
has_same_bytes(struct kept_files *kept, const struct kept_file *file, const struct answer *answer)
{
	size_t length = answer->bytes.length - (size_t)answer->tag_length;
	size_t before = (size_t)answer->tag_at;
	const char *bytes = answer->bytes.bytes;

	/* One byte more than there were, so that a longer file is noticed. */
	return pread(file->file, kept->scratch, length + 1, 0) == (ssize_t)length &&
	       (length == 0 || (memcmp(bytes, kept->scratch, before) == 0 &&
				       memcmp(bytes + before + answer->tag_length,
					       kept->scratch + before, length - before) == 0));
}

static bool
has_same_state(const struct kept_file *file)
{
	struct stat state;

	return fstat(file->file, &state) == 0 && file_state_is_same(&state, &file->state);
}

/* Whether the answer may be sent again. Once in a batch is enough. */
static bool
is_current(struct kept_files *kept, struct kept_file *file, struct answer *answer)
{
	if (answer->tag_length &&
		answer->number != journal_number(kept->options->script_tag->journal))
		return false;
	if (answer->checked == kept->batch)
		return true;
	if (!leads_to_same_file(kept, file) ||
		!(file->is_small ? has_same_bytes(kept, file, answer) : has_same_state(file)))
		return false;
	answer->checked = kept->batch;
	return true;
}

/* ---- answering ---- */

/* Requests with these fields, and rewritten ones, are rare enough for the disk. */
static bool
asks_for_more(const struct request *request)
{
	return request->address.at || request->has_policy || request->has_no_index ||
	       request->media_type || request_get(request, REQUEST_RANGE).at ||
	       request_get(request, REQUEST_IF_MATCH).at ||
	       request_get(request, REQUEST_IF_UNMODIFIED_SINCE).at;
}

static void
add_body(const struct kept_file *file, const struct answer *answer, struct body *body)
{
	uint64_t length = (uint64_t)file->state.st_size;

	if (file->is_small) {
		body_lend_text(body, buf_slice(&answer->bytes));
		return;
	}
	body_borrow_file(body, file->file);
	body_add_file(body, 0, answer->tag_at);
	body_lend_text(body, buf_slice(&answer->bytes));
	body_add_file(body, answer->tag_at, length - answer->tag_at);
}

const char *
kept_files_respond(
	struct kept_files *kept, const struct request *request, struct response *response)
{
	struct kept_file *file = map_get(&kept->files, request->path);
	struct answer *answer;

	if (!file || asks_for_more(request))
		return NULL;
	answer = &file->answers[file_response_gets_tag(kept->options, request, file->type)];
	if (!answer->is_known)
		return NULL;
	if (!is_current(kept, file, answer)) {
		forget(kept, file);
		return NULL;
	}
	note_use(kept, file, file->use.bytes);
	if (conditional_evaluate(request, &answer->fields.validators) == CONDITIONAL_NOT_MODIFIED) {
		fields_copy(&response->fields, &answer->fields.not_modified);
		response_status(response, 304);
		return file->name;
	}
	fields_copy(&response->fields, &answer->fields.found);
	response->status = 200;
	response->has_content = true;
	add_body(file, answer, &response->body);
	return file->name;
}

/* ---- keeping ---- */

/* Whether the path was requested before, as far as is remembered. */
static bool
was_seen(struct kept_files *kept, struct slice path)
{
	uint64_t hash = hash_bytes(path);
	uint32_t *place = &kept->seen[hash % SEEN], mark = (uint32_t)(hash >> 32) | 1;
	bool is_seen = *place == mark;

	*place = is_seen ? 0 : mark;
	return is_seen;
}

/* Another place that has no such file now could get one. */
static bool
is_first(const struct kept_files *kept, const struct mounts_place *place, const char *name)
{
	struct mounts_place first = {0};

	return mounts_find(kept->mounts, name, &first) && first.next == place->next;
}

/* Whether the events tell what happens to the file, and unmounting its file system is not at stake. */
static bool
is_watched(const struct mounts_place *place, const struct stat *state)
{
	struct watch *watch = place->watch;
	struct stat root;

	return !watch_is_polling(watch) &&
	       watch_is_unchanged(watch, place->name, watch_event_count(watch)) &&
	       fstat(root_fd(place->root), &root) == 0 && root.st_dev == state->st_dev;
}

static bool
may_keep(struct kept_files *kept, const struct file_response *file,
	const struct mounts_place *place, const char *name)
{
	int status = file->response->status;

	/* A date in the future is replaced by that of each response. */
	return (status == 200 || status == 304) && !asks_for_more(file->request) &&
	       !file->representation->is_made && file->state->st_size <= KEPT_FILES_SIZE_MAX &&
	       file->state->st_nlink == 1 &&
	       (file->representation->is_small || !representation_is_fresh(file->state)) &&
	       was_seen(kept, file->request->path) && file->state->st_mtime <= time(NULL) &&
	       is_first(kept, place, name) && is_watched(place, file->state);
}

static void
write_answer(struct kept_files *kept, struct answer *answer, const struct file_response *file)
{
	const struct representation *representation = file->representation;

	answer->is_known = true;
	file_response_describe(file, &answer->fields);
	answer->tag_at = representation->tag_at;
	answer->tag_length = representation->tag.length;
	answer->number = journal_number(kept->options->script_tag->journal);
	answer->checked = kept->batch - 1;
	if (!representation->is_small) {
		buf_add_slice(&answer->bytes, buf_slice(&representation->tag));
		return;
	}
	buf_add(&answer->bytes, representation->start.bytes, (size_t)answer->tag_at);
	buf_add_slice(&answer->bytes, buf_slice(&representation->tag));
	buf_add(&answer->bytes, representation->start.bytes + answer->tag_at,
		representation->start.length - (size_t)answer->tag_at);
}

static void
trim(struct kept_files *kept)
{
	while (lru_is_over(&kept->lru, kept->max, KEPT_FILES_BYTES))
		forget(kept, kept->lru.oldest->thing);
}

/* The file for path that is kept if it is still that one; else a new one. */
static struct kept_file *
file_of(struct kept_files *kept, const struct file_response *response,
	const struct mounts_place *place, const char *name)
{
	struct slice path = response->request->path;
	struct kept_file *file = map_get(&kept->files, path);

	if (file && file_state_is_same(&file->state, response->state) &&
		file->since == watch_event_count(place->watch))
		return file;
	if (file)
		forget(kept, file);
	file = mem_zero(sizeof(*file));
	file->path = mem_copy(path.at, path.length);
	file->name = mem_text(name);
	file->watch = place->watch;
	file->watched = mem_text(place->name);
	/* No events were read since before the file was opened. Later ones have higher numbers. */
	file->since = watch_event_count(place->watch);
	file->file = body_give_file(&response->response->body);
	file->state = *response->state;
	file->is_small = response->representation->is_small;
	file->type = file_response_type(kept->options, slice_of(place->name));
	map_set(&kept->files, path, file);
	return file;
}

void
kept_files_keep(struct kept_files *kept, const struct file_response *response,
	const struct mounts_place *place, const char *name)
{
	struct kept_file *file;
	struct answer *answer;

	if (!may_keep(kept, response, place, name))
		return;
	if (!kept->scratch)
		kept->scratch = mem_resize(NULL, REPRESENTATION_SMALL_MAX + 1);
	file = file_of(kept, response, place, name);
	answer = &file->answers[file_response_gets_tag(
		kept->options, response->request, file->type)];
	file_response_fields_finish(&answer->fields);
	buf_finish(&answer->bytes);
	*answer = (struct answer){0};
	write_answer(kept, answer, response);
	note_use(kept, file,
		FILE_BYTES + strlen(file->path) * 4 + file->answers[0].bytes.capacity +
			file->answers[1].bytes.capacity);
	trim(kept);
}
