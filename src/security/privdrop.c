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

struct confine {
	struct helper *helper;
	struct root **roots;
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
	const struct confine *confine = context;

	if (number < confine->count)
		return root_open_outside(confine->roots[number], name);
	number -= (unsigned)confine->count;
	if (number < confine->file_count)
		return open_file(confine->files[number]);
	errno = EBADF;
	return -1;
}

/* It has to find folders of which nobody knows yet, so it may read. */
static void
forbid_writing(void *context)
{
	struct sandbox *sandbox = sandbox_create();

	(void)context;
	if (!sandbox)
		return;
	sandbox_allow_path(sandbox, "/");
	sandbox_enter(sandbox);
	sandbox_destroy(sandbox);
}

static bool
start_helper(struct confine *confine, struct root *const *roots, size_t count)
{
	int *kept = mem_array(count, sizeof(*kept));
	const struct helper_work work = {
		.process = "liveserve-root",
		.begin = forbid_writing,
		.open = open_outside,
		.context = confine,
		.kept = kept,
		.kept_count = count,
	};

	confine->count = count;
	confine->roots = mem_array(count, sizeof(*confine->roots));
	for (size_t i = 0; i < count; i++) {
		confine->roots[i] = roots[i];
		kept[i] = root_fd(roots[i]);
	}
	confine->helper = helper_create(&work);
	free(kept);
	if (!confine->helper)
		return false;
	for (size_t i = 0; i < count; i++)
		root_set_helper(roots[i], confine->helper, (unsigned)i);
	return true;
}

/* ---- here ---- */

static void
keep_files(struct confine *confine, const char *const *files)
{
	size_t count = 0;

	while (files && files[count])
		count++;
	confine->files = mem_array(count, sizeof(*confine->files));
	for (; confine->file_count < count; confine->file_count++)
		confine->files[confine->file_count] = mem_text(files[confine->file_count]);
}

static void
allow(struct sandbox *sandbox, const struct confine_options *options)
{
	for (size_t i = 0; i < options->root_count; i++)
		sandbox_allow(sandbox, root_fd(options->roots[i]));
	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
		sandbox_allow_path(sandbox, libraries[i]);
	if (options->reads_everything)
		sandbox_allow_path(sandbox, "/");
	if (options->socket) {
		struct slice folder = path_parent(slice_of(options->socket));
		char *path = mem_copy(folder.at, folder.length);

		sandbox_allow_removal(sandbox, path);
		free(path);
	}
#ifdef __SANITIZE_ADDRESS__
	sandbox_allow_path(sandbox, "/proc"); /* it looks at its own process in the end */
#endif
}

struct confine *
confine_create(const struct confine_options *options)
{
	struct confine *confine = mem_zero(sizeof(*confine));
	struct sandbox *sandbox = sandbox_create();

	if (!sandbox) {
		log_verbose("this kernel has no Landlock (%s), so liveserve could read and write "
			    "what you can",
			strerror(errno));
		goto fail;
	}
	tzset();
	allow(sandbox, options);
	keep_files(confine, options->files);
	if (!start_helper(confine, options->roots, options->root_count) ||
		!sandbox_enter(sandbox)) {
		log_notice("the system gives no sandbox (%s), so liveserve could read and write "
			   "what you can",
			strerror(errno));
		goto fail;
	}
	sandbox_destroy(sandbox);
	return confine;

fail:
	sandbox_destroy(sandbox);
	confine_destroy(confine);
	return NULL;
}

void
confine_destroy(struct confine *confine)
{
	if (!confine)
		return;
	for (size_t i = 0; i < confine->count; i++)
		root_set_helper(confine->roots[i], NULL, 0);
	helper_destroy(confine->helper);
	for (size_t i = 0; i < confine->file_count; i++)
		free(confine->files[i]);
	free(confine->files);
	free(confine->roots);
	free(confine);
}

int
confine_open(void *context, const char *path)
{
	const struct confine *confine = context;

	for (size_t i = 0; i < confine->file_count; i++)
		if (strcmp(confine->files[i], path) == 0)
			return helper_open(confine->helper, (unsigned)(confine->count + i), "");
	errno = ENOENT; /* to this process there is no other */
	return -1;
}
