/*
 * What becomes of a Location and of cookies that name the server that has sent them.
 */
#include "support/test.h"

#include <string.h>

#include "proxy/own_address.h"

static void
check(const char *rule, size_t depth, const char *name, const char *value, const char *expected)
{
	const struct own_address_client client = {
		.authority = SLICE_LITERAL("localhost:9000"), .depth = depth};
	struct upstream upstream;
	struct fields fields = {0};
	struct slice got;

	assert_int_equal(upstream_read(&upstream, rule), UPSTREAM_OK);
	fields_add(&fields, SLICE_LITERAL("X-First"), SLICE_LITERAL("http://back:3000/"));
	fields_add(&fields, slice_of(name), slice_of(value));
	fields_add(&fields, SLICE_LITERAL("X-Last"), SLICE_LITERAL(""));
	own_address_rewrite(&fields, &upstream, &client);
	got = fields_get(&fields, slice_of(name));
	if (!slice_is(got, expected ? expected : value))
		fail_msg("%s: %s becomes %.*s", rule, value, (int)got.length, got.at);
	assert_int_equal(fields.count, 3);
	assert_true(slice_is(fields_at(&fields, 0).value, "http://back:3000/"));
	assert_true(slice_is(fields_at(&fields, 2).name, "X-Last"));
	fields_finish(&fields);
	upstream_finish(&upstream);
}

static void
locations(void **state)
{
	static const struct {
		const char *rule;
		size_t depth;
		const char *value, *expected; /* NULL: it stays */
	} rows[] = {
		{"http://back:3000", 0, "http://back:3000/a?b#c", "./a?b#c"},
		{"http://back:3000", 2, "http://back:3000/a", "../../a"},
		{"http://back:3000", 0, "http://back:3000", "./"},
		{"http://back:3000", 0, "http://back:3000?x", "./?x"},
		{"http://back:3000", 0, "HTTP://BACK:3000/", "./"},
		{"http://back:3000", 0, "//back:3000/a", "./a"},
		{"http://back", 0, "http://back/a", "./a"},
		{"http://back", 0, "http://back:80/a", "./a"},
		{"/api=http://back:3000/v1", 1, "http://back:3000/v1/a", "../api/a"},
		{"/api=http://back:3000/v1", 0, "http://back:3000/v1", "./api"},
		{"/api=http://back:3000/v1", 0, "http://back:3000/v1?x", "./api?x"},
		{"/api=http://back:3000/v1", 0, "http://back:3000/v12", NULL},
		{"/api=http://back:3000/v1", 0, "http://back:3000/other", NULL},
		{"http://127.0.0.1:3000", 0, "http://localhost:3000/a", "./a"},
		{"http://localhost:3000", 0, "http://[::1]:3000/a", "./a"},
		{"http://localhost:3000", 0, "http://localhost:3001/a", NULL},
		{"http://localhost:3000", 0, "http://localhost/a", NULL},
		{"http://[fd00::1]:3000", 0, "http://[FD00::1]:3000/a", "./a"},
		/* What looks like another place on this server stays one. */
		{"http://back:3000", 0, "http://back:3000//evil.example/", ".//evil.example/"},
		{"http://back:3000", 1, "http://back:3000//evil.example/", "..//evil.example/"},
		{"http://back:3000", 0, "http://back:3000/javascript:x", "./javascript:x"},
		/* Others' addresses, and relative ones. */
		{"http://back:3000", 0, "/a", NULL},
		{"http://back:3000", 0, "a", NULL},
		{"http://back:3000", 0, "", NULL},
		{"http://back:3000", 0, "https://back:3000/a", NULL},
		{"https://back", 0, "https://back/a", "./a"},
		{"https://back", 0, "https://back:443/a", "./a"},
		{"https://back", 0, "http://back/a", NULL},
		{"https://back", 0, "https://back:80/a", NULL},
		{"unix:/run/x.sock", 0, "http://localhost/a", NULL},
		{"http://back:3000", 0, "http://back:3000.evil.example/", NULL},
		{"http://back:3000", 0, "http://back:3000@evil.example/", NULL},
		{"http://back:3000", 0, "http://user@back:3000/", NULL},
		{"http://back:3000", 0, "http://[back:3000/", NULL},
		{"http://back:3000", 0, "http://", NULL},
		{"http://back:3000", 0, "ftp://back:3000/", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		check(rows[i].rule, rows[i].depth, "Location", rows[i].value, rows[i].expected);
		check(rows[i].rule, rows[i].depth, "location", rows[i].value, rows[i].expected);
	}
	check("http://back:3000", 0, "Content-Location", "http://back:3000/a", NULL);
}

static void
cookies(void **state)
{
	static const struct {
		const char *rule, *value, *expected;
	} rows[] = {
		{"http://back:3000", "a=b; Domain=back; Path=/", "a=b; Path=/"},
		{"http://back:3000", "a=b; Path=/; domain = .BACK ", "a=b; Path=/"},
		{"http://back:3000", "a=b; Path=/; Secure", NULL},
		{"http://back:3000", "a=b", NULL}, {"http://back:3000", "a=b; Domain=other", NULL},
		{"http://back:3000", "a=b; Domain=", NULL},
		{"http://back:3000", "a=b; Domain", NULL},
		{"http://back:3000", "Domain=back", NULL}, /* a cookie of that name */
		{"http://back:3000", "", NULL},
		{"http://localhost:3000", "a=b; Domain=localhost", NULL}, /* it is ours, too */
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		check(rows[i].rule, 0, "Set-Cookie", rows[i].value, rows[i].expected);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(locations),
		cmocka_unit_test(cookies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
