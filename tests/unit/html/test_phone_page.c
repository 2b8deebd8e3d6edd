/*
 * The page for phones and the certificate on it.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <string.h>

#include "html/phone_page.h"
#include "support/ask.h"

static struct response response;

static int
enter(void **state)
{
	(void)state;
	response_init(&response);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	response_finish(&response);
	return 0;
}

static const char *
value(const char *name)
{
	const char *text = answer_value(&response, name);

	return text ? text : "";
}

static void
respond(const char *text)
{
	const struct request *request = ask(text);

	assert_true(phone_page_is_for(request));
	response_clear(&response);
	phone_page_respond(&response, request, SLICE_LITERAL("\x30\x82\0DER"));
	assert_int_equal(response.status, 200);
	assert_string_equal(value("Cache-Control"), "no-store");
}

static void
nothing_else_is_here(void **state)
{
	static const char *const rows[] = {"GET /", "GET /__liveserve/", "GET /__liveserve/phone/",
		"GET /__liveserve/key.pem", "GET /__liveserve/authority", "POST /__liveserve/phone",
		"OPTIONS /__liveserve/phone", "DELETE /__liveserve/authority.crt",
		"GET /__liveserve/../__liveserve/phone", "GET /__LIVESERVE/phone"};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_false(phone_page_is_for(ask(rows[i])));
}

static void
the_page_loads_nothing_and_leads_to_the_site(void **state)
{
	struct slice body;

	(void)state;
	respond("GET /__liveserve/phone?x=1\nHost: 192.168.1.7:9000");
	assert_string_equal(value("Content-Type"), "text/html; charset=utf-8");
	assert_non_null(strstr(value("Content-Security-Policy"), "default-src 'none';"));
	body = answer_body(&response);
	assert_non_null(memmem(body.at, body.length, "href=\"https://192.168.1.7:9000/\">", 33));
	assert_null(memmem(body.at, body.length, "<script", 7));
	assert_null(memmem(body.at, body.length, "src=", 4));
}

static void
a_host_is_text(void **state)
{
	struct slice body;

	(void)state;
	respond("GET /__liveserve/phone\nHost: a'b&c");
	body = answer_body(&response);
	assert_null(memmem(body.at, body.length, "a'b&c", 5));
	assert_non_null(memmem(body.at, body.length, "a&#39;b&amp;c", 13));
}

static void
each_system_gets_it_as_it_needs_it(void **state)
{
	struct slice body;

	(void)state;
	respond("GET /__liveserve/authority.crt");
	assert_string_equal(value("Content-Type"), "application/x-x509-ca-cert");
	assert_string_equal(value("Content-Disposition"), "attachment; filename=\"liveserve.crt\"");
	body = answer_body(&response);
	assert_int_equal(body.length, 6);
	assert_memory_equal(body.at, "\x30\x82\0DER", 6);
	respond("GET /__liveserve/authority.cer");
	assert_string_equal(value("Content-Type"), "application/x-x509-ca-cert");
	assert_string_equal(value("Content-Disposition"), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_else_is_here, enter, leave),
		cmocka_unit_test_setup_teardown(
			the_page_loads_nothing_and_leads_to_the_site, enter, leave),
		cmocka_unit_test_setup_teardown(a_host_is_text, enter, leave),
		cmocka_unit_test_setup_teardown(each_system_gets_it_as_it_needs_it, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
