#include "support/test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "html/navigation.h"
#include "support/ask.h"

#define CHROME                                                                                  \
	"\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) " \
	"Chrome/142.0.0.0 Safari/537.36"
#define FIREFOX \
	"\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
#define SAFARI                                                                  \
	"\nUser-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) " \
	"AppleWebKit/605.1.15 "                                                 \
	"(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
#define CURL "\nUser-Agent: curl/8.14.1"

#define PAGE_OF_CHROME                                                                             \
	"\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,"   \
	"image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7\nUpgrade-Insecure-Requests: " \
	"1"
#define PAGE_OF_FIREFOX                                                             \
	"\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" \
	"\nUpgrade-Insecure-Requests: 1"
#define PAGE_OF_SAFARI                   \
	"\nUpgrade-Insecure-Requests: 1" \
	"\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

#define PAGE "\nSec-Fetch-Dest: document\nSec-Fetch-Mode: navigate\nSec-Fetch-Site: none"
#define FRAME "\nSec-Fetch-Dest: iframe\nSec-Fetch-Mode: navigate\nSec-Fetch-Site: same-origin"
#define FETCH "\nSec-Fetch-Dest: empty\nSec-Fetch-Mode: cors\nSec-Fetch-Site: same-origin"
#define FORWARDED "\nSec-Fetch-Dest: empty\nSec-Fetch-Mode: navigate"

#define ANY "\nAccept: */*"

/* Which of HTML, XHTML and SVG get the tag. */
static void
documents(void **state)
{
	static const struct {
		const char *label, *fields;
		bool html, xml;
	} rows[] = {
		{"Chrome", PAGE_OF_CHROME CHROME PAGE, true, true},
		{"Chrome, plain http", PAGE_OF_CHROME CHROME, true, true},
		{"Chrome, frame", PAGE_OF_CHROME CHROME FRAME, true, true},
		{"Chrome, service worker", PAGE_OF_CHROME CHROME FORWARDED, true, true},
		{"Chrome, fetch", ANY CHROME FETCH, false, false},
		{"Chrome, fetch, plain http", ANY CHROME, false, false},
		{"Chrome, image, plain http",
			"\nAccept: "
			"image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8" CHROME,
			false, false},
		{"Firefox", PAGE_OF_FIREFOX FIREFOX PAGE, true, true},
		{"Firefox, plain http", PAGE_OF_FIREFOX FIREFOX, true, true},
		{"Firefox, fetch, plain http", ANY FIREFOX, false, false},
		{"Firefox, old, plain http",
			"\nAccept: "
			"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
			"image/webp,image/png,image/svg+xml,*/*;q=0.8" FIREFOX,
			true, true},
		{"Firefox, object, plain http, looks like a fetch", ANY FIREFOX, false, false},
		{"Safari, plain http", PAGE_OF_SAFARI SAFARI, true, true},
		{"Safari, fetch, plain http", ANY SAFARI, false, false},
		{"the script's own request", "\nAccept: text/html" CHROME, false, false},
		{"jQuery",
			"\nAccept: text/html, */*; q=0.01\nX-Requested-With: "
			"XMLHttpRequest" FIREFOX,
			false, false},
		{"Turbo", "\nAccept: text/html, application/xhtml+xml" SAFARI, false, false},
		{"JSON", "\nAccept: application/json, text/plain, */*" CHROME, false, false},
		{"Node's fetch", ANY "\nSec-Fetch-Mode: cors\nUser-Agent: node", false, false},
		{"a fetch that accepts HTML",
			"\nAccept: text/html,*/*\nSec-Fetch-Mode: cors\nUser-Agent: node", false,
			false},
		{"curl", ANY CURL, false, false},
		{"curl for a page", "\nAccept: text/html" CURL, true, true},
		{"Lynx",
			"\nAccept: text/html, text/plain, application/xhtml+xml, */*;q=0.01"
			"\nUser-Agent: Lynx/2.9.0",
			true, true},
		{"no Accept", "", true, false},
		{"no Accept, with a browser's name", CHROME, true, false},
		{"on two lines", "\nAccept: image/png\nAccept: text/html" CURL, true, true},
		{"capital letters", "\nAccept: Text/HTML;Q=0.5" CURL, true, true},
		{"anything but HTML", "\nAccept: text/html;q=0.000, */*" CURL, false, false},
		{"parameters", "\nAccept: text/html;level=1;q=0.1" CURL, true, true},
		{"an empty Accept", "\nAccept:", false, false},
	};
	static const struct media_type html = {"text/html", true, MEDIA_TYPE_HTML},
				       xml = {"image/svg+xml", true, MEDIA_TYPE_XML_PAGE},
				       text = {"text/plain", true, MEDIA_TYPE_PLAIN};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *request = mem_format("GET /x%s", rows[i].fields);

		print_message("  %s\n", rows[i].label);
		assert_int_equal(navigation_gets_tag(ask(request), &html), rows[i].html);
		assert_int_equal(navigation_gets_tag(ask(request), &xml), rows[i].xml);
		assert_false(navigation_gets_tag(ask(request), &text));
		free(request);
	}
}

static void
requests_for_documents(void **state)
{
	static const struct {
		const char *request;
		bool wants_document;
	} rows[] = {
		{"GET /x\nSec-Fetch-Dest: document", true},
		{"GET /x\nSec-Fetch-Dest: iframe", true},
		{"GET /x\nSec-Fetch-Dest: empty\nAccept: text/html, */*", true},
		{"GET /x\nAccept: text/html", true},
		{"GET /x\nAccept: text/html;q=0.9", true},
		{"GET /x", false},
		{"GET /x\nAccept: */*", false},
		{"GET /x\nSec-Fetch-Dest: empty", false},
		{"GET /x\nSec-Fetch-Dest: script\nAccept: text/html", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(
			navigation_wants_document(ask(rows[i].request)), rows[i].wants_document);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents),
		cmocka_unit_test(requests_for_documents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
