#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "html/csp_nonce.h"

#define POLICY "<meta http-equiv=\"Content-Security-Policy\" content=\""

static void
nonces(void **state)
{
	static const struct {
		const char *document, *nonce; /* NULL for none */
	} rows[] = {
		{"", NULL},
		{"text", NULL},
		{"<!doctype html><head><title>x</title></head><body>", NULL},
		{"<head><script nonce=\"aB3+/-_=\"></script>", "aB3+/-_="},
		{"<head><script defer nonce=abc src=x></script>", "abc"},
		{"<head><SCRIPT src='a>b' Nonce = 'abc'/>", "abc"},
		{"<head><script></script><script nonce=abc>", "abc"},
		{"<head><script src=a.js nonce></script>", NULL},
		{"<head><script nonce=''></script>", NULL},
		{"<head><script nonce='a\"b'></script>", NULL},
		{"<head><script nonce='{{ nonce }}'></script>", NULL},
		{"<head><script nonce='abc{{ x }}'></script>", NULL},
		{"<head><script data-nonce=abc></script>", NULL},
		{"<head><script>'<script nonce=abc>'</script><p>", NULL},
		{"<head><style><script nonce=abc></style>", NULL},
		{"<head><title><script nonce=abc></title></head>", NULL},
		{"<head><!-- <script nonce=abc> --></head>", NULL},
		{"<head></head><body><script nonce=abc>", NULL},
		{"<p>no head at all<script nonce=abc>", "abc"},
		{"<head>" POLICY "script-src 'nonce-abc='\">", "abc="},
		{"<head><meta content=\"default-src 'nonce-a'\" "
		 "http-equiv=content-security-policy>",
			"a"},
		{"<head>" POLICY "style-src 'nonce-a'; script-src 'self' 'nonce-b'\">", "b"},
		{"<head>" POLICY "script-src &#39;nonce-abc&#39;\">", "abc"},
		{"<head>" POLICY "script-src 'self'\"><script nonce=b>", "b"},
		{"<head>" POLICY "script-src 'nonce-'\">", NULL},
		{"<head>" POLICY "script-src 'nonce-a'\"><script nonce=b>", "a"},
		{"<head><meta name=description content=\"'nonce-abc'\">", NULL},
		{"<head><script nonce=abc", NULL},
		{"<head><script nonce='abc", NULL},
		{"<head><script nonce=", NULL},
		{"<script", NULL},
		{"<", NULL},
		{"<!--", NULL},
		{"<!-- <script nonce=abc>", NULL},
		{"<head><script>", NULL},
		{"<html><head>< script nonce=abc></head>", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		size_t length = strlen(rows[i].document);
		char *copy = mem_resize(NULL, length);
		struct slice nonce;

		print_message("  %s\n", rows[i].document);
		memcpy(copy, rows[i].document, length);
		nonce = csp_nonce_find(copy, length);
		assert_int_equal(nonce.length, rows[i].nonce ? strlen(rows[i].nonce) : 0);
		if (rows[i].nonce)
			assert_true(slice_is(nonce, rows[i].nonce));
		else
			assert_null(nonce.at);
		free(copy);
	}
}

/* The time is linear in the length: a document of a MiB of one piece ends before the test's limit. */
static void
long_documents(void **state)
{
	static const char *const pieces[] = {"<!--", "<!-- -->", "<?", "</a>", "<html>",
		"<html a='", "--", "<!DOCTYPE x[", " ", "</", "<!DOCTYPE x>", "<![CDATA[", "'",
		"<?p?>"};

	(void)state;
	for (size_t i = 0; i < ROWS(pieces); i++) {
		struct buf document = {0};

		print_message("  %s\n", pieces[i]);
		while (document.length < 1 << 20)
			buf_add_text(&document, pieces[i]);
		csp_nonce_find(document.bytes, document.length);
		buf_finish(&document);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nonces),
		cmocka_unit_test(long_documents),
	};

	return cmocka_run_group_tests_name("csp_nonce", tests, NULL, NULL);
}
