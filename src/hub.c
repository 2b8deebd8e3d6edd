/*
 * hub: see hub.h.
 */
#include "hub.h"

#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "mem.h"
#include "path.h"

struct hub_page {
	struct hub_page *next, *previous;
	void *socket;
	enum dialect dialect;
	bool owes_hello;  /* its hello is to be answered */
	bool is_known;    /* it has said where it stands; before that it is told nothing */
	bool owes_reload; /* it comes from another epoch */
	uint64_t told;
};

struct hub {
	struct journal *journal;
	hub_wake_fn *wake;
	struct hub_page *pages;
	size_t count;
	/* The message most pages get: what happened after cached_from, as the pages of a dialect say it. */
	enum dialect cached_dialect;
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
hub_destroy(struct hub *hub)
{
	if (!hub)
		return;
	buf_finish(&hub->cached);
	free(hub);
}

struct hub_page *
hub_join(struct hub *hub, enum dialect dialect, void *socket)
{
	struct hub_page *page = mem_zero(sizeof(*page));

	page->dialect = dialect;
	page->socket = socket;
	page->told = journal_number(hub->journal);
	page->is_known = page->owes_hello = dialect == DIALECT_LIVE_SERVER;
	page->next = hub->pages;
	if (page->next)
		page->next->previous = page;
	hub->pages = page;
	hub->count++;
	if (page->owes_hello)
		hub->wake(socket);
	return page;
}

void
hub_leave(struct hub *hub, struct hub_page *page)
{
	if (page->previous)
		page->previous->next = page->next;
	else
		hub->pages = page->next;
	if (page->next)
		page->next->previous = page->previous;
	hub->count--;
	free(page);
}

bool
hub_hear(struct hub *hub, struct hub_page *page, const char *text, size_t length)
{
	struct dialect_message message;

	if (page->dialect == DIALECT_LIVE_SERVER)
		return true; /* its pages have nothing to say; whatever it was, it is not for us */
	message = dialect_read(text, length);
	if (message.word == DIALECT_NONSENSE)
		return false;
	page->is_known = true;
	page->owes_reload = strcmp(message.epoch, journal_epoch(hub->journal)) != 0;
	page->owes_hello = !page->owes_reload;
	page->told = message.version;
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

	path_to_url(path, &url);
	urls[count++] = buf_take(&url);
	if (slice_is(base, "index.html") || slice_is(base, "index.htm")) {
		path_to_url((struct slice){path.at, path.length - base.length}, &url);
		urls[count++] = buf_take(&url);
	}
	return count;
}

static void
write_changes(struct buf *text, uint64_t number, const struct changes *changes)
{
	struct dialect_change *rows = mem_array(changes->count, sizeof(*rows));
	char *(*urls)[2] = mem_array(changes->count, sizeof(*urls));

	for (size_t i = 0; i < changes->count; i++) {
		rows[i].urls = (const char *const *)urls[i];
		rows[i].url_count = add_urls(slice_of(changes->items[i].path), urls[i]);
		rows[i].kind = changes->items[i].kind;
	}
	dialect_write_changes(text, number, rows, changes->count);
	for (size_t i = 0; i < changes->count; i++)
		for (size_t k = 0; k < rows[i].url_count; k++)
			free(urls[i][k]);
	free(urls);
	free(rows);
}

static void
write_reload(struct buf *text, enum dialect dialect, uint64_t number)
{
	if (dialect == DIALECT_LIVE_SERVER)
		buf_add_text(text, "reload");
	else
		dialect_write_reload(text, number);
}

/* What is to be said about everything after from. */
static void
write_news(struct hub *hub, enum dialect dialect, uint64_t from, struct buf *text)
{
	uint64_t number = journal_number(hub->journal);
	struct changes changes = {0};

	if (journal_since(hub->journal, journal_epoch(hub->journal), from, &changes) !=
		JOURNAL_CHANGES)
		write_reload(text, dialect, number);
	else if (dialect == DIALECT_LIVE_SERVER)
		buf_add_text(text, dialect_live_server_word(&changes));
	else
		write_changes(text, number, &changes);
	changes_finish(&changes);
}

static void
add_news(struct hub *hub, const struct hub_page *page, struct buf *text)
{
	uint64_t number = journal_number(hub->journal);

	if (hub->cached_dialect != page->dialect || hub->cached_from != page->told ||
		hub->cached_to != number) {
		buf_clear(&hub->cached);
		write_news(hub, page->dialect, page->told, &hub->cached);
		hub->cached_dialect = page->dialect;
		hub->cached_from = page->told;
		hub->cached_to = number;
	}
	buf_add_slice(text, buf_slice(&hub->cached));
}

static void
add_hello(const struct hub *hub, const struct hub_page *page, struct buf *text)
{
	if (page->dialect == DIALECT_LIVE_SERVER)
		buf_add_text(text, "connected");
	else
		dialect_write_hello(text, journal_epoch(hub->journal), page->told);
}

bool
hub_speak(struct hub *hub, struct hub_page *page, struct buf *text)
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
		return false;
	if (page->owes_reload)
		write_reload(text, page->dialect, number);
	else
		add_news(hub, page, text);
	page->owes_reload = false;
	page->told = number;
	return true;
}

size_t
hub_publish(struct hub *hub)
{
	size_t told = 0;

	for (struct hub_page *page = hub->pages; page; page = page->next) {
		if (!page->is_known)
			continue;
		hub->wake(page->socket);
		told++;
	}
	return told;
}

size_t
hub_page_count(const struct hub *hub)
{
	return hub->count;
}
