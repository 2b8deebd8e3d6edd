/*
 * Connections to real servers: TCP, TLS (OpenSSL) and Unix sockets.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/clock.h"
#include "support/folder.h"
#include "support/tls_peer.h"
#include "upstream/dial.h"

static struct {
	size_t descriptors;
	struct loop *loop;
	int listener, server; /* the server's end of the connection */
	struct tls_client *tls_client;
	struct tls_peer peer;
	struct upstream upstream;
	struct destinations *destinations;
	struct dial dial;
	int calls; /* of the function */
	int socket;
	int error; /* errno */
	char *fault;
} here;

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
	(void)state;
	memset(&here, 0, sizeof(here));
	here.listener = here.server = here.socket = -1;
	folder_enter();
	tls_peer_write_pair("cert.pem", "key.pem", "IP:127.0.0.1");
	here.descriptors = folder_open_descriptors();
	here.loop = loop_create();
	setenv("SSL_CERT_FILE", "cert.pem", 1);
	here.tls_client = tls_client_create(here.loop);
	return 0;
}

static int
leave(void **state)
{
	const int sockets[] = {here.listener, here.server, here.socket};

	(void)state;
	dial_stop(&here.dial);
	for (size_t i = 0; i < ROWS(sockets); i++)
		if (sockets[i] >= 0)
			close(sockets[i]);
	destinations_destroy(here.destinations);
	upstream_finish(&here.upstream);
	tls_client_destroy(here.tls_client);
	tls_peer_finish(&here.peer);
	loop_destroy(here.loop);
	free(here.fault);
	assert_int_equal(folder_open_descriptors(), here.descriptors);
	folder_leave();
	return 0;
}

/* A dial_fn. */
static void
has_ended(void *context, int socket, const char *fault)
{
	here.error = errno;
	assert_ptr_equal(context, &here);
	here.calls++;
	here.socket = socket;
	here.fault = fault ? mem_format("%s", fault) : NULL;
}

static bool
is_called(void *context)
{
	(void)context;
	return here.calls;
}

/* A bound TCP socket, whose port is returned. */
static int
bind_port(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);

	here.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(bind(here.listener, (struct sockaddr *)&address, length), errno);
	getsockname(here.listener, (struct sockaddr *)&address, &length);
	return ntohs(address.sin_port);
}

static int
listen_to_port(void)
{
	int port = bind_port();

	assert_return_code(listen(here.listener, 8), errno);
	return port;
}

static void
listen_to_path(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memcpy(address.sun_path, path, strlen(path));
	here.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(
		bind(here.listener, (struct sockaddr *)&address, sizeof(address)), errno);
	assert_return_code(listen(here.listener, 8), errno);
}

/* Begins to connect to the server that text names. The caller has made text, which is freed. */
static void
dial(char *text, bool has_tls)
{
	struct destination *destination;

	assert_int_equal(upstream_read(&here.upstream, text), UPSTREAM_OK);
	free(text);
	here.destinations = destinations_create(here.loop, &here.upstream, 1, found, NULL);
	destination = destinations_at(here.destinations, 0);
	assert_int_equal(destination_find(destination), DESTINATION_KNOWN);
	destination->tls_client = has_tls ? here.tls_client : NULL;
	destination->is_checked = true;
	dial_start(&here.dial, here.loop, destination, has_ended, &here);
}

static void
accept_client(void)
{
	here.server = accept4(here.listener, NULL, NULL, SOCK_CLOEXEC);
	assert_return_code(here.server, errno);
}

static bool
has_bytes(void *context)
{
	char byte;

	(void)context;
	return recv(here.socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

/* The socket of the function carries what the server says, and back. */
static void
expect_connection(void)
{
	char byte;

	clock_wait(here.loop, is_called, NULL);
	assert_int_equal(here.calls, 1);
	assert_null(here.fault);
	assert_return_code(here.socket, here.error);
	accept_client();
	assert_int_equal(send(here.server, "a", 1, 0), 1);
	clock_wait(here.loop, has_bytes, NULL);
	assert_int_equal(send(here.socket, "b", 1, 0), 1);
	assert_int_equal(recv(here.server, &byte, 1, 0), 1);
	assert_int_equal(byte, 'b');
}

static void
to_a_port(void **state)
{
	(void)state;
	dial(mem_format("http://127.0.0.1:%d", listen_to_port()), true);
	expect_connection();
}

static void
to_a_port_that_nobody_has(void **state)
{
	(void)state;
	dial(mem_format("http://127.0.0.1:%d", bind_port()), true);
	clock_wait(here.loop, is_called, NULL);
	assert_int_equal(here.socket, -1);
	assert_null(here.fault);
	assert_int_equal(here.error, ECONNREFUSED);
}

static void
to_a_unix_socket(void **state)
{
	char *folder = get_current_dir_name();
	char *path = mem_format("%s/s", folder);

	(void)state;
	listen_to_path(path);
	dial(mem_format("unix:%s", path), false);
	expect_connection();
	free(path);
	free(folder);
}

static void
to_a_unix_socket_that_is_not_there(void **state)
{
	char *folder = get_current_dir_name();

	(void)state;
	dial(mem_format("unix:%s/missing", folder), false);
	clock_wait(here.loop, is_called, NULL);
	assert_int_equal(here.socket, -1);
	assert_null(here.fault);
	assert_int_equal(here.error, ENOENT);
	free(folder);
}

static void
by_tls(void **state)
{
	(void)state;
	dial(mem_format("https://127.0.0.1:%d", listen_to_port()), true);
	accept_client();
	tls_peer_start(&here.peer, here.server, "cert.pem", "key.pem");
	here.server = -1;
	clock_wait(here.loop, tls_peer_is_ready, &here.peer);
	clock_wait(here.loop, is_called, NULL);
	assert_null(here.fault);
	assert_return_code(here.socket, here.error);
	tls_peer_say(&here.peer, "a");
	clock_wait(here.loop, has_bytes, NULL);
	assert_int_equal(send(here.socket, "b", 1, 0), 1);
	here.peer.expected = "b";
	clock_wait(here.loop, tls_peer_hears, &here.peer);
}

static void
by_tls_to_someone_else(void **state)
{
	(void)state;
	tls_peer_write_pair("other.pem", "other_key.pem", "IP:127.0.0.1");
	dial(mem_format("https://127.0.0.1:%d", listen_to_port()), true);
	accept_client();
	tls_peer_start(&here.peer, here.server, "other.pem", "other_key.pem");
	here.server = -1;
	clock_wait(here.loop, tls_peer_is_ready, &here.peer);
	clock_wait(here.loop, is_called, NULL);
	assert_int_equal(here.socket, -1);
	assert_non_null(strstr(here.fault, "cannot be trusted"));
}

static void
by_tls_to_a_port_that_nobody_has(void **state)
{
	(void)state;
	dial(mem_format("https://127.0.0.1:%d", bind_port()), true);
	clock_wait(here.loop, is_called, NULL);
	assert_int_equal(here.socket, -1);
	assert_null(here.fault);
	assert_int_equal(here.error, ECONNREFUSED);
}

static void
by_tls_that_does_not_start(void **state)
{
	(void)state;
	dial(mem_format("https://127.0.0.1:%d", listen_to_port()), false);
	assert_int_equal(here.calls, 1);
	assert_int_equal(here.socket, -1);
	assert_string_equal(here.fault, "cannot be asked by TLS");
}

/* At each of its steps; then the function is not called any more, and the server sees the end. */
static void
it_can_be_stopped(void **state)
{
	char bytes[4096];

	for (int steps = 0; steps < 3; steps++) {
		if (steps > 0)
			enter(state);
		dial(mem_format("https://127.0.0.1:%d", listen_to_port()), true);
		accept_client();
		if (steps > 0)
			clock_drain(here.loop);
		if (steps > 1) /* the server has begun to answer */
			assert_int_equal(send(here.server, "\x16\x03\x03", 3, 0), 3);
		clock_drain(here.loop);
		dial_stop(&here.dial);
		dial_stop(&here.dial);
		while (recv(here.server, bytes, sizeof(bytes), 0) > 0)
			;
		clock_drain(here.loop);
		assert_int_equal(here.calls, 0);
		if (steps < 2)
			leave(state);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(to_a_port),
		TEST(to_a_port_that_nobody_has),
		TEST(to_a_unix_socket),
		TEST(to_a_unix_socket_that_is_not_there),
		TEST(by_tls),
		TEST(by_tls_to_someone_else),
		TEST(by_tls_to_a_port_that_nobody_has),
		TEST(by_tls_that_does_not_start),
		TEST(it_can_be_stopped),
	};

	signal(SIGPIPE, SIG_IGN); /* as the program does */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
