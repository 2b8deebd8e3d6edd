/*
 * hub: see hub.h. Owns the list of pages, and the set of addresses that each of them uses.
 */
#include "live/hub.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "fs/path.h"
#include "live/file_urls.h"
#include "live/messages.h"
#include "live/stamps.h"
#include "names/url_set.h"
#include "net/crowd.h"

struct hub_page {
	struct hub_page *next, *previous;
	void *socket;
	struct messages_page progress;
	struct buf address; /* the URL path of the page, from its hello */
	struct buf last_error;
	const char *browser;
	struct hub_visitor visitor;
	uint64_t id;
	struct rate_state report_rate;
	bool has_uses; /* it has sent the list of what it uses */
	bool was_user; /* it uses something of the last batch */
	struct url_set uses;
};

/*
 * Bytes of the sets of all pages. When there are more, a page that sends its list counts as one that
 * has not.
 */
enum { USES_BYTES_MAX = 16 * 1024 * 1024 };

enum { ADDRESS_MAX = 2048 }; /* bytes of a page's address that are kept */

struct hub {
	struct hub_options options;
	hub_find_made_fn *find_made; /* or NULL */
	void *find_made_context;
	struct stamps *stamps;
	struct messages *messages;
	struct page_reports reports;
	struct log_limit refused;
	struct hub_page *pages;
	struct crowd crowd;
	size_t count;      /* of the pages that get changes */
	size_t uses_bytes; /* of the sets of all pages */
	uint64_t last_id;
	bool is_paused;
	bool is_settling;
};

void
hub_wake_socket(void *socket)
{
	const struct hub_socket *of_page = socket;

	of_page->wake(of_page->context);
}

struct hub *
hub_create(const struct hub_options *options)
{
	const struct stamps_options stamps_options = {
		.loop = options->loop,
		.journal = options->journal,
		.find_state = options->find_state,
		.context = options->context,
		.wake = options->wake,
	};
	struct messages_options messages_options = {
		.journal = options->journal,
		.problems = options->problems,
		.index_names = options->index_names,
		.reloads = options->settings.reloads,
		.is_unsure = options->settings.is_unsure,
	};
	struct hub *hub = mem_zero(sizeof(*hub));

	hub->options = *options;
	page_reports_init(&hub->reports, options->report, options->context);
	hub->stamps = messages_options.stamps = stamps_create(&stamps_options);
	hub->messages = messages_create(&messages_options);
	crowd_init(&hub->crowd, options->loop);
	return hub;
}

void
hub_destroy(struct hub *hub)
{
	if (!hub)
		return;
	page_reports_finish(&hub->reports);
	log_limit_finish(&hub->refused);
	crowd_finish(&hub->crowd);
	messages_destroy(hub->messages);
	stamps_destroy(hub->stamps);
	free(hub);
}

void
hub_reconfigure(struct hub *hub, const struct hub_settings *settings)
{
	hub->options.settings = *settings;
	messages_reconfigure(hub->messages, settings->reloads, settings->is_unsure);
}

void
hub_pause(struct hub *hub)
{
	hub->is_paused = true;
}

static void
wake_all(struct hub *hub)
{
	for (struct hub_page *page = hub->pages; page; page = page->next)
		if (page->progress.gets_changes)
			hub->options.wake(page->socket);
}

void
hub_resume(struct hub *hub)
{
	hub->is_paused = false;
	wake_all(hub);
}

void
hub_set_settling(struct hub *hub, bool is_settling)
{
	bool is_over = hub->is_settling && !is_settling;

	hub->is_settling = is_settling;
	if (is_over)
		wake_all(hub);
}

bool
hub_is_paused(const struct hub *hub)
{
	return hub->is_paused;
}

struct hub_page *
hub_join(struct hub *hub, enum protocol protocol, const char *browser, void *socket)
{
	struct hub_page *page = mem_zero(sizeof(*page));

	messages_page_init(hub->messages, &page->progress, protocol, socket);
	page->browser = browser;
	page->id = ++hub->last_id;
	page->socket = socket;
	if ((page->next = hub->pages))
		page->next->previous = page;
	hub->pages = page;
	hub->count += page->progress.gets_changes;
	crowd_enter(&hub->crowd);
	if (page->progress.is_hello_due)
		hub->options.wake(socket);
	return page;
}

void
hub_set_editor(struct hub *hub, struct slice message)
{
	messages_set_editor(hub->messages, message);
	wake_all(hub);
}

void
hub_set_visitor(struct hub_page *page, const struct hub_visitor *visitor)
{
	unsigned sees = page->progress.protocol == PROTOCOL_LIVESERVE ? visitor->sees : 0;

	page->visitor = *visitor;
	page->progress.sees_drafts = sees & HUB_SEES_DRAFTS;
	page->progress.sees_editor = sees & HUB_SEES_EDITOR;
}

/* ---- what pages report ---- */

static bool
is_wanted(const struct hub *hub, const char *level)
{
	enum hub_console which = hub->options.settings.console;

	return which == HUB_CONSOLE_ALL || (which == HUB_CONSOLE_ERRORS && !strcmp(level, "error"));
}

static void
take_report(struct hub *hub, struct hub_page *page, const struct protocol_message *message)
{
	const struct page_message report = {message->level, buf_slice(&page->address),
		page->browser, buf_slice(&message->text), buf_slice(&message->source)};

	if (strcmp(message->level, "error") == 0)
		page_reports_keep_error(&page->last_error, report.text, report.source);
	if (hub->options.report && is_wanted(hub, message->level))
		page_reports_take(&hub->reports, &page->report_rate, page->visitor.peer, &report);
}

static void
forget_uses(struct hub *hub, struct hub_page *page)
{
	hub->uses_bytes -= url_set_size(&page->uses);
	url_set_finish(&page->uses);
	page->has_uses = false;
}

static struct hub_page_state
describe(const struct hub *hub, const struct hub_page *page)
{
	return (struct hub_page_state){
		.id = page->id,
		.address = buf_slice(&page->address),
		.browser = page->browser,
		.version = page->visitor.version,
		.device = page->visitor.device,
		.peer = page->visitor.peer,
		.protocol = page->progress.protocol,
		.has_events = page->visitor.has_events,
		.is_greeted = page->progress.gets_changes,
		.must_reload = page->progress.is_reload_due,
		.number = page->progress.sent_number,
		.behind = journal_number(hub->options.journal) - page->progress.sent_number,
		.has_uses = page->has_uses,
		.use_count = page->uses.count,
		.was_user = page->was_user,
		.last_error = buf_slice(&page->last_error),
		.is_leaving = page->progress.is_leaving,
		.answered_round = page->progress.answered_round,
		.errors = &page->progress.errors,
		.failed = &page->progress.failed,
	};
}

/* Something is new with a page, or left has left. */
static void
note(const struct hub *hub, const struct hub_page *left)
{
	const struct hub_page_state state = left ? describe(hub, left) : (struct hub_page_state){0};

	if (hub->options.noted)
		hub->options.noted(hub->options.context, left ? &state : NULL);
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
	hub->count -= page->progress.gets_changes;
	crowd_leave(&hub->crowd);
	note(hub, page);
	messages_page_finish(hub->messages, &page->progress);
	buf_finish(&page->address);
	buf_finish(&page->last_error);
	forget_uses(hub, page);
	free(page);
}

/* ---- messages ---- */

static void
note_uses(struct hub *hub, struct hub_page *page, const struct protocol_message *message)
{
	struct slice url;

	forget_uses(hub, page);
	for (size_t at = 0; (url = protocol_next_url(&message->urls, &at)).at;)
		url_set_add(&page->uses, url);
	url_set_sort(&page->uses);
	hub->uses_bytes += url_set_size(&page->uses);
	page->has_uses = message->has_urls;
	if (hub->uses_bytes > USES_BYTES_MAX)
		forget_uses(hub, page);
}

static void
take_hello(struct hub *hub, struct hub_page *page, struct protocol_message *message)
{
	hub->count += !page->progress.gets_changes;
	note_uses(hub, page, message);
	messages_take_hello(hub->messages, &page->progress, message);
	buf_finish(&page->address);
	buf_add(&page->address, buf_slice(&message->page).at,
		message->page.length < ADDRESS_MAX ? message->page.length : ADDRESS_MAX);
	if (hub->options.arrived)
		hub->options.arrived(
			hub->options.context, &(struct hub_arrival){buf_slice(&page->address),
						      page->browser, page->visitor.peer});
	note(hub, NULL);
}

static void
log_refused(struct hub *hub, const struct hub_page *page)
{
	log_notice_limited(&hub->refused, page->visitor.peer,
		"refused a client of LiveReload (%s): it does not speak protocol 7, so use another "
		"version of it, or of its browser extension",
		page->browser ? page->browser : "not a known browser");
}

/* A second hello has no effect. */
static bool
receive_livereload(struct hub *hub, struct hub_page *page, const char *text, size_t length)
{
	enum protocol_message_type type = protocol_read_livereload(text, length);

	if (type == PROTOCOL_HELLO && !page->progress.gets_changes) {
		hub->count++;
		messages_take_livereload_hello(&page->progress);
		hub->options.wake(page->socket);
	} else if (type == PROTOCOL_CHECK) {
		messages_take_livereload_check(&page->progress);
		hub->options.wake(page->socket);
	} else if (type == PROTOCOL_INVALID) {
		log_refused(hub, page);
	}
	return type != PROTOCOL_INVALID;
}

static bool
receive_liveserve(struct hub *hub, struct hub_page *page, const char *text, size_t length)
{
	struct protocol_message message = protocol_read(text, length);

	switch (message.type) {
	case PROTOCOL_INVALID:
	case PROTOCOL_CHECK:
		return false;
	case PROTOCOL_HELLO:
		take_hello(hub, page, &message);
		break;
	case PROTOCOL_USES:
		note_uses(hub, page, &message);
		messages_take_uses(hub->messages, &page->progress, &message);
		break;
	case PROTOCOL_LOG:
		take_report(hub, page, &message);
		break;
	case PROTOCOL_LEAVING:
	case PROTOCOL_SETTLED:
		messages_take_answer(&page->progress, &message);
		note(hub, NULL);
		break;
	case PROTOCOL_SHOW:
		if (page->progress.sees_editor && hub->options.show)
			hub->options.show(hub->options.context, buf_slice(&message.source),
				message.line, message.column);
		break;
	}
	protocol_message_finish(&message);
	hub->options.wake(page->socket);
	return true;
}

bool
hub_receive(struct hub *hub, struct hub_page *page, const char *text, size_t length)
{
	switch (page->progress.protocol) {
	case PROTOCOL_LIVE_SERVER:
		break; /* pages send nothing in this protocol, so anything is allowed */
	case PROTOCOL_LIVERELOAD:
		return receive_livereload(hub, page, text, length);
	case PROTOCOL_LIVESERVE:
		return receive_liveserve(hub, page, text, length);
	}
	return true;
}

bool
hub_next_message(struct hub *hub, struct hub_page *page, struct buf *text)
{
	bool waits = hub->is_settling && page->progress.protocol != PROTOCOL_LIVESERVE;

	return messages_next(hub->messages, &page->progress, hub->is_paused || waits, text);
}

bool
hub_may_have_message(const struct hub *hub, const struct hub_page *page)
{
	return messages_may_have_next(hub->messages, &page->progress);
}

/* ---- who uses what ---- */

static bool
may_use(const struct hub_page *page, const struct url_set *urls)
{
	return !page->has_uses || url_set_intersects(&page->uses, urls);
}

size_t
hub_publish(struct hub *hub)
{
	struct url_set affected = {0};
	bool is_known = messages_find_affected(hub->messages, &affected);
	size_t users = 0;

	for (struct hub_page *page = hub->pages; page; page = page->next) {
		if (!page->progress.gets_changes)
			continue;
		if (!hub->is_paused)
			hub->options.wake(page->socket);
		page->was_user = !is_known || may_use(page, &affected);
		users += page->was_user;
	}
	url_set_finish(&affected);
	note(hub, NULL);
	return users;
}

/* Where the addresses of pages are added that are made of a file. */
struct made {
	const struct hub *hub;
	struct url_set *urls;
};

static void
add_made(void *to, struct slice page)
{
	const struct made *made = to;

	file_urls_add(&made->hub->options.index_names, page, made->urls);
}

void
hub_set_find_made(struct hub *hub, hub_find_made_fn *fn, void *context)
{
	hub->find_made = fn;
	hub->find_made_context = context;
}

size_t
hub_pages_using(const struct hub *hub, struct slice path)
{
	struct url_set file = {0};
	size_t users = 0;

	file_urls_add(&hub->options.index_names, path, &file);
	if (hub->find_made)
		hub->find_made(hub->find_made_context, path, add_made, &(struct made){hub, &file});
	url_set_sort(&file);
	for (const struct hub_page *page = hub->pages; page; page = page->next)
		users += page->progress.gets_changes && may_use(page, &file);
	url_set_finish(&file);
	return users;
}

size_t
hub_backlog(const struct hub *hub)
{
	return stamps_backlog(hub->stamps);
}

size_t
hub_page_count(const struct hub *hub)
{
	return hub->count;
}

void
hub_look(const struct hub *hub, hub_look_fn *fn, void *context)
{
	for (const struct hub_page *page = hub->pages; page; page = page->next) {
		const struct hub_page_state state = describe(hub, page);

		fn(context, &state);
	}
}

/* ---- whether pages show the newest files ---- */

uint64_t
hub_ask(struct hub *hub)
{
	uint64_t round = messages_ask(hub->messages);

	wake_all(hub);
	return round;
}

void
hub_stop_asking(struct hub *hub)
{
	messages_stop_asking(hub->messages);
}
