/*
 * privdrop: see privdrop.h.
 *
 * It owns the broker and a list of the files that the broker may open, and borrows the roots. Its
 * one idea: what the broker can open is decided before the sandbox is entered. A request has an id:
 * that of a root with a name in it, or that of a file. The ids of the files follow those of the
 * roots.
 */
#define _GNU_SOURCE
#include "security/privdrop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"
#include "security/landlock.h"
#include "security/open_broker.h"
#include "security/seccomp.h"

/* Files that libraries open late: libwebsockets opens this when the first page connects. */
static const char *const library_files[] = {"/dev/urandom"};

/* A root, and its id in requests to the broker: its index. */
struct brokered_root {
	const struct privdrop *privdrop;
	struct root *root;
	unsigned id;
};

struct privdrop {
	struct open_broker *broker;
	struct brokered_root *roots;
	size_t root_count;
	char **files; /* the id of the first is root_count */
	size_t file_count;
	int (*open_file)(const void *context, size_t index);
	const void *context;    /* of open_file */
	const char *log_folder; /* or NULL; borrowed for privdrop_create */
};

/* With LeakSanitizer, which reads /proc and traces this process at the end. */
#ifdef __SANITIZE_ADDRESS__
static const bool is_checked = true;
#else
static const bool is_checked = false;
#endif

/* ---- in the broker ---- */

static int
open_outside(void *context, unsigned id, const char *name)
{
	const struct privdrop *privdrop = context;

	if (id < privdrop->root_count)
		return root_open_outside(privdrop->roots[id].root, name);
	id -= (unsigned)privdrop->root_count;
	if (id < privdrop->file_count)
		return privdrop->open_file(privdrop->context, id);
	errno = EBADF;
	return -1;
}

/*
 * The broker may read everything, because the folders that it will open may not exist yet. It only writes to make
 * the file of a log anew, whose descriptor it then gives to this process.
 */
static void
forbid_writing(void *context)
{
	const struct privdrop *privdrop = context;
	const struct seccomp_options none = {0};
	struct landlock *landlock = landlock_create();

	if (landlock) {
		landlock_allow_path(landlock, "/");
		if (privdrop->log_folder)
			landlock_allow_writing(landlock, privdrop->log_folder);
		landlock_enter(landlock);
		landlock_destroy(landlock);
	}
	seccomp_enter(&none);
}

/* ---- in this process ---- */

/* A root_open_fn: the broker opens name in one root. */
static int
open_by_broker(void *context, const char *name)
{
	const struct brokered_root *root = context;

	return open_broker_open(root->privdrop->broker, root->id, name);
}

static bool
start_broker(struct privdrop *privdrop, struct root *const *roots, size_t count)
{
	int *kept = mem_array(count, sizeof(*kept));
	const struct open_broker_options options = {
		.process = "liveserve-root",
		.prepare = forbid_writing,
		.open = open_outside,
		.context = privdrop,
		.kept = kept,
		.kept_count = count,
	};

	privdrop->root_count = count;
	privdrop->roots = mem_array(count, sizeof(*privdrop->roots));
	for (size_t i = 0; i < count; i++) {
		privdrop->roots[i] = (struct brokered_root){privdrop, roots[i], (unsigned)i};
		kept[i] = root_fd(roots[i]);
	}
	privdrop->broker = open_broker_create(&options);
	free(kept);
	if (!privdrop->broker)
		return false;
	for (size_t i = 0; i < count; i++)
		root_set_opener(roots[i], open_by_broker, &privdrop->roots[i]);
	return true;
}

static void
copy_files(struct privdrop *privdrop, const char *const *files)
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
	for (size_t i = 0; i < sizeof(library_files) / sizeof(library_files[0]); i++)
		landlock_allow_path(landlock, library_files[i]);
	if (options->reads_everything)
		landlock_allow_path(landlock, "/");
	if (options->socket) {
		struct slice folder = path_parent(slice_of(options->socket));
		char *path = mem_copy(folder.at, folder.length);

		landlock_allow_removal(landlock, path);
		free(path);
	}
	if (is_checked)
		landlock_allow_path(landlock, "/proc");
}

/* Without the filter, Landlock still restricts this process, so it runs on. */
static void
filter_calls(const struct privdrop_options *options)
{
	const struct seccomp_options filter = {
		.connects = options->connects, .is_checked = is_checked};

	if (!seccomp_enter(&filter))
		log_verbose("there is no filter of system calls here (%s), so the sandbox is only "
			    "what Landlock restricts",
			strerror(errno));
}

struct privdrop *
privdrop_create(const struct privdrop_options *options)
{
	struct privdrop *privdrop = mem_zero(sizeof(*privdrop));
	struct landlock *landlock = options->connects ? landlock_create_for_client()
						      : landlock_create();

	tzset();
	/* Other processes of the user cannot trace this one, nor read its memory; nor is it dumped. */
	if (!is_checked)
		prctl(PR_SET_DUMPABLE, 0);
	if (!landlock) {
		log_verbose("this kernel has no Landlock (%s), so liveserve runs without a "
			    "sandbox: it can read and write what you can",
			strerror(errno));
		filter_calls(options);
		goto fail;
	}
	allow(landlock, options);
	copy_files(privdrop, options->files);
	privdrop->open_file = options->open_file;
	privdrop->context = options->context;
	privdrop->log_folder = options->log_folder;
	if (!start_broker(privdrop, options->roots, options->root_count) ||
		!landlock_enter(landlock)) {
		log_notice(
			"cannot enter the sandbox (%s), so liveserve can read and write what you "
			"can",
			strerror(errno));
		goto fail;
	}
	landlock_destroy(landlock);
	filter_calls(options);
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
	for (size_t i = 0; i < privdrop->root_count; i++)
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
				privdrop->broker, (unsigned)(privdrop->root_count + i), "");
	errno = ENOENT; /* in the sandbox there are no other files */
	return -1;
}
