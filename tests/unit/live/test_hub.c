/*
 * Pages as the hub sees them: a socket that is woken, messages received, messages sent.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "live/hub.h"
#include "support/wrap_loop.h"

/* A socket: it counts how often it was woken. */
struct socket {
	unsigned woken;
};

static struct {
	struct loop *loop;
	uint64_t now_us; /* it only passes when a test says so */
	struct journal *journal;
	struct hub *hub;
	uint64_t css;      /* the state of /a.css; all others stay as they are */
	bool is_unsure;    /* whether it is unknown */
	unsigned busy;     /* how often it takes longer */
	unsigned asked;    /* how often it was */
	struct buf report; /* the reports of pages */
} here;

uint64_t
__wrap_loop_now(void)
{
	return here.now_us;
}

static void
wake(void *socket)
{
	((struct socket *)socket)->woken++;
}

static enum watch_verdict
find_state(void *context, struct slice url, uint64_t *state)
{
	assert_ptr_equal(context, &here);
	*state = url.length;
	if (!slice_is(url, "/a.css"))
		return WATCH_KNOWN;
	here.asked++;
	*state = here.css;
	if (here.busy && here.busy--)
		return WATCH_BUSY;
	return here.is_unsure ? WATCH_UNKNOWN : WATCH_KNOWN;
}

/* The setup creates a hub with neither of them. */
static void
create_hub(hub_find_state_fn *find, hub_report_fn *report)
{
	const struct hub_options options = {
		.loop = here.loop,
		.journal = here.journal,
		.wake = wake,
		.find_state = find,
		.report = report,
		.context = &here,
	};

	hub_destroy(here.hub);
	here.hub = hub_create(&options);
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.loop = loop_create();
	here.journal = journal_create();
	create_hub(NULL, NULL);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	hub_destroy(here.hub);
	journal_destroy(here.journal);
	loop_destroy(here.loop);
	buf_finish(&here.report);
	return 0;
}

static void
happen(const char *path, enum change_kind kind)
{
	struct changes changes = {0};

	changes_add(&changes, slice_of(path), kind);
	journal_add(here.journal, &changes);
	changes_finish(&changes);
}

static bool
receive(struct hub_page *page, const char *text)
{
	return hub_receive(here.hub, page, text, strlen(text));
}

static void
greet(struct hub_page *page, const char *epoch, unsigned version)
{
	char *hello = mem_format("{\"type\":\"hello\",\"page\":\"/\",\"epoch\":\"%s\","
				 "\"version\":%u}",
		epoch, version);

	assert_true(receive(page, hello));
	free(hello);
}

/* The next message for page, with EPOCH for the epoch; "" when there is none. */
static void
assert_sent(struct hub_page *page, const char *expected)
{
	const char *epoch = strstr(expected, "EPOCH");
	struct buf text = {0};
	char *full = epoch ? mem_format("%.*s%s%s", (int)(epoch - expected), expected,
				     journal_epoch(here.journal), epoch + 5)
			   : mem_text(expected);

	assert_true(hub_may_have_message(here.hub, page) || !*expected);
	assert_int_equal(hub_next_message(here.hub, page, &text), *expected != '\0');
	assert_string_equal(buf_slice(&text).at, full);
	buf_finish(&text);
	free(full);
}

static void
page_of_this_epoch(void **state)
{
	struct socket socket = {0};
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);

	(void)state;
	assert_sent(page, "");
	assert_int_equal(socket.woken, 0);
	greet(page, journal_epoch(here.journal), 1);
	assert_int_equal(socket.woken, 1);
	assert_sent(page, "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":1}");
	assert_false(hub_may_have_message(here.hub, page));
	assert_sent(page, "");
	happen("style.css", CHANGE_MODIFIED);
	assert_int_equal(hub_publish(here.hub), 1);
	assert_int_equal(socket.woken, 2);
	assert_sent(page, "{\"type\":\"change\",\"version\":2,\"changes\":[{\"urls\":"
			  "[\"/style.css\"],\"kind\":\"modified\"}]}");
	assert_false(hub_may_have_message(here.hub, page));
	assert_sent(page, "");
	hub_leave(here.hub, page);
}

/* A page asks for its document before it loads again where the server cannot know that it is there. */
static void
a_document_that_may_not_be_there(void **state)
{
	static const struct {
		const char *path;
		enum change_kind kind;
		bool is_unsure, is_empty;
		bool is_told;
	} rows[] = {
		{"a.html", CHANGE_MODIFIED, false, false, false},
		{"a.html", CHANGE_MODIFIED, true, false, true},
		{"a.html", CHANGE_MODIFIED, false, true, true},
		{"a.html", CHANGE_CREATED, true, true, false},
		{"a.css", CHANGE_MODIFIED, true, true, false},
	};
	struct socket socket = {0};
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);
	uint64_t number = 1;

	(void)state;
	greet(page, journal_epoch(here.journal), 1);
	assert_sent(page, "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":1}");
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct hub_settings settings = {.is_unsure = rows[i].is_unsure};
		char *path = mem_text(rows[i].path);
		char *expected = mem_format(
			"{\"type\":\"change\",\"version\":%d,\"changes\":[{\"urls\":"
			"[\"/%s\"],\"kind\":\"%s\"%s}]}",
			(int)++number, path, change_kind_name(rows[i].kind),
			rows[i].is_told ? ",\"unsure\":true" : "");
		struct changes changes = {0};

		hub_reconfigure(here.hub, &settings);
		changes_copy(&changes,
			&(struct change){
				.path = path, .kind = rows[i].kind, .is_empty = rows[i].is_empty});
		journal_add(here.journal, &changes);
		changes_finish(&changes);
		hub_publish(here.hub);
		assert_sent(page, expected);
		free(expected);
		free(path);
	}
	hub_leave(here.hub, page);
}

#define SETTLED "{\"type\":\"settled\",\"round\":"
#define AN_ERROR "{\"type\":\"log\",\"level\":\"error\""

static void
keep_state(void *context, const struct hub_page_state *page)
{
	*(struct hub_page_state *)context = *page;
}

static struct hub_page_state
state_of_newest(void)
{
	struct hub_page_state state = {0};

	hub_look(here.hub, keep_state, &state);
	return state;
}

/* A page is asked when it was told of everything; only an answer to the last question counts. */
static void
questions(void **state)
{
	struct socket socket = {0};
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);

	(void)state;
	greet(page, journal_epoch(here.journal), 1);
	assert_sent(page, "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":1}");
	happen("style.css", CHANGE_MODIFIED);
	assert_int_equal(hub_ask(here.hub), 1);
	assert_sent(page, "{\"type\":\"change\",\"version\":2,\"changes\":[{\"urls\":"
			  "[\"/style.css\"],\"kind\":\"modified\"}]}");
	assert_sent(page, "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":2,\"settle\":1}");
	assert_sent(page, "");
	assert_true(receive(page, SETTLED "2,\"errors\":[],\"failed\":[]}"));
	assert_int_equal(state_of_newest().answered_round, 0);
	assert_true(receive(page, SETTLED "1,\"errors\":[],\"failed\":[\"/a\"]}"));
	assert_int_equal(state_of_newest().answered_round, 1);
	assert_string_equal(state_of_newest().failed->bytes, "/a");
	assert_int_equal(hub_ask(here.hub), 2);
	assert_sent(page, "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":2,\"settle\":2}");
	assert_true(receive(page, "{\"type\":\"leaving\"}"));
	assert_true(state_of_newest().is_leaving);
	hub_stop_asking(here.hub);
	greet(page, journal_epoch(here.journal), 2);
	assert_false(state_of_newest().is_leaving);
	assert_int_equal(state_of_newest().answered_round, 0);
	assert_sent(page, "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":2}");
	assert_sent(page, "");
	hub_leave(here.hub, page);
}

static void
last_errors(void **state)
{
	struct socket socket = {0};
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);

	(void)state;
	greet(page, journal_epoch(here.journal), 1);
	assert_int_equal(state_of_newest().last_error.length, 0);
	assert_true(receive(page, AN_ERROR ",\"text\":\"one\"}"));
	assert_true(receive(page, AN_ERROR ",\"text\":\"two\",\"source\":\"/a\"}"));
	assert_true(receive(page, "{\"type\":\"log\",\"level\":\"warn\",\"text\":\"no\"}"));
	assert_int_equal(state_of_newest().last_error.length, strlen("two") + 1 + strlen("/a"));
	assert_memory_equal(state_of_newest().last_error.at, "two\0/a", 6);
	hub_leave(here.hub, page);
}

static void
pages_that_only_reload(void **state)
{
	struct socket sockets[2] = {0};
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &sockets[0]);
	struct hub_page *old = hub_join(here.hub, PROTOCOL_LIVE_SERVER, NULL, &sockets[1]);

	(void)state;
	hub_reconfigure(here.hub, &(struct hub_settings){.reloads = true});
	greet(page, journal_epoch(here.journal), 1);
	assert_sent(
		page, "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":1,\"reloads\":true}");
	assert_sent(old, "connected");
	happen("style.css", CHANGE_MODIFIED);
	assert_int_equal(hub_publish(here.hub), 2);
	assert_sent(page, "{\"type\":\"change\",\"version\":2,\"changes\":[{\"urls\":"
			  "[\"/style.css\"],\"kind\":\"modified\"}]}");
	assert_sent(old, "reload");
	hub_leave(here.hub, page);
	hub_leave(here.hub, old);
}

/* While files are being saved together, a page that can only reload is told at the end. */
static void
settling(void **state)
{
	struct socket sockets[2] = {0};
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &sockets[0]);
	struct hub_page *old = hub_join(here.hub, PROTOCOL_LIVE_SERVER, NULL, &sockets[1]);

	(void)state;
	greet(page, journal_epoch(here.journal), 1);
	assert_sent(page, "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":1}");
	assert_sent(old, "connected");
	hub_set_settling(here.hub, true);
	happen("a.html", CHANGE_MODIFIED);
	hub_publish(here.hub);
	assert_sent(page, "{\"type\":\"change\",\"version\":2,\"changes\":[{\"urls\":"
			  "[\"/a.html\"],\"kind\":\"modified\"}]}");
	assert_sent(old, "");
	happen("a.js", CHANGE_MODIFIED);
	hub_publish(here.hub);
	assert_sent(page, "{\"type\":\"change\",\"version\":3,\"changes\":[{\"urls\":"
			  "[\"/a.js\"],\"kind\":\"modified\"}]}");
	assert_sent(old, "");
	sockets[1].woken = 0;
	hub_set_settling(here.hub, false);
	assert_int_equal(sockets[1].woken, 1);
	assert_sent(old, "reload");
	assert_sent(old, "");
	hub_leave(here.hub, page);
	hub_leave(here.hub, old);
}

/* It was loaded, then something changed, then it connects: it gets what it missed. */
static void
page_that_missed_something(void **state)
{
	struct socket socket = {0};
	struct hub_page *page;

	(void)state;
	happen("a.html", CHANGE_CREATED);
	happen("b.html", CHANGE_MODIFIED);
	happen("b.html", CHANGE_DELETED);
	page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);
	greet(page, journal_epoch(here.journal), 2);
	assert_sent(page, "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":2}");
	assert_sent(page, "{\"type\":\"change\",\"version\":4,\"changes\":[{\"urls\":"
			  "[\"/b.html\"],\"kind\":\"deleted\"}]}");
	assert_sent(page, "");
	hub_leave(here.hub, page);
}

static void
pages_that_have_to_reload(void **state)
{
	static const unsigned numbers[] = {0, 2, 4, 1000};
	struct socket socket = {0};
	struct hub_page *page;

	(void)state;
	happen("a.html", CHANGE_MODIFIED);
	journal_add_unknown(here.journal);
	page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);
	for (size_t i = 0; i < ROWS(numbers); i++) {
		greet(page, journal_epoch(here.journal), numbers[i]);
		assert_sent(page, "{\"type\":\"reload\",\"version\":3}");
		assert_sent(page, "");
	}
	greet(page, "other", 3);
	assert_sent(page, "{\"type\":\"reload\",\"version\":3}");
	assert_sent(page, "");
	hub_leave(here.hub, page);
}

static void
addresses(void **state)
{
	static const struct {
		const char *path;
		const char *urls;
	} rows[] = {
		{"a.css", "\"/a.css\""},
		{"index.html", "\"/index.html\",\"/\""},
		{"a/index.htm", "\"/a/index.htm\",\"/a/\""},
		{"a/myindex.html", "\"/a/myindex.html\""},
		{"a/index.html.zh", "\"/a/index.html.zh\",\"/a/index.html\",\"/a/\""},
		{"about.zh.html", "\"/about.zh.html\",\"/about\""},
		{"a/b/", "\"/a/b/\""},
		{"a b\"\xff.css", "\"/a%20b%22%FF.css\""},
	};
	struct socket socket = {0};
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);

	(void)state;
	greet(page, journal_epoch(here.journal), 1);
	assert_sent(page, "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":1}");
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *expected = mem_format("{\"type\":\"change\",\"version\":%zu,\"changes\":["
					    "{\"urls\":[%s],\"kind\":\"created\"}]}",
			i + 2, rows[i].urls);

		happen(rows[i].path, CHANGE_CREATED);
		assert_sent(page, expected);
		free(expected);
	}
	hub_leave(here.hub, page);
}

static void
slow_page_has_no_queue(void **state)
{
	struct socket socket = {0};
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);
	struct buf text = {0};

	(void)state;
	greet(page, journal_epoch(here.journal), 1);
	assert_true(hub_next_message(here.hub, page, &text));
	for (int i = 0; i < 100; i++) {
		happen(i % 2 ? "a.css" : "b.css", CHANGE_MODIFIED);
		hub_publish(here.hub);
	}
	buf_clear(&text);
	assert_true(hub_next_message(here.hub, page, &text));
	assert_string_equal(text.bytes, "{\"type\":\"change\",\"version\":101,\"changes\":["
					"{\"urls\":[\"/b.css\"],\"kind\":\"modified\"},"
					"{\"urls\":[\"/a.css\"],\"kind\":\"modified\"}]}");
	assert_sent(page, "");
	buf_finish(&text);
	hub_leave(here.hub, page);
}

/* Each page gets what changed since its own number. */
static void
pages_with_different_numbers(void **state)
{
	struct socket socket = {0};
	struct hub_page *early = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);
	struct hub_page *late = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);
	struct hub_page *old = hub_join(here.hub, PROTOCOL_LIVE_SERVER, NULL, &socket);
	struct buf text = {0};

	(void)state;
	happen("a.css", CHANGE_MODIFIED);
	greet(early, journal_epoch(here.journal), 1);
	greet(late, journal_epoch(here.journal), 2);
	for (int i = 0; i < 3; i++)
		assert_true(hub_next_message(here.hub,
			i == 0   ? early
			: i == 1 ? late
				 : old,
			&text));
	buf_finish(&text);
	happen("b.css", CHANGE_MODIFIED);
	assert_sent(late, "{\"type\":\"change\",\"version\":3,\"changes\":[{\"urls\":"
			  "[\"/b.css\"],\"kind\":\"modified\"}]}");
	assert_sent(early, "{\"type\":\"change\",\"version\":3,\"changes\":[{\"urls\":"
			   "[\"/a.css\"],\"kind\":\"modified\"},{\"urls\":[\"/b.css\"],"
			   "\"kind\":\"modified\"}]}");
	assert_sent(old, "refreshcss");
	assert_sent(late, "");
	assert_sent(early, "");
	hub_leave(here.hub, late);
	hub_leave(here.hub, early);
	hub_leave(here.hub, old);
}

static void
page_of_live_server(void **state)
{
	struct socket socket = {0};
	struct hub_page *page;

	(void)state;
	happen("before.html", CHANGE_MODIFIED);
	page = hub_join(here.hub, PROTOCOL_LIVE_SERVER, NULL, &socket);
	assert_int_equal(socket.woken, 1);
	assert_sent(page, "connected");
	assert_sent(page, "");
	happen("a.css", CHANGE_MODIFIED);
	assert_sent(page, "refreshcss");
	happen("a.css", CHANGE_MODIFIED);
	happen("b.html", CHANGE_MODIFIED);
	assert_sent(page, "reload");
	journal_add_unknown(here.journal);
	assert_sent(page, "reload");
	assert_sent(page, "");
	assert_true(receive(page, "anything"));
	assert_sent(page, "");
	hub_leave(here.hub, page);
}

static void
wrong_messages(void **state)
{
	static const char *const rows[] = {"", "hello", "{}", "[]", "{\"type\":\"other\"}",
		"{\"type\":\"hello\"}", "{\"type\":\"hello\",\"epoch\":\"x\",\"version\":-1}"};
	struct socket socket = {0};
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (receive(page, rows[i]))
			fail_msg("%s", rows[i]);
	happen("a.css", CHANGE_MODIFIED);
	assert_int_equal(hub_publish(here.hub), 0);
	assert_sent(page, "");
	assert_int_equal(socket.woken, 0);
	hub_leave(here.hub, page);
}

/* ---- uses and stamps ---- */

#define URLS "\"urls\":[\"/\",\"/a.css\"]"
#define USES "{\"type\":\"uses\"," URLS "}"

/* The message with the stamp of a page that uses URLS; the caller frees. */
static char *
ask_for_state(struct hub_page *page)
{
	struct buf text = {0};

	assert_true(receive(page, USES));
	assert_true(hub_next_message(here.hub, page, &text));
	assert_true(slice_starts(buf_slice(&text), "{\"type\":\"state\",\"stamp\":\""));
	assert_sent(page, "");
	return buf_take(&text);
}

/* Page connects from another run, with the stamp that it was sent there. */
static void
come_back(struct hub_page *page, const char *epoch, unsigned version, const char *stamp_sent)
{
	char *hello = mem_format("{\"type\":\"hello\",\"epoch\":\"%s\",\"version\":%u," URLS ",%s",
		epoch, version, strstr(stamp_sent, "\"stamp\""));

	assert_true(receive(page, hello));
	free(hello);
}

static struct hub_page *
join(struct socket *socket)
{
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, socket);
	struct buf hello = {0};

	greet(page, journal_epoch(here.journal), (unsigned)journal_number(here.journal));
	assert_true(hub_next_message(here.hub, page, &hello));
	buf_finish(&hello);
	return page;
}

static void
page_from_another_run(void **state)
{
	struct socket socket = {0};
	struct hub_page *page;
	char *stamp_sent;

	(void)state;
	create_hub(find_state, NULL);
	happen("a.css", CHANGE_MODIFIED);
	page = join(&socket);
	stamp_sent = ask_for_state(page);
	assert_int_equal(here.asked, 1);

	come_back(page, "other", 77, stamp_sent);
	assert_sent(page, "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":2}");
	assert_sent(page, "");
	happen("a.css", CHANGE_MODIFIED);
	assert_sent(page, "{\"type\":\"change\",\"version\":3,\"changes\":[{\"urls\":"
			  "[\"/a.css\"],\"kind\":\"modified\"}]}");

	here.css++;
	come_back(page, "other", 77, stamp_sent);
	assert_sent(page, "{\"type\":\"reload\",\"version\":3}");
	assert_sent(page, "");
	here.css--;
	here.is_unsure = true;
	come_back(page, "other", 77, stamp_sent);
	assert_sent(page, "{\"type\":\"reload\",\"version\":3}");
	here.is_unsure = false;
	assert_true(
		receive(page, "{\"type\":\"hello\",\"epoch\":\"other\",\"version\":2," URLS "}"));
	assert_sent(page, "{\"type\":\"reload\",\"version\":3}");
	come_back(page, "other", 77, stamp_sent);
	assert_sent(page, "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":3}");
	free(stamp_sent);
	hub_leave(here.hub, page);
}

/* A connection lost for longer than the journal remembers. */
static void
page_whose_number_is_too_old(void **state)
{
	struct socket socket = {0};
	struct hub_page *page;
	char *stamp_sent;

	(void)state;
	create_hub(find_state, NULL);
	page = join(&socket);
	stamp_sent = ask_for_state(page);
	for (int i = 0; i < 300; i++)
		happen("b.css", CHANGE_MODIFIED);
	here.asked = 0;
	come_back(page, journal_epoch(here.journal), 200, stamp_sent);
	assert_int_equal(here.asked, 0); /* what it missed is known */
	come_back(page, journal_epoch(here.journal), 1, stamp_sent);
	assert_sent(page, "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":301}");
	assert_sent(page, "");
	here.css++;
	come_back(page, journal_epoch(here.journal), 1, stamp_sent);
	assert_sent(page, "{\"type\":\"reload\",\"version\":301}");
	assert_sent(page, "");
	free(stamp_sent);
	hub_leave(here.hub, page);
}

/* A stamp describes what was sent last, so it comes after all changes. */
static void
stamp_comes_last(void **state)
{
	struct socket socket = {0};
	struct hub_page *page;
	char *before, *after;

	(void)state;
	create_hub(find_state, NULL);
	page = join(&socket);
	before = ask_for_state(page);
	assert_true(receive(page, USES));
	here.css++;
	happen("a.css", CHANGE_MODIFIED);
	assert_sent(page, "{\"type\":\"change\",\"version\":2,\"changes\":[{\"urls\":"
			  "[\"/a.css\"],\"kind\":\"modified\"}]}");
	here.is_unsure = true;
	assert_sent(page, "");
	here.is_unsure = false;
	after = ask_for_state(page);
	assert_string_not_equal(before, after);

	assert_true(receive(page, USES));
	journal_add_unknown(here.journal);
	assert_sent(page, "{\"type\":\"reload\",\"version\":3}");
	assert_sent(page, after);
	assert_sent(page, "");
	assert_true(receive(page, USES));
	assert_true(receive(page, "{\"type\":\"uses\"}"));
	assert_sent(page, "");
	free(before);
	free(after);
	hub_leave(here.hub, page);
}

/* ---- stamps in slices ---- */

enum { MANY = 4096, LOOK_US = 10 };

static unsigned looks;

/* Each look takes some time. */
static enum watch_verdict
find_slowly(void *context, struct slice url, uint64_t *state)
{
	(void)context;
	looks++;
	here.now_us += LOOK_US;
	*state = url.length;
	return WATCH_KNOWN;
}

/* A message of that type with MANY addresses, all of which begin with prefix. The caller frees. */
static char *
many_urls(const char *type, const char *prefix)
{
	struct buf text = {0};

	buf_addf(&text, "{\"type\":\"%s\",\"urls\":[", type);
	for (int i = 0; i < MANY; i++)
		buf_addf(&text, "%s\"/%s%d\"", i ? "," : "", prefix, i);
	buf_add_text(&text, "]}");
	return buf_take(&text);
}

static void
use_many(struct hub_page *page, const char *prefix)
{
	char *text = many_urls("uses", prefix);

	assert_true(receive(page, text));
	free(text);
}

/* The next message, as soon as the loop has made it. No turn of the loop takes much longer than 1 ms. */
static char *
wait_for_message(struct hub_page *page)
{
	struct buf text = {0};

	for (int turns = 0; turns < 1000; turns++) {
		uint64_t begin = here.now_us;

		bool may_have_message = hub_may_have_message(here.hub, page);

		if (hub_next_message(here.hub, page, &text)) {
			assert_true(may_have_message);
			return buf_take(&text);
		}
		loop_dispatch(here.loop);
		assert_in_range(here.now_us - begin, 0, 1500);
		here.now_us += 10 * 1000; /* others were served */
	}
	fail();
	return NULL;
}

/* The state of a large file takes several turns: it is asked for again, and the page waits. */
static void
a_state_that_takes_long(void **state)
{
	struct socket socket = {0};
	struct hub_page *page;
	char *stamp_sent, *message;

	(void)state;
	create_hub(find_state, NULL);
	happen("a.css", CHANGE_MODIFIED);
	page = join(&socket);
	stamp_sent = ask_for_state(page);
	happen("a.css", CHANGE_MODIFIED);
	here.asked = 0;
	here.busy = 5;
	come_back(page, "other", 77, stamp_sent);
	assert_sent(page, "");
	assert_int_equal(here.asked, 1);
	message = wait_for_message(page);
	assert_int_equal(here.asked, 6);
	assert_non_null(strstr(message, "\"hello\""));
	free(message);
	free(stamp_sent);
	hub_leave(here.hub, page);
}

static void
stamps_are_made_in_slices(void **state)
{
	struct socket sockets[2] = {0};
	struct hub_page *first, *second;
	char *one, *other;

	(void)state;
	create_hub(find_slowly, NULL);
	first = join(&sockets[0]);
	second = join(&sockets[1]);
	looks = 0;
	use_many(first, "a");
	use_many(second, "b");
	sockets[0].woken = sockets[1].woken = 0;
	assert_sent(first, "");
	assert_sent(second, "");
	assert_in_range(looks, 1, 1000 / LOOK_US);
	one = wait_for_message(first);
	assert_in_range(looks, MANY, MANY + 1000 / LOOK_US);
	assert_int_equal(sockets[0].woken, 1);
	other = wait_for_message(second);
	assert_int_equal(looks, 2 * MANY);
	assert_int_equal(sockets[1].woken, 1);
	assert_string_not_equal(one, other);
	assert_int_equal(hub_backlog(here.hub), 0);
	free(one);
	free(other);
	hub_leave(here.hub, first);
	hub_leave(here.hub, second);
}

/* Pages that name the same addresses cost one look at each. */
static void
stamps_are_shared(void **state)
{
	struct hub_page *pages[20];
	struct socket socket = {0};
	char *text, *first = NULL;

	(void)state;
	create_hub(find_slowly, NULL);
	for (size_t i = 0; i < ROWS(pages); i++)
		pages[i] = join(&socket);
	looks = 0;
	for (size_t i = 0; i < ROWS(pages); i++)
		use_many(pages[i], "");
	assert_int_equal(looks, 0);
	hub_leave(here.hub, pages[7]);
	for (size_t i = 0; i < ROWS(pages); i++) {
		if (i == 7)
			continue;
		text = wait_for_message(pages[i]);
		assert_true(!first || strcmp(first, text) == 0);
		free(first);
		first = text;
		hub_leave(here.hub, pages[i]);
	}
	assert_int_equal(looks, MANY);
	free(first);
}

/* A change that comes while a stamp is being made is told, and then the stamp is made anew. */
static void
change_during_a_stamp(void **state)
{
	struct socket socket = {0};
	struct hub_page *page;
	char *text;

	(void)state;
	create_hub(find_slowly, NULL);
	page = join(&socket);
	use_many(page, "");
	assert_sent(page, "");
	loop_dispatch(here.loop);
	looks = 0;
	happen("a.css", CHANGE_MODIFIED);
	hub_publish(here.hub);
	assert_sent(page, "{\"type\":\"change\",\"version\":2,\"changes\":[{\"urls\":"
			  "[\"/a.css\"],\"kind\":\"modified\"}]}");
	text = wait_for_message(page);
	assert_non_null(strstr(text, "\"state\""));
	assert_int_equal(looks, MANY);
	free(text);
	hub_leave(here.hub, page);
}

/* The answer to a hello waits for the stamp. What changes meanwhile is told after it. */
static void
hello_with_many_urls(void **state)
{
	struct socket socket = {0};
	struct hub_page *page;
	char *stamp, *urls, *hello, *text;

	(void)state;
	create_hub(find_slowly, NULL);
	page = join(&socket);
	use_many(page, "");
	stamp = wait_for_message(page);
	urls = many_urls("hello", "");
	hello = mem_format("%.*s,\"epoch\":\"old\",\"version\":9,%s", (int)strlen(urls) - 1, urls,
		strstr(stamp, "\"stamp\""));
	assert_true(receive(page, hello));
	assert_sent(page, "");
	happen("a.css", CHANGE_MODIFIED);
	hub_publish(here.hub);
	text = wait_for_message(page);
	assert_non_null(strstr(text, "\"hello\""));
	assert_non_null(strstr(text, "\"version\":1"));
	assert_sent(page, "{\"type\":\"change\",\"version\":2,\"changes\":[{\"urls\":"
			  "[\"/a.css\"],\"kind\":\"modified\"}]}");
	free(text);
	free(hello);
	free(urls);
	free(stamp);
	hub_leave(here.hub, page);
}

/* A page that leaves while its stamp is being made leaves nothing behind. */
static void
page_leaves_during_a_stamp(void **state)
{
	struct socket socket = {0};
	struct hub_page *page;

	(void)state;
	create_hub(find_slowly, NULL);
	page = join(&socket);
	use_many(page, "");
	assert_sent(page, "");
	assert_true(hub_backlog(here.hub) > MANY);
	hub_leave(here.hub, page);
	assert_int_equal(hub_backlog(here.hub), 0);
	loop_dispatch(here.loop);
	here.now_us += 10 * 1000;
	loop_dispatch(here.loop);
}

/* Without find_state there are no stamps. */
static void
no_states(void **state)
{
	struct socket socket = {0};
	struct hub_page *page = join(&socket);

	(void)state;
	assert_true(receive(page, USES));
	assert_sent(page, "");
	come_back(page, "other", 1, "\"stamp\":\"0000000000000001\"}");
	assert_sent(page, "{\"type\":\"reload\",\"version\":1}");
	hub_leave(here.hub, page);
}

/* The page of the folder d is made of part.html. */
static void
find_made(void *context, struct slice path, void (*add)(void *to, struct slice page), void *to)
{
	assert_ptr_equal(context, &here);
	if (slice_is(path, "part.html"))
		add(to, SLICE_LITERAL("d/index.html"));
}

/* An address that a page uses, a change, and whether it is of use to that page. */
static const struct {
	const char *uses, *path;
	enum change_kind kind;
	size_t using;
} uses_and_changes[] = {
	{"/a.css", "a.css", CHANGE_MODIFIED, 1},
	{"/a.css", "b.css", CHANGE_MODIFIED, 0},
	{"/a.css", "a.css", CHANGE_DELETED, 1},
	{"/late.js", "late.js", CHANGE_CREATED, 1},
	{"/", "index.html", CHANGE_MODIFIED, 1},
	{"/d/", "d/index.htm", CHANGE_MODIFIED, 1},
	{"/d/", "index.html", CHANGE_MODIFIED, 0},
	{"/a%20b.css", "a b.css", CHANGE_MODIFIED, 1},
	{"/d/", "d/new.txt", CHANGE_CREATED, 1},
	{"/d/", "d/new.txt", CHANGE_DELETED, 1},
	{"/d/", "d/new.txt", CHANGE_MODIFIED, 0},
	{"/d/", "d/sub/", CHANGE_CREATED, 1},
	{"/d/", "d/sub/new.txt", CHANGE_CREATED, 0},
	{"/d/", "d/", CHANGE_DELETED, 1},
	{"/", "new.txt", CHANGE_CREATED, 1},
	{"/about", "about.html", CHANGE_CREATED, 1},
	{"/about", "about/", CHANGE_CREATED, 1},
	{"/about", "about.html", CHANGE_MODIFIED, 0},
	{"/index.html", "index.html.zh", CHANGE_CREATED, 1},
	{"/d/", "d/index.html.zh", CHANGE_CREATED, 1},
	{"/index.html", "index.html.zh", CHANGE_MODIFIED, 0},
	{"/about", "about.html.zh", CHANGE_CREATED, 1},
	{"/about", "about.zh.html", CHANGE_CREATED, 1},
	{"/about", "about.zh.html", CHANGE_DELETED, 0},
};

static void
pages_that_use_something(void **state)
{
	struct socket socket = {0};
	struct hub_page *page = join(&socket);

	(void)state;
	for (size_t i = 0; i < ROWS(uses_and_changes); i++) {
		char *uses = mem_format(
			"{\"type\":\"uses\",\"urls\":[\"/x\",\"%s\"]}", uses_and_changes[i].uses);

		print_message("  %s: %s %s\n", uses_and_changes[i].uses,
			change_kind_name(uses_and_changes[i].kind), uses_and_changes[i].path);
		assert_true(receive(page, uses));
		happen("unused.txt", CHANGE_MODIFIED);
		assert_int_equal(hub_publish(here.hub), 0);
		happen(uses_and_changes[i].path, uses_and_changes[i].kind);
		socket.woken = 0;
		assert_int_equal(hub_publish(here.hub), uses_and_changes[i].using);
		assert_int_equal(socket.woken, 1); /* in any case */
		assert_int_equal(hub_pages_using(here.hub, slice_of("x")), 1);
		assert_int_equal(hub_pages_using(here.hub, slice_of("y")), 0);
		free(uses);
	}
	assert_true(receive(page, "{\"type\":\"uses\",\"urls\":[\"/d/\"]}"));
	hub_set_find_made(here.hub, find_made, &here);
	assert_int_equal(hub_pages_using(here.hub, slice_of("part.html")), 1);
	assert_int_equal(hub_pages_using(here.hub, slice_of("other.html")), 0);
	hub_set_find_made(here.hub, NULL, NULL);
	assert_int_equal(hub_pages_using(here.hub, slice_of("part.html")), 0);
	assert_int_equal(hub_pages_using(here.hub, slice_of("d/index.html")), 1);
	assert_int_equal(hub_pages_using(here.hub, slice_of("d/")), 1);
	assert_int_equal(hub_pages_using(here.hub, slice_of("d")), 0);
	assert_int_equal(hub_pages_using(here.hub, slice_of("index.html")), 0);
	journal_add_unknown(here.journal);
	assert_int_equal(hub_publish(here.hub), 1);
	hub_leave(here.hub, page);
}

static void
pages_that_may_use_anything(void **state)
{
	struct socket socket = {0};
	struct hub_page *unknown = join(&socket);
	struct hub_page *known = join(&socket);
	struct hub_page *old = hub_join(here.hub, PROTOCOL_LIVE_SERVER, NULL, &socket);
	struct hub_page *silent = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);

	(void)state;
	assert_true(receive(known, USES));
	happen("b.css", CHANGE_MODIFIED);
	assert_int_equal(hub_publish(here.hub), 2);
	happen("a.css", CHANGE_MODIFIED);
	assert_int_equal(hub_publish(here.hub), 3);
	assert_int_equal(hub_pages_using(here.hub, slice_of("b.css")), 2);
	assert_int_equal(hub_pages_using(here.hub, slice_of("a.css")), 3);
	assert_true(receive(known, "{\"type\":\"uses\"}"));
	assert_int_equal(hub_pages_using(here.hub, slice_of("b.css")), 3);
	/* A hello has the list, too; one without it makes the list unknown. */
	come_back(known, journal_epoch(here.journal), 1, "\"stamp\":\"0000000000000001\"}");
	assert_int_equal(hub_pages_using(here.hub, slice_of("b.css")), 2);
	greet(known, journal_epoch(here.journal), 1);
	assert_int_equal(hub_pages_using(here.hub, slice_of("b.css")), 3);
	hub_leave(here.hub, unknown);
	hub_leave(here.hub, known);
	hub_leave(here.hub, old);
	hub_leave(here.hub, silent);
}

static void
note_report(void *context, const struct page_message *report)
{
	assert_ptr_equal(context, &here);
	buf_addf(&here.report, "%s|%.*s|%s|", report->level, (int)report->page.length,
		report->page.at, report->browser ? report->browser : "");
	buf_add_slice(&here.report, report->text);
	buf_add_char(&here.report, '|');
	buf_add_slice(&here.report, report->source);
	buf_add_char(&here.report, '\n');
}

static void
assert_reported(const char *expected)
{
	assert_true(slice_is(buf_slice(&here.report), expected));
	buf_clear(&here.report);
}

#define ERROR "{\"type\":\"log\",\"level\":\"error\",\"text\":\"x\""

static void
reports(void **state)
{
	struct socket socket = {0};
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);

	(void)state;
	assert_true(receive(page, ERROR "}")); /* there is no said */
	hub_leave(here.hub, page);
	create_hub(NULL, note_report);
	page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);
	assert_true(receive(page, ERROR "}"));
	assert_reported("error|||x|\n");
	hub_leave(here.hub, page);
	page = hub_join(here.hub, PROTOCOL_LIVESERVE, "Firefox", &socket);
	greet(page, journal_epoch(here.journal), 1);
	assert_true(receive(page, ERROR ",\"source\":\"/a.js:1:2\"}"));
	assert_reported("error|/|Firefox|x|/a.js:1:2\n");
	assert_false(receive(page, ERROR ",\"source\":1}"));
	hub_leave(here.hub, page);
	assert_reported("");
}

static void
console_levels(void **state)
{
	struct socket socket = {0};
	struct hub_page *page;
	static const char warning[] = "{\"type\":\"log\",\"level\":\"warn\",\"text\":\"y\"}";
	static const char *const expected[] = {
		[HUB_CONSOLE_NONE] = "",
		[HUB_CONSOLE_ERRORS] = "error|||x|\n",
		[HUB_CONSOLE_ALL] = "error|||x|\nwarn|||y|\n",
	};

	(void)state;
	create_hub(NULL, note_report);
	page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);
	for (size_t i = 0; i < ROWS(expected); i++) {
		hub_reconfigure(here.hub, &(struct hub_settings){.console = (enum hub_console)i});
		assert_true(receive(page, ERROR "}"));
		assert_true(receive(page, warning));
		assert_reported(expected[i]);
	}
	hub_leave(here.hub, page);
}

static size_t
count_reports(const char *text)
{
	size_t count = 0;

	for (const char *line = here.report.bytes; (line = strstr(line, text)); line++)
		count++;
	return count;
}

/* The number in the lines that stand for the others. */
static size_t
dropped_reports(void)
{
	static const char more[] = "error|||\u2026 and ";
	size_t dropped = 0;

	for (const char *line = here.report.bytes; (line = strstr(line, more)); line++)
		dropped += strtoul(line + strlen(more), NULL, 10);
	return dropped;
}

/* Only the first ones are passed on, and then the number of the others. */
static void
too_many_reports(void **state)
{
	struct socket socket = {0};
	struct hub_page *page;

	(void)state;
	create_hub(NULL, note_report);
	page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);
	for (int i = 0; i < 10000; i++)
		assert_true(receive(page, ERROR "}"));
	hub_leave(here.hub, page);
	create_hub(NULL, NULL);
	assert_int_equal(count_reports("|x|\n") + dropped_reports(), 10000);
	assert_in_range(count_reports("|x|\n"), 50, 200);
	assert_int_equal(count_reports(" more|\n"), 1);
	assert_true(slice_ends(buf_slice(&here.report), " more|\n"));
}

/* A page that connects anew has no new limit. Another machine has its own. */
static void
reports_of_many_pages(void **state)
{
	struct socket socket = {0};
	struct hub_page *page;

	(void)state;
	create_hub(NULL, note_report);
	for (int connection = 0; connection < 1000; connection++) {
		page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);
		hub_set_visitor(page, &(struct hub_visitor){.peer = 1});
		for (int i = 0; i < 50; i++)
			assert_true(receive(page, ERROR "}"));
		hub_leave(here.hub, page);
	}
	assert_in_range(count_reports("|x|\n"), 100, 300);
	page = hub_join(here.hub, PROTOCOL_LIVESERVE, "Firefox", &socket);
	hub_set_visitor(page, &(struct hub_visitor){.peer = 2});
	for (int i = 0; i < 50; i++)
		assert_true(receive(page, ERROR "}"));
	assert_int_equal(count_reports("|Firefox|x|\n"), 50);
	hub_leave(here.hub, page);
	create_hub(NULL, NULL);
	assert_int_equal(count_reports("|x|\n") + dropped_reports(), 1000 * 50 + 50);
	assert_int_equal(count_reports(" more|\n"), 1);
}

/* Whichever page leaves, first, middle or last, the others stay. */
static void
pages_come_and_go(void **state)
{
	for (int gone = 0; gone < 3; gone++) {
		struct socket sockets[3] = {{0}};
		struct hub_page *pages[3];

		for (int i = 0; i < 3; i++)
			pages[i] = hub_join(here.hub, PROTOCOL_LIVE_SERVER, NULL, &sockets[i]);
		assert_int_equal(hub_page_count(here.hub), 3);
		hub_leave(here.hub, pages[gone]);
		assert_int_equal(hub_page_count(here.hub), 2);
		assert_int_equal(hub_publish(here.hub), 2);
		for (int i = 0; i < 3; i++)
			assert_int_equal(sockets[i].woken, i == gone ? 1 : 2);
		for (int i = 0; i < 3; i++)
			if (i != gone)
				hub_leave(here.hub, pages[i]);
		assert_int_equal(hub_page_count(here.hub), 0);
		assert_int_equal(hub_publish(here.hub), 0);
	}
	(void)state;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

/* A command is for one file. One that reloads the page is sent alone. */
static void
livereload(void **state)
{
#define SENT(path) \
	"{\"command\":\"reload\",\"path\":\"" path "\",\"liveCSS\":true,\"liveImg\":true}"
#define HELLO \
	"{\"command\":\"hello\",\"protocols\":[\"http://livereload.com/protocols/official-7\"]"
	struct socket socket = {0};
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVERELOAD, NULL, &socket);

	(void)state;
	happen("early.css", CHANGE_MODIFIED);
	assert_int_equal(hub_publish(here.hub), 0);
	assert_sent(page, "");
	assert_true(receive(page, HELLO "}"));
	assert_int_equal(hub_page_count(here.hub), 1);
	assert_sent(page, HELLO ",\"serverName\":\"liveserve\"}");
	assert_sent(page, SENT("/early.css"));
	assert_sent(page, "");
	assert_true(receive(page, HELLO "}"));
	assert_true(receive(page, "{\"command\":\"info\"}"));
	assert_int_equal(hub_page_count(here.hub), 1);
	assert_sent(page, "");
	happen("a b.css", CHANGE_MODIFIED);
	happen("c.png", CHANGE_CREATED);
	assert_int_equal(hub_publish(here.hub), 1);
	assert_sent(page, SENT("/a%20b.css"));
	happen("d.css", CHANGE_MODIFIED); /* so the commands start again */
	assert_sent(page, SENT("/a%20b.css"));
	assert_sent(page, SENT("/c.png"));
	assert_sent(page, SENT("/d.css"));
	assert_sent(page, "");
	happen("a.css", CHANGE_MODIFIED);
	happen("sub/index.html", CHANGE_MODIFIED);
	assert_sent(page, SENT("/sub/index.html"));
	assert_sent(page, "");
	journal_add_unknown(here.journal);
	assert_sent(page, SENT("/"));
	assert_sent(page, "");
	assert_false(receive(page, "{}"));
	hub_leave(here.hub, page);
	assert_int_equal(hub_page_count(here.hub), 0);
}

/* A browser extension asks whether somebody is there. It is no page, until it says hello. */
static void
livereload_check(void **state)
{
#define CHECK "http://livereload.com/protocols/connection-check-1"
	static const char asks[] = "{\"command\":\"hello\",\"protocols\":[\"" CHECK "\"]}";
	static const char answer[] = "{\"command\":\"hello\",\"protocols\":[\"http://"
				     "livereload.com/protocols/official-7\","
				     "\"" CHECK "\"],\"serverName\":\"liveserve\"}";
	struct socket socket = {0};
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVERELOAD, NULL, &socket);

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_true(receive(page, asks));
		assert_sent(page, answer);
		assert_sent(page, "");
	}
	happen("a.css", CHANGE_MODIFIED);
	assert_int_equal(hub_publish(here.hub), 0);
	assert_int_equal(hub_page_count(here.hub), 0);
	assert_sent(page, "");
	assert_true(receive(page, HELLO "}"));
	assert_int_equal(hub_page_count(here.hub), 1);
	assert_sent(page, HELLO ",\"serverName\":\"liveserve\"}");
	hub_leave(here.hub, page);
}

/* All changes wait, and come as one message. */
static void
paused(void **state)
{
	struct socket socket = {0}, old_socket = {0};
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &socket);
	struct hub_page *old = hub_join(here.hub, PROTOCOL_LIVE_SERVER, NULL, &old_socket);

	(void)state;
	greet(page, journal_epoch(here.journal), 1);
	hub_pause(here.hub);
	assert_true(hub_is_paused(here.hub));
	assert_sent(page, "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":1}");
	assert_sent(old, "connected");
	happen("a.html", CHANGE_MODIFIED);
	assert_int_equal(hub_publish(here.hub), 2);
	happen("b.css", CHANGE_MODIFIED);
	assert_int_equal(hub_publish(here.hub), 2);
	assert_int_equal(socket.woken, 1);
	assert_sent(page, "");
	assert_sent(old, "");
	greet(page, "other", 7);
	assert_sent(page, ""); /* it reloads later */
	greet(page, journal_epoch(here.journal), 1);
	assert_sent(page, "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":1}");
	socket.woken = old_socket.woken = 0;
	hub_resume(here.hub);
	assert_false(hub_is_paused(here.hub));
	assert_int_equal(socket.woken, 1);
	assert_int_equal(old_socket.woken, 1);
	assert_sent(page, "{\"type\":\"change\",\"version\":3,\"changes\":["
			  "{\"urls\":[\"/a.html\"],\"kind\":\"modified\"},"
			  "{\"urls\":[\"/b.css\"],\"kind\":\"modified\"}]}");
	assert_sent(old, "reload");
	assert_sent(page, "");
	hub_leave(here.hub, page);
	hub_leave(here.hub, old);
}

/* What was seen of each page, as text. */
static void
look(void *context, const struct hub_page_state *page)
{
	buf_addf(context, "%u:%.*s %s %u %s %s%s%u%s\n", (unsigned)page->id,
		(int)page->address.length, page->address.at, page->browser ? page->browser : "-",
		page->version, page->device ? page->device : "-", page->is_greeted ? "open " : "",
		page->must_reload ? "unknown " : "", (unsigned)page->behind,
		page->was_user ? " used" : "");
}

static void
assert_seen(const char *expected)
{
	struct buf text = {0};

	hub_look(here.hub, look, &text);
	assert_string_equal(buf_slice(&text).at, expected);
	buf_finish(&text);
}

static void
state_of_pages(void **state)
{
	struct socket sockets[2] = {0};
	struct hub_page *first, *second;

	(void)state;
	assert_seen("");
	first = hub_join(here.hub, PROTOCOL_LIVESERVE, "Chrome", &sockets[0]);
	hub_set_visitor(first, &(struct hub_visitor){.device = "Android", .version = 156});
	second = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &sockets[1]);
	assert_seen("2: - 0 - 0\n1: Chrome 156 Android 0\n");
	greet(first, journal_epoch(here.journal), 1);
	assert_true(receive(first, "{\"type\":\"uses\",\"urls\":[\"/\"]}"));
	greet(second, "other", 7);
	assert_seen("2:/ - 0 - open unknown 0\n1:/ Chrome 156 Android open 0\n");
	happen("style.css", CHANGE_MODIFIED);
	assert_int_equal(hub_publish(here.hub), 1);
	assert_seen("2:/ - 0 - open unknown 1 used\n1:/ Chrome 156 Android open 1\n");
	hub_leave(here.hub, second);
	hub_leave(here.hub, hub_join(here.hub, PROTOCOL_LIVE_SERVER, NULL, &sockets[1]));
	second = hub_join(here.hub, PROTOCOL_LIVE_SERVER, "Safari", &sockets[1]);
	assert_seen("4: Safari 0 - open 0\n1:/ Chrome 156 Android open 1\n");
	hub_leave(here.hub, first);
	hub_leave(here.hub, second);
}

/* Who is told of a page that says hello. */
static void
note_arrival(void *context, const struct hub_arrival *arrival)
{
	assert_ptr_equal(context, &here);
	buf_addf(&here.report, "%.*s %s %u\n", (int)arrival->page.length, arrival->page.at,
		arrival->browser, (unsigned)arrival->peer);
}

static void
arrivals(void **state)
{
	const struct hub_options options = {.loop = here.loop,
		.journal = here.journal,
		.wake = wake,
		.arrived = note_arrival,
		.context = &here};
	struct socket socket = {0};
	struct hub_page *page;

	(void)state;
	hub_destroy(here.hub);
	here.hub = hub_create(&options);
	page = hub_join(here.hub, PROTOCOL_LIVESERVE, "Chrome", &socket);
	hub_set_visitor(page, &(struct hub_visitor){.peer = 9});
	assert_int_equal(here.report.length, 0);
	greet(page, "other", 1);
	assert_string_equal(here.report.bytes, "/ Chrome 9\n");
	hub_leave(here.hub, page);
}

static void
note_show(void *context, struct slice url, uint32_t line, uint32_t column)
{
	assert_ptr_equal(context, &here);
	buf_addf(&here.report, "%.*s %u %u\n", (int)url.length, url.at, line, column);
}

#define HELLO_1 "{\"type\":\"hello\",\"epoch\":\"EPOCH\",\"version\":1}"

static void
the_editor(void **state)
{
	static const char show[] =
		"{\"type\":\"show\",\"url\":\"/a.html\",\"line\":3,\"column\":4}";
	const struct hub_options options = {.loop = here.loop,
		.journal = here.journal,
		.wake = wake,
		.show = note_show,
		.context = &here};
	struct socket sockets[3] = {{0}};
	struct hub_page *own, *other, *old;

	(void)state;
	hub_destroy(here.hub);
	here.hub = hub_create(&options);
	own = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &sockets[0]);
	other = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &sockets[1]);
	old = hub_join(here.hub, PROTOCOL_LIVE_SERVER, NULL, &sockets[2]);
	hub_set_visitor(own, &(struct hub_visitor){.sees = HUB_SEES_EDITOR});
	hub_set_visitor(other, &(struct hub_visitor){.sees = HUB_SEES_DRAFTS});
	hub_set_visitor(old, &(struct hub_visitor){.sees = HUB_SEES_DRAFTS | HUB_SEES_EDITOR});
	hub_set_editor(here.hub, SLICE_LITERAL("one"));
	hub_set_editor(here.hub, SLICE_LITERAL("two"));
	/* Nobody before its hello. */
	assert_sent(own, "");
	greet(own, journal_epoch(here.journal), 1);
	greet(other, journal_epoch(here.journal), 1);
	assert_sent(own, HELLO_1);
	assert_sent(other, HELLO_1);
	assert_sent(own, "two");
	assert_sent(own, "");
	assert_sent(other, "");
	assert_sent(old, "connected");
	assert_sent(old, "");
	sockets[0].woken = 0;
	hub_set_editor(here.hub, SLICE_LITERAL("three"));
	assert_int_equal(sockets[0].woken, 1);
	assert_sent(own, "three");

	assert_true(receive(other, show));
	assert_int_equal(here.report.length, 0);
	assert_true(receive(own, show));
	assert_string_equal(here.report.bytes, "/a.html 3 4\n");
	hub_leave(here.hub, own);
	hub_leave(here.hub, other);
	hub_leave(here.hub, old);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(page_of_this_epoch),
		TEST(a_document_that_may_not_be_there),
		TEST(state_of_pages),
		TEST(arrivals),
		TEST(the_editor),
		TEST(livereload),
		TEST(livereload_check),
		TEST(paused),
		TEST(pages_that_only_reload),
		TEST(settling),
		TEST(page_that_missed_something),
		TEST(pages_that_have_to_reload),
		TEST(addresses),
		TEST(slow_page_has_no_queue),
		TEST(pages_with_different_numbers),
		TEST(page_of_live_server),
		TEST(wrong_messages),
		TEST(page_from_another_run),
		TEST(a_state_that_takes_long),
		TEST(page_whose_number_is_too_old),
		TEST(stamp_comes_last),
		TEST(stamps_are_made_in_slices),
		TEST(stamps_are_shared),
		TEST(change_during_a_stamp),
		TEST(hello_with_many_urls),
		TEST(page_leaves_during_a_stamp),
		TEST(no_states),
		TEST(pages_that_use_something),
		TEST(pages_that_may_use_anything),
		TEST(reports),
		TEST(console_levels),
		TEST(too_many_reports),
		TEST(reports_of_many_pages),
		TEST(pages_come_and_go),
		TEST(questions),
		TEST(last_errors),
	};

	hub_destroy(NULL);
	return cmocka_run_group_tests_name("hub", tests, NULL, NULL);
}
