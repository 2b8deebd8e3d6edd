/*
 * resolver: see resolver.h. Owns the helper and the pipes of the look-ups that run. A look-up writes
 * its addresses into its pipe in one piece; a pipe that ends without them means that there are none.
 */
#define _GNU_SOURCE
#include "upstream/resolver.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/slice.h"
#include "security/landlock.h"
#include "security/open_broker.h"

enum { LOOK_UP_MAX_S = 60 }; /* the life of a process that looks up one name */

struct look_up {
	struct resolver *resolver;
	struct loop_source source; /* the reading end of the pipe */
	bool is_running;
};

struct resolver {
	struct loop *loop;
	struct open_broker *broker;
	const struct resolver_name *names;
	size_t count;
	resolver_fn *fn;
	void *context;
	struct look_up *look_ups; /* one for each name */
};

static void
copy_addresses(const struct addrinfo *found, struct connector_addresses *addresses)
{
	*addresses = (struct connector_addresses){0};
	for (; found && addresses->count < CONNECTOR_ADDRESSES_MAX; found = found->ai_next) {
		struct connector_address *address = &addresses->items[addresses->count++];

		memcpy(&address->storage, found->ai_addr, found->ai_addrlen);
		address->length = found->ai_addrlen;
	}
}

/* flags are those of getaddrinfo(3), which returns the loopback addresses if host is NULL. */
static bool
look_up(const char *host, const char *port, int flags, struct connector_addresses *addresses)
{
	const struct addrinfo hints = {.ai_flags = flags, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;

	if (getaddrinfo(host, port, &hints, &found) != 0)
		return false;
	copy_addresses(found, addresses);
	freeaddrinfo(found);
	return true;
}

static bool
is_this_machine(struct slice host)
{
	if (slice_ends(host, "."))
		host.length--;
	return slice_is_nocase(host, "localhost") || slice_ends_nocase(host, ".localhost");
}

bool
resolver_knows(const struct resolver_name *name, struct connector_addresses *addresses)
{
	const char *host = is_this_machine(slice_of(name->host)) ? NULL : name->host;

	return look_up(host, name->port, AI_NUMERICHOST | AI_NUMERICSERV, addresses);
}

/* ---- in the helper ---- */

static _Noreturn void
run_look_up(const struct resolver_name *name, int pipe)
{
	struct connector_addresses addresses;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGALRM, SIG_DFL);
	alarm(LOOK_UP_MAX_S);
	if (look_up(name->host, name->port, AI_NUMERICSERV, &addresses) &&
		write(pipe, &addresses, sizeof(addresses)) < 0)
		_exit(1);
	_exit(0);
}

/* Returns the reading end of the pipe of a new look-up, or -1 with errno. */
static int
start_look_up(void *context, unsigned id, const char *name)
{
	const struct resolver *resolver = context;
	int ends[2];
	pid_t child;

	(void)name;
	if (id >= resolver->count) {
		errno = EBADF;
		return -1;
	}
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -1;
	child = fork();
	if (child == 0)
		run_look_up(&resolver->names[id], ends[1]);
	close(ends[1]);
	if (child > 0)
		return ends[0];
	close(ends[0]);
	return -1;
}

/* The helper and its children may read what the system's resolver reads, and write nothing. */
static void
prepare_helper(void *context)
{
	struct landlock *landlock = landlock_create_for_client();

	(void)context;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN); /* the kernel reaps the children */
	if (!landlock)
		return;
	landlock_allow_path(landlock, "/");
	landlock_enter(landlock);
	landlock_destroy(landlock);
}

/* ---- in the server ---- */

struct resolver *
resolver_create(struct loop *loop, const struct resolver_name *names, size_t count, resolver_fn *fn,
	void *context)
{
	struct resolver *resolver = mem_zero(sizeof(*resolver));
	const struct open_broker_options options = {
		.process = "liveserve-names",
		.prepare = prepare_helper,
		.open = start_look_up,
		.context = resolver,
	};

	*resolver = (struct resolver){
		.loop = loop, .names = names, .count = count, .fn = fn, .context = context};
	resolver->look_ups = mem_array(count, sizeof(*resolver->look_ups));
	for (size_t i = 0; i < count; i++)
		resolver->look_ups[i].resolver = resolver;
	resolver->broker = open_broker_create(&options);
	if (resolver->broker)
		return resolver;
	resolver_destroy(resolver);
	return NULL;
}

static void
end_look_up(struct look_up *look_up)
{
	if (!look_up->is_running)
		return;
	loop_remove(look_up->resolver->loop, &look_up->source);
	close(look_up->source.fd);
	look_up->is_running = false;
}

void
resolver_destroy(struct resolver *resolver)
{
	if (!resolver)
		return;
	for (size_t i = 0; i < resolver->count; i++)
		end_look_up(&resolver->look_ups[i]);
	open_broker_destroy(resolver->broker);
	free(resolver->look_ups);
	free(resolver);
}

static void
look_up_ready(void *context, unsigned events)
{
	struct look_up *look_up = context;
	struct resolver *resolver = look_up->resolver;
	struct connector_addresses addresses;
	ssize_t got = read(look_up->source.fd, &addresses, sizeof(addresses));

	(void)events;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	end_look_up(look_up);
	/* The look-up has parsed what a stranger sent. */
	if (got != sizeof(addresses) || addresses.count > CONNECTOR_ADDRESSES_MAX)
		addresses.count = 0;
	for (size_t i = 0; i < addresses.count; i++)
		if (addresses.items[i].length > sizeof(addresses.items[i].storage))
			addresses.count = 0;
	addresses.first = 0;
	resolver->fn(resolver->context, (size_t)(look_up - resolver->look_ups), &addresses);
}

bool
resolver_ask(struct resolver *resolver, size_t index)
{
	struct look_up *look_up = &resolver->look_ups[index];
	int pipe;

	if (look_up->is_running)
		return true;
	pipe = open_broker_open(resolver->broker, (unsigned)index, "");
	if (pipe < 0)
		return false;
	if (!loop_add(resolver->loop, &look_up->source, pipe, LOOP_READ, look_up_ready, look_up)) {
		close(pipe);
		return false;
	}
	look_up->is_running = true;
	return true;
}
