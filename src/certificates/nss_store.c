/*
 * nss_store: see nss_store.h. It has no state.
 */
#define _GNU_SOURCE
#include "certificates/nss_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "certificates/program.h"
#include "security/user_data.h"

enum {
	ARGUMENTS_MAX = 12,
	COPIES_MAX = 16, /* certificates with our nickname that are removed */
	FILE_MAX = 64 * 1024,
};

/* Runs certutil for the database in folder with these arguments. Returns what program_run() does. */
static int
run(const char *folder, const char *const *more, struct buf *said)
{
	char *database = mem_format("sql:%s", folder);
	const char *arguments[ARGUMENTS_MAX] = {"certutil", "-d", database};
	size_t count = 3;
	int code;

	while (*more)
		arguments[count++] = *more++;
	arguments[count] = NULL;
	code = program_run(arguments, said);
	free(database);
	return code;
}

static enum store_verdict
verdict_of(int code, const struct buf *said, struct buf *why)
{
	if (code == 0)
		return STORE_CHANGED;
	if (code < 0 && errno == ENOENT)
		return STORE_NO_PROGRAM;
	if (code < 0)
		buf_add_text(why, strerror(errno));
	else
		program_add_reason(why, said);
	return STORE_FAILED;
}

/* The same, for what needs no more than success. */
static enum store_verdict
run_once(const char *folder, const char *const *more, struct buf *why)
{
	struct buf said = {0};
	enum store_verdict verdict = verdict_of(run(folder, more, &said), &said, why);

	buf_finish(&said);
	return verdict;
}

/* Adds the text without anything that programs put differently between the characters of base64. */
static void
add_dense(struct buf *dense, struct slice text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!is_space(text.at[i]))
			buf_add_char(dense, text.at[i]);
}

/* Whether the one certificate with our nickname is that of the file. */
static bool
is_there(const char *folder, const char *certificate)
{
	static const char *const list[] = {"-L", "-a", "-n", NSS_STORE_NICKNAME, NULL};
	struct buf said = {0}, file = {0}, wanted = {0}, found = {0};
	bool is_same = run(folder, list, &said) == 0 &&
		       file_read_path(certificate, FILE_MAX, &file);

	if (is_same) {
		add_dense(&wanted, buf_slice(&file));
		add_dense(&found, buf_slice(&said));
		is_same = slice_equal(buf_slice(&wanted), buf_slice(&found));
	}
	buf_finish(&said);
	buf_finish(&file);
	buf_finish(&wanted);
	buf_finish(&found);
	return is_same;
}

static bool
has_database(const char *folder)
{
	char *path = mem_format("%s/cert9.db", folder);
	bool is_made = access(path, F_OK) == 0;

	free(path);
	return is_made;
}

/* Makes the folder and the database in it. */
static enum store_verdict
make_database(const char *folder, struct buf *why)
{
	static const char *const make[] = {"-N", "--empty-password", NULL};

	if (user_data_make(folder))
		return run_once(folder, make, why);
	buf_add_text(why, strerror(errno));
	return STORE_FAILED;
}

enum store_verdict
nss_store_remove(const char *folder, struct buf *why)
{
	static const char *const remove[] = {"-D", "-n", NSS_STORE_NICKNAME, NULL};
	static const char *const list[] = {"-L", "-n", NSS_STORE_NICKNAME, NULL};
	enum store_verdict verdict = STORE_UNCHANGED;
	struct buf said = {0};

	if (!has_database(folder))
		return STORE_UNCHANGED;
	for (int i = 0; i < COPIES_MAX && (verdict == STORE_CHANGED || i == 0); i++) {
		int code = run(folder, list, &said);

		if (code < 0)
			verdict = verdict_of(code, &said, why);
		if (code != 0)
			break;
		verdict = run_once(folder, remove, why);
	}
	buf_finish(&said);
	return verdict;
}

enum store_verdict
nss_store_add(const char *folder, const char *certificate, struct buf *why)
{
	const char *const add[] = {
		"-A", "-t", "C,,", "-n", NSS_STORE_NICKNAME, "-i", certificate, NULL};
	static const char *const trust[] = {"-M", "-t", "C,,", "-n", NSS_STORE_NICKNAME, NULL};
	enum store_verdict verdict = has_database(folder) ? STORE_CHANGED
							  : make_database(folder, why);

	if (verdict != STORE_CHANGED)
		return verdict;
	if (is_there(folder, certificate)) {
		verdict = run_once(folder, trust, why);
		return verdict == STORE_CHANGED ? STORE_UNCHANGED : verdict;
	}
	verdict = nss_store_remove(folder, why);
	if (verdict != STORE_CHANGED && verdict != STORE_UNCHANGED)
		return verdict;
	return run_once(folder, add, why);
}
