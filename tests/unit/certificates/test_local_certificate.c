/*
 * When a handshake gets another certificate. The signer is a real process; time, the addresses of the machine and that of
 * a connection are what a test says.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/loop.h"
#include "base/mem.h"
#include "certificates/leaf.h"
#include "certificates/local_certificate.h"
#include "support/capture.h"
#include "support/folder.h"
#include "support/wrap_loop.h"

#define DAY ((time_t)24 * 60 * 60)

static struct local_certificate *local;
static time_t ahead;       /* of the true time */
static uint64_t waited_us; /* on the clock of the loop */

time_t __real_time(time_t *result);
time_t __wrap_time(time_t *result);

time_t
__wrap_time(time_t *result)
{
	time_t now = __real_time(NULL) + ahead;

	if (result)
		*result = now;
	return now;
}

/* It stands still, so that only the test decides how often the signer is asked. */
uint64_t
__wrap_loop_now(void)
{
	return 1000000000 + waited_us;
}

/* The addresses of this machine's interfaces, as the signer sees them, too: it shares this memory. */
static struct machine {
	bool has_lan, has_internet;
} * machine;

int __wrap_getifaddrs(struct ifaddrs **all);
void __wrap_freeifaddrs(struct ifaddrs *all);

int
__wrap_getifaddrs(struct ifaddrs **all)
{
	static struct sockaddr_in lan = {.sin_family = AF_INET}, internet = {.sin_family = AF_INET};
	static struct ifaddrs items[2];
	static char name[] = "net0";

	lan.sin_addr.s_addr = htonl(0x0a4d0001); /* 10.77.0.1 */
	internet.sin_addr.s_addr = htonl(0x08080808);
	items[0] = (struct ifaddrs){.ifa_name = name, .ifa_flags = IFF_UP};
	items[0].ifa_addr = (struct sockaddr *)&lan;
	items[1] = items[0];
	items[1].ifa_addr = (struct sockaddr *)&internet;
	items[0].ifa_next = machine->has_internet ? &items[1] : NULL;
	*all = machine->has_lan ? items : machine->has_internet ? &items[1] : NULL;
	return 0;
}

void
__wrap_freeifaddrs(struct ifaddrs *all)
{
	(void)all;
}

static const char *address; /* of the last client's connection here */

int __wrap_getsockname(int fd, struct sockaddr *name, socklen_t *length);

/* Not every machine has a network. */
int
__wrap_getsockname(int fd, struct sockaddr *name, socklen_t *length)
{
	struct sockaddr_in here = {.sin_family = AF_INET};

	(void)fd;
	assert_int_equal(inet_pton(AF_INET, address, &here.sin_addr), 1);
	memcpy(name, &here, sizeof(here));
	*length = sizeof(here);
	return 0;
}

static int
enter(void **state)
{
	static const char *const hosts[] = {"localhost", "shop.test"};
	char *here, *data;

	(void)state;
	ahead = 0;
	waited_us = 0;
	*machine = (struct machine){0};
	folder_enter();
	here = realpath(".", NULL);
	data = mem_format("%s/data", here);
	setenv("XDG_DATA_HOME", data, true);
	free(data);
	free(here);
	capture_begin(2);
	local = local_certificate_create(hosts, ROWS(hosts));
	capture_end();
	return local ? 0 : -1;
}

static int
leave(void **state)
{
	(void)state;
	local_certificate_destroy(local);
	folder_leave();
	return 0;
}

/* What the handshake of a client of this address finds, which asks for this name, or for none. */
static bool
greet(const char *client_address, const char *name)
{
	struct tls_client client = {-1, name};

	address = client_address;
	return local_certificate_refresh(local, &client);
}

static void
what_is_covered_needs_nothing(void **state)
{
	static const char *const names[] = {NULL, "localhost", "shop.test", "127.0.0.1",
		"evil.example", "a.localhost.evil.example", "", "localhost."};

	(void)state;
	for (int round = 0; round < 20; round++)
		for (size_t i = 0; i < ROWS(names); i++)
			assert_false(greet("127.0.0.1", names[i]));
	assert_true(local_certificate_is_for(local, "shop.test"));
	assert_false(local_certificate_is_for(local, "evil.example"));
}

static void
names_below_localhost_are_added(void **state)
{
	(void)state;
	assert_true(greet("127.0.0.1", "app.localhost"));
	assert_true(local_certificate_is_for(local, "app.localhost"));
	assert_false(greet("127.0.0.1", "app.localhost"));
	assert_false(greet("127.0.0.1", "APP.localhost"));
	assert_true(greet("127.0.0.1", "a.b.localhost"));
	assert_true(local_certificate_is_for(local, "app.localhost")); /* the former ones stay */
	assert_true(local_certificate_is_for(local, "a.b.localhost"));
	assert_true(local_certificate_is_for(local, "localhost"));
}

static void
other_loopback_addresses_are_added(void **state)
{
	(void)state;
	assert_false(local_certificate_is_for(local, "127.0.0.7"));
	assert_true(greet("127.0.0.7", NULL));
	assert_true(local_certificate_is_for(local, "127.0.0.7"));
	assert_false(greet("127.0.0.7", NULL));
}

static size_t
count_new_names(unsigned from, unsigned to)
{
	size_t count = 0;

	for (unsigned i = from; i < to; i++) {
		char name[32];

		snprintf(name, sizeof(name), "n%u.localhost", i);
		count += greet("127.0.0.1", name);
	}
	return count;
}

/* Any program of this machine can ask for names, as fast as it likes. */
static void
names_and_requests_have_limits(void **state)
{
	(void)state;
	assert_int_equal(count_new_names(0, 20), 8); /* in one moment */
	assert_false(local_certificate_is_for(local, "n19.localhost"));
	waited_us += 10000000;
	assert_true(greet("127.0.0.1", "n19.localhost"));
	assert_true(local_certificate_is_for(local, "n12.localhost"));
	for (unsigned i = 20; i < 200; i++) {
		waited_us += 10000000;
		count_new_names(i, i + 1);
	}
	assert_true(local_certificate_is_for(local, "n31.localhost"));
	assert_false(local_certificate_is_for(local, "n32.localhost"));
	assert_false(greet("127.0.0.1", "n199.localhost"));
	assert_false(greet("127.0.0.1", NULL));
}

/* Both parts as a server has them. */
static void
copy_text(struct buf *text)
{
	struct tls_options options = {0};

	local_certificate_put(local, &options);
	buf_clear(text);
	buf_add_slice(text, options.cert_text);
	buf_add_slice(text, options.key_text);
}

static void
an_address_that_the_machine_gets_is_added(void **state)
{
	(void)state;
	assert_false(greet("10.77.0.1", NULL)); /* it is none of ours yet */
	machine->has_lan = true;
	assert_false(greet("10.77.0.1", NULL));
	waited_us += 11000000;
	assert_true(greet("10.77.0.1", NULL));
	assert_true(local_certificate_is_for(local, "10.77.0.1"));
	assert_false(greet("10.77.0.1", NULL));
	/* With the next one, an address that has gone is gone. */
	machine->has_lan = false;
	assert_true(greet("127.0.0.1", "new.localhost"));
	assert_false(local_certificate_is_for(local, "10.77.0.1"));
}

/* However often clients come there, the certificate stays, and the signer is left alone. */
static void
an_address_of_the_internet_changes_nothing(void **state)
{
	struct buf before = {0}, after = {0};

	(void)state;
	machine->has_internet = true;
	copy_text(&before);
	for (int i = 0; i < 100; i++) {
		assert_false(greet("8.8.8.8", "localhost"));
		waited_us += 3000000;
	}
	copy_text(&after);
	assert_string_equal(before.bytes, after.bytes);
	ahead = 22 * DAY; /* but it is renewed */
	assert_true(greet("8.8.8.8", NULL));
	buf_finish(&before);
	buf_finish(&after);
}

/* Only clients of this machine add names. */
static void
clients_elsewhere_add_no_names(void **state)
{
	(void)state;
	machine->has_lan = true;
	assert_true(greet("10.77.0.1", NULL));
	assert_false(greet("10.77.0.1", "app.localhost"));
	assert_false(local_certificate_is_for(local, "app.localhost"));
}

static void
it_is_renewed_before_it_ends(void **state)
{
	struct buf before = {0}, after = {0};

	(void)state;
	copy_text(&before);
	ahead = 18 * DAY;
	assert_false(greet("127.0.0.1", NULL));
	ahead = 22 * DAY;
	assert_true(greet("127.0.0.1", NULL));
	copy_text(&after);
	assert_string_not_equal(before.bytes, after.bytes);
	assert_non_null(strstr(after.bytes, "-----BEGIN CERTIFICATE-----"));
	assert_non_null(strstr(after.bytes, "-----BEGIN PRIVATE KEY-----"));
	buf_finish(&before);
	buf_finish(&after);
}

static void
a_clock_that_was_set_back_counts(void **state)
{
	(void)state;
	ahead = -2 * DAY;
	assert_true(greet("127.0.0.1", NULL));
}

static void
without_the_signer_the_former_one_stays(void **state)
{
	struct buf before = {0}, after = {0};
	char *path = mem_format("/proc/self/task/%d/children", (int)getpid());
	FILE *file = fopen(path, "re");
	int child = 0, next;

	(void)state;
	/* The newest is the last. Others, of the tests before, may still be about to end. */
	while (fscanf(file, "%d", &next) == 1)
		child = next;
	fclose(file);
	assert_int_not_equal(child, 0);
	free(path);
	copy_text(&before);
	assert_int_equal(kill(child, SIGKILL), 0);
	capture_begin(2);
	assert_false(greet("127.0.0.1", "x.localhost"));
	assert_non_null(strstr(capture_end(), "has ended; restart liveserve"));
	capture_begin(2);
	for (int i = 0; i < 100; i++) {
		waited_us += 60000000;
		assert_false(greet("127.0.0.1", "x.localhost"));
	}
	assert_string_equal(capture_end(), "");
	copy_text(&after);
	assert_string_equal(before.bytes, after.bytes);
	buf_finish(&before);
	buf_finish(&after);
}

static void
a_leaf_takes_only_its_own_certificate(void **state)
{
	struct leaf *leaf = leaf_create();
	struct slice authority = local_certificate_authority(local);

	(void)state;
	assert_non_null(leaf);
	assert_false(leaf_set_certificate(leaf, slice_of("nonsense")));
	assert_false(leaf_set_certificate(leaf, slice_of("")));
	assert_false(leaf_set_certificate(leaf, authority)); /* of another key */
	leaf_destroy(leaf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_covered_needs_nothing, enter, leave),
		cmocka_unit_test_setup_teardown(names_below_localhost_are_added, enter, leave),
		cmocka_unit_test_setup_teardown(other_loopback_addresses_are_added, enter, leave),
		cmocka_unit_test_setup_teardown(names_and_requests_have_limits, enter, leave),
		cmocka_unit_test_setup_teardown(
			an_address_that_the_machine_gets_is_added, enter, leave),
		cmocka_unit_test_setup_teardown(
			an_address_of_the_internet_changes_nothing, enter, leave),
		cmocka_unit_test_setup_teardown(clients_elsewhere_add_no_names, enter, leave),
		cmocka_unit_test_setup_teardown(it_is_renewed_before_it_ends, enter, leave),
		cmocka_unit_test_setup_teardown(a_clock_that_was_set_back_counts, enter, leave),
		cmocka_unit_test_setup_teardown(
			without_the_signer_the_former_one_stays, enter, leave),
		cmocka_unit_test_setup_teardown(
			a_leaf_takes_only_its_own_certificate, enter, leave),
	};

	machine = mmap(
		NULL, sizeof(*machine), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	signal(SIGCHLD, SIG_IGN); /* as the program does */
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
