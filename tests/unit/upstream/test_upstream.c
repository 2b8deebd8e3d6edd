/*
 * Texts, and the upstreams and errors that they result in.
 */
#include "support/test.h"

#include <string.h>

#include "upstream/upstream.h"

static void
texts(void **state)
{
	static const struct {
		const char *text;
		enum upstream_verdict verdict;
		const char *route, *host, *port, *base, *shown;
	} rows[] = {
		{"/api=http://localhost:3000", UPSTREAM_OK, "/api", "localhost", "3000", "",
			"http://localhost:3000"},
		{"/api:http://localhost:3000/", UPSTREAM_OK, "/api", "localhost", "3000", "",
			"http://localhost:3000"},
		{"/api/=http://127.0.0.1/v1/x/", UPSTREAM_OK, "/api", "127.0.0.1", "80", "/v1/x",
			"http://127.0.0.1"},
		{"http://localhost:3000", UPSTREAM_OK, "", "localhost", "3000", "",
			"http://localhost:3000"},
		{"http://x/=y", UPSTREAM_OK, "", "x", "80", "/=y", "http://x"},
		{"https://localhost", UPSTREAM_OK, "", "localhost", "443", "", "https://localhost"},
		{"/x=unix:/run/a b.sock", UPSTREAM_OK, "/x", "localhost", "", "",
			"unix:/run/a b.sock"},
		{"unix:/run/app.sock", UPSTREAM_OK, "", "localhost", "", "", "unix:/run/app.sock"},
		{"unix:app.sock", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"unix:", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"unix:/a\r\nb", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"http://", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"localhost:3000", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/=http://[::1]:80", UPSTREAM_OK, "", "::1", "80", "", "http://[::1]:80"},
		{"/a b=http://x/%20", UPSTREAM_OK, "/a%20b", "x", "80", "/%20", "http://x"},
		{"/api=https://x:8443/v1", UPSTREAM_OK, "/api", "x", "8443", "/v1",
			"https://x:8443"},
		{"/api=https://", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/api=ftp://localhost", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/api=localhost:3000", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/api=http://", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/api=http://:80", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/api=http://x:", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/api=http://x:0", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/api=http://x:65536", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/api=http://x:80x", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/api=http://[::1", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/api=http://[::1]x", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/api=http://x/a b", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/api=http://x/\r\nX: y", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/api=http://x/?y", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/api=http://user@x", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"api=http://x", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"/api", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
		{"", UPSTREAM_MALFORMED, NULL, NULL, NULL, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct upstream upstream;
		enum upstream_verdict verdict = upstream_read(&upstream, rows[i].text);

		if (verdict != rows[i].verdict)
			fail_msg("%s: %d", rows[i].text, verdict);
		if (verdict == UPSTREAM_OK) {
			assert_string_equal(upstream.route, rows[i].route);
			assert_string_equal(upstream.host, rows[i].host);
			assert_string_equal(upstream.port, rows[i].port);
			assert_string_equal(upstream.base, rows[i].base);
			assert_string_equal(upstream.shown, rows[i].shown);
		}
		upstream_finish(&upstream);
	}
}

static void
paths(void **state)
{
	static const struct {
		const char *route, *path, *rest; /* NULL: no match */
	} rows[] = {
		{"/api=http://x", "/api", ""},
		{"/api=http://x", "/api/", "/"},
		{"/api=http://x", "/api/a%2fb/../c", "/a%2fb/../c"},
		{"/api=http://x", "/apiary", NULL},
		{"/api=http://x", "/a", NULL},
		{"/api=http://x", "//api", NULL},
		{"/api=http://x", "*", NULL},
		{"/=http://x", "/", "/"},
		{"/=http://x", "/a", "/a"},
		{"/=http://x", "*", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct upstream upstream;
		struct slice rest;
		bool is_meant;

		assert_int_equal(upstream_read(&upstream, rows[i].route), UPSTREAM_OK);
		is_meant = upstream_matches(&upstream, slice_of(rows[i].path), &rest);
		if (is_meant != (rows[i].rest != NULL))
			fail_msg("%s: %d", rows[i].path, is_meant);
		if (is_meant)
			assert_true(slice_is(rest, rows[i].rest));
		upstream_finish(&upstream);
	}
}

/* Whose certificates need not be checked. */
static void
loopback(void **state)
{
	static const struct {
		const char *text;
		bool is_loopback;
	} rows[] = {
		{"https://localhost:3000", true},
		{"https://LOCALHOST", true},
		{"https://app.localhost", true},
		{"https://127.0.0.1", true},
		{"https://127.8.9.10:1", true},
		{"https://[::1]", true},
		{"unix:/run/app.sock", true},
		{"https://127.0.0.1.example", false},
		{"https://127.example", false},
		{"https://localhost.example", false},
		{"https://notlocalhost", false},
		{"https://128.0.0.1", false},
		{"https://0.0.0.0", false},
		{"https://[::2]", false},
		{"https://[::ffff:10.0.0.1]", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct upstream upstream;

		assert_int_equal(upstream_read(&upstream, rows[i].text), UPSTREAM_OK);
		if (upstream_is_loopback(&upstream) != rows[i].is_loopback)
			fail_msg("%s", rows[i].text);
		upstream_finish(&upstream);
	}
}

static void
fastcgi_texts(void **state)
{
	static const struct {
		const char *text, *suffix, *host, *port, *path; /* no suffix: it is malformed */
	} rows[] = {
		{".php=127.0.0.1:9000", ".php", "127.0.0.1", "9000", NULL},
		{".php5=[::1]:1", ".php5", "::1", "1", NULL},
		{".php=name:65535", ".php", "name", "65535", NULL},
		{".php=unix:/run/php/a=b.sock", ".php", "localhost", "", "/run/php/a=b.sock"},
		{"", NULL, NULL, NULL, NULL},
		{".php", NULL, NULL, NULL, NULL},
		{".php=", NULL, NULL, NULL, NULL},
		{".=a:1", NULL, NULL, NULL, NULL},
		{"=a:1", NULL, NULL, NULL, NULL},
		{"php=a:1", NULL, NULL, NULL, NULL},
		{".p.hp=a:1", NULL, NULL, NULL, NULL},
		{".p/hp=a:1", NULL, NULL, NULL, NULL},
		{".aaaaaaaaaaaaaaaa=a:1", NULL, NULL, NULL, NULL},
		{".php=a", NULL, NULL, NULL, NULL},
		{".php=a:0", NULL, NULL, NULL, NULL},
		{".php=a:65536", NULL, NULL, NULL, NULL},
		{".php=a:1/x", NULL, NULL, NULL, NULL},
		{".php=http://a:1", NULL, NULL, NULL, NULL},
		{".php=unix:run", NULL, NULL, NULL, NULL},
		{".php=unix:", NULL, NULL, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct upstream upstream;
		struct slice rest;

		if (upstream_read_fastcgi(&upstream, rows[i].text) != (rows[i].suffix != NULL))
			fail_msg("\"%s\"", rows[i].text);
		if (rows[i].suffix) {
			assert_string_equal(upstream.suffix, rows[i].suffix);
			assert_string_equal(upstream.host, rows[i].host);
			assert_string_equal(upstream.port, rows[i].port);
			if (rows[i].path)
				assert_string_equal(upstream.path, rows[i].path);
			assert_int_equal(upstream.is_unix, rows[i].path != NULL);
			assert_string_equal(upstream.shown, strchr(rows[i].text, '=') + 1);
			assert_false(upstream_matches(&upstream, SLICE_LITERAL("/a.php"), &rest));
			assert_false(upstream_covers(&upstream, "a.php"));
		}
		upstream_finish(&upstream);
	}
}

static void
scripts(void **state)
{
	struct upstream upstreams[2];

	(void)state;
	upstream_read(&upstreams[0], "http://localhost:1");
	upstream_read_fastcgi(&upstreams[1], ".php=localhost:1");
	assert_ptr_equal(
		upstream_for_script(upstreams, 2, SLICE_LITERAL("a/b.php")), &upstreams[1]);
	assert_ptr_equal(upstream_for_script(upstreams, 2, SLICE_LITERAL("b.PhP")), &upstreams[1]);
	assert_null(upstream_for_script(upstreams, 2, SLICE_LITERAL("b.php~")));
	assert_null(upstream_for_script(upstreams, 2, SLICE_LITERAL("b.php/")));
	assert_null(upstream_for_script(upstreams, 2, SLICE_LITERAL("php")));
	assert_null(upstream_for_script(upstreams, 1, SLICE_LITERAL("b.php")));
	assert_null(upstream_for_script(NULL, 0, SLICE_LITERAL("b.php")));
	upstream_finish(&upstreams[0]);
	upstream_finish(&upstreams[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(loopback),
		cmocka_unit_test(paths),
		cmocka_unit_test(fastcgi_texts),
		cmocka_unit_test(scripts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
