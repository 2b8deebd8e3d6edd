/*
 * htpasswd: see htpasswd.h. It owns a copy of the users and hashes, and is the only module that
 * includes <crypt.h>.
 */
#define _GNU_SOURCE
#include "security/htpasswd.h"

#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"

enum { FILE_MAX = 1024 * 1024 };

struct user {
	char *hash;
	size_t number;
};

struct htpasswd {
	struct user **users; /* by number */
	size_t count;
	struct map names; /* to the first user of each name */
};

/* ---- reading ---- */

/* Whether the hash is of a kind that is safe and that crypt(3) supports. */
static bool
is_supported(const char *hash)
{
	static const char *const prefixes[] = {"$2y$", "$2b$", "$2a$", "$5$", "$6$", "$y$"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(hash, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

static void
add_user(struct htpasswd *htpasswd, const char *name, const char *hash)
{
	struct user *user = mem_zero(sizeof(*user));

	user->hash = mem_text(hash);
	user->number = htpasswd->count;
	htpasswd->users = mem_resize(
		htpasswd->users, (htpasswd->count + 1) * sizeof(*htpasswd->users));
	htpasswd->users[htpasswd->count++] = user;
	if (!map_get(&htpasswd->names, slice_of(name)))
		map_set(&htpasswd->names, slice_of(name), user);
}

/* Adds the user of the line. Returns NULL, or an error: the end of a sentence about the line. */
static const char *
parse_line(struct htpasswd *htpasswd, char *line)
{
	char *hash = strchr(line, ':');

	line[strcspn(line, "\r\n")] = '\0';
	if (*line == '\0' || *line == '#')
		return NULL;
	if (!hash || hash == line)
		return "is not USER:HASH; make it with htpasswd -B";
	*hash++ = '\0';
	if (strncmp(hash, "$apr1$", 6) == 0)
		return "has a hash of the apr1 kind (MD5), which is no longer safe; make one with "
		       "htpasswd -B";
	if (strncmp(hash, "{SHA}", 5) == 0)
		return "has a hash of the {SHA} kind, which is not safe; make one with htpasswd -B";
	if (!is_supported(hash))
		return "has no hash that liveserve can check; make one with htpasswd -B";
	add_user(htpasswd, line, hash);
	return NULL;
}

/* Logs an error and returns false when a line is malformed or there is no user. */
static bool
read_users(struct htpasswd *htpasswd, char *text, const char *path)
{
	const char *error = NULL;
	unsigned number = 0;

	while (!error && text) {
		char *line = strsep(&text, "\n");

		number++;
		error = parse_line(htpasswd, line);
	}
	if (error)
		log_error("%s:%u: the line %s", path, number, error);
	else if (htpasswd->count == 0)
		log_error("\"%s\" has no users, so nobody could log in; add one with: htpasswd -B "
			  "FILE USER",
			path);
	return !error && htpasswd->count;
}

struct htpasswd *
htpasswd_create(const char *path)
{
	struct htpasswd *htpasswd = mem_zero(sizeof(*htpasswd));
	struct buf text = {0};
	bool is_right = file_read_path(path, FILE_MAX, &text);

	if (!is_right)
		log_error("cannot read the passwords in \"%s\": %s%s", path, file_error_text(errno),
			errno == ENOENT ? ", or make the file with: htpasswd -B -c FILE USER" : "");
	is_right = is_right && read_users(htpasswd, text.bytes, path);
	buf_finish(&text);
	if (is_right)
		return htpasswd;
	htpasswd_destroy(htpasswd);
	return NULL;
}

void
htpasswd_destroy(struct htpasswd *htpasswd)
{
	if (!htpasswd)
		return;
	for (size_t i = 0; i < htpasswd->count; i++) {
		free(htpasswd->users[i]->hash);
		free(htpasswd->users[i]);
	}
	free(htpasswd->users);
	map_finish(&htpasswd->names);
	free(htpasswd);
}

size_t
htpasswd_count(const struct htpasswd *htpasswd)
{
	return htpasswd->count;
}

ptrdiff_t
htpasswd_find(const struct htpasswd *htpasswd, const char *name)
{
	const struct user *user = map_get(&htpasswd->names, slice_of(name));

	return user ? (ptrdiff_t)user->number : -1;
}

/* ---- checking ---- */

struct htpasswd_check {
	char *expected; /* the hash in the file */
	char *password;
	struct crypt_data *data; /* or NULL before htpasswd_check_prepare */
	bool is_right;
};

struct htpasswd_check *
htpasswd_check_create(const struct htpasswd *htpasswd, size_t user, const char *password)
{
	struct htpasswd_check *check = mem_zero(sizeof(*check));

	check->expected = mem_text(htpasswd->users[user]->hash);
	check->password = mem_text(password);
	return check;
}

void
htpasswd_check_destroy(struct htpasswd_check *check)
{
	if (!check)
		return;
	explicit_bzero(check->password, strlen(check->password));
	if (check->data)
		explicit_bzero(check->data, sizeof(*check->data));
	free(check->data);
	free(check->password);
	free(check->expected);
	free(check);
}

/* Compares in a time that does not depend on the characters. */
static bool
is_equal(const char *a, const char *b)
{
	size_t length = strlen(a);
	unsigned char difference = 0;

	if (strlen(b) != length)
		return false;
	for (size_t i = 0; i < length; i++)
		difference |= (unsigned char)(a[i] ^ b[i]);
	return difference == 0;
}

void
htpasswd_check_prepare(struct htpasswd_check *check)
{
	if (!check->data)
		check->data = mem_zero(sizeof(*check->data));
}

void
htpasswd_check_run(struct htpasswd_check *check)
{
	const char *computed = crypt_rn(
		check->password, check->expected, check->data, sizeof(*check->data));

	check->is_right = computed && is_equal(computed, check->expected);
}

bool
htpasswd_check_is_right(const struct htpasswd_check *check)
{
	return check->is_right;
}
