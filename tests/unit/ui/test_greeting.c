/*
 * The addresses that the greeting shows, for each kind of host.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/capture.h"
#include "ui/greeting.h"

static void
urls(void **state)
{
	static const struct {
		const char *host;
		unsigned wanted_port, port;
		bool is_tls;
		const char *url, *note;
	} rows[] = {
		{"localhost", 9000, 9000, false, "http://localhost:9000/", NULL},
		{"localhost", 9000, 9001, false, "http://localhost:9001/", "port 9000 is taken"},
		{"localhost", 0, 41234, false, "http://localhost:41234/", NULL},
		{"127.0.0.1", 80, 80, false, "http://127.0.0.1:80/", NULL},
		{"::1", 9000, 9000, false, "http://[::1]:9000/", NULL},
		{"0.0.0.0", 9000, 9000, false, "http://localhost:9000/", NULL},
		{"::", 9000, 9000, false, "http://localhost:9000/", NULL},
		{"*", 9000, 9000, false, "http://localhost:9000/", NULL},
		{"localhost", 9000, 9000, true, "https://localhost:9000/", NULL},
		{"me.example", 9000, 9000, true, "https://me.example:9000/", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct greeting_options options = {
			.version = "1.2.3",
			.root = "/home/me/site",
			.host = rows[i].host,
			.open_path = "/docs/?a=b",
			.wanted_port = (uint16_t)rows[i].wanted_port,
			.port = (uint16_t)rows[i].port,
			.is_tls = rows[i].is_tls,
		};
		struct greeting greeting;

		greeting_init(&greeting, &options, NULL);
		assert_string_equal(greeting.start.url, rows[i].url);
		if (rows[i].note)
			assert_string_equal(greeting.start.url_note, rows[i].note);
		else
			assert_null(greeting.start.url_note);
		assert_null(greeting.start.network_url);
		assert_null(greeting.start.qr_code);
		assert_int_equal(strncmp(greeting.page_url, rows[i].url, strlen(rows[i].url)), 0);
		assert_string_equal(greeting.page_url + strlen(rows[i].url), "docs/?a=b");
		assert_string_equal(greeting.start.version, "1.2.3");
		assert_string_equal(greeting.start.root, "/home/me/site");
		greeting_finish(&greeting);
		greeting_finish(&greeting);
	}
}

/* A machine without a network gets a notice in place of an address. */
static void
network(void **state)
{
	static const struct terminal_options text = {0};
	const struct greeting_options options = {
		.host = "*",
		.open_path = "/",
		.port = 9000,
		.is_lan = true,
	};
	struct greeting greeting;
	struct terminal *terminal;
	const char *logged;

	(void)state;
	capture_begin(2);
	terminal = terminal_create(&text);
	greeting_init(&greeting, &options, terminal);
	terminal_destroy(terminal);
	logged = capture_end();
	if (greeting.start.network_url) {
		assert_string_equal(logged, "");
		assert_non_null(strstr(greeting.start.network_url, ":9000/"));
		assert_null(strstr(greeting.start.network_url, "localhost"));
		/* A QR code is drawn where it fits: on a terminal, which this is not. */
		assert_null(greeting.start.qr_code);
	} else {
		assert_non_null(strstr(logged, "this machine is in no network"));
		assert_null(greeting.start.qr_code);
	}
	greeting_finish(&greeting);
}

static char drawn[256]; /* what the last QR code says */

bool __real_qr_code_draw(struct buf *drawing, const char *text, size_t columns, bool has_colour);
bool __wrap_qr_code_draw(struct buf *drawing, const char *text, size_t columns, bool has_colour);

bool
__wrap_qr_code_draw(struct buf *drawing, const char *text, size_t columns, bool has_colour)
{
	snprintf(drawn, sizeof(drawn), "%s", text);
	return __real_qr_code_draw(drawing, text, columns, has_colour);
}

/* A phone has to get the certificate before it trusts the site. */
static void
phones(void **state)
{
	static const struct terminal_options text = {0};
	struct greeting_options options = {
		.host = "*",
		.open_path = "/",
		.port = 9000,
		.is_lan = true,
		.is_tls = true,
		.fingerprint = "00ff",
	};
	struct greeting greeting;
	struct terminal *terminal;
	char *expected;

	(void)state;
	capture_begin(2);
	terminal = terminal_create(&text);
	greeting_init(&greeting, &options, terminal);
	capture_end();
	if (!greeting.network_url) {
		greeting_finish(&greeting);
		terminal_destroy(terminal);
		skip();
	}
	expected = mem_format("http%s__liveserve/phone", greeting.network_url + strlen("https"));
	assert_string_equal(greeting.start.phone_url, expected);
	assert_string_equal(greeting.start.fingerprint, "00ff");
	assert_string_equal(drawn, expected);
	free(expected);
	greeting_finish(&greeting);
	options.fingerprint = NULL; /* it is of another authority */
	greeting_init(&greeting, &options, terminal);
	assert_null(greeting.start.phone_url);
	assert_string_equal(drawn, greeting.network_url);
	greeting_finish(&greeting);
	terminal_destroy(terminal);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls),
		cmocka_unit_test(network),
		cmocka_unit_test(phones),
	};

	return cmocka_run_group_tests_name("greeting", tests, NULL, NULL);
}
