/*
 * Look-ups in other processes, with a name server that knows one name and is silent about another.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/clock.h"
#include "support/folder.h"
#include "upstream/resolver.h"

static const struct resolver_name names[] = {
	{"known.test", "81"}, {"silent.test", "80"}, {"unknown.test", "80"}, {"ends.test", "80"}};

static struct {
	struct loop *loop;
	struct resolver *resolver;
	struct connector_addresses found[ROWS(names)];
	int calls[ROWS(names)];
} here;

int __real_getaddrinfo(
	const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **found);
int __wrap_getaddrinfo(
	const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **found);

int
__wrap_getaddrinfo(
	const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **found)
{
	if (!host || hints->ai_flags & AI_NUMERICHOST)
		return __real_getaddrinfo(host, port, hints, found);
	if (strcmp(host, "silent.test") == 0)
		pause();
	if (strcmp(host, "ends.test") == 0)
		_exit(1);
	return strcmp(host, "known.test") == 0 ? __real_getaddrinfo("127.0.0.2", port, hints, found)
					       : EAI_NONAME;
}

static void
note(void *context, size_t index, const struct connector_addresses *addresses)
{
	assert_ptr_equal(context, &here);
	here.found[index] = *addresses;
	here.calls[index]++;
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.loop = loop_create();
	here.resolver = resolver_create(here.loop, names, ROWS(names), note, &here);
	assert_non_null(here.resolver);
	return 0;
}

/* The helper ends with the resolver. */
static int
leave(void **state)
{
	(void)state;
	resolver_destroy(here.resolver);
	assert_true(waitpid(-1, NULL, 0) > 0);
	loop_destroy(here.loop);
	return 0;
}

static bool
has_called(void *context)
{
	return here.calls[*(size_t *)context];
}

static void
wait_for(size_t index)
{
	assert_true(resolver_ask(here.resolver, index));
	clock_wait(here.loop, has_called, &index);
}

static void
a_name_has_its_addresses(void **state)
{
	struct sockaddr_in address;

	(void)state;
	wait_for(0);
	assert_int_equal(here.found[0].count, 1);
	memcpy(&address, &here.found[0].items[0].storage, sizeof(address));
	assert_int_equal(ntohs(address.sin_port), 81);
	assert_int_equal(ntohl(address.sin_addr.s_addr), INADDR_LOOPBACK + 1);
}

static void
a_name_without_addresses(void **state)
{
	(void)state;
	wait_for(2);
	assert_int_equal(here.found[2].count, 0);
	wait_for(3);
	assert_int_equal(here.found[3].count, 0);
}

/* It keeps nobody else waiting, and is asked once at a time. */
static void
a_silent_name(void **state)
{
	size_t descriptors;

	(void)state;
	assert_true(resolver_ask(here.resolver, 1));
	descriptors = folder_open_descriptors();
	assert_true(resolver_ask(here.resolver, 1));
	assert_int_equal(folder_open_descriptors(), descriptors);
	wait_for(0);
	assert_int_equal(here.calls[1], 0);
}

static void
what_needs_no_look_up(void **state)
{
	static const struct {
		const char *host;
		size_t count; /* 0: a name */
	} rows[] = {
		{"127.0.0.1", 1},
		{"::1", 1},
		{"localhost", 2},
		{"LOCALHOST.", 2},
		{"app.localhost", 2},
		{"localhost.example", 0},
		{"mylocalhost", 0},
		{"example.com", 0},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct resolver_name name = {rows[i].host, "80"};
		struct connector_addresses addresses = {0};

		if (resolver_knows(&name, &addresses) != (rows[i].count > 0) ||
			addresses.count > rows[i].count)
			fail_msg("%s: %zu", rows[i].host, addresses.count);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_name_has_its_addresses),
		TEST(a_name_without_addresses),
		TEST(a_silent_name),
		cmocka_unit_test(what_needs_no_look_up),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
