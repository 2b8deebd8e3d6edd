/*
 * allowed_files: see allowed_files.h. A reader of a record sees all of it or nothing (user_data.h).
 */
#define _GNU_SOURCE
#include "security/allowed_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"
#include "security/user_data.h"

enum { RECORD_MAX = 1024 * 1024 };

#define FIRST_LINE "liveserve allow 1"
#define FILE_PREFIX "file "
#define HASH_PREFIX "sha256 "
#define PATHS_PREFIX "path "

/* ---- names ---- */

char *
allowed_files_folder(void)
{
	return user_data_folder("allow");
}

void
allowed_files_digest(struct slice bytes, char digest[ALLOWED_FILES_DIGEST_SIZE])
{
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	digest[0] = '\0'; /* equals no digest of a record */
	if (EVP_Digest(bytes.at ? bytes.at : "", bytes.length, raw, &length, EVP_sha256(), NULL) !=
		1)
		return;
	for (unsigned i = 0; i < length && 2 * i + 2 < ALLOWED_FILES_DIGEST_SIZE; i++)
		snprintf(digest + (size_t)2 * i, 3, "%02x", raw[i]);
}

char *
allowed_files_name(const char *path)
{
	char digest[ALLOWED_FILES_DIGEST_SIZE];

	allowed_files_digest(slice_of(path), digest);
	return mem_text(digest);
}

/* The caller frees; NULL without a home folder. */
static char *
record_of(const char *path)
{
	char *folder = allowed_files_folder(), *name = allowed_files_name(path);
	char *record = folder && *name ? path_join(folder, name) : NULL;

	free(folder);
	free(name);
	return record;
}

/* ---- reading ---- */

/* Whether the folder with the records, and the one that it lies in, are this user's alone. */
static bool
folders_are_own(void)
{
	char *folder = allowed_files_folder();
	bool are_own = folder && user_data_folders_are_own(folder);

	free(folder);
	return are_own;
}

static bool
read_record(const char *record, allowed_files_open_fn *open_fn, void *context, struct buf *text)
{
	int file = open_fn ? open_fn(context, record)
			   : open(record,
				     O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);
	struct stat state;
	bool is_read = file >= 0 && fstat(file, &state) == 0 && S_ISREG(state.st_mode) &&
		       user_data_is_own(&state) && file_read(file, RECORD_MAX, text);

	if (file >= 0)
		close(file);
	return is_read;
}

/* Takes the next line of rest, which must begin with prefix. Returns what follows it. */
static bool
take_line(struct slice *rest, const char *prefix, struct slice *value)
{
	if (!slice_starts(*rest, prefix) || !slice_split(rest, '\n', value))
		return false;
	slice_drop(value, strlen(prefix));
	return true;
}

static char **
read_paths(struct slice rest)
{
	char **paths = mem_zero(sizeof(*paths));
	struct slice path;

	for (size_t count = 0; take_line(&rest, PATHS_PREFIX, &path);) {
		paths = mem_resize(paths, (count + 2) * sizeof(*paths));
		paths[count++] = mem_copy(path.at, path.length);
		paths[count] = NULL;
	}
	return paths;
}

bool
allowed_files_find(const char *path, const char *digest, allowed_files_open_fn *open_fn,
	void *context, char ***paths)
{
	char *record = folders_are_own() ? record_of(path) : NULL;
	struct buf text = {0};
	struct slice rest, value;
	bool is_allowed;

	*paths = NULL;
	is_allowed = record && *digest && read_record(record, open_fn, context, &text);
	rest = is_allowed ? buf_slice(&text) : slice_of("");
	is_allowed = take_line(&rest, FIRST_LINE, &value) && value.length == 0 &&
		     take_line(&rest, FILE_PREFIX, &value) && slice_is(value, path) &&
		     take_line(&rest, HASH_PREFIX, &value) && slice_is(value, digest);
	if (is_allowed)
		*paths = read_paths(rest);
	buf_finish(&text);
	free(record);
	return is_allowed;
}

void
allowed_files_free_paths(char **paths)
{
	for (char **path = paths; path && *path; path++)
		free(*path);
	free(paths);
}

/* ---- writing ---- */

static bool
log_no_home(void)
{
	log_error("there is no home folder to remember this in ($HOME is not set); "
		  "--allow-settings allows it for one run");
	return false;
}

/* A record is made of lines. Returns false after one log line when a path has a line break. */
static bool
add_line(struct buf *text, const char *prefix, const char *value)
{
	if (strchr(value, '\n')) {
		log_error("\"%s\" cannot be allowed: there is a line break in this path", value);
		return false;
	}
	buf_addf(text, "%s%s\n", prefix, value);
	return true;
}

static bool
fill_record(struct buf *text, const char *path, const char *digest, char *const *paths)
{
	bool is_right;

	buf_add_text(text, FIRST_LINE "\n");
	is_right = add_line(text, FILE_PREFIX, path) && add_line(text, HASH_PREFIX, digest);
	for (; is_right && *paths; paths++)
		is_right = add_line(text, PATHS_PREFIX, *paths);
	return is_right;
}

/* Returns false after one log line. */
static bool
store_record(const char *folder, const char *record, const struct buf *text)
{
	if (!user_data_make(folder)) {
		log_error("cannot make the folder %s: %s", folder, strerror(errno));
		return false;
	}
	if (!folders_are_own()) {
		log_error("%s is not used: it and the folder that it lies in must belong to you, "
			  "and nobody else may write to them",
			folder);
		return false;
	}
	if (!user_data_replace(record, buf_slice(text))) {
		log_error("cannot write to %s: %s", folder, strerror(errno));
		return false;
	}
	return true;
}

bool
allowed_files_add(const char *path, const char *digest, char *const *paths)
{
	char *folder = allowed_files_folder(), *record = record_of(path);
	struct buf text = {0};
	bool is_added;

	if (!folder || !record)
		is_added = log_no_home();
	else
		is_added = fill_record(&text, path, digest, paths) &&
			   store_record(folder, record, &text);
	buf_finish(&text);
	free(folder);
	free(record);
	return is_added;
}

bool
allowed_files_remove(const char *path, bool *was_allowed)
{
	char *record = record_of(path);
	bool is_removed = record && unlink(record) == 0;

	*was_allowed = is_removed;
	if (record && !is_removed && errno != ENOENT && errno != ENOTDIR)
		log_error("cannot remove %s: %s", record, strerror(errno));
	else
		is_removed = record || log_no_home();
	free(record);
	return is_removed;
}
