/*
 * system_store: see system_store.h. In a folder, our file is named after the user, so each user has their own.
 */
#define _GNU_SOURCE
#include "certificates/system_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "certificates/program.h"
#include "fs/path.h"
#include "security/user_data.h"

enum { FILE_MAX = 64 * 1024 };

/* The first of these that is there. On Debian, p11-kit's program cannot write to the store. */
static const struct system_store known[] = {
	{"/usr/sbin/update-ca-certificates", "/usr/local/share/ca-certificates"},
	{"/usr/bin/update-ca-certificates", "/usr/local/share/ca-certificates"},
	{"/usr/bin/trust", NULL},
};

bool
system_store_find(struct system_store *store)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		*store = known[i];
		if (access(store->program, X_OK) == 0 &&
			(!store->folder || access(store->folder, F_OK) == 0))
			return true;
	}
	return false;
}

static char *
our_file(const struct system_store *store)
{
	return mem_format("%s/liveserve-%u.crt", store->folder, (unsigned)getuid());
}

bool
system_store_has_ours(const struct system_store *store)
{
	char *file = store->folder ? our_file(store) : NULL;
	bool is_there = file && access(file, F_OK) == 0;

	free(file);
	return is_there;
}

/* ---- by hand ---- */

char *
system_store_add_line(const struct system_store *store, const char *certificate)
{
	char *word = path_quote(certificate), *file, *line;

	if (store->folder) {
		file = our_file(store);
		line = mem_format(
			"sudo install -m 644 %s %s && sudo %s", word, file, store->program);
		free(file);
	} else {
		line = mem_format("sudo %s anchor --store %s", store->program, word);
	}
	free(word);
	return line;
}

char *
system_store_remove_line(const struct system_store *store, const char *certificate)
{
	char *word = path_quote(certificate), *file, *line;

	if (store->folder) {
		file = our_file(store);
		line = mem_format("sudo rm %s && sudo %s --fresh", file, store->program);
		free(file);
	} else {
		line = mem_format("sudo %s anchor --remove %s", store->program, word);
	}
	free(word);
	return line;
}

/* ---- by root ---- */

static enum store_verdict
run(const char *const *arguments, struct buf *why)
{
	struct buf said = {0};
	int code = program_run(arguments, &said);

	if (code < 0)
		buf_addf(why, "%s: %s", arguments[0], strerror(errno));
	else if (code > 0)
		program_add_reason(why, &said);
	buf_finish(&said);
	return code == 0 ? STORE_CHANGED : STORE_FAILED;
}

static enum store_verdict
fail(const char *file, struct buf *why)
{
	buf_addf(why, "%s: %s", file, strerror(errno));
	return STORE_FAILED;
}

/* Whether the file is there with this text, and readable for all. */
static bool
is_same(const char *file, const struct buf *text)
{
	struct buf there = {0};
	struct stat state;
	bool same = stat(file, &state) == 0 && (state.st_mode & 0444) == 0444 &&
		    file_read_path(file, FILE_MAX, &there) &&
		    slice_equal(buf_slice(&there), buf_slice(text));

	buf_finish(&there);
	return same;
}

static enum store_verdict
add_file(
	const struct system_store *store, const char *file, const struct buf *text, struct buf *why)
{
	const char *const arguments[] = {store->program, NULL};

	if (is_same(file, text))
		return STORE_UNCHANGED;
	if (!user_data_replace(file, buf_slice(text)) || chmod(file, 0644) < 0)
		return fail(file, why);
	return run(arguments, why);
}

/* Without --fresh, Debian's program leaves the links to a file that is gone. */
static enum store_verdict
remove_file(const struct system_store *store, const char *file, struct buf *why)
{
	const char *const arguments[] = {store->program, "--fresh", NULL};

	if (unlink(file) == 0)
		return run(arguments, why);
	return errno == ENOENT ? STORE_UNCHANGED : fail(file, why);
}

enum store_verdict
system_store_add(const struct system_store *store, const char *certificate, struct buf *why)
{
	const char *const arguments[] = {store->program, "anchor", "--store", certificate, NULL};
	enum store_verdict verdict;
	struct buf text = {0};
	char *file;

	if (!store->folder)
		return run(arguments, why);
	file = our_file(store);
	if (file_read_path(certificate, FILE_MAX, &text))
		verdict = add_file(store, file, &text, why);
	else
		verdict = fail(certificate, why);
	buf_finish(&text);
	free(file);
	return verdict;
}

enum store_verdict
system_store_remove(const struct system_store *store, const char *certificate, struct buf *why)
{
	const char *const arguments[] = {store->program, "anchor", "--remove", certificate, NULL};
	enum store_verdict verdict;
	char *file;

	if (!store->folder)
		return run(arguments, why);
	file = our_file(store);
	verdict = remove_file(store, file, why);
	free(file);
	return verdict;
}
