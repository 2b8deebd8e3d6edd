/*
 * privdrop: see privdrop.h. It can only be entered, never left, so what else has to be opened outside
 * has been opened before: the terminal, the sockets, the time zone.
 */
#define _GNU_SOURCE
#include "security/privdrop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "security/open_broker.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"
#include "security/landlock.h"

/* What libraries read when they are first needed: libwebsockets starts with the first page. */
static const char *const libraries[] = {"/dev/urandom"};

/* A root as the helper knows it: by its number. */
struct numbered_root {
	const struct privdrop *privdrop;
	struct root *root;
	unsigned number;
};

struct privdrop {
	struct open_broker *broker;
	struct numbered_root *roots;
	size_t count;
	char **files; /* their numbers follow those of the roots */
	size_t file_count;
};

/* ---- in the helper ---- */

static int
open_file(const char *path)
{
	return open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

static int
open_outside(void *context, unsigned number, const char *name)
{
	const struct privdrop *privdrop = context;

	if (number < privdrop->count)
		return root_open_outside(privdrop->roots[number].root, name);
	number -= (unsigned)privdrop->count;
	if (number < privdrop->file_count)
		return open_file(privdrop->files[number]);
	errno = EBADF;
	return -1;
}

/* It has to find folders of which nobody knows yet, so it may read. */
static void
forbid_writing(void *context)
{
	struct landlock *landlock = landlock_create();

	(void)context;
	if (!landlock)
		return;
	landlock_allow_path(landlock, "/");
	landlock_enter(landlock);
	landlock_destroy(landlock);
}

/* Called in this process for what only the helper may open. */
static int
open_by_helper(void *context, const char *name)
{
	const struct numbered_root *root = context;

	return open_broker_open(root->privdrop->broker, root->number, name);
}

static bool
start_helper(struct privdrop *privdrop, struct root *const *roots, size_t count)
{
	int *kept = mem_array(count, sizeof(*kept));
	const struct open_broker_task work = {
		.process = "liveserve-root",
		.begin = forbid_writing,
		.open = open_outside,
		.context = privdrop,
		.kept = kept,
		.kept_count = count,
	};

	privdrop->count = count;
	privdrop->roots = mem_array(count, sizeof(*privdrop->roots));
	for (size_t i = 0; i < count; i++) {
		privdrop->roots[i] = (struct numbered_root){privdrop, roots[i], (unsigned)i};
		kept[i] = root_fd(roots[i]);
	}
	privdrop->broker = open_broker_create(&work);
	free(kept);
	if (!privdrop->broker)
		return false;
	for (size_t i = 0; i < count; i++)
		root_set_opener(roots[i], open_by_helper, &privdrop->roots[i]);
	return true;
}

/* ---- here ---- */

static void
keep_files(struct privdrop *privdrop, const char *const *files)
{
	size_t count = 0;

	while (files && files[count])
		count++;
	privdrop->files = mem_array(count, sizeof(*privdrop->files));
	for (; privdrop->file_count < count; privdrop->file_count++)
		privdrop->files[privdrop->file_count] = mem_text(files[privdrop->file_count]);
}

static void
allow(struct landlock *landlock, const struct privdrop_options *options)
{
	for (size_t i = 0; i < options->root_count; i++)
		landlock_allow(landlock, root_fd(options->roots[i]));
	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
		landlock_allow_path(landlock, libraries[i]);
	if (options->reads_everything)
		landlock_allow_path(landlock, "/");
	if (options->socket) {
		struct slice folder = path_parent(slice_of(options->socket));
		char *path = mem_copy(folder.at, folder.length);

		landlock_allow_removal(landlock, path);
		free(path);
	}
#ifdef __SANITIZE_ADDRESS__
	landlock_allow_path(landlock, "/proc"); /* it looks at its own process in the end */
#endif
}

struct privdrop *
privdrop_create(const struct privdrop_options *options)
{
	struct privdrop *privdrop = mem_zero(sizeof(*privdrop));
	struct landlock *landlock = landlock_create();

	if (!landlock) {
		log_verbose("this kernel has no Landlock (%s), so liveserve could read and write "
			    "what you can",
			strerror(errno));
		goto fail;
	}
	tzset();
	allow(landlock, options);
	keep_files(privdrop, options->files);
	if (!start_helper(privdrop, options->roots, options->root_count) ||
		!landlock_enter(landlock)) {
		log_notice("the system gives no sandbox (%s), so liveserve could read and write "
			   "what you can",
			strerror(errno));
		goto fail;
	}
	landlock_destroy(landlock);
	return privdrop;

fail:
	landlock_destroy(landlock);
	privdrop_destroy(privdrop);
	return NULL;
}

void
privdrop_destroy(struct privdrop *privdrop)
{
	if (!privdrop)
		return;
	for (size_t i = 0; i < privdrop->count; i++)
		root_set_opener(privdrop->roots[i].root, NULL, NULL);
	open_broker_destroy(privdrop->broker);
	for (size_t i = 0; i < privdrop->file_count; i++)
		free(privdrop->files[i]);
	free(privdrop->files);
	free(privdrop->roots);
	free(privdrop);
}

int
privdrop_open(void *context, const char *path)
{
	const struct privdrop *privdrop = context;

	for (size_t i = 0; i < privdrop->file_count; i++)
		if (strcmp(privdrop->files[i], path) == 0)
			return open_broker_open(
				privdrop->broker, (unsigned)(privdrop->count + i), "");
	errno = ENOENT; /* to this process there is no other */
	return -1;
}
