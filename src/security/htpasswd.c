/*
 * htpasswd: see htpasswd.h.
 */
#define _GNU_SOURCE
#include "security/htpasswd.h"

#include <crypt.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "security/basic_auth.h"
#include "base/log.h"
#include "base/mem.h"

struct user {
	char *name;
	char *hash;
};

struct htpasswd {
	struct user *users;
	size_t count;
	struct buf known; /* the last value that was right */
};

/* ---- reading ---- */

static bool
can_check(const char *hash)
{
	static const char *const fronts[] = {"$2y$", "$2b$", "$2a$", "$5$", "$6$", "$y$"};

	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++)
		if (strncmp(hash, fronts[i], strlen(fronts[i])) == 0)
			return true;
	return false;
}

/* Returns what is wrong with the line, or NULL. */
static const char *
take_line(struct htpasswd *htpasswd, char *line)
{
	char *hash = strchr(line, ':');

	line[strcspn(line, "\r\n")] = '\0';
	if (*line == '\0' || *line == '#')
		return NULL;
	if (!hash || hash == line)
		return "is no USER:HASH";
	*hash++ = '\0';
	if (strncmp(hash, "$apr1$", 6) == 0)
		return "has a hash of the apr1 kind (MD5), which is not safe any more; make one "
		       "with "
		       "htpasswd -B";
	if (strncmp(hash, "{SHA}", 5) == 0)
		return "has a hash of the {SHA} kind, which is not safe; make one with htpasswd -B";
	if (!can_check(hash))
		return "has no hash that liveserve can check; make one with htpasswd -B";
	htpasswd->users = mem_resize(
		htpasswd->users, (htpasswd->count + 1) * sizeof(*htpasswd->users));
	htpasswd->users[htpasswd->count++] = (struct user){
		.name = mem_text(line), .hash = mem_text(hash)};
	return NULL;
}

/* Returns false after a sentence. */
static bool
read_users(struct htpasswd *htpasswd, FILE *file, const char *path)
{
	const char *trouble = NULL;
	char *line = NULL;
	size_t size = 0;
	unsigned number = 0;

	while (!trouble && getline(&line, &size, file) >= 0) {
		number++;
		trouble = take_line(htpasswd, line);
	}
	free(line);
	if (trouble)
		log_error("%s:%u: the line %s", path, number, trouble);
	else if (htpasswd->count == 0)
		log_error(
			"\"%s\" names nobody, so nobody could come in; add somebody with: htpasswd "
			"-B FILE USER",
			path);
	return !trouble && htpasswd->count;
}

struct htpasswd *
htpasswd_create(const char *path)
{
	struct htpasswd *htpasswd;
	FILE *file = fopen(path, "re");
	bool is_right;

	if (!file) {
		log_error("cannot read the passwords in \"%s\": %s", path, strerror(errno));
		return NULL;
	}
	htpasswd = mem_zero(sizeof(*htpasswd));
	is_right = read_users(htpasswd, file, path);
	fclose(file);
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
	buf_finish(&htpasswd->known);
	free(htpasswd);
}

/* ---- checking ---- */

/* In a time that says nothing of where they differ. */
static bool
is_same(struct slice a, struct slice b)
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

/* A name that nobody has takes as long as one that somebody has. */
static bool
is_right(const struct htpasswd *htpasswd, const char *name, const char *password)
{
	const struct user *user = find_user(htpasswd, name);
	const char *expected = (user ? user : htpasswd->users)->hash, *found;
	struct crypt_data *data = mem_zero(sizeof(*data));
	bool matches;

	found = crypt_rn(password, expected, data, sizeof(*data));
	matches = found && is_same(slice_of(found), slice_of(expected));
	explicit_bzero(data, sizeof(*data));
	free(data);
	return user && matches;
}

bool
htpasswd_allows(struct htpasswd *htpasswd, struct slice authorization)
{
	struct buf credentials = {0};
	bool may = false;

	if (htpasswd->known.length && is_same(buf_slice(&htpasswd->known), authorization))
		return true;
	if (authorization.at && basic_auth_read(authorization, &credentials))
		may = is_right(htpasswd, credentials.bytes,
			credentials.bytes + strlen(credentials.bytes) + 1);
	if (may) {
		buf_clear(&htpasswd->known);
		buf_add_slice(&htpasswd->known, authorization);
	}
	buf_finish(&credentials);
	return may;
}
