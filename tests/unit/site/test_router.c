/*
 * How requests are answered, including WebSockets. test_static_files.c tests files in detail.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "html/client_script.h"
#include "html/navigation.h"
#include "site/router.h"
#include "support/ask.h"
#include "support/clock.h"
#include "support/folder.h"
#include "support/served.h"

#define SOCKET_HEAD \
	"\nConnection: keep-alive, Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13"
#define KEY "\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
#define SOCKET SOCKET_HEAD KEY

static struct served here;

static struct {
	struct router_options options;
	struct router *router;
	enum protocol protocol; /* of the last WebSocket */
} routed;

void __wrap_page_sockets_take_over(
	struct page_sockets *page_sockets, enum protocol protocol, struct response *response);

void
__wrap_page_sockets_take_over(
	struct page_sockets *page_sockets, enum protocol protocol, struct response *response)
{
	(void)page_sockets;
	(void)response;
	routed.protocol = protocol;
}

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	folder_write("index.html", "<p>hello\n");
	folder_write("ws", "a file\n");
	served_create(&here, &(struct static_files_options){.injects = true}, NULL);
	routed.options = (struct router_options){
		.static_files = here.static_files,
		.script_tag = &here.script_tag,
		.settings = {.access = {.host = "localhost"}},
	};
	routed.router = router_create(&routed.options);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	router_destroy(routed.router);
	served_destroy(&here);
	folder_leave();
	return 0;
}

static void
respond(const struct request *request)
{
	router_handler(routed.router).begin(routed.router);
	router_handler(routed.router).answer(routed.router, request, &here.response);
}

static void
refuse(int status)
{
	const struct refused_request refused = {.status = status};

	router_handler(routed.router).refuse(routed.router, &refused, &here.response);
}

static void
send(const char *request)
{
	response_clear(&here.response);
	respond(ask(request));
}

static const char *
value(const char *name)
{
	const char *text = answer_value(&here.response, name);

	return text ? text : "";
}

static void
statuses(void **state)
{
	static const struct {
		const char *request;
		int status;
		const char *allow;
	} rows[] = {
		{"GET /", 200, ""},
		{"HEAD /", 200, ""},
		{"GET /missing", 404, ""},
		{"OPTIONS /", 204, "GET, HEAD, OPTIONS"},
		{"OPTIONS *", 204, "GET, HEAD, OPTIONS"},
		{"OPTIONS /missing", 204, "GET, HEAD, OPTIONS"},
		{"POST /", 405, "GET, HEAD, OPTIONS"},
		{"PUT /index.html", 405, "GET, HEAD, OPTIONS"},
		{"DELETE /index.html", 405, "GET, HEAD, OPTIONS"},
		{"BREW /pot", 501, "GET, HEAD, OPTIONS"},
		{"get /", 501, "GET, HEAD, OPTIONS"},
		{"GET /__liveserve/client.js", 200, ""},
		{"HEAD /__liveserve/client.js", 200, ""},
		{"GET /__liveserve/client.js?x", 200, ""},
		{"GET /__liveserve/", 404, ""},
		{"GET /__liveserve/other", 404, ""},
		{"GET /__liveserve", 404, ""},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		send(rows[i].request);
		if (here.response.status != rows[i].status)
			fail_msg("%s: %d", rows[i].request, here.response.status);
		assert_string_equal(value("Allow"), rows[i].allow);
		assert_int_equal(here.response.has_content, rows[i].status != 204);
	}
}

static void
sockets(void **state)
{
	static const struct {
		const char *request;
		int status;
	} rows[] = {
		{"GET /ws" SOCKET, 101},
		{"GET /ws?x" SOCKET, 101},
		{"GET //ws" SOCKET, 101},
		{"GET /about.html/ws" SOCKET, 101},
		{"GET /a/b/ws" SOCKET, 101},
		{"GET /ws\nConnection: upgrade\nUpgrade: WebSocket\nSec-WebSocket-Version: 13" KEY,
			101},
		{"GET /ws\nConnection: upgrade\nUpgrade: h2c\nUpgrade: websocket\n"
		 "Sec-WebSocket-Version: 13" KEY,
			101},
		{"GET /" SOCKET, 404},
		{"GET /aws" SOCKET, 404},
		{"GET /ws/" SOCKET, 404},
		/* a file may be called ws, and only an upgrade is a socket */
		{"GET /ws", 200},
		{"HEAD /ws" SOCKET, 200},
		{"POST /ws" SOCKET, 405},
		{"GET /ws\nUpgrade: websocket\nSec-WebSocket-Version: 13" KEY, 200},
		{"GET /ws\nConnection: upgrade\nUpgrade: h2c" KEY, 200},
		{"GET /ws\nConnection: upgrade" KEY, 200},
		{"GET /ws\nContent-Length: 1" SOCKET, 200},
		/* keys and versions */
		{"GET /ws" SOCKET_HEAD, 400},
		{"GET /ws" SOCKET_HEAD "\nSec-WebSocket-Key: ", 400},
		{"GET /ws" SOCKET_HEAD "\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=", 400},
		{"GET /ws" SOCKET_HEAD "\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQAB", 400},
		{"GET /ws" SOCKET_HEAD "\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25j*Q==", 400},
		{"GET /ws" SOCKET_HEAD "\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQAA==", 400},
		{"GET /ws\nConnection: upgrade\nUpgrade: websocket" KEY, 426},
		{"GET /ws\nConnection: upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 8" KEY,
			426},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		send(rows[i].request);
		if (here.response.status != rows[i].status)
			fail_msg("%s: %d", rows[i].request, here.response.status);
		assert_int_equal(here.response.has_content, rows[i].status != 101);
		if (rows[i].status != 426)
			continue;
		assert_string_equal(value("Sec-WebSocket-Version"), "13");
		assert_string_equal(value("Upgrade"), "websocket"); /* RFC 9110 15.5.22 */
	}
}

static void
socket_of_http_1_0(void **state)
{
	static const char head[] = "GET /ws HTTP/1.0\r\nHost: localhost\r\n"
				   "Connection: upgrade\r\nUpgrade: websocket\r\n"
				   "Sec-WebSocket-Version: 13\r\n"
				   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
	struct request request;

	(void)state;
	assert_int_equal(request_parse(&request, head, sizeof(head) - 1), REQUEST_COMPLETE);
	respond(&request);
	assert_int_equal(here.response.status, 200);
}

/* Pages of other sites may try; only those of this server get a WebSocket. */
static void
origins(void **state)
{
	static const struct {
		const char *host;
		const char *origin;
		int status;
	} rows[] = {
		{"localhost:9000", "http://localhost:9000", 101},
		{"localhost:9000", "https://localhost:9000", 101},
		{"LocalHost:9000", "http://localhost:9000", 101},
		{"[::1]:9000", "http://[::1]:9000", 101},
		{"localhost:9000", "http://localhost:9001", 403},
		{"localhost:9000", "http://localhost", 403},
		{"localhost:9000", "http://127.0.0.1:9000", 403},
		{"localhost:9000", "http://evil.example", 403},
		{"localhost:9000", "http://localhost:9000.evil.example", 403},
		{"localhost:9000", "http://evil.example/localhost:9000", 403},
		{"localhost:9000", "null", 403},
		{"localhost:9000", "", 403},
		{"localhost:9000", "file://", 403},
		{"localhost:9000", "localhost:9000", 403},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *request = mem_format(
			"GET /ws" SOCKET "\nHost: %s\nOrigin: %s", rows[i].host, rows[i].origin);

		send(request);
		if (here.response.status != rows[i].status)
			fail_msg("%s %s: %d", rows[i].host, rows[i].origin, here.response.status);
		free(request);
	}
}

static void
subprotocols(void **state)
{
	static const struct {
		const char *request;
		int status;
		enum protocol protocol;
	} rows[] = {
		{"GET /ws" SOCKET, 101, PROTOCOL_LIVE_SERVER},
		{"GET /ws" SOCKET "\nSec-WebSocket-Protocol: liveserve.v1", 101,
			PROTOCOL_LIVESERVE},
		{"GET /ws" SOCKET "\nSec-WebSocket-Protocol: x, liveserve.v1", 101,
			PROTOCOL_LIVESERVE},
		{"GET /ws" SOCKET "\nSec-WebSocket-Protocol: x\nSec-WebSocket-Protocol: "
		 "liveserve.v1",
			101, PROTOCOL_LIVESERVE},
		{"GET /ws" SOCKET "\nSec-WebSocket-Protocol: liveserve.v2", 400, 0},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		send(rows[i].request);
		assert_int_equal(here.response.status, rows[i].status);
		if (rows[i].status == 101)
			assert_int_equal(routed.protocol, rows[i].protocol);
	}
}

static void
script(void **state)
{
	char *request;

	(void)state;
	send("GET /__liveserve/client.js");
	assert_string_equal(value("Content-Type"), "text/javascript; charset=utf-8");
	request = mem_format("GET /__liveserve/client.js\nIf-None-Match: %s", value("ETag"));
	assert_int_equal(answer_body(&here.response).length, client_scripts[0].length);
	send(request);
	assert_int_equal(here.response.status, 304);
	free(request);
}

static void
refusals(void **state)
{
	static const int statuses_refused[] = {400, 414, 431, 501, 505};

	(void)state;
	for (size_t i = 0; i < ROWS(statuses_refused); i++) {
		response_clear(&here.response);
		refuse(statuses_refused[i]);
		assert_int_equal(here.response.status, statuses_refused[i]);
		assert_true(here.response.has_content);
		assert_true(answer_body(&here.response).length > 0);
	}
}

/* The user's fields replace the response's own fields of the same names. */
static void
headers_of_every_answer(void **state)
{
	static const char *const texts[] = {
		"Cache-Control=no-store", "X-Two=1", "X-Two=2", "Vary=Origin"};
	static const char *const requests[] = {"GET /", "HEAD /", "GET /missing", "POST /",
		"OPTIONS /", "GET /__liveserve/client.js", "GET /\nHost: evil.example"};

	struct custom_header headers[ROWS(texts)];

	(void)state;
	for (size_t i = 0; i < ROWS(texts); i++)
		assert_int_equal(custom_header_read(&headers[i], texts[i]), CUSTOM_HEADER_OK);
	routed.options.settings.headers = headers;
	routed.options.settings.header_count = ROWS(headers);
	router_reconfigure(routed.router, &routed.options.settings);
	for (size_t i = 0; i <= ROWS(requests); i++) {
		const char *fields;

		if (i < ROWS(requests)) {
			send(requests[i]);
		} else {
			response_clear(&here.response);
			refuse(400);
		}
		fields = here.response.fields.text.bytes;
		assert_non_null(strstr(fields,
			"Cache-Control: no-store\r\nX-Two: 1\r\nX-Two: 2\r\nVary: Origin\r\n"));
		assert_null(strstr(fields, "no-cache"));
	}
	send("GET /");
	assert_non_null(strstr(here.response.fields.text.bytes, "Vary: " NAVIGATION_VARY "\r\n"));
}

/* Requests from the control socket reach the control API and nothing else. */
static void
owners(void **state)
{
	struct hub *hub = hub_create(&(struct hub_options){.journal = here.journal});
	const struct control_api_options options = {
		.root = here.root, .watch = mounts_watch(here.mounts), .hub = hub};
	struct control_api *control_api = control_api_create(&options);
	static const struct {
		const char *text;
		int status, owner_status;
	} rows[] = {
		{"GET /__liveserve/why/index.html", 404, 200},
		{"GET /", 200, 404},
		{"GET /__liveserve/client.js", 200, 404},
		{"GET /ws" SOCKET, 101, 404},
		{"OPTIONS /", 204, 404},
		{"POST /__liveserve/why/index.html", 405, 404},
	};

	(void)state;
	router_destroy(routed.router);
	routed.options.control_api = control_api;
	routed.router = router_create(&routed.options);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct request request = *ask(rows[i].text);

		response_clear(&here.response);
		respond(&request);
		assert_int_equal(here.response.status, rows[i].status);
		request.entry = ROUTER_OWNER;
		response_clear(&here.response);
		respond(&request);
		assert_int_equal(here.response.status, rows[i].owner_status);
	}
	control_api_destroy(control_api);
	hub_destroy(hub);
}

/* ---- HTTPS ---- */

/* Sends it as plain HTTP to a port that expects TLS, and returns the status. */
static int
send_plain(const char *text, unsigned entry)
{
	struct request request = *ask(text);

	request.scheme = REQUEST_HTTP_TO_TLS;
	request.entry = entry;
	response_clear(&here.response);
	respond(&request);
	return here.response.status;
}

static void
plain_http_is_redirected(void **state)
{
	static const char *const rows[] = {"GET /", "GET /index.html", "GET /__liveserve/client.js",
		"GET /__liveserve/phone", "GET /__liveserve/authority.crt", "POST /",
		"GET /ws" SOCKET};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(send_plain(rows[i], ROUTER_PAGES), 308);
	assert_int_equal(send_plain("GET /\nHost: evil.example", ROUTER_PAGES), 403);
	assert_int_equal(send_plain("OPTIONS *", ROUTER_PAGES), 400);
}

/* The certificate and its page, and nothing else, come without TLS and without a password. */
static void
phones_get_the_certificate(void **state)
{
	static const char *const others[] = {"GET /", "GET /index.html",
		"GET /__liveserve/client.js", "POST /__liveserve/phone", "GET /__liveserve/phone/",
		"GET /ws" SOCKET};

	(void)state;
	folder_write("passwords", "ada:$5$saltsalt$yrhPKxCqiWcCE9h0g86j6Ugz7SDFdFm.BjU.d8RaQnC\n");
	routed.options.phone_certificate = SLICE_LITERAL("DER");
	routed.options.authenticator = authenticator_create(here.loop, "passwords");
	router_destroy(routed.router);
	routed.router = router_create(&routed.options);
	assert_int_equal(send_plain("GET /__liveserve/phone", ROUTER_PAGES), 200);
	assert_int_equal(send_plain("HEAD /__liveserve/authority.cer", ROUTER_PAGES), 200);
	assert_int_equal(send_plain("GET /__liveserve/authority.crt", ROUTER_PAGES), 200);
	assert_answer_body(&here.response, "DER");
	send("GET /__liveserve/authority.crt"); /* by TLS */
	assert_answer_body(&here.response, "DER");
	assert_int_equal(
		send_plain("GET /__liveserve/phone\nHost: evil.example", ROUTER_PAGES), 403);
	assert_int_equal(send_plain("GET /__liveserve/phone", ROUTER_LIVERELOAD), 308);
	for (size_t i = 0; i < ROWS(others); i++)
		assert_int_equal(send_plain(others[i], ROUTER_PAGES), 308);
	authenticator_destroy(routed.options.authenticator);
}

/* ---- passwords ---- */

static bool
is_let_in(void *context)
{
	(void)context;
	send("GET /\nAuthorization: Basic YWRhOm9wZW4gc2VzYW1l");
	return here.response.status == 200;
}

/* It is paused until its password is checked: nothing is added to the response. */
static void
passwords(void **state)
{
	const struct custom_header header = {SLICE_LITERAL("X-Own"), SLICE_LITERAL("1")};
	static const char wrong[] = "GET /\nAuthorization: Basic YWRhOndyb25n";

	(void)state;
	folder_write("passwords", "ada:$5$saltsalt$yrhPKxCqiWcCE9h0g86j6Ugz7SDFdFm.BjU.d8RaQnC\n");
	routed.options.settings.headers = &header;
	routed.options.settings.header_count = 1;
	routed.options.authenticator = authenticator_create(here.loop, "passwords");
	router_destroy(routed.router);
	routed.router = router_create(&routed.options);
	send("GET /ws" SOCKET);
	assert_int_equal(here.response.status, 401);
	assert_string_equal(
		value("WWW-Authenticate"), "Basic realm=\"liveserve\", charset=\"UTF-8\"");
	assert_string_equal(value("X-Own"), "1");
	send(wrong);
	assert_non_null(here.response.waiters);
	assert_int_equal(here.response.status, 0);
	assert_int_equal(here.response.fields.count, 0);
	send("GET /\nHost: evil.example\nAuthorization: Basic YWRhOndyb25n");
	assert_int_equal(here.response.status, 403);
	clock_wait(here.loop, is_let_in, NULL);
	for (int i = 0; i < 100; i++)
		send(wrong);
	assert_int_equal(here.response.status, 429);
	assert_string_equal(value("Retry-After"), "2");
	authenticator_destroy(routed.options.authenticator);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

static void
foreign_names(void **state)
{
	static const char *const requests[] = {
		"GET /\nHost: evil.example:9000",
		"GET http://evil.example/",
		"OPTIONS /\nHost: evil.example",
		"POST /\nHost: evil.example",
		"GET /__liveserve/client.js\nHost: evil.example",
		"GET /ws\nHost: evil.example\nOrigin: http://evil.example\nConnection: Upgrade\n"
		"Upgrade: websocket\nSec-WebSocket-Version: 13\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(requests); i++) {
		response_clear(&here.response);
		respond(ask(requests[i]));
		assert_int_equal(here.response.status, 403);
	}
	assert_non_null(strstr(here.response.body.text.bytes, "--allowed-host=NAME"));
	assert_null(strstr(here.response.body.text.bytes, "evil"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(statuses),
		TEST(plain_http_is_redirected),
		TEST(phones_get_the_certificate),
		TEST(passwords),
		TEST(sockets),
		TEST(socket_of_http_1_0),
		TEST(origins),
		TEST(subprotocols),
		TEST(script),
		TEST(refusals),
		TEST(foreign_names),
		TEST(headers_of_every_answer),
		TEST(owners),
	};

	return cmocka_run_group_tests_name("router", tests, NULL, NULL);
}
