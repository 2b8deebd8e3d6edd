/*
 * htpasswd: checks credentials against the users of a file.
 *
 * It owns a copy of the users and hashes, and is the only module that includes <crypt.h>. Its one
 * idea: neither the time of a check nor a log line shows whether the name or the password was
 * wrong.
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
#include "base/mem.h"
#include "security/basic_auth.h"

enum { FILE_MAX = 1024 * 1024 };

struct user {
	char *name;
	char *hash;
};

struct htpasswd {
	struct user *users;
	size_t count;
	struct buf accepted; /* the last correct Authorization value */
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

/* Adds the user of the line. Returns NULL, or an error: the end of a sentence about the line. */
static const char *
parse_line(struct htpasswd *htpasswd, char *line)
{
	char *hash = strchr(line, ':');

	line[strcspn(line, "\r\n")] = '\0';
	if (*line == '\0' || *line == '#')
		return NULL;
	if (!hash || hash == line)
		return "is not USER:HASH";
	*hash++ = '\0';
	if (strncmp(hash, "$apr1$", 6) == 0)
		return "has a hash of the apr1 kind (MD5), which is no longer safe; make one with "
		       "htpasswd -B";
	if (strncmp(hash, "{SHA}", 5) == 0)
		return "has a hash of the {SHA} kind, which is not safe; make one with htpasswd -B";
	if (!is_supported(hash))
		return "has no hash that liveserve can check; make one with htpasswd -B";
	htpasswd->users = mem_resize(
		htpasswd->users, (htpasswd->count + 1) * sizeof(*htpasswd->users));
	htpasswd->users[htpasswd->count++] = (struct user){
		.name = mem_text(line), .hash = mem_text(hash)};
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
		log_error("cannot read the passwords in \"%s\": %s", path, file_error_text(errno));
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
		free(htpasswd->users[i].name);
		free(htpasswd->users[i].hash);
	}
	free(htpasswd->users);
	buf_finish(&htpasswd->accepted);
	free(htpasswd);
}

/* ---- checking ---- */

/* Compares in a time that does not depend on the bytes. */
static bool
is_equal(struct slice a, struct slice b)
{
	unsigned char difference = 0;

	if (a.length != b.length)
		return false;
	for (size_t i = 0; i < a.length; i++)
		difference |= (unsigned char)(a.at[i] ^ b.at[i]);
	return difference == 0;
}

static const struct user *
find_user(const struct htpasswd *htpasswd, const char *name)
{
	for (size_t i = 0; i < htpasswd->count; i++)
		if (strcmp(htpasswd->users[i].name, name) == 0)
			return &htpasswd->users[i];
	return NULL;
}

/* An unknown name takes as long as a known one. */
static bool
is_right(const struct htpasswd *htpasswd, const char *name, const char *password)
{
	const struct user *user = find_user(htpasswd, name);
	const char *expected = (user ? user : htpasswd->users)->hash, *computed;
	struct crypt_data *data = mem_zero(sizeof(*data));
	bool matches;

	computed = crypt_rn(password, expected, data, sizeof(*data));
	matches = computed && is_equal(slice_of(computed), slice_of(expected));
	explicit_bzero(data, sizeof(*data));
	free(data);
	return user && matches;
}

bool
htpasswd_allows(struct htpasswd *htpasswd, struct slice authorization)
{
	struct buf credentials = {0};
	bool is_allowed = false;

	if (htpasswd->accepted.length && is_equal(buf_slice(&htpasswd->accepted), authorization))
		return true;
	if (authorization.at && basic_auth_read(authorization, &credentials))
		is_allowed = is_right(htpasswd, credentials.bytes,
			credentials.bytes + strlen(credentials.bytes) + 1);
	if (is_allowed) {
		buf_clear(&htpasswd->accepted);
		buf_add_slice(&htpasswd->accepted, authorization);
	}
	buf_finish(&credentials);
	return is_allowed;
}
