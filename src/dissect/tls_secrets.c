/*
 * tls_secrets: see tls_secrets.h. Owns the secrets. Its one idea: a table from the client's random to
 * the secrets of that connection, and a ring of the same connections in the order of their first line,
 * which says which one has to go.
 */
#include "dissect/tls_secrets.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct secret {
	char bytes[TLS_SECRET_MAX];
	size_t length; /* 0: not known */
};

struct session {
	char random[TLS_RANDOM_SIZE];
	struct secret secrets[TLS_SECRET_KINDS];
};

struct tls_secrets {
	struct map sessions; /* by their random */
	struct session *ring[TLS_SECRETS_SESSIONS];
	size_t next; /* the place in the ring that the next session gets */
};

static const char *const labels[TLS_SECRET_KINDS] = {
	[TLS_SECRET_CLIENT_HANDSHAKE] = "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
	[TLS_SECRET_SERVER_HANDSHAKE] = "SERVER_HANDSHAKE_TRAFFIC_SECRET",
	[TLS_SECRET_CLIENT_APPLICATION] = "CLIENT_TRAFFIC_SECRET_0",
	[TLS_SECRET_SERVER_APPLICATION] = "SERVER_TRAFFIC_SECRET_0",
};

static struct slice
random_of(const void *random)
{
	return (struct slice){random, TLS_RANDOM_SIZE};
}

struct tls_secrets *
tls_secrets_create(void)
{
	return mem_zero(sizeof(struct tls_secrets));
}

static void
session_destroy(struct session *session)
{
	if (!session)
		return;
	explicit_bzero(session, sizeof(*session));
	free(session);
}

void
tls_secrets_destroy(struct tls_secrets *secrets)
{
	if (!secrets)
		return;
	for (size_t i = 0; i < TLS_SECRETS_SESSIONS; i++)
		session_destroy(secrets->ring[i]);
	map_finish(&secrets->sessions);
	free(secrets);
}

/* Reads digits up to the end of text. Returns how many bytes they are; 0 when text is no such. */
static size_t
read_hex(struct slice text, char *bytes, size_t size)
{
	if (text.length % 2 || text.length / 2 > size)
		return 0;
	for (size_t i = 0; i < text.length; i += 2) {
		int high = slice_hex_value(text.at[i]), low = slice_hex_value(text.at[i + 1]);

		if (high < 0 || low < 0)
			return 0;
		bytes[i / 2] = (char)(high << 4 | low);
	}
	return text.length / 2;
}

/* The session with this random, which is made when there is none. */
static struct session *
need_session(struct tls_secrets *secrets, const char *random)
{
	struct session *session = map_get(&secrets->sessions, random_of(random));
	struct session **place = &secrets->ring[secrets->next];

	if (session)
		return session;
	if (*place)
		map_remove(&secrets->sessions, random_of((*place)->random));
	session_destroy(*place);
	*place = session = mem_zero(sizeof(*session));
	secrets->next = (secrets->next + 1) % TLS_SECRETS_SESSIONS;
	memcpy(session->random, random, TLS_RANDOM_SIZE);
	map_set(&secrets->sessions, random_of(random), session);
	return session;
}

static bool
keep(struct tls_secrets *secrets, const char *random, size_t kind, const struct secret *secret)
{
	struct secret *kept = &need_session(secrets, random)->secrets[kind];

	if (kept->length == secret->length && !memcmp(kept->bytes, secret->bytes, kept->length))
		return false;
	*kept = *secret;
	return true;
}

static bool
add_line(struct tls_secrets *secrets, struct slice line)
{
	struct slice label, random_text;
	struct secret secret = {0};
	char random[TLS_RANDOM_SIZE];
	size_t kind = 0;
	bool is_new = false;

	if (line.length && line.at[line.length - 1] == '\r')
		line.length--;
	if (!slice_split(&line, ' ', &label) || !slice_split(&line, ' ', &random_text) || !line.at)
		return false;
	while (kind < TLS_SECRET_KINDS && !slice_is(label, labels[kind]))
		kind++;
	if (kind == TLS_SECRET_KINDS)
		return false;
	secret.length = read_hex(line, secret.bytes, sizeof(secret.bytes));
	/* The hashes of TLS 1.3's suites have 32 or 48 bytes (RFC 8446 B.4). */
	if ((secret.length == 32 || secret.length == 48) &&
		read_hex(random_text, random, sizeof(random)) == sizeof(random))
		is_new = keep(secrets, random, kind, &secret);
	explicit_bzero(&secret, sizeof(secret));
	return is_new;
}

size_t
tls_secrets_add(struct tls_secrets *secrets, struct slice text)
{
	struct slice line;
	size_t count = 0;

	while (slice_split(&text, '\n', &line))
		count += add_line(secrets, line);
	return count;
}

struct slice
tls_secrets_find(const struct tls_secrets *secrets, const void *random, enum tls_secret_kind kind)
{
	const struct session *session = map_get(&secrets->sessions, random_of(random));

	if (!session || session->secrets[kind].length == 0)
		return (struct slice){0};
	return (struct slice){session->secrets[kind].bytes, session->secrets[kind].length};
}
