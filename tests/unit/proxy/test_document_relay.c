/*
 * Which answers of other servers get the script tag, and what their fields then say.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proxy/document_relay.h"

#define HTML "Content-Type: text/html\r\n"

static struct {
	struct journal *journal;
	struct script_tag tag;
} here;

static int
enter(void **state)
{
	(void)state;
	here.journal = journal_create();
	here.tag = (struct script_tag){.journal = here.journal};
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	journal_destroy(here.journal);
	return 0;
}

/* A request with these fields. */
static void
init(struct document_relay *relay, const char *fields, const struct script_tag *tag)
{
	char *head = mem_format("GET /a/b HTTP/1.1\r\nHost: localhost:9000\r\n%s\r\n", fields);
	struct request request;

	assert_int_equal(request_parse(&request, head, strlen(head)), REQUEST_COMPLETE);
	document_relay_init(relay, &request, tag);
	free(head);
}

static void
parse(struct response_head *head, const char *line, const char *fields)
{
	char *text = mem_format("HTTP/1.1 %s\r\n%s\r\n", line, fields);
	const char *fault;

	assert_int_equal(response_head_parse(head, slice_of(text), 0, RESPONSE_HEAD_TO_ANY, &fault),
		RESPONSE_HEAD_COMPLETE);
	head->line = (struct slice){0};
	free(text);
}

static const char navigation[] = "Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\n";
static const char script[] = "Sec-Fetch-Dest: empty\r\nSec-Fetch-Mode: cors\r\nAccept: */*\r\n";

static void
documents(void **state)
{
	static const struct {
		const char *request, *line, *fields;
		bool is_on;
		enum document_relay_trouble trouble;
	} rows[] = {
		{navigation, "200 OK", HTML, true, 0},
		{"", "200 OK", HTML, true, 0},
		{script, "200 OK", HTML, false, 0},
		{"Sec-Fetch-Dest: image\r\n", "200 OK", "Content-Type: image/svg+xml\r\n", false,
			0},
		{navigation, "200 OK", "Content-Type: image/svg+xml\r\n", true, 0},
		{navigation, "200 OK", "Content-Type: application/xhtml+xml; charset=utf-8\r\n",
			true, 0},
		{navigation, "200 OK", "content-type:TEXT/HTML ; charset=koi8-r\r\n", true, 0},
		{navigation, "200 OK", "Content-Type: text/html;charset=UTF-16LE\r\n", false, 0},
		{navigation, "200 OK", "Content-Type: text/html;charset=\"utf-16\"\r\n", false, 0},
		{navigation, "200 OK", "Content-Type: text/plain\r\n", false, 0},
		{navigation, "200 OK", "Content-Type: text/html2\r\n", false, 0},
		{navigation, "200 OK", "", false, 0},
		{navigation, "200 OK", HTML "Content-Type: text/plain\r\n", false, 0},
		{navigation, "201 Created", HTML, true, 0},
		{navigation, "203 x", HTML, true, 0},
		{navigation, "204 No Content", HTML, false, 0},
		{navigation, "205 x", HTML, false, 0},
		{navigation, "206 Partial", HTML "Content-Range: bytes 0-1/9\r\n", false, 0},
		{navigation, "301 Moved", HTML, false, 0},
		{navigation, "304 Not Modified", HTML, false, 0},
		{navigation, "404 Not Found", HTML, true, 0},
		{navigation, "500 Oh", HTML, true, 0},
		{navigation, "200 OK", HTML "Content-Disposition: attachment; filename=x\r\n",
			false, 0},
		{navigation, "200 OK", HTML "Content-Disposition: inline\r\n", true, 0},
		{navigation, "200 OK", HTML "Cache-Control: private, No-Transform\r\n", false,
			DOCUMENT_RELAY_NO_TRANSFORM},
		{script, "200 OK", HTML "Cache-Control: no-transform\r\n", false, 0},
		{navigation, "200 OK", HTML "Content-Encoding: gzip\r\n", true, 0},
		{navigation, "200 OK", HTML "Content-Encoding: identity\r\n", true, 0},
		{navigation, "200 OK", HTML "Content-Encoding: br, gzip\r\n", false,
			DOCUMENT_RELAY_CODING},
		{navigation, "200 OK", HTML "Content-Encoding: gzip\r\nContent-Encoding: br\r\n",
			false, DOCUMENT_RELAY_CODING},
		{navigation, "200 OK", HTML "Content-Security-Policy: script-src 'none'\r\n", true,
			DOCUMENT_RELAY_POLICY},
		{navigation, "200 OK", HTML "Content-Security-Policy: script-src 'self'\r\n", true,
			0},
	};
	const struct fields none = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct response_head head = {0};
		struct document_relay relay;

		init(&relay, rows[i].request, &here.tag);
		parse(&head, rows[i].line, rows[i].fields);
		document_relay_begin(&relay, &head, &none);
		if (relay.is_on != rows[i].is_on || relay.trouble != rows[i].trouble)
			fail_msg("%s %s %s: %d, trouble %d", rows[i].request, rows[i].line,
				rows[i].fields, relay.is_on, relay.trouble);
		if (relay.trouble)
			assert_non_null(strstr(document_relay_sentence(&relay), "reload"));
		document_relay_finish(&relay);
		response_head_finish(&head);
	}
}

/* What the upstream said of its bytes is not said of others; the rest stays. */
static void
fields(void **state)
{
	static const char given[] = HTML
		"Content-Length: 9\r\nETag: \"x\"\r\nLast-Modified: y\r\nAccept-Ranges: bytes\r\n"
		"Content-Encoding: gzip\r\nRepr-Digest: z\r\nSet-Cookie: a=b\r\nVary: Cookie\r\n"
		"Set-Cookie: c=d\r\n";
	const struct fields none = {0};
	struct response_head head = {0};
	struct document_relay relay;

	(void)state;
	init(&relay, navigation, &here.tag);
	parse(&head, "200 OK", given);
	document_relay_begin(&relay, &head, &none);
	assert_string_equal(head.fields.text.bytes,
		HTML "Set-Cookie: a=b\r\nSet-Cookie: c=d\r\nVary: Cookie, Accept, Sec-Fetch-Dest, "
		     "Sec-Fetch-Mode, User-Agent\r\n");
	document_relay_finish(&relay);

	/* What a script gets differs from what a browser shows, and a cache has to know that. */
	init(&relay, script, &here.tag);
	parse(&head, "200 OK", HTML "ETag: \"x\"\r\n");
	document_relay_begin(&relay, &head, &none);
	assert_string_equal(head.fields.text.bytes,
		HTML "ETag: \"x\"\r\nVary: Accept, Sec-Fetch-Dest, Sec-Fetch-Mode, User-Agent\r\n");
	document_relay_finish(&relay);

	init(&relay, navigation, NULL);
	parse(&head, "200 OK", given);
	document_relay_begin(&relay, &head, &none);
	assert_string_equal(head.fields.text.bytes, given);
	assert_false(document_relay_is_wanted(&relay));
	document_relay_finish(&relay);
	response_head_finish(&head);
}

/* The user's own --header replaces the policy, and so the nonce, of the upstream. */
static void
our_policy(void **state)
{
	struct fields ours = {0};
	struct response_head head = {0};
	struct document_relay relay;
	struct buf text = {0};
	const char *fault;

	(void)state;
	fields_add(&ours, SLICE_LITERAL("content-security-policy"),
		SLICE_LITERAL("script-src 'nonce-ours'"));
	init(&relay, navigation, &here.tag);
	parse(&head, "200 OK", HTML "Content-Security-Policy: script-src 'nonce-theirs'\r\n");
	document_relay_begin(&relay, &head, &ours);
	assert_int_equal(document_relay_read(&relay, SLICE_LITERAL("<head>"), true, &text, &fault),
		DOCUMENT_RELAY_COMPLETE);
	assert_non_null(strstr(text.bytes, "<head><script src=\"../__liveserve/client.js\""));
	assert_non_null(strstr(text.bytes, "nonce=\"ours\""));
	assert_null(strstr(text.bytes, "onerror"));
	buf_finish(&text);
	document_relay_finish(&relay);
	response_head_finish(&head);
	fields_finish(&ours);
}

/* The page may be older than what was saved while it was made, so the tag has the number from before. */
static void
number(void **state)
{
	const struct fields none = {0};
	struct response_head head = {0};
	struct document_relay relay;
	struct buf text = {0};
	char *expected = mem_format("data-version=\"%s.%d\"", journal_epoch(here.journal),
		(int)journal_number(here.journal));
	const char *fault;

	(void)state;
	init(&relay, navigation, &here.tag);
	journal_add_unknown(here.journal);
	parse(&head, "200 OK", HTML);
	document_relay_begin(&relay, &head, &none);
	document_relay_read(&relay, SLICE_LITERAL("<head>"), true, &text, &fault);
	assert_non_null(strstr(text.bytes, expected));
	buf_finish(&text);
	document_relay_finish(&relay);
	response_head_finish(&head);
	free(expected);
}

/* What is compressed and breaks off must not look complete. */
static void
breaks_off(void **state)
{
	static const struct {
		const char *bytes, *fault;
	} rows[] = {{"\x1f\x8b\x08", "breaks off"}, {"<head>", "malformed"}};
	const struct fields none = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct response_head head = {0};
		struct document_relay relay;
		struct buf text = {0};
		const char *fault;

		init(&relay, navigation, &here.tag);
		parse(&head, "200 OK", HTML "Content-Encoding: gzip\r\n");
		document_relay_begin(&relay, &head, &none);
		assert_int_equal(
			document_relay_read(&relay, slice_of(rows[i].bytes), true, &text, &fault),
			DOCUMENT_RELAY_FAILED);
		assert_non_null(strstr(fault, rows[i].fault));
		assert_int_equal(text.length, 0);
		document_relay_finish(&relay);
		response_head_finish(&head);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents),
		cmocka_unit_test(fields),
		cmocka_unit_test(our_policy),
		cmocka_unit_test(number),
		cmocka_unit_test(breaks_off),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
