/*
 * destination: see destination.h. Owns the resolver and the addresses.
 */
#include "upstream/destination.h"

#include <errno.h>
#include <stdlib.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "security/landlock.h"
#include "security/open_broker.h"

struct destinations {
	struct destination *items;
	struct resolver_name *names;
	size_t count;
	struct open_broker *sockets; /* connects to Unix sockets; or NULL */
	struct resolver *resolver;   /* NULL: no upstream has a name, or there can be no process */
	destination_fn *fn;
	void *context;
};

static void
wait_until(struct destination *destination, unsigned ms)
{
	destination->due_us = loop_now() + (uint64_t)ms * 1000;
}

/* A resolver_fn. Old addresses stay if there are no new ones. */
static void
take_addresses(void *context, size_t index, const struct connector_addresses *addresses)
{
	struct destinations *destinations = context;
	struct destination *destination = &destinations->items[index];

	destination->is_asked = false;
	if (addresses->count)
		destination->addresses = *addresses;
	wait_until(destination, addresses->count ? DESTINATION_FRESH_MS : DESTINATION_RETRY_MS);
	destinations->fn(destinations->context, destination);
}

/* ---- Unix sockets ---- */

/* Called in the process outside of the sandbox. */
static int
connect_socket(void *context, unsigned id, const char *name)
{
	const struct destinations *destinations = context;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	(void)name;
	errno = EBADF;
	if (id >= destinations->count || !destinations->items[id].upstream->is_unix)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	memcpy(address.sun_path, destinations->items[id].upstream->path,
		strlen(destinations->items[id].upstream->path));
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	return file_abandon(fd);
}

/* It opens no files. */
static void
prepare_socket_broker(void *context)
{
	struct landlock *landlock = landlock_create_for_client();

	(void)context;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (landlock)
		landlock_enter(landlock);
	landlock_destroy(landlock);
}

static void
create_socket_broker(struct destinations *destinations)
{
	destinations->sockets = open_broker_create(&(struct open_broker_options){
		.process = "liveserve-unix",
		.prepare = prepare_socket_broker,
		.open = connect_socket,
		.context = destinations,
	});
	if (!destinations->sockets)
		log_error("cannot start the process that connects to the Unix sockets of --proxy: "
			  "%s",
			strerror(errno));
}

int
destination_open_unix(const struct destination *destination)
{
	const struct destinations *destinations = destination->destinations;

	errno = EACCES;
	return destinations->sockets ? open_broker_open(destinations->sockets,
					       (unsigned)(destination - destinations->items), "")
				     : -1;
}

/* ---- life ---- */

struct destinations *
destinations_create(struct loop *loop, const struct upstream *upstreams, size_t count,
	destination_fn *fn, void *context)
{
	struct destinations *destinations = mem_zero(sizeof(*destinations));
	bool has_names = false, has_sockets = false;

	*destinations = (struct destinations){.count = count, .fn = fn, .context = context};
	destinations->items = mem_array(count, sizeof(*destinations->items));
	destinations->names = mem_array(count, sizeof(*destinations->names));
	for (size_t i = 0; i < count; i++) {
		struct destination *destination = &destinations->items[i];

		destination->destinations = destinations;
		destination->upstream = &upstreams[i];
		has_sockets |= upstreams[i].is_unix;
		if (upstreams[i].is_unix)
			continue;
		destinations->names[i] = (struct resolver_name){
			upstreams[i].host, upstreams[i].port};
		destination->is_name = !resolver_knows(
			&destinations->names[i], &destination->addresses);
		has_names |= destination->is_name;
	}
	if (has_names)
		destinations->resolver = resolver_create(
			loop, destinations->names, count, take_addresses, destinations);
	if (has_names && !destinations->resolver)
		log_error("cannot start the process that looks up the names of --proxy: %s; give "
			  "addresses in place of names",
			strerror(errno));
	if (has_sockets)
		create_socket_broker(destinations);
	return destinations;
}

void
destinations_destroy(struct destinations *destinations)
{
	if (!destinations)
		return;
	resolver_destroy(destinations->resolver);
	open_broker_destroy(destinations->sockets);
	for (size_t i = 0; i < destinations->count; i++)
		buf_finish(&destinations->items[i].last_failure);
	free(destinations->items);
	free(destinations->names);
	free(destinations);
}

struct destination *
destinations_at(struct destinations *destinations, size_t index)
{
	return &destinations->items[index];
}

static void
ask_if_due(struct destination *destination)
{
	struct destinations *destinations = destination->destinations;

	if (!destinations->resolver || destination->is_asked || loop_now() < destination->due_us)
		return;
	destination->is_asked = resolver_ask(
		destinations->resolver, (size_t)(destination - destinations->items));
	wait_until(destination, DESTINATION_RETRY_MS);
}

enum destination_verdict
destination_find(struct destination *destination)
{
	if (destination->upstream->is_unix)
		return DESTINATION_KNOWN;
	if (destination->is_name)
		ask_if_due(destination);
	if (destination->addresses.count)
		return DESTINATION_KNOWN;
	return destination->is_asked ? DESTINATION_AWAITED : DESTINATION_UNKNOWN;
}

void
destination_distrust(struct destination *destination)
{
	uint64_t soon = loop_now() + (uint64_t)DESTINATION_RETRY_MS * 1000;

	if (destination->due_us > soon)
		destination->due_us = soon;
}

void
destination_note(struct destination *destination, const char *failure)
{
	struct buf *last = &destination->last_failure;

	if (!failure) {
		buf_clear(last);
	} else if (!slice_is(buf_slice(last), failure)) {
		buf_clear(last);
		buf_add_text(last, failure);
		log_verbose("%s", failure);
	}
}

void
destination_tell_trouble(struct destination *destination, unsigned kind, const char *what)
{
	unsigned bit = 1U << kind;

	if (!(destination->told & bit))
		log_notice("%s %s", destination->upstream->shown, what);
	destination->told |= bit;
}
