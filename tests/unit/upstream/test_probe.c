/*
 * What a probe finds at servers that refuse, close, answer, or say nothing.
 */
#include "support/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/clock.h"
#include "support/folder.h"
#include "upstream/probe.h"

static struct {
	struct loop *loop;
	int listener;
	struct loop_source source;
	const char *answer; /* NULL: none, and the connection stays open */
	int client;
	struct buf heard;
	int verdict; /* -1: none yet */
	struct upstream upstream;
	struct destinations *destinations;
	struct probe probe;
} here;

static void
accept_client(void *context, unsigned events)
{
	char bytes[512];
	ssize_t got;

	(void)context;
	(void)events;
	here.client = accept(here.listener, NULL, NULL);
	assert_return_code(here.client, errno);
	if (!here.answer)
		return;
	got = *here.answer ? recv(here.client, bytes, sizeof(bytes), 0) : 0;
	buf_add(&here.heard, bytes, (size_t)got);
	assert_int_equal(
		send(here.client, here.answer, strlen(here.answer), 0), (int)strlen(here.answer));
	close(here.client);
	here.client = -1;
}

/* A destination_fn. */
static void
found(void *context, struct destination *destination)
{
	(void)context;
	(void)destination;
}

static int
enter(void **state)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	char *rule;

	(void)state;
	memset(&here, 0, sizeof(here));
	here.verdict = here.client = -1;
	here.loop = loop_create();
	here.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(bind(here.listener, (struct sockaddr *)&address, length), errno);
	getsockname(here.listener, (struct sockaddr *)&address, &length);
	rule = mem_format("http://127.0.0.1:%d", ntohs(address.sin_port));
	assert_int_equal(upstream_read(&here.upstream, rule), UPSTREAM_OK);
	here.destinations = destinations_create(here.loop, &here.upstream, 1, found, NULL);
	free(rule);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	probe_stop(&here.probe);
	if (here.source.fd)
		loop_remove(here.loop, &here.source);
	if (here.client >= 0)
		close(here.client);
	close(here.listener);
	destinations_destroy(here.destinations);
	upstream_finish(&here.upstream);
	loop_destroy(here.loop);
	buf_finish(&here.heard);
	return 0;
}

static void
serve(const char *answer)
{
	here.answer = answer;
	assert_return_code(listen(here.listener, 8), errno);
	assert_true(
		loop_add(here.loop, &here.source, here.listener, LOOP_READ, accept_client, NULL));
}

/* A probe_fn. */
static void
probed(void *context, enum probe_verdict verdict)
{
	assert_ptr_equal(context, &here);
	assert_int_equal(here.verdict, -1);
	here.verdict = (int)verdict;
}

static bool
is_probed(void *context)
{
	(void)context;
	return here.verdict >= 0;
}

static void
start(void)
{
	const struct probe_request request = {SLICE_LITERAL("h:1"), SLICE_LITERAL("/a?b")};

	here.verdict = -1;
	probe_start(&here.probe, here.loop, destinations_at(here.destinations, 0), &request, probed,
		&here);
}

static void
assert_found(enum probe_verdict verdict)
{
	start();
	clock_wait(here.loop, is_probed, NULL);
	assert_int_equal(here.verdict, verdict);
}

static void
refused(void **state)
{
	size_t before = folder_open_descriptors();

	(void)state;
	assert_found(PROBE_AWAY);
	assert_int_equal(folder_open_descriptors(), before);
}

static void
answered(void **state)
{
	static const struct {
		const char *answer;
		enum probe_verdict verdict;
	} rows[] = {
		{"HTTP/1.1 200 OK\r\n\r\n", PROBE_WELL},
		{"HTTP/1.0 404 No\r\n\r\n", PROBE_WELL},
		{"HTTP/1.1 500 Oh\r\n\r\n", PROBE_WELL},
		{"HTTP/1.1 502 Bad\r\n\r\n", PROBE_BUSY},
		{"HTTP/1.1 503\r\n\r\n", PROBE_BUSY},
		{"no HTTP", PROBE_WELL},
	};

	(void)state;
	serve(NULL);
	for (size_t i = 0; i < ROWS(rows); i++) {
		here.answer = rows[i].answer;
		assert_found(rows[i].verdict);
	}
	assert_true(slice_starts(buf_slice(&here.heard),
		"HEAD /a?b HTTP/1.1\r\nHost: h:1\r\nUser-Agent: liveserve\r\n"));
}

static void
closed(void **state)
{
	(void)state;
	serve("");
	assert_found(PROBE_AWAY);
}

/* Who accepts and says nothing is there. */
static void
silent(void **state)
{
	(void)state;
	serve(NULL);
	assert_found(PROBE_WELL);
}

static void
stopped(void **state)
{
	(void)state;
	serve(NULL);
	start();
	probe_stop(&here.probe);
	probe_stop(&here.probe);
	clock_drain(here.loop);
	assert_int_equal(here.verdict, -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(refused, enter, leave),
		cmocka_unit_test_setup_teardown(answered, enter, leave),
		cmocka_unit_test_setup_teardown(closed, enter, leave),
		cmocka_unit_test_setup_teardown(silent, enter, leave),
		cmocka_unit_test_setup_teardown(stopped, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
