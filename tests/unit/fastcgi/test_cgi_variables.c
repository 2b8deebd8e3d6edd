/*
 * What a script is told of its request.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "fastcgi/cgi_variables.h"

static size_t
take_length(struct slice *params)
{
	size_t length = slice_get8(*params, 0), size = 1;

	if (length & 0x80) {
		length = slice_get32(*params, 0) & 0x7fffffff;
		size = 4;
	}
	slice_drop(params, size);
	return length;
}

/* The value of name, absent when it is not there; and how often it is there. */
static struct slice
find(struct slice params, const char *name, size_t *count)
{
	struct slice found = {0};

	*count = 0;
	while (params.length) {
		size_t name_length = take_length(&params), length = take_length(&params);
		struct slice key = {params.at, name_length}, value;

		slice_drop(&params, name_length);
		value = (struct slice){params.at, length};
		slice_drop(&params, length);
		if (slice_is(key, name)) {
			found = value;
			++*count;
		}
	}
	return found;
}

static void
check(struct slice params, const char *name, const char *expected)
{
	size_t count;
	struct slice value = find(params, name, &count);

	if (count != (expected ? 1 : 0) || (expected && !slice_is(value, expected)))
		fail_msg("%s is \"%.*s\", %zu times", name, (int)value.length, value.at, count);
}

/* Adds the variables of a request to params. Returns whether the client waits. */
static bool
make(struct buf *params, const char *head, const struct cgi_variables_options *options)
{
	struct request request;
	struct cgi_script script = {0};
	struct cgi_variables_options all = *options;
	bool waits;

	assert_int_equal(request_parse(&request, head, strlen(head)), REQUEST_COMPLETE);
	buf_add_text(&script.file, "/site/a.php");
	buf_add_text(&script.root, "/site");
	buf_add_text(&script.name, "/a.php");
	all.script = &script;
	all.client = "::1";
	all.port = "9000";
	waits = cgi_variables_add(
		params, &request, (struct slice){head, request.head_length}, &all);
	cgi_script_finish(&script);
	return waits;
}

static void
variables(void **state)
{
	static const char head[] =
		"POST /%61.php?x=%20 HTTP/1.1\r\nHost: [::1]:81\r\nContent-Length: 4\r\n"
		"Content-Type: a/b\r\nProxy: http://evil\r\nX-A: 1\r\nx-a: 2\r\nX_A: 3\r\n"
		"Cookie: a=b\r\nCookie: c=d\r\nX-Forwarded-For: 1.2.3.4\r\nForwarded: for=1\r\n"
		"Content_Length: 9\r\nTE: x\r\nConnection: close\r\nAuthorization: Basic eA==\r\n"
		"If-None-Match: \"x\"\r\nAccept-Encoding: gzip\r\nExpect: 100-continue\r\n\r\n";
	static const char *const rows[][2] = {
		{"GATEWAY_INTERFACE", "CGI/1.1"},
		{"SERVER_PROTOCOL", "HTTP/1.1"},
		{"REQUEST_METHOD", "POST"},
		{"REQUEST_URI", "/%61.php?x=%20"},
		{"QUERY_STRING", "x=%20"},
		{"REMOTE_ADDR", "::1"},
		{"SERVER_NAME", "[::1]"},
		{"SERVER_PORT", "81"},
		{"HTTPS", NULL},
		{"HTTP_HOST", "[::1]:81"},
		{"SCRIPT_FILENAME", "/site/a.php"},
		{"SCRIPT_NAME", "/a.php"},
		{"PATH_INFO", NULL},
		{"DOCUMENT_ROOT", "/site"},
		{"REDIRECT_STATUS", "200"},
		{"CONTENT_TYPE", "a/b"},
		{"CONTENT_LENGTH", "4"},
		{"HTTP_CONTENT_LENGTH", NULL},
		{"HTTP_CONTENT_TYPE", NULL},
		{"HTTP_PROXY", NULL},
		{"HTTP_X_A", "1, 2"},
		{"HTTP_COOKIE", "a=b; c=d"},
		{"HTTP_X_FORWARDED_FOR", NULL},
		{"HTTP_FORWARDED", NULL},
		{"HTTP_TE", NULL},
		{"HTTP_CONNECTION", NULL},
		{"HTTP_EXPECT", NULL},
		{"HTTP_AUTHORIZATION", "Basic eA=="},
		{"HTTP_IF_NONE_MATCH", "\"x\""},
		{"HTTP_ACCEPT_ENCODING", "gzip"},
	};
	struct buf params = {0};

	(void)state;
	assert_true(make(&params, head, &(struct cgi_variables_options){0}));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(buf_slice(&params), rows[i][0], rows[i][1]);
	buf_finish(&params);
}

static void
other_requests(void **state)
{
	struct buf params = {0};

	(void)state;
	assert_false(make(&params,
		"GET /a.php HTTP/1.1\r\nHost: x\r\nAuthorization: y\r\nRange: bytes=0-1\r\n"
		"Accept-Encoding: gzip\r\n\r\n",
		&(struct cgi_variables_options){.is_document = true, .drops_authorization = true}));
	check(buf_slice(&params), "HTTP_AUTHORIZATION", NULL);
	check(buf_slice(&params), "HTTP_RANGE", NULL);
	check(buf_slice(&params), "HTTP_ACCEPT_ENCODING", NULL);
	check(buf_slice(&params), "SERVER_PORT", "9000");
	check(buf_slice(&params), "QUERY_STRING", "");
	check(buf_slice(&params), "CONTENT_LENGTH", "");
	buf_clear(&params);
	assert_false(make(&params,
		"POST /a.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
		&(struct cgi_variables_options){0}));
	check(buf_slice(&params), "CONTENT_LENGTH", NULL);
	check(buf_slice(&params), "HTTP_TRANSFER_ENCODING", NULL);
	buf_finish(&params);
}

static void
long_values(void **state)
{
	struct buf params = {0}, value = {0};
	size_t count;

	(void)state;
	for (size_t length = 126; length < 131; length++) {
		buf_clear(&params);
		buf_clear(&value);
		while (value.length < length)
			buf_add_char(&value, 'x');
		cgi_variables_add_one(&params, "A", buf_slice(&value));
		assert_int_equal(params.length, (length < 128 ? 3U : 6U) + length);
		assert_true(slice_equal(find(buf_slice(&params), "A", &count), buf_slice(&value)));
	}
	buf_finish(&params);
	buf_finish(&value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(variables),
		cmocka_unit_test(other_requests),
		cmocka_unit_test(long_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
