/*
 * hub: see hub.h.
 */
#include "live/hub.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/hash.h"
#include "base/loop.h"
#include "base/mem.h"
#include "http/url.h"
#include "fs/path.h"
#include "base/rate_limit.h"
#include "live/url_set.h"

/* More than inject/trouble.js ever sends. */
static const struct rate_limit said_limit = {.burst = 50, .a_second = 10};

struct hub_page {
	struct hub_page *next, *previous;
	void *socket;
	enum protocol protocol;
	bool owes_hello;  /* its hello is to be answered */
	bool is_known;    /* it has said where it stands; before that it is told nothing */
	bool owes_reload; /* what it missed cannot be said */
	uint64_t told;
	size_t half_told;     /* so many commands of LiveReload went out of what follows told ... */
	uint64_t half_number; /* ... up to this number */
	struct buf address;   /* where it is, as it says */
	const char *browser;
	struct rate_state rate; /* of what it says */
	size_t unsaid;          /* so much of that was too much */
	bool has_uses;          /* it has said what it uses */
	struct url_set uses;
	struct buf
		asked; /* the addresses that it waits for a stamp of, each with a NUL behind it */
};

struct hub {
	struct journal *journal;
	hub_wake_fn *wake;
	hub_state_fn *state;
	void *state_context;
	bool reloads;
	const struct problems *problems;
	hub_said_fn *said;
	void *said_context;
	struct hub_page *pages;
	size_t count;
	bool is_paused;
	/*
	 * The message most pages get: what happened after cached_from, as the pages of a dialect
	 * say it.
	 */
	enum protocol cached_dialect;
	uint64_t cached_from, cached_to;
	struct buf cached;
};

struct hub *
hub_create(struct journal *journal, hub_wake_fn *wake)
{
	struct hub *hub = mem_zero(sizeof(*hub));

	hub->journal = journal;
	hub->wake = wake;
	return hub;
}

void
hub_set_state(struct hub *hub, hub_state_fn *state, void *context)
{
	hub->state = state;
	hub->state_context = context;
}

void
hub_set_reloads(struct hub *hub, bool reloads)
{
	hub->reloads = reloads;
}

void
hub_set_problems(struct hub *hub, const struct problems *problems)
{
	hub->problems = problems;
}

void
hub_set_said(struct hub *hub, hub_said_fn *said, void *context)
{
	hub->said = said;
	hub->said_context = context;
}

void
hub_destroy(struct hub *hub)
{
	if (!hub)
		return;
	buf_finish(&hub->cached);
	free(hub);
}

void
hub_pause(struct hub *hub)
{
	hub->is_paused = true;
}

void
hub_resume(struct hub *hub)
{
	hub->is_paused = false;
	for (struct hub_page *page = hub->pages; page; page = page->next)
		if (page->is_known)
			hub->wake(page->socket);
}

bool
hub_is_paused(const struct hub *hub)
{
	return hub->is_paused;
}

struct hub_page *
hub_join(struct hub *hub, enum protocol protocol, void *socket)
{
	struct hub_page *page = mem_zero(sizeof(*page));

	page->protocol = protocol;
	page->socket = socket;
	page->told = journal_number(hub->journal);
	page->is_known = page->owes_hello = protocol == PROTOCOL_LIVE_SERVER;
	page->next = hub->pages;
	if (page->next)
		page->next->previous = page;
	hub->pages = page;
	hub->count += page->is_known;
	if (page->owes_hello)
		hub->wake(socket);
	return page;
}

void
hub_set_browser(struct hub_page *page, const char *browser)
{
	page->browser = browser;
}

static void
tell_said(const struct hub *hub, const struct hub_page *page, const char *level, struct slice text,
	struct slice source)
{
	const struct page_message said = {
		.level = level,
		.page = buf_slice(&page->address),
		.browser = page->browser,
		.text = text,
		.source = source,
	};

	hub->said(hub->said_context, &said);
}

static void
tell_unsaid(const struct hub *hub, struct hub_page *page)
{
	char *text;

	if (page->unsaid == 0)
		return;
	text = mem_format("\u2026 and %zu more", page->unsaid);
	tell_said(hub, page, "error", slice_of(text), (struct slice){0});
	free(text);
	page->unsaid = 0;
}

void
hub_leave(struct hub *hub, struct hub_page *page)
{
	tell_unsaid(hub, page);
	if (page->previous)
		page->previous->next = page->next;
	else
		hub->pages = page->next;
	if (page->next)
		page->next->previous = page->previous;
	hub->count -= page->is_known;
	buf_finish(&page->address);
	url_set_finish(&page->uses);
	buf_finish(&page->asked);
	free(page);
}

static struct slice
next_url(const struct buf *urls, size_t *at)
{
	struct slice url = {0};

	if (*at < urls->length)
		url = slice_of(urls->bytes + *at);
	*at += url.length + 1;
	return url;
}

/* Returns false when it cannot be said now. */
static bool
make_stamp(const struct hub *hub, const struct buf *urls, uint64_t *stamp)
{
	struct slice url;
	uint64_t state;

	*stamp = 1;
	if (!hub->state)
		return false;
	for (size_t at = 0; (url = next_url(urls, &at)).at;) {
		if (!hub->state(hub->state_context, url, &state))
			return false;
		*stamp = hash_more(*stamp, url);
		*stamp = hash_more(*stamp, (struct slice){(const char *)&state, sizeof(state)});
	}
	return true;
}

static void
note_uses(struct hub_page *page, const struct protocol_message *message)
{
	struct slice url;

	url_set_finish(&page->uses);
	buf_finish(&page->asked);
	page->has_uses = message->has_urls;
	for (size_t at = 0; (url = next_url(&message->urls, &at)).at;)
		url_set_add(&page->uses, url);
	url_set_seal(&page->uses);
}

/* Whether everything that the page uses is as it was when the page was last told. */
static bool
is_as_stamped(const struct hub *hub, const struct protocol_message *message)
{
	uint64_t stamp;

	return message->has_stamp && make_stamp(hub, &message->urls, &stamp) &&
	       stamp == message->stamp;
}

static void
hear_hello(struct hub *hub, struct hub_page *page, struct protocol_message *message)
{
	/* Before the look, so that whatever comes to light meanwhile is told. */
	uint64_t number = journal_number(hub->journal);

	hub->count += !page->is_known;
	page->is_known = true;
	page->told = message->version;
	page->owes_reload = false;
	if (!journal_knows(hub->journal, message->epoch, message->version)) {
		page->told = number;
		page->owes_reload = !is_as_stamped(hub, message);
	}
	page->owes_hello = !page->owes_reload;
	buf_finish(&page->address);
	page->address = message->page;
	message->page = (struct buf){0};
	note_uses(page, message);
}

static void
hear_uses(struct hub_page *page, struct protocol_message *message)
{
	note_uses(page, message);
	page->asked = message->urls;
	message->urls = (struct buf){0};
}

static bool
is_wanted(const char *level)
{
	return log_console() == LOG_CONSOLE_ALL ||
	       (log_console() == LOG_CONSOLE_ERRORS && strcmp(level, "error") == 0);
}

static void
hear_log(const struct hub *hub, struct hub_page *page, const struct protocol_message *message)
{
	if (!hub->said || !is_wanted(message->level))
		return;
	if (!rate_limit_take(&page->rate, &said_limit, loop_now())) {
		page->unsaid++;
		return;
	}
	tell_unsaid(hub, page);
	tell_said(
		hub, page, message->level, buf_slice(&message->text), buf_slice(&message->source));
}

/* What has happened since it connected is told after the hello. */
static bool
hear_livereload(struct hub *hub, struct hub_page *page, const char *text, size_t length)
{
	enum protocol_word word = protocol_read_livereload(text, length);

	if (word == PROTOCOL_HELLO && !page->is_known) {
		hub->count++;
		page->is_known = page->owes_hello = true;
		hub->wake(page->socket);
	}
	return word != PROTOCOL_NONSENSE;
}

bool
hub_receive(struct hub *hub, struct hub_page *page, const char *text, size_t length)
{
	struct protocol_message message;

	if (page->protocol == PROTOCOL_LIVE_SERVER)
		return true; /* its pages have nothing to say; whatever it was, it is not for us */
	if (page->protocol == PROTOCOL_LIVERELOAD)
		return hear_livereload(hub, page, text, length);
	message = protocol_read(text, length);
	switch (message.word) {
	case PROTOCOL_NONSENSE:
		return false;
	case PROTOCOL_HELLO:
		hear_hello(hub, page, &message);
		break;
	case PROTOCOL_USES:
		hear_uses(page, &message);
		break;
	case PROTOCOL_LOG:
		hear_log(hub, page, &message);
		break;
	}
	protocol_message_finish(&message);
	hub->wake(page->socket);
	return true;
}

/* The addresses of a file: its own, and for an index also its folder's. */
static size_t
add_urls(struct slice path, char *urls[2])
{
	struct slice base = path_base(path);
	struct buf url = {0};
	size_t count = 0;

	url_from_path(path, &url);
	urls[count++] = buf_take(&url);
	if (slice_is(base, "index.html") || slice_is(base, "index.htm")) {
		url_from_path((struct slice){path.at, path.length - base.length}, &url);
		urls[count++] = buf_take(&url);
	}
	return count;
}

/* "style.css:12: a { is never closed", or NULL; the caller frees. */
static char *
make_problem(const struct hub *hub, const char *path)
{
	const struct syntax_problem *problem = hub->problems ? problems_find(hub->problems, path)
							     : NULL;
	struct buf text = {0};

	if (!problem)
		return NULL;
	log_add_printable(&text, slice_of(path));
	buf_addf(&text, ":%zu: %s", problem->line, problem->what);
	return buf_take(&text);
}

static void
write_changes(
	const struct hub *hub, struct buf *text, uint64_t number, const struct changes *changes)
{
	struct protocol_change *rows = mem_array(changes->count, sizeof(*rows));
	char *(*urls)[2] = mem_array(changes->count, sizeof(*urls));
	char **problems = mem_array(changes->count, sizeof(*problems));

	for (size_t i = 0; i < changes->count; i++) {
		rows[i].urls = (const char *const *)urls[i];
		rows[i].url_count = add_urls(slice_of(changes->items[i].path), urls[i]);
		rows[i].kind = changes->items[i].kind;
		rows[i].problem = problems[i] = make_problem(hub, changes->items[i].path);
	}
	protocol_write_changes(text, number, rows, changes->count);
	for (size_t i = 0; i < changes->count; i++) {
		for (size_t k = 0; k < rows[i].url_count; k++)
			free(urls[i][k]);
		free(problems[i]);
	}
	free(problems);
	free(urls);
	free(rows);
}

static void
write_reload(struct buf *text, enum protocol protocol, uint64_t number)
{
	switch (protocol) {
	case PROTOCOL_LIVE_SERVER:
		buf_add_text(text, "reload");
		break;
	case PROTOCOL_LIVESERVE:
		protocol_write_reload(text, number);
		break;
	case PROTOCOL_LIVERELOAD:
		protocol_write_livereload_reload(text, "/");
		break;
	}
}

/* What is to be said about everything after from. */
static void
write_news(struct hub *hub, enum protocol protocol, uint64_t from, struct buf *text)
{
	uint64_t number = journal_number(hub->journal);
	struct changes changes = {0};

	if (journal_since(hub->journal, journal_epoch(hub->journal), from, &changes) !=
		JOURNAL_CHANGES)
		write_reload(text, protocol, number);
	else if (protocol == PROTOCOL_LIVE_SERVER)
		buf_add_text(text, hub->reloads ? "reload" : protocol_live_server_word(&changes));
	else
		write_changes(hub, text, number, &changes);
	changes_finish(&changes);
}

static void
add_news(struct hub *hub, const struct hub_page *page, struct buf *text)
{
	uint64_t number = journal_number(hub->journal);

	if (hub->cached_dialect != page->protocol || hub->cached_from != page->told ||
		hub->cached_to != number) {
		buf_clear(&hub->cached);
		write_news(hub, page->protocol, page->told, &hub->cached);
		hub->cached_dialect = page->protocol;
		hub->cached_from = page->told;
		hub->cached_to = number;
	}
	buf_add_slice(text, buf_slice(&hub->cached));
}

static void
add_hello(const struct hub *hub, const struct hub_page *page, struct buf *text)
{
	switch (page->protocol) {
	case PROTOCOL_LIVE_SERVER:
		buf_add_text(text, "connected");
		break;
	case PROTOCOL_LIVESERVE:
		protocol_write_hello(text, journal_epoch(hub->journal), page->told, hub->reloads);
		break;
	case PROTOCOL_LIVERELOAD:
		protocol_write_livereload_hello(text);
		break;
	}
}

/*
 * A command of LiveReload's is for one file, so what is to be told may take several; what happens
 * meanwhile starts them anew. Returns whether that was the last.
 */
static bool
add_command(const struct hub *hub, struct hub_page *page, struct buf *text)
{
	uint64_t number = journal_number(hub->journal);
	struct changes changes = {0};
	struct buf url = {0};
	bool is_last = true;

	if (page->half_number != number)
		page->half_told = 0;
	page->half_number = number;
	if (journal_since(hub->journal, journal_epoch(hub->journal), page->told, &changes) ==
			JOURNAL_CHANGES &&
		changes.count) {
		const struct change *change = protocol_livereload_pick(
			&changes, page->half_told++, &is_last);

		url_from_path(slice_of(change->path), &url);
		protocol_write_livereload_reload(text, url.bytes);
	} else {
		write_reload(text, page->protocol, number);
	}
	changes_finish(&changes);
	buf_finish(&url);
	return is_last;
}

/*
 * Only after all news, for a stamp is of what was told last. One that cannot be said now waits for
 * what is going to be told.
 */
static bool
add_state(struct hub *hub, struct hub_page *page, struct buf *text)
{
	uint64_t number = journal_number(hub->journal), stamp;

	if (page->asked.length == 0 || !make_stamp(hub, &page->asked, &stamp) ||
		journal_number(hub->journal) != number)
		return false;
	protocol_write_state(text, stamp);
	buf_finish(&page->asked);
	return true;
}

bool
hub_next_message(struct hub *hub, struct hub_page *page, struct buf *text)
{
	uint64_t number = journal_number(hub->journal);

	if (!page->is_known)
		return false;
	if (page->owes_hello) {
		page->owes_hello = false;
		add_hello(hub, page, text);
		return true;
	}
	if (!page->owes_reload && page->told == number)
		return add_state(hub, page, text);
	if (hub->is_paused)
		return false;
	if (page->owes_reload)
		write_reload(text, page->protocol, number);
	else if (page->protocol != PROTOCOL_LIVERELOAD)
		add_news(hub, page, text);
	else if (!add_command(hub, page, text))
		return true;
	page->owes_reload = false;
	page->told = number;
	return true;
}

static void
add_address(struct url_set *uses, const char *path, size_t length)
{
	struct buf url = {0};

	url_from_path((struct slice){path, length}, &url);
	url_set_add(uses, buf_slice(&url));
	buf_finish(&url);
}

static void
add_file(struct url_set *uses, struct slice path)
{
	char *urls[2];

	for (size_t count = add_urls(path, urls); count > 0; free(urls[count]))
		url_set_add(uses, slice_of(urls[--count]));
}

static bool
may_use(const struct hub_page *page, const struct url_set *uses)
{
	return !page->has_uses || url_set_intersects(&page->uses, uses);
}

/*
 * Adds the addresses at which a page may show something else after change. A name that comes or
 * goes is seen in the listing of its folder, one that comes also where it is asked for without its
 * end.
 */
static void
add_touched(struct url_set *uses, const struct change *change)
{
	struct slice path = slice_of(change->path), name = path;

	add_file(uses, path);
	if (change->kind == CHANGE_MODIFIED)
		return;
	if (slice_ends(path, "/"))
		name.length--;
	else if (slice_ends(path, ".html"))
		name.length -= strlen(".html");
	add_address(uses, name.at, name.length);
	add_address(uses, name.at, name.length - path_base(name).length);
}

/* False when anything may have changed. */
static bool
find_touched(const struct hub *hub, struct url_set *touched)
{
	struct changes changes = {0};
	bool is_known = journal_since(hub->journal, journal_epoch(hub->journal),
				journal_number(hub->journal) - 1, &changes) == JOURNAL_CHANGES;

	for (size_t i = 0; i < changes.count; i++)
		add_touched(touched, &changes.items[i]);
	url_set_seal(touched);
	changes_finish(&changes);
	return is_known;
}

size_t
hub_publish(struct hub *hub)
{
	struct url_set touched = {0};
	bool is_known = find_touched(hub, &touched);
	size_t users = 0;

	for (struct hub_page *page = hub->pages; page; page = page->next) {
		if (!page->is_known)
			continue;
		if (!hub->is_paused)
			hub->wake(page->socket);
		users += !is_known || may_use(page, &touched);
	}
	url_set_finish(&touched);
	return users;
}

size_t
hub_pages_using(const struct hub *hub, struct slice path)
{
	struct url_set file = {0};
	size_t users = 0;

	add_file(&file, path);
	url_set_seal(&file);
	for (const struct hub_page *page = hub->pages; page; page = page->next)
		users += page->is_known && may_use(page, &file);
	url_set_finish(&file);
	return users;
}

size_t
hub_page_count(const struct hub *hub)
{
	return hub->count;
}
