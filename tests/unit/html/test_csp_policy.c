/*
 * Policies of the head: which nonce the script tag gets, and which directive forbids it.
 */
#include "support/test.h"

#include "html/csp_policy.h"

static void
policies(void **state)
{
	static const struct {
		const char *value, *forbids, *nonce;
	} rows[] = {
		{"", NULL, NULL},
		{" , ;; ", NULL, NULL},
		{"img-src 'none'", NULL, NULL},
		{"default-src 'self'", NULL, NULL},
		{"default-src *", NULL, NULL},
		{"default-src 'none'", "default-src", NULL},
		{"default-src", "default-src", NULL},
		{"DEFAULT-SRC 'NONE'; Script-Src 'Self'; connect-src 'self'", NULL, NULL},
		{"script-src 'none'", "script-src", NULL},
		{"script-src https://cdn.example", "script-src", NULL},
		{"script-src 'unsafe-inline' 'unsafe-eval'", "script-src", NULL},
		{"script-src 'sha256-abc='", "script-src", NULL},
		{"script-src 'nonce-abc='", NULL, "abc="},
		{"script-src 'strict-dynamic' 'self'", "script-src", NULL},
		{"script-src 'strict-dynamic' 'nonce-a' 'self'", NULL, "a"},
		{"script-src 'nonce-'", "script-src", NULL},
		{"script-src 'nonce-\"x'", "script-src", NULL},
		{"script-src 'self'; script-src-elem 'none'", "script-src-elem", NULL},
		{"script-src 'none'; script-src-elem 'self'", NULL, NULL},
		{"script-src 'self'; script-src 'none'", NULL, NULL}, /* the first one counts */
		{"style-src 'nonce-a'; script-src 'nonce-b'", NULL, "b"},
		{"script-src localhost:9000", NULL, NULL},
		{"script-src http://LOCALHOST:9000", NULL, NULL},
		{"script-src localhost:*", NULL, NULL},
		{"script-src http://localhost:*", NULL, NULL},
		{"script-src localhost:9001", "script-src", NULL},
		{"script-src localhost:9000/js/", "script-src", NULL},
		{"script-src http:", NULL, NULL},
		{"script-src https:", "script-src", NULL},
		{"script-src 'self'; connect-src 'none'", "connect-src", NULL},
		{"script-src 'self'; connect-src 'self'", NULL, NULL},
		{"script-src 'self'; connect-src ws:", NULL, NULL},
		{"script-src 'self'; connect-src ws://localhost:9000", NULL, NULL},
		{"script-src 'self'; connect-src api.example", "connect-src", NULL},
		{"default-src 'nonce-a'", "default-src", "a"}, /* a socket has no nonce */
		{"sandbox", "sandbox", NULL},
		{"sandbox allow-forms allow-scripts", NULL, NULL},
		{"script-src 'self', script-src 'none'", "script-src", NULL},
		{"script-src 'nonce-a', script-src 'nonce-b'", "script-src", "a"},
		{"script-src 'nonce-a', script-src 'nonce-b' 'nonce-a'", NULL, "a"},
		{"script-src 'nonce-a', default-src 'self'", NULL, "a"},
		{"\tscript-src\t'self'\t;\tconnect-src\t'self'", NULL, NULL},
	};
	const struct csp_policy_self self = {SLICE_LITERAL("localhost:9000"), false};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct csp_policy policy = {0};
		const char *forbids, *expected = rows[i].forbids ? rows[i].forbids : "nothing";

		csp_policy_read(&policy, slice_of(rows[i].value), &self);
		forbids = policy.forbids ? policy.forbids : "nothing";
		if (strcmp(forbids, expected) != 0)
			fail_msg("%s: %s forbids it", rows[i].value, forbids);
		if (rows[i].nonce ? !slice_is(policy.nonce, rows[i].nonce)
				  : policy.nonce.length > 0)
			fail_msg("%s: nonce %.*s", rows[i].value, (int)policy.nonce.length,
				policy.nonce.at);
	}
}

/* Each field is another policy, and a script needs the permission of all. */
static void
several_fields(void **state)
{
	const struct csp_policy_self self = {SLICE_LITERAL("[::1]:9000"), true};
	struct csp_policy policy = {0};

	(void)state;
	assert_false(policy.is_there);
	csp_policy_read(
		&policy, SLICE_LITERAL("script-src https:; connect-src wss://[::1]:*"), &self);
	assert_true(policy.is_there);
	assert_null(policy.forbids);
	csp_policy_read(&policy, SLICE_LITERAL("script-src 'nonce-x'"), &self);
	assert_null(policy.forbids);
	assert_true(slice_is(policy.nonce, "x"));
	csp_policy_read(&policy, SLICE_LITERAL("script-src http:"), &self);
	assert_string_equal(policy.forbids, "script-src");
}

/* Without a Host no source can mean this server by its name. */
static void
no_authority(void **state)
{
	const struct csp_policy_self self = {{0}, false};
	struct csp_policy policy = {0};

	(void)state;
	csp_policy_read(&policy, SLICE_LITERAL("script-src http:// :*"), &self);
	assert_string_equal(policy.forbids, "script-src");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policies),
		cmocka_unit_test(several_fields),
		cmocka_unit_test(no_authority),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
