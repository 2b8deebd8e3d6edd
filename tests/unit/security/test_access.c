/*
 * Hosts and origins: those that an attacker could try, and those that people use.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "security/access.h"
#include "support/ask.h"

static const char *const allowed[] = {"my-site.test", "Dev.Example", ".Below.test"};

static const struct {
	const char *bound;
	const char *authority;
	bool may;
} host_rows[] = {
	{"localhost", "localhost:9000", true},
	{"localhost", "localhost", true},
	{"localhost", "LOCALHOST:9000", true},
	{"localhost", "localhost.:9000", true},
	{"localhost", "my.localhost:9000", true},
	{"localhost", "127.0.0.1:9000", true},
	{"localhost", "127.8.9.10", true},
	{"localhost", "[::1]:9000", true},
	{"localhost", "my-site.test:9000", true},
	{"localhost", "dev.example:1", true},
	{"localhost", "localhost:8443", true},
	{"localhost", "evil.example:9000", false},
	{"localhost", "localhost.evil.example", false},
	{"localhost", "127.0.0.1.evil.example", false},
	{"localhost", "evillocalhost", false},
	{"localhost", ".localhost", false},
	{"localhost", "my-site.test.evil.example", false},
	{"localhost", "x.my-site.test", false},
	{"localhost", "below.test:9000", true},
	{"localhost", "x.below.test", true},
	{"localhost", "x.y.BELOW.test.:9000", true},
	{"localhost", ".below.test", false},
	{"localhost", "xbelow.test", false},
	{"localhost", "below.test.evil.example", false},
	{"localhost", "test", false},
	{"localhost", "0.0.0.0:9000", false},
	{"localhost", "[::]:9000", false},
	{"localhost", "192.168.1.5:9000", false},
	{"localhost", "[fe80::1]:9000", false},
	{"localhost", "127.1:9000", false},
	{"localhost", "0x7f000001", false},
	{"localhost", "2130706433", false},
	{"localhost", "[", false},
	{"localhost", "[::1", false},
	{"localhost", "[::1].evil.example", false},
	{"localhost", "[::1]9000", false},
	{"localhost", "[localhost]", false},
	{"localhost", "[127.0.0.1]:9000", false},
	{"localhost", "localhost:9000.evil.example", false},
	{"localhost", "localhost:", true},
	{"localhost", "", false},
	{"localhost", ":9000", false},
	{"localhost", "..", false},
	{"127.0.0.1", "192.168.1.5", false},
	{"::1", "192.168.1.5", false},
	{"0.0.0.0", "192.168.1.5:9000", true},
	{"0.0.0.0", "[fe80::1]:9000", true},
	{"0.0.0.0", "localhost:9000", true},
	{"0.0.0.0", "0.0.0.0:9000", false},
	{"0.0.0.0", "evil.example", false},
	{"::", "192.168.1.5", true},
	{"192.168.1.5", "192.168.1.5:9000", true},
	{"mymachine", "mymachine:9000", true},
	{"mymachine", "othermachine:9000", false},
};

/* The name of this machine for multicast DNS is a name as a whole, in any case. */
static void
local_name(void **state)
{
	static const struct {
		const char *authority;
		bool may;
	} rows[] = {
		{"box.local:9000", true},
		{"BOX.local", true},
		{"box.local.", true},
		{"other.local", false},
		{"x.box.local", false},
		{"box.local.evil.example", false},
		{"box", false},
	};
	struct access_options options = {.host = "*", .local_name = "box.local"};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(
			access_allows_host(&options, slice_of(rows[i].authority)), rows[i].may);
	options.local_name = NULL;
	assert_false(access_allows_host(&options, slice_of("box.local")));
}

static void
hosts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(host_rows); i++) {
		const struct access_options options = {
			.host = host_rows[i].bound, .allowed_hosts = {allowed, ROWS(allowed)}};

		print_message("%s asked as %s\n", host_rows[i].bound, host_rows[i].authority);
		assert_int_equal(access_allows_host(&options, slice_of(host_rows[i].authority)),
			host_rows[i].may);
	}
}

static void
absent_and_long_hosts(void **state)
{
	const struct access_options options = {.host = "localhost"};
	char name[300];

	(void)state;
	assert_true(access_allows_host(&options, (struct slice){NULL, 0}));
	memset(name, 'a', sizeof(name));
	assert_false(access_allows_host(&options, (struct slice){name, sizeof(name)}));
}

static const struct request *
request_from(const char *origin, const char *authority)
{
	const struct request *request;
	char *text = mem_format(
		"GET /\nHost: %s%s%s", authority, origin ? "\nOrigin: " : "", origin ? origin : "");

	print_message("%s\n", origin ? origin : "(none)");
	request = ask(text);
	free(text);
	return request;
}

static void
plain_texts(void **state)
{
	static const char *const plain[] = {"http://a-b.test:80", "a_b", "[::1]"},
				 *const others[] = {"", "-x", "a b", "a;b", "$(a)", "`a`", "a'",
					 "a\"", "a\\b", "a&b", "a|b", "a\n", "*", "~", "!a",
					 "\xc3\xa4"};

	(void)state;
	for (size_t i = 0; i < ROWS(plain); i++)
		assert_true(access_is_plain(slice_of(plain[i])));
	for (size_t i = 0; i < ROWS(others); i++)
		assert_false(access_is_plain(slice_of(others[i])));
	assert_false(access_is_plain((struct slice){"a\0b", 3}));
}

/* Every installation of an extension may have another host. */
static void
origins_of_extensions(void **state)
{
	static const char *const named[] = {"moz-extension://*", "chrome-extension://abc"};
	const struct access_options options = {
		.host = "localhost", .allowed_origins = {named, ROWS(named)}};
	static const struct {
		const char *origin;
		bool may;
	} rows[] = {
		{"moz-extension://6e8f1f0e-8a32-4a4c-9a0b-1f2e3d4c5b6a", true},
		{"MOZ-extension://abc", true},
		{"moz-extension://", false},
		{"moz-extension://a/b", false},
		{"moz-extension://a http://b", false},
		{"moz-extension:abc", false},
		{"xmoz-extension://abc", false},
		{"http://moz-extension://abc", false},
		{"chrome-extension://abc", true},
		{"chrome-extension://abd", false},
		{"chrome-extension://*", false},
		{"http://evil.example", false},
		{"null", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(access_allows_origin(
					 &options, request_from(rows[i].origin, "localhost:9000")),
			rows[i].may);
	assert_true(access_is_origin_pattern("safari-web-extension://*"));
	assert_true(access_is_origin_pattern("http://a.test"));
	assert_false(access_is_origin_pattern("http://*"));
	assert_false(access_is_origin_pattern("*://*"));
	assert_false(access_is_origin_pattern("moz-extension://a*"));
}

static void
origins(void **state)
{
	static const char *const named[] = {"http://tool.test:3000", "vscode-webview://abc"};
	const struct access_options options = {
		.host = "localhost", .allowed_origins = {named, ROWS(named)}};
	static const struct {
		const char *origin;
		const char *authority;
		bool may;
	} rows[] = {
		{"http://tool.test:3000", "localhost:9000", true},
		{"HTTP://Tool.Test:3000", "localhost:9000", true},
		{"https://tool.test:3000", "localhost:9000", false},
		{"http://tool.test:30001", "localhost:9000", false},
		{"http://tool.test", "localhost:9000", false},
		{"http://x.tool.test:3000", "localhost:9000", false},
		{"vscode-webview://abc", "localhost:9000", true},
		{NULL, "localhost:9000", true},
		{"http://localhost:9000", "localhost:9000", true},
		{"https://localhost:9000", "localhost:9000", true},
		{"http://LOCALHOST:9000", "localhost:9000", true},
		{"http://localhost:9001", "localhost:9000", false},
		{"http://localhost", "localhost:9000", false},
		{"http://127.0.0.1:9000", "localhost:9000", false},
		{"http://evil.example", "localhost:9000", false},
		{"http://localhost:9000.evil.example", "localhost:9000", false},
		{"http://evil.example/localhost:9000", "localhost:9000", false},
		{"null", "localhost:9000", false},
		{"", "localhost:9000", false},
		{"http://", "localhost:9000", false},
		{"http://[", "localhost:9000", false},
		{"ftp://localhost:9000", "localhost:9000", false},
		{"localhost:9000", "localhost:9000", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct request *request = request_from(rows[i].origin, rows[i].authority);

		assert_int_equal(access_allows_origin(&options, request), rows[i].may);
	}
}

static void
host_patterns(void **state)
{
	static const char *const rights[] = {"a", "a.test", "*.x", ".a.test", ".example.com",
		".test", ".Internal", ".home.arpa"},
				 *const wrongs[] = {"", ".", "..", ".com", ".dev", ".a.", ".a..b",
					 "..a.b", ".*.b", "a:1", ".a.b:1", "http://a", ".a/b",
					 "a b"};

	(void)state;
	for (size_t i = 0; i < ROWS(rights); i++)
		assert_true(access_is_host_pattern(rights[i]));
	for (size_t i = 0; i < ROWS(wrongs); i++)
		assert_false(access_is_host_pattern(wrongs[i]));
}

/* What forwards a port may pass on its own name as Host, as Origin, as both or as none. */
static void
forwarded_ports(void **state)
{
	static const struct access_forwarded forwarded[] = {
		{"https://me-9000.app.github.dev", 9000},
		{"https://code.example:8443/proxy/9000", 9000},
	};
	const struct access_options options = {
		.host = "localhost", .forwarded = forwarded, .forwarded_count = ROWS(forwarded)};
	static const struct {
		const char *origin, *authority;
		bool may_host, may_origin;
	} rows[] = {
		{"https://me-9000.app.github.dev", "me-9000.app.github.dev", true, true},
		{"https://me-9000.app.github.dev", "localhost:9000", true, true},
		{"http://localhost:9000", "me-9000.app.github.dev", true, true},
		{"https://localhost:9000", "ME-9000.app.github.dev:443", true, true},
		{"http://localhost:9000", "localhost:9000", true, true},
		{"https://code.example:8443", "code.example:8443", true, true},
		{"https://code.example:8443", "localhost:9000", true, true},
		{NULL, "code.example", true, true},
		{"https://code.example", "localhost:9000", true, false},
		{"http://me-9000.app.github.dev", "localhost:9000", true, false},
		{"https://me-9001.app.github.dev", "localhost:9000", true, false},
		{"https://me-9001.app.github.dev", "me-9001.app.github.dev", false, true},
		{"https://you-9000.app.github.dev", "you-9000.app.github.dev", false, true},
		{"http://localhost:9001", "me-9000.app.github.dev", true, false},
		{"http://localhost", "me-9000.app.github.dev", true, false},
		{"http://localhost:9000.evil.example", "me-9000.app.github.dev", true, false},
		{"https://x.me-9000.app.github.dev", "x.me-9000.app.github.dev", false, true},
		{"https://app.github.dev", "app.github.dev", false, true},
		{"https://evil.example", "me-9000.app.github.dev", true, false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct request *request = request_from(rows[i].origin, rows[i].authority);

		assert_int_equal(
			access_allows_host(&options, request->authority), rows[i].may_host);
		assert_int_equal(access_allows_origin(&options, request), rows[i].may_origin);
	}
}

/* A server with two ports: a page at one may open a WebSocket at the other. */
static void
two_ports(void **state)
{
	static const struct access_options two = {.host = "localhost", .ports = {9000, 35729}},
					   one = {.host = "localhost", .ports = {9000, 0}};
	static const struct {
		const char *origin, *authority;
		bool may;
	} rows[] = {
		{"http://localhost:9000", "localhost:35729", true},
		{"http://127.0.0.1:9000", "localhost:35729", true},
		{"http://[::1]:9000", "127.0.0.2:35729", true},
		{"http://LOCALHOST:35729", "localhost:9000", true},
		{"http://10.0.0.1:9000", "10.0.0.1:35729", true},
		{"http://box:9000", "box:35729", true},
		{"http://10.0.0.1:9000", "10.0.0.2:35729", false},
		{"http://10.0.0.1:9000", "localhost:35729", false},
		{"http://localhost:8000", "localhost:35729", false},
		{"http://localhost:90000", "localhost:35729", false},
		{"http://localhost", "localhost:35729", false},
		{"http://localhost:", "localhost:35729", false},
		{"http://localhost:0", "localhost:35729", false},
		{"http://evil.example:9000", "localhost:35729", false},
		{"http://localhost.evil.example:9000", "localhost:35729", false},
		{"http://evil.example/localhost:9000", "localhost:35729", false},
		{"http://localhost:9000@evil.example:9000", "localhost:35729", false},
		{"https://localhost:9000", "localhost:35729", false},
		{"ws://localhost:9000", "localhost:35729", false},
		{"null", "localhost:35729", false},
		{"http://:9000", "localhost:35729", false},
		{"http://[:9000", "localhost:35729", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct request *request = request_from(rows[i].origin, rows[i].authority);

		print_message("%s at %s\n", rows[i].origin, rows[i].authority);
		assert_int_equal(access_allows_origin(&two, request), rows[i].may);
		assert_false(access_allows_origin(&one, request));
	}
}

static void
what_is_an_origin(void **state)
{
	static const struct {
		const char *text;
		bool is_one;
	} rows[] = {
		{"http://localhost:3000", true},
		{"https://a.test", true},
		{"http://[::1]:3000", true},
		{"vscode-webview://abc", true},
		{"", false},
		{"*", false},
		{"null", false},
		{"localhost:3000", false},
		{"http://", false},
		{"://a", false},
		{"http://a.test/", false},
		{"http://a.test/x", false},
		{"http://me@a.test", false},
		{"http://*.a.test", false},
		{"HTTP://a.test", false},
		{"http://a b", false},
		{"http:/a.test", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("%s\n", rows[i].text);
		assert_int_equal(access_is_origin(rows[i].text), rows[i].is_one);
	}
}

static void
cross_origin_requests(void **state)
{
	static const struct {
		const char *fields;
		bool is_foreign;
	} rows[] = {
		{"", false},
		{"Origin: http://localhost:9000", false},
		{"Origin: http://evil.example", true},
		{"Origin: null", true},
		{"Sec-Fetch-Site: same-origin", false},
		{"Sec-Fetch-Site: none", false},
		{"Sec-Fetch-Site: same-site", true},
		{"Sec-Fetch-Site: cross-site", true},
		{"Sec-Fetch-Site: cross-site\nOrigin: http://localhost:9000", true},
		{"Sec-Fetch-Site: same-origin\nOrigin: http://evil.example", true},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *text = mem_format("GET /\n%s", rows[i].fields);

		print_message("%s\n", rows[i].fields);
		assert_int_equal(access_is_cross_origin(ask(text)), rows[i].is_foreign);
		free(text);
	}
}

#define CORP(who) "Cross-Origin-Resource-Policy: " who "\r\n"
#define NOSNIFF "X-Content-Type-Options: nosniff\r\n"
#define ALLOW(who) "Access-Control-Allow-Origin: " who "\r\n"
#define VARY "Vary: Origin\r\n"
#define PREFLIGHT \
	"Access-Control-Allow-Methods: GET, HEAD, OPTIONS\r\nAccess-Control-Allow-Headers: *\r\n"
#define EVIL "\nOrigin: http://evil.example"
#define FRIEND "\nOrigin: http://friend.test"

static void
fields(void **state)
{
	static const char *const origins[] = {"http://other.test", "http://friend.test"};
	static const struct access_options no_cors = {0},
					   cors_for_all = {.cors_for_everybody = true},
					   friends = {.cors = {origins, ROWS(origins)}};
	static const struct {
		const char *request;
		const struct access_options *options;
		bool is_for_all;
		const char *fields;
	} rows[] = {
		{"GET /", &no_cors, true, CORP("same-origin") NOSNIFF},
		{"GET /" EVIL, &no_cors, true, CORP("same-origin") NOSNIFF},
		{"OPTIONS /" EVIL, &no_cors, true, CORP("same-origin") NOSNIFF},
		{"GET /\nSec-Fetch-Dest: script\nSec-Fetch-Site: same-origin", &no_cors, true,
			CORP("same-origin")},
		{"GET /\nSec-Fetch-Dest: style\nSec-Fetch-Site: same-origin", &no_cors, true,
			CORP("same-origin")},
		{"GET /\nSec-Fetch-Dest: script\nSec-Fetch-Site: cross-site", &no_cors, true,
			CORP("same-origin") NOSNIFF},
		{"GET /\nSec-Fetch-Dest: image\nSec-Fetch-Site: same-origin", &no_cors, true,
			CORP("same-origin") NOSNIFF},
		{"GET /", &cors_for_all, true, CORP("cross-origin") NOSNIFF VARY},
		{"GET /" EVIL, &cors_for_all, true, CORP("cross-origin") NOSNIFF VARY ALLOW("*")},
		{"GET /\nOrigin: null", &cors_for_all, true,
			CORP("cross-origin") NOSNIFF VARY ALLOW("*")},
		{"OPTIONS /" EVIL, &cors_for_all, true,
			CORP("cross-origin") NOSNIFF VARY ALLOW("*") PREFLIGHT},
		{"GET /" EVIL, &cors_for_all, false, CORP("same-origin") NOSNIFF},
		{"GET /", &friends, true, CORP("same-origin") NOSNIFF VARY},
		{"GET /" EVIL, &friends, true, CORP("same-origin") NOSNIFF VARY},
		{"OPTIONS /" EVIL, &friends, true, CORP("same-origin") NOSNIFF VARY},
		{"GET /" FRIEND, &friends, true,
			CORP("same-origin") NOSNIFF VARY ALLOW("http://friend.test")},
		{"OPTIONS /" FRIEND, &friends, true,
			CORP("same-origin") NOSNIFF VARY ALLOW("http://friend.test") PREFLIGHT},
		{"GET /" FRIEND ".evil.example", &friends, true, CORP("same-origin") NOSNIFF VARY},
		{"GET /" FRIEND, &friends, false, CORP("same-origin") NOSNIFF},
	};
	struct fields fields = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		fields_clear(&fields);
		access_add_fields(
			rows[i].options, ask(rows[i].request), rows[i].is_for_all, &fields);
		print_message("%s\n", rows[i].request);
		assert_string_equal(fields.text.bytes, rows[i].fields);
		assert_null(strstr(fields.text.bytes, "Credentials"));
	}
	fields_clear(&fields);
	access_add_fields(&cors_for_all, NULL, false, &fields);
	assert_string_equal(fields.text.bytes, CORP("same-origin") NOSNIFF);
	fields_finish(&fields);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts),
		cmocka_unit_test(local_name),
		cmocka_unit_test(absent_and_long_hosts),
		cmocka_unit_test(origins),
		cmocka_unit_test(plain_texts),
		cmocka_unit_test(origins_of_extensions),
		cmocka_unit_test(host_patterns),
		cmocka_unit_test(forwarded_ports),
		cmocka_unit_test(two_ports),
		cmocka_unit_test(what_is_an_origin),
		cmocka_unit_test(cross_origin_requests),
		cmocka_unit_test(fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
