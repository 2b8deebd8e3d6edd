/*
 * authenticator: see authenticator.h. Owns the users, the thread that hashes, and a queue of checks.
 *
 * A check is in the queue from its first request until all of its requests are answered. One check
 * at a time is in the thread. The next one is that of the address with the fewest wrong tries, so
 * somebody who guesses comes after everybody else; of the same address, the oldest.
 */
#define _GNU_SOURCE
#include "security/authenticator.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/worker.h"
#include "security/basic_auth.h"
#include "security/htpasswd.h"
#include "security/keyed_hash.h"
#include "security/tries.h"

enum {
	RETRY_AFTER_S = 2,      /* a few of TRIES_WAIT_MAX_MS */
	RETRY_THREAD_MS = 1000, /* when the system gives no thread */
	WRONG_MAX = 64,         /* names and passwords that are known to be wrong */
};

/* The name and password of a request, in plain text. Wiped after use. */
struct credentials {
	struct buf text; /* both with their NUL */
	const char *name, *password;
	struct keyed_hash hash;
};

struct check {
	struct check *next;
	struct authenticator *authenticator;
	struct keyed_hash hash; /* of name and password */
	ptrdiff_t user;         /* or -1 */
	uint64_t peer;          /* the address of its first request */
	uint64_t since_us;
	struct htpasswd_check *hashing;  /* until it is done */
	struct response_waiters waiters; /* its requests */
	bool is_early;                   /* by tries_is_early; or it has waited for too long */
	bool is_done;                    /* and not right: a right one is remembered */
};

/* What is known of a user. */
struct known {
	bool is_set;
	struct keyed_hash hash; /* of the name and the last right password */
};

struct authenticator {
	struct loop *loop;
	struct htpasswd *htpasswd;
	struct worker *worker;
	struct keyed_hash_key key;
	struct known *users;     /* by their number */
	struct check *checks;    /* oldest first */
	struct check *running;   /* the one in the thread, or NULL */
	struct loop_timer timer; /* for the first check that has to wait */
	struct tries tries;
	/* What was found to be wrong last. A browser sends the same again for each file. */
	struct keyed_hash wrong[WRONG_MAX];
	size_t wrong_at;
};

static void start_next(struct authenticator *authenticator);

/* ---- credentials ---- */

/* Returns false, with nothing to wipe, when the request has no credentials that anybody has. */
static bool
read_credentials(const struct authenticator *authenticator, const struct request *request,
	struct credentials *credentials)
{
	struct slice authorization = request_get(request, REQUEST_AUTHORIZATION);

	*credentials = (struct credentials){0};
	if (authorization.length == 0 || authorization.length > 2 * AUTHENTICATOR_LENGTH_MAX)
		return false;
	/* Room for all of it, so that no copy is left behind when the buffer grows. */
	buf_reserve(&credentials->text, authorization.length);
	if (!basic_auth_read(authorization, &credentials->text) ||
		credentials->text.length > AUTHENTICATOR_LENGTH_MAX) {
		explicit_bzero(credentials->text.bytes, credentials->text.capacity);
		buf_finish(&credentials->text);
		return false;
	}
	credentials->name = credentials->text.bytes;
	credentials->password = credentials->name + strlen(credentials->name) + 1;
	credentials->hash = keyed_hash_of(&authenticator->key, buf_slice(&credentials->text));
	return true;
}

static void
wipe_credentials(struct credentials *credentials)
{
	explicit_bzero(credentials->text.bytes, credentials->text.capacity);
	buf_finish(&credentials->text);
}

bool
authenticator_knows(const struct authenticator *authenticator, const struct request *request)
{
	struct credentials credentials;
	ptrdiff_t user;
	bool is_known;

	if (!read_credentials(authenticator, request, &credentials))
		return false;
	user = htpasswd_find(authenticator->htpasswd, credentials.name);
	is_known = user >= 0 && authenticator->users[user].is_set &&
		   keyed_hash_equal(&authenticator->users[user].hash, &credentials.hash);
	wipe_credentials(&credentials);
	return is_known;
}

/* ---- the queue ---- */

static struct check *
find_check(const struct authenticator *authenticator, const struct keyed_hash *hash)
{
	struct check *check = authenticator->checks;

	while (check && !keyed_hash_equal(&check->hash, hash))
		check = check->next;
	return check;
}

static bool
is_full(const struct authenticator *authenticator, uint64_t peer)
{
	unsigned count = 0, of_peer = 0;

	for (const struct check *check = authenticator->checks; check; check = check->next) {
		count++;
		of_peer += check->peer == peer;
	}
	return count >= AUTHENTICATOR_QUEUE_MAX || of_peer >= AUTHENTICATOR_QUEUE_PEER_MAX;
}

/* A name that does not exist is checked against a line that depends on the name only. */
static size_t
choose_user(const struct authenticator *authenticator, ptrdiff_t user, const char *name)
{
	if (user >= 0)
		return (size_t)user;
	return keyed_hash_of(&authenticator->key, slice_of(name)).words[0] %
	       htpasswd_count(authenticator->htpasswd);
}

static struct check *
add_check(struct authenticator *authenticator, const struct credentials *credentials, uint64_t peer)
{
	struct check *check = mem_zero(sizeof(*check)), **place = &authenticator->checks;

	check->authenticator = authenticator;
	check->hash = credentials->hash;
	check->user = htpasswd_find(authenticator->htpasswd, credentials->name);
	check->peer = peer;
	check->since_us = loop_now();
	check->is_early = tries_is_early(&authenticator->tries, peer, check->since_us);
	check->hashing = htpasswd_check_create(authenticator->htpasswd,
		choose_user(authenticator, check->user, credentials->name), credentials->password);
	while (*place)
		place = &(*place)->next;
	*place = check;
	return check;
}

static void
free_check(void *data)
{
	struct check *check = data;

	htpasswd_check_destroy(check->hashing);
	free(check);
}

/* Removes the checks whose clients have all gone. Not to be called for a request in between. */
static void
drop_abandoned(struct authenticator *authenticator)
{
	struct check **place = &authenticator->checks, *check;

	while ((check = *place)) {
		if (check->waiters.first || check == authenticator->running || check->is_done) {
			place = &check->next;
		} else {
			*place = check->next;
			free_check(check);
		}
	}
}

/* ---- checking ---- */

static void
note_wrong(struct authenticator *authenticator, const struct check *check)
{
	authenticator->wrong[authenticator->wrong_at++ % WRONG_MAX] = check->hash;
	tries_add_wrong(&authenticator->tries, check->peer, loop_now());
}

static bool
is_known_wrong(const struct authenticator *authenticator, const struct keyed_hash *hash)
{
	for (size_t i = 0; i < WRONG_MAX; i++)
		if (keyed_hash_equal(&authenticator->wrong[i], hash))
			return true;
	return false;
}

static void
run_check(void *data)
{
	struct check *check = data;

	htpasswd_check_run(check->hashing);
}

/* Its requests come back. What they get is in the check, or a right password is known by now. */
static void
end_check(struct authenticator *authenticator, struct check *check)
{
	struct check **place = &authenticator->checks;

	htpasswd_check_destroy(check->hashing);
	check->hashing = NULL;
	check->is_done = true;
	response_resume(&check->waiters);
	while (*place != check)
		place = &(*place)->next;
	*place = check->next;
	free_check(check);
}

static struct check *
find_late(const struct authenticator *authenticator, uint64_t now)
{
	struct check *check = authenticator->checks;

	while (check && (check == authenticator->running || check->is_done ||
				now < check->since_us + (uint64_t)AUTHENTICATOR_WAIT_MS * 1000))
		check = check->next;
	return check;
}

/* Gives up what is not worth a check any more, and begins the next one. */
static void
go_on(struct authenticator *authenticator)
{
	uint64_t now = loop_now();
	struct check *late;

	drop_abandoned(authenticator);
	while ((late = find_late(authenticator, now))) {
		late->is_early = true;
		end_check(authenticator, late);
	}
	start_next(authenticator);
}

/* Says what was found to the requests of the check, then begins the next one. */
static void
check_is_done(void *data)
{
	struct check *check = data;
	struct authenticator *authenticator = check->authenticator;

	authenticator->running = NULL;
	if (check->user >= 0 && htpasswd_check_is_right(check->hashing)) {
		authenticator->users[check->user].is_set = true;
		authenticator->users[check->user].hash = check->hash;
	} else {
		note_wrong(authenticator, check);
	}
	end_check(authenticator, check);
	go_on(authenticator);
}

static void
time_has_come(void *context)
{
	go_on(context);
}

static void
start_later(struct authenticator *authenticator, uint64_t delay_us)
{
	loop_timer_set(
		authenticator->loop, &authenticator->timer, delay_us, time_has_come, authenticator);
}

/*
 * The check that is next, or NULL: then *next_us is the earliest time at which one may begin;
 * UINT64_MAX when none waits.
 */
static struct check *
choose_next(struct authenticator *authenticator, uint64_t now, uint64_t *next_us)
{
	struct check *best = NULL;
	unsigned best_wrong = 0;

	*next_us = UINT64_MAX;
	for (struct check *check = authenticator->checks; check; check = check->next) {
		uint64_t next = tries_next_us(&authenticator->tries, check->peer, now);
		unsigned wrong = tries_wrong(&authenticator->tries, check->peer, now);

		if (check->is_done)
			continue;
		*next_us = next < *next_us ? next : *next_us;
		if (next <= now && (!best || wrong < best_wrong)) {
			best = check;
			best_wrong = wrong;
		}
	}
	return best;
}

static void
note_begin(struct authenticator *authenticator, struct check *check, uint64_t now)
{
	authenticator->running = check;
	check->is_early |= tries_is_early(&authenticator->tries, check->peer, now);
	tries_begin(&authenticator->tries, check->peer, now);
}

/* Begins the next check, unless one is running or all have to wait. */
static void
start_next(struct authenticator *authenticator)
{
	uint64_t now = loop_now(), next_us;
	struct check *check;

	if (authenticator->running)
		return;
	check = choose_next(authenticator, now, &next_us);
	if (check)
		htpasswd_check_prepare(check->hashing);
	if (check && worker_add(authenticator->worker,
			     &(struct worker_job){run_check, check_is_done, free_check, check}))
		note_begin(authenticator, check, now);
	else if (check)
		start_later(authenticator, (uint64_t)RETRY_THREAD_MS * 1000);
	else if (next_us != UINT64_MAX)
		start_later(authenticator, next_us - now);
}

/* ---- requests ---- */

static enum authenticator_verdict
join_check(struct check *check, struct response *response)
{
	if (check->is_done)
		return check->is_early ? AUTHENTICATOR_TOO_MANY : AUTHENTICATOR_WRONG;
	response_pause(response, &check->waiters);
	return AUTHENTICATOR_PAUSED;
}

/* The verdict on credentials that no check in the queue is for. */
static enum authenticator_verdict
begin_check(struct authenticator *authenticator, const struct credentials *credentials,
	uint64_t peer, struct response *response)
{
	struct check *check;

	if (is_known_wrong(authenticator, &credentials->hash))
		return tries_allow_repeat(&authenticator->tries, peer, loop_now())
			       ? AUTHENTICATOR_WRONG
			       : AUTHENTICATOR_TOO_MANY;
	drop_abandoned(authenticator);
	if (is_full(authenticator, peer))
		return AUTHENTICATOR_TOO_MANY;
	check = add_check(authenticator, credentials, peer);
	start_next(authenticator);
	return join_check(check, response);
}

enum authenticator_verdict
authenticator_check(struct authenticator *authenticator, const struct request *request,
	struct response *response, unsigned *retry_after_s)
{
	enum authenticator_verdict verdict;
	struct credentials credentials;
	struct check *check;

	*retry_after_s = RETRY_AFTER_S;
	if (!read_credentials(authenticator, request, &credentials))
		return AUTHENTICATOR_WRONG;
	check = find_check(authenticator, &credentials.hash);
	if (check)
		verdict = join_check(check, response);
	else
		verdict = begin_check(authenticator, &credentials, request->peer.key, response);
	wipe_credentials(&credentials);
	return verdict;
}

/* ---- life ---- */

struct authenticator *
authenticator_create(struct loop *loop, const char *path)
{
	struct authenticator *authenticator = mem_zero(sizeof(*authenticator));

	authenticator->loop = loop;
	authenticator->worker = worker_create(loop, 1);
	authenticator->htpasswd = htpasswd_create(path);
	if (!authenticator->htpasswd)
		goto fail;
	if (!keyed_hash_make_key(&authenticator->key)) {
		log_error("the system gives no random bytes, which --htpasswd needs: %s",
			strerror(errno));
		goto fail;
	}
	authenticator->users = mem_array(
		htpasswd_count(authenticator->htpasswd), sizeof(*authenticator->users));
	return authenticator;

fail:
	authenticator_destroy(authenticator);
	return NULL;
}

void
authenticator_destroy(struct authenticator *authenticator)
{
	struct check *next;

	if (!authenticator)
		return;
	worker_destroy(authenticator->worker);
	loop_timer_clear(authenticator->loop, &authenticator->timer);
	for (struct check *check = authenticator->checks; check; check = next) {
		next = check->next;
		/* The one that still runs belongs to the thread, which frees it. */
		if (check != authenticator->running)
			free_check(check);
	}
	htpasswd_destroy(authenticator->htpasswd);
	free(authenticator->users);
	explicit_bzero(&authenticator->key, sizeof(authenticator->key));
	free(authenticator);
}
