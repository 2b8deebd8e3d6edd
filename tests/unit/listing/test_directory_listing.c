/*
 * A folder without an index, as a page and as JSON.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/mem.h"
#include "html/navigation.h"
#include "listing/directory_listing.h"
#include "support/ask.h"
#include "support/folder.h"

static struct loop *loop;
static struct directory_listings *listings;
static struct root *root;
static struct journal *journal;
static struct script_tag tag;
static struct response response;

static void
date(const char *name, time_t when)
{
	const struct timespec times[2] = {{.tv_sec = when}, {.tv_sec = when}};

	assert_return_code(utimensat(AT_FDCWD, name, times, AT_SYMLINK_NOFOLLOW), 0);
}

static bool with_hidden;
static bool was_paused; /* by the last list() */

static int
enter(void **state)
{
	(void)state;
	with_hidden = false;
	folder_enter();
	folder_write("b.txt", "22\n");
	folder_write("a10.txt", "4444\n");
	folder_write("a9.txt", "1\n");
	folder_write("sub/x.txt", "x\n");
	folder_write(".hidden", "x\n");
	folder_write("hidden.key", "x\n");
	folder_write("hidden.txt~", "x\n");
	folder_write("../outside/secret.txt", "x\n");
	assert_return_code(symlink("../outside/secret.txt", "leads-out"), 0);
	assert_return_code(symlink("sub", "leads-in"), 0);
	assert_return_code(symlink("nowhere", "leads-nowhere"), 0);
	assert_return_code(mkfifo("pipe", 0600), 0);
	date("b.txt", 1000000000);
	date("a9.txt", 1100000000);
	date("a10.txt", 1050000000);
	root = root_create(".");
	journal = journal_create();
	tag.journal = journal;
	loop = loop_create();
	listings = directory_listings_create(loop, &tag, root, "index.html");
	response_init(&response);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	response_finish(&response);
	directory_listings_destroy(listings);
	loop_destroy(loop);
	journal_destroy(journal);
	root_destroy(root);
	folder_leave();
	return 0;
}

static bool
respond(const char *name, const char *shown, bool hidden_too, const struct request *request)
{
	const struct directory_listing listing = {
		.root = root,
		.name = name,
		.shown = shown,
		.with_hidden = hidden_too,
	};

	return directory_listing_respond(listings, &listing, request, &response);
}

/* A request that was paused, and is answered again. */
struct pause {
	struct response_waiter waiter;
	const char *folder;
	const struct request *request;
};

static void
answer_again(void *context)
{
	struct pause *pause = context;

	response_clear(&response);
	assert_true(respond(pause->folder, pause->folder, with_hidden, pause->request));
	assert_null(response.waiters);
	loop_stop(loop);
}

/* Responds, as http1 does it when the response is a pause. Returns whether it was one. */
static bool
respond_in_the_end(const char *folder, const struct request *request)
{
	struct pause pause = {{.fn = answer_again, .context = &pause}, folder, request};

	response_clear(&response);
	assert_true(respond(folder, folder, with_hidden, request));
	if (!response.waiters)
		return false;
	response_waiter_join(&pause.waiter, response.waiters);
	loop_run(loop);
	return true;
}

/* The listing of folder for a request with this target and Accept. */
static const char *
list(const char *folder, const char *target, const char *accept)
{
	static struct buf body;
	char *text = mem_format("GET %s HTTP/1.1\r\nHost: x\r\nAccept: %s\r\n\r\n", target, accept);
	struct request request;

	assert_int_equal(request_parse(&request, text, strlen(text)), REQUEST_COMPLETE);
	was_paused = respond_in_the_end(folder, &request);
	assert_int_equal(response.status, 200);
	buf_clear(&body);
	buf_add_slice(&body, answer_body(&response));
	free(text);
	return body.bytes;
}

/* Whether html has these names in this order. */
static void
assert_order(const char *html, const char *names)
{
	struct slice rest = slice_of(names), name;

	while (slice_split(&rest, ' ', &name)) {
		char *link = mem_format(">%.*s</a>", (int)name.length, name.at);
		const char *found = strstr(html, link);

		print_message("%s in %s\n", link, names);
		assert_non_null(found);
		html = found;
		free(link);
	}
}

static void
actions(void **state)
{
	static const struct {
		const char *target;
		const char *names;
	} rows[] = {
		{"/", "leads-in/ sub/ a9.txt a10.txt b.txt"},
		{"/?sort=name", "leads-in/ sub/ a9.txt a10.txt b.txt"},
		{"/?sort=-name", "sub/ leads-in/ b.txt a10.txt a9.txt"},
		{"/?sort=size", "leads-in/ sub/ a9.txt b.txt a10.txt"},
		{"/?sort=-size", "a10.txt b.txt a9.txt"},
		{"/?sort=time", "b.txt a10.txt a9.txt"},
		{"/?sort=-time", "a9.txt a10.txt b.txt"},
		{"/?sort=nonsense", "a9.txt a10.txt b.txt"},
		{"/?other", "a9.txt a10.txt b.txt"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_order(list("", rows[i].target, "text/html"), rows[i].names);
}

static void
only_what_can_be_asked_for(void **state)
{
	const char *html;

	(void)state;
	html = list("", "/", "*/*");
	assert_null(strstr(html, "hidden"));
	assert_null(strstr(html, "leads-out"));
	assert_null(strstr(html, "leads-nowhere"));
	assert_null(strstr(html, "pipe"));
	assert_null(strstr(html, "\"../\""));
	assert_non_null(strstr(list("sub/", "/sub/", "*/*"), "<a href=\"../\">"));
}

static void
hidden_names_when_wanted(void **state)
{
	(void)state;
	with_hidden = true;
	assert_order(
		list("", "/", "text/html"), ".hidden a9.txt a10.txt b.txt hidden.key hidden.txt~");
	assert_null(strstr(list("", "/", "*/*"), ">.<"));
}

static void
page_follows_and_is_a_listing(void **state)
{
	const char *html;

	(void)state;
	html = list("", "/", "text/html");
	assert_non_null(strstr(html, "<html lang=\"en\" data-liveserve-listing>"));
	assert_non_null(strstr(html, "<script src=\"__liveserve/client.js\""));
	assert_non_null(strstr(html, "aria-sort=\"ascending\"><a href=\"?sort=-name\">"));
	assert_non_null(strstr(html, "<time datetime=\"2001-09-09T01:46:40Z\">"));
	assert_non_null(strstr(html, "<span title=\"3 bytes\">3 B</span>"));
}

static void
the_script_of_a_deep_listing(void **state)
{
	(void)state;
	folder_make("sub");
	assert_non_null(strstr(list("sub", "/sub/", "text/html"), "src=\"../__liveserve/"));
	assert_non_null(strstr(list("sub", "/sub//", "text/html"), "src=\"../../__liveserve/"));
}

/* Makes sub/00000.html and so on. */
static void
fill(int count)
{
	for (int i = 0; i < count; i++) {
		char name[32];
		int fd;

		snprintf(name, sizeof(name), "sub/%05d.html", i);
		fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		assert_return_code(fd, 0);
		close(fd);
	}
}

/* Our script fetches the page to update it in place. In what it gets there is no script. */
static void
what_a_script_fetches_has_no_tag(void **state)
{
	static const char *const folders[] = {"", "sub/"};

	(void)state;
	fill(2000);
	for (size_t i = 0; i < ROWS(folders); i++) {
		char *shown = mem_text(list(folders[i], "/", "text/html"));
		const char *fetched = list(folders[i], "/", "*/*");

		assert_non_null(strstr(shown, "<script"));
		assert_null(strstr(fetched, "<script"));
		assert_string_equal(strstr(fetched, "<meta"), strstr(shown, "<meta"));
		free(shown);
	}
}

static void
names_are_escaped(void **state)
{
	const char *html;

	(void)state;
	folder_write("<img src=x onerror=alert(1)>", "x\n");
	folder_write("javascript:alert(1)", "x\n");
	folder_write("gbk \xb9\xfa", "x\n");
	folder_write("new\nline", "x\n");
	html = list("", "/", "text/html");
	assert_null(strstr(html, "<img"));
	assert_non_null(strstr(html, "<a href=\"./javascript%3Aalert%281%29\">"));
	assert_non_null(strstr(html, "<a href=\"./gbk%20%B9%FA\">"));
	assert_non_null(strstr(html, "<a href=\"./new%0Aline\">"));
}

static void
sizes_are_for_people(void **state)
{
	static const struct {
		off_t size;
		const char *text;
	} rows[] = {
		{0, ">0 B<"},
		{999, ">999 B<"},
		{1000, ">1.0 KB<"},
		{9949, ">9.9 KB<"},
		{9951, ">10 KB<"},
		{999499, ">999 KB<"},
		{999500, ">1.0 MB<"},
		{5368709120, ">5.4 GB<"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		folder_write("sized", "");
		assert_return_code(truncate("sized", rows[i].size), 0);
		assert_non_null(strstr(list("", "/", "text/html"), rows[i].text));
	}
}

static void
json(void **state)
{
	(void)state;
	folder_write("sub/\xb9 \xe4\xb8\xad.txt", "x\n");
	date("sub/\xb9 \xe4\xb8\xad.txt", 1000000000);
	date("sub/x.txt", 1000000000);
	assert_string_equal(list("sub/", "/sub/", "application/json"),
		"[{\"name\":\"x.txt\",\"url\":\"/sub/x.txt\",\"type\":\"file\",\"size\":2,"
		"\"modified\":\"2001-09-09T01:46:40Z\"},"
		"{\"name\":\"\xef\xbf\xbd \xe4\xb8\xad.txt\","
		"\"url\":\"/sub/%B9%20%E4%B8%AD.txt\",\"type\":\"file\",\"size\":2,"
		"\"modified\":\"2001-09-09T01:46:40Z\"}]");
	assert_non_null(strstr(response.fields.text.bytes, "Content-Type: application/json\r\n"));
	assert_non_null(strstr(response.fields.text.bytes, "Vary: Accept\r\n"));
	assert_non_null(strstr(list("", "/", "application/json"),
		"{\"name\":\"sub\",\"url\":\"/sub/\",\"type\":\"folder\""));
}

static void
assert_has(struct slice text, const char *part)
{
	if (!memmem(text.at, text.length, part, strlen(part)))
		fail_msg("no %s in %.*s", part, (int)text.length, text.at);
}

/* The heading has the name of the site, and links to it and to the folders in between. */
static void
headings(void **state)
{
	const char *site = strrchr(root_path(root), '/') + 1;
	char *heading = mem_format(
		"<main><nav aria-label=\"Folders\"><h1><a href=\"../../\">%s</a>/"
		"<a href=\"../\">sub</a>/"
		"<a href=\"./\" aria-current=\"page\">&lt;b&gt;</a>/</h1></nav>",
		site);
	char *top = mem_format("<h1><a href=\"./\" aria-current=\"page\">%s</a>/</h1>", site);
	const char *html;

	(void)state;
	folder_write("sub/<b>/x.txt", "x\n");
	assert_has(slice_of(list("sub/<b>/", "/sub/%3Cb%3E/", "text/html")), heading);
	html = list("", "/", "text/html");
	assert_has(slice_of(html), top);
	assert_has(slice_of(html), "<p role=\"status\">2 folders, 3 files</p>");
	assert_null(strstr(html, "Parent folder"));
	free(heading);
	free(top);
}

static void
filters(void **state)
{
	static const struct {
		const char *target, *names, *absent;
	} rows[] = {
		{"/?filter=", "leads-in/ sub/ a9.txt a10.txt b.txt", "nothing"},
		{"/?filter=a", "leads-in/ a9.txt a10.txt", ">b.txt<"},
		{"/?filter=A1", "a10.txt", ">a9.txt<"},
		{"/?sort=-name&filter=txt", "b.txt a10.txt a9.txt", ">sub/<"},
		{"/?filter=txt&sort=-name", "b.txt a10.txt a9.txt", ">sub/<"},
		{"/?filter=%2e%54xt", "a9.txt a10.txt b.txt", ">sub/<"},
		{"/?filter=c+d", "", ">b.txt<"},
		{"/?filter=100%", "100%.txt", ">b.txt<"},
		{"/?filter=100%2", "", ">100%.txt<"},
		{"/?filter=x&filter=b", "b.txt", ">a9.txt<"},
		{"/?filters=b&x", "a9.txt b.txt", "nothing"},
	};
	const char *html;

	(void)state;
	folder_write("c d.txt", "x\n");
	folder_write("100%.txt", "x\n");
	for (size_t i = 0; i < ROWS(rows); i++) {
		html = list("", rows[i].target, "text/html");
		if (*rows[i].names)
			assert_order(html, rows[i].names);
		if (strstr(html, rows[i].absent))
			fail_msg("%s: %s", rows[i].target, rows[i].absent);
	}
	html = list("", "/?filter=%22%3E%3Cimg+src=x%3E&sort=-size", "text/html");
	assert_null(strstr(html, "<img"));
	assert_has(slice_of(html), "value=\"&quot;&gt;&lt;img src=x&gt;\"");
	assert_has(slice_of(html), "<input type=\"hidden\" name=\"sort\" value=\"-size\">");
	assert_has(slice_of(html), "<a href=\"?sort=time&amp;filter=%22%3E%3Cimg%20src%3Dx%3E\">");
	assert_has(slice_of(html), "No name contains this.");
	assert_has(slice_of(list("", "/?filter=c+D", "text/html")), ">c d.txt</a>");
	assert_string_equal(list("", "/?filter=nowhere", "application/json"), "[]");
}

/* The status of a listing, when the client has the one with this entity tag. */
static int
status_with(const char *folder, const char *etag)
{
	char *text = mem_format(
		"GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nIf-None-Match: %s\r\n\r\n",
		etag);
	struct request request;

	assert_int_equal(request_parse(&request, text, strlen(text)), REQUEST_COMPLETE);
	respond_in_the_end(folder, &request);
	free(text);
	return response.status;
}

static void
entity_tags(void **state)
{
	static const char *const folders[] = {"", "sub/"};

	(void)state;
	fill(2000);
	for (size_t i = 0; i < ROWS(folders); i++) {
		char *etag;

		list(folders[i], "/", "text/html");
		etag = mem_text(answer_value(&response, "ETag"));
		assert_int_equal(status_with(folders[i], etag), 304);
		assert_string_equal(answer_value(&response, "ETag"), etag);
		assert_string_equal(answer_value(&response, "Vary"), NAVIGATION_VARY);
		assert_null(answer_value(&response, "Content-Type"));
		assert_int_equal(answer_body(&response).length, 0);
		assert_int_equal(status_with(folders[i], "\"other\""), 200);
		list(folders[i], "/?sort=-name", "text/html");
		assert_string_not_equal(answer_value(&response, "ETag"), etag);
		list(folders[i], "/", "application/json");
		assert_string_not_equal(answer_value(&response, "ETag"), etag);
		folder_write(i ? "sub/new.txt" : "new.txt", "x\n");
		assert_int_equal(status_with(folders[i], etag), 200);
		free(etag);
	}
}

static void
shown_by_the_sites_name(void **state)
{
	static const char text[] = "GET /lib/ HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n";
	struct request request;
	struct slice body;

	(void)state;
	assert_int_equal(request_parse(&request, text, strlen(text)), REQUEST_COMPLETE);
	response_clear(&response);
	assert_true(respond("", "lib/", false, &request));
	body = answer_body(&response);
	assert_has(body, "<title>/lib/ - ");
	assert_has(body, "</a>/<a href=\"./\" aria-current=\"page\">lib</a>/</h1>");
	assert_has(body, "<a href=\"../\">Parent folder</a>");
}

static void
large_folder_is_read_beside_the_loop(void **state)
{
	(void)state;
	fill(10000);
	assert_return_code(symlink("../b.txt", "sub/leads-in"), 0);
	assert_return_code(symlink("../../outside/secret.txt", "sub/leads-out"), 0);
	assert_order(
		list("sub/", "/sub/", "text/html"), "00000.html 05000.html 09999.html leads-in");
	assert_true(was_paused);
	assert_null(strstr(list("sub/", "/sub/", "text/html"), "leads-out"));
	assert_order(list("sub/", "/sub/?sort=-name", "text/html"), "09999.html 00000.html");
	assert_non_null(
		strstr(list("sub/", "/sub/", "application/json"), "\"url\":\"/sub/07531.html\""));
	assert_true(was_paused);
}

static void
small_folder_is_read_at_once(void **state)
{
	(void)state;
	fill(DIRECTORY_LISTING_SMALL_MAX - 3); /* and x.txt, "." and ".." */
	list("sub/", "/sub/", "text/html");
	assert_true(was_paused);
	unlink("sub/x.txt");
	list("sub/", "/sub/", "text/html");
	assert_false(was_paused);
}

static unsigned answers;

static void
count_answer(void *context)
{
	answer_again(context);
	assert_int_equal(response.status, 200);
	answers++;
}

/* Requests the same list four times, and notes in which list each request waits. */
static void
ask_four_times(struct pause pauses[4], struct response_waiters *lists[4])
{
	const struct request *request = ask("GET /sub/");

	fill(2000);
	answers = 0;
	for (size_t i = 0; i < 4; i++) {
		pauses[i] = (struct pause){
			{.fn = count_answer, .context = &pauses[i]}, "sub/", request};
		response_clear(&response);
		assert_true(respond("sub/", "sub/", false, request));
		lists[i] = response.waiters;
		assert_non_null(lists[i]);
		response_waiter_join(&pauses[i].waiter, lists[i]);
	}
}

/* Of the same list only two are made: the one that was being read already, and one after it. */
static void
requests_share_what_was_not_begun(void **state)
{
	struct response_waiters *lists[4];
	struct pause pauses[4];

	(void)state;
	ask_four_times(pauses, lists);
	assert_ptr_not_equal(lists[0], lists[1]);
	assert_ptr_equal(lists[1], lists[2]);
	assert_ptr_equal(lists[1], lists[3]);
	while (answers < ROWS(pauses))
		loop_run(loop);
}

/* An answer has megabytes, so others are served after each. loop_run returns after a round. */
static void
each_round_has_one_answer(void **state)
{
	struct response_waiters *lists[4];
	struct pause pauses[4];

	(void)state;
	ask_four_times(pauses, lists);
	for (unsigned round = 1; round <= 3; round++) {
		loop_run(loop);
		assert_int_equal(answers, round);
	}
	response_waiter_leave(&pauses[3].waiter); /* and the end comes in between */
}

/* Each name in the site is a list of its own. */
static void
queue_has_an_end(void **state)
{
	struct pause pauses[DIRECTORY_LISTING_QUEUE_MAX + 1] = {0};
	const struct request *request = ask("GET /sub/");
	size_t count = 0;

	(void)state;
	fill(2000);
	for (;;) {
		char *shown = mem_format("sub%zu/", count);

		response_clear(&response);
		assert_true(respond("sub/", shown, false, request));
		free(shown);
		if (!response.waiters)
			break;
		assert_true(count < ROWS(pauses));
		pauses[count].waiter.fn = answer_again;
		response_waiter_join(&pauses[count].waiter, response.waiters);
		count++;
	}
	assert_int_equal(response.status, 503);
	assert_int_equal(count, ROWS(pauses));
	for (size_t i = 0; i < count; i++)
		response_waiter_leave(&pauses[i].waiter);
}

static void
what_is_no_folder(void **state)
{
	static const char *const names[] = {"nothing/", "b.txt", "../outside/", "leads-out"};
	static const char text[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	struct request request;

	(void)state;
	assert_int_equal(request_parse(&request, text, strlen(text)), REQUEST_COMPLETE);
	for (size_t i = 0; i < ROWS(names); i++)
		assert_false(respond(names[i], names[i], false, &request));
	assert_int_equal(response.status, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(actions),
		TEST(only_what_can_be_asked_for),
		TEST(hidden_names_when_wanted),
		TEST(page_follows_and_is_a_listing),
		TEST(the_script_of_a_deep_listing),
		TEST(what_a_script_fetches_has_no_tag),
		TEST(names_are_escaped),
		TEST(sizes_are_for_people),
		TEST(json),
		TEST(headings),
		TEST(filters),
		TEST(entity_tags),
		TEST(shown_by_the_sites_name),
		TEST(large_folder_is_read_beside_the_loop),
		TEST(small_folder_is_read_at_once),
		TEST(requests_share_what_was_not_begun),
		TEST(each_round_has_one_answer),
		TEST(queue_has_an_end),
		TEST(what_is_no_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
