/*
 * status_page: see status_page.h. Owns its port. All of it is written by the server, anew for each request; its script
 * only asks again while somebody looks at it. All texts from outside are escaped (escape_html), and the policy of
 * private_port runs no script but the page's own.
 */
#include "local/status_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "bundled/bundled_file.h"
#include "html/escape.h"
#include "local/doc_file.h"
#include "local/private_port.h"
#include "local/status_file.h"
#include "net/listener.h"
#include "pages/page_record.h"

enum { PAGES_SHOWN_MAX = 100 };

struct status_page {
	struct status_page_options options;
	struct status_watch *watches;
	struct private_port *port;
};

static void
add_text(struct buf *html, const char *text)
{
	escape_html(slice_of(text), html);
}

/* A name or a path that others have chosen: what has an effect on the order of text is made visible, too. */
static void
add_name(struct buf *html, struct slice name)
{
	struct buf printable = {0};

	log_add_printable(&printable, name);
	escape_html(buf_slice(&printable), html);
	buf_finish(&printable);
}

static void
begin_section(struct buf *html, const char *id, const char *title)
{
	buf_addf(html, "<section aria-labelledby=\"%s\"><h2 id=\"%s\">%s</h2>\n", id, id, title);
}

/* ---- open pages ---- */

/* What add_page has seen so far. */
struct listing {
	struct buf *html;
	const char *url; /* of the site */
	size_t count;
};

/* The page, as a link if it has said where it is. */
static void
add_address(struct listing *listing, const struct hub_page_state *page)
{
	struct buf *html = listing->html;

	buf_add_text(html, "<td>");
	if (page->address.length && page->address.at[0] == '/') {
		buf_add_text(html, "<a rel=\"noreferrer noopener\" target=\"_blank\" href=\"");
		escape_html((struct slice){listing->url, strlen(listing->url) - 1}, html);
		escape_html(page->address, html);
		buf_add_text(html, "\">");
		add_name(html, page->address);
		buf_add_text(html, "</a>");
	} else {
		buf_add_text(html, "not known");
	}
	buf_add_text(html, "</td>");
}

static void
add_browser(struct buf *html, const struct hub_page_state *page)
{
	buf_addf(html, "<td>%s", page->browser ? page->browser : "not known");
	if (page->version)
		buf_addf(html, " %u", page->version);
	buf_addf(html, "</td><td>%s, %s</td>", page->device ? page->device : "not known",
		listener_peer_is_local(page->peer) ? "this machine" : "another machine");
}

static void
add_uses(struct buf *html, const struct hub_page_state *page)
{
	if (page->has_uses)
		buf_addf(html, "<td>%zu file%s</td>", page->use_count,
			page->use_count == 1 ? "" : "s");
	else
		buf_add_text(html, "<td>not said, so it is told of all</td>");
}

static void
add_state(struct buf *html, const struct hub_page_state *page)
{
	static const char *const protocols[] = {
		[PROTOCOL_LIVE_SERVER] = " (speaks as live-server)",
		[PROTOCOL_LIVERELOAD] = " (speaks LiveReload)",
		[PROTOCOL_LIVESERVE] = "",
	};
	bool waits = !page->is_greeted || page->must_reload || page->behind;

	buf_addf(html, "<td class=\"%s\">", waits ? "wait" : "good");
	page_record_add_state(html, page);
	buf_add_text(html, ", ");
	page_record_add_connection(html, page);
	buf_addf(html, "%s</td>", protocols[page->protocol]);
}

/* A hub_look_fn. */
static void
add_page(void *context, const struct hub_page_state *page)
{
	struct listing *listing = context;

	if (listing->count++ >= PAGES_SHOWN_MAX)
		return;
	if (listing->count == 1)
		buf_add_text(listing->html,
			"<table><thead><tr><th>Page</th><th>Browser</th><th>Device</th>"
			"<th>Uses</th><th>State</th></tr></thead><tbody>\n");
	buf_add_text(listing->html, "<tr>");
	add_address(listing, page);
	add_browser(listing->html, page);
	add_uses(listing->html, page);
	add_state(listing->html, page);
	buf_add_text(listing->html, "</tr>\n");
}

/* The pages of one site. */
static void
add_table(struct buf *html, const struct hub *hub, const char *url)
{
	struct listing listing = {.html = html, .url = url};

	hub_look(hub, add_page, &listing);
	if (listing.count)
		buf_add_text(html, "</tbody></table>\n");
	else
		buf_add_text(html, "<p>No page is open.</p>\n");
	if (listing.count > PAGES_SHOWN_MAX)
		buf_addf(html, "<p>And %zu more.</p>\n", listing.count - PAGES_SHOWN_MAX);
}

/* Where there are several sites, each part about one begins with it. */
static void
add_site_title(struct buf *html, const char *url)
{
	buf_add_text(html, "<h3><a rel=\"noreferrer noopener\" target=\"_blank\" href=\"");
	add_text(html, url);
	buf_add_text(html, "\">");
	add_text(html, url);
	buf_add_text(html, "</a></h3>\n");
}

static void
add_pages(const struct status_page *status_page, struct buf *html)
{
	const struct status_page_options *options = &status_page->options;

	begin_section(html, "pages", "Open pages");
	if (hub_is_paused(options->hub))
		buf_add_text(html,
			"<p class=\"wait\">Paused: pages are told later what they missed. "
			"The key p in the terminal resumes.</p>\n");
	if (options->site_count)
		add_site_title(html, options->url);
	add_table(html, options->hub, options->url);
	for (size_t i = 0; i < options->site_count; i++) {
		add_site_title(html, options->sites[i].url);
		add_table(html, options->sites[i].hub, options->sites[i].url);
	}
	buf_add_text(html, "</section>\n");
}

/* ---- changes ---- */

/* Whether another page before it has the same reason. */
static bool
is_repeated(const struct recent_event *event, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (event->pages[i].why == event->pages[index].why)
			return true;
	return false;
}

/* The pages that were told, or were not, for the reason of the page with that index. */
static void
add_noted_pages(struct buf *html, const struct recent_event *event, size_t index)
{
	const char *why = event->pages[index].why, *separator = " ";

	buf_addf(html, "<p class=\"%s\">%s:", why ? "untold" : "told", why ? why : "Told");
	for (size_t i = index; i < event->page_count && i < RECENT_PAGES_MAX; i++)
		if (event->pages[i].why == why) {
			buf_add_text(html, separator);
			add_text(html, event->pages[i].name);
			separator = ", ";
		}
	buf_add_text(html, "</p>");
}

static void
add_event(struct buf *html, const struct recent_event *event)
{
	struct slice code = slice_of(event->line), line;

	slice_split(&code, '\n', &line);
	buf_add_text(html, "<li>");
	escape_html(line, html);
	if (code.length) {
		buf_add_text(html, "<pre>");
		escape_html(code, html);
		buf_add_text(html, "</pre>");
	}
	for (size_t i = 0; i < event->page_count && i < RECENT_PAGES_MAX; i++)
		if (!is_repeated(event, i))
			add_noted_pages(html, event, i);
	if (event->page_count > RECENT_PAGES_MAX)
		buf_addf(html, "<p>And %zu more pages.</p>", event->page_count - RECENT_PAGES_MAX);
	buf_add_text(html, "</li>\n");
}

static void
add_events(const struct status_page *status_page, struct buf *html)
{
	const struct recent_event *event;
	size_t count = 0;

	begin_section(html, "changes", "What happened last");
	for (; (event = recent_get_event(status_page->options.recent, count)); count++) {
		if (count == 0)
			buf_add_text(html, "<ol>\n");
		add_event(html, event);
	}
	buf_add_text(html, count ? "</ol>\n" : "<p>Nothing yet.</p>\n");
	buf_add_text(html, "</section>\n");
}

/* ---- watches ---- */

static void
add_watch(struct buf *html, const char *what, const char *path)
{
	buf_add_text(html, "<dt>");
	add_name(html, slice_of(what));
	buf_add_text(html, "</dt><dd><code>");
	add_name(html, slice_of(path));
	buf_add_text(html, "</code></dd>\n");
}

/* How the folder of a site is watched. */
static void
add_method(struct buf *html, const struct watch *watch)
{
	size_t folders = watch_folder_count(watch);

	buf_add_text(html, "<p>");
	if (watch_is_polling(watch))
		buf_add_text(html,
			"The files of the site that pages use are polled, because the kernel "
			"sends no events for its folder.");
	else
		buf_addf(html, "The kernel sends events for %zu folder%s of the site.", folders,
			folders == 1 ? "" : "s");
	if (watch_is_walking(watch))
		buf_add_text(html, " Others are still being looked for; those that pages use are "
				   "watched already.");
	buf_add_text(html, "</p>\n");
}

static void
add_watches(const struct status_page *status_page, struct buf *html)
{
	const struct status_page_options *options = &status_page->options;

	begin_section(html, "watches", "What is watched");
	if (options->site_count)
		add_site_title(html, options->url);
	buf_add_text(html, "<dl>\n");
	add_watch(html, "the site", root_path(options->root));
	for (size_t i = 0; i < options->watch_count; i++)
		add_watch(html, options->watches[i].what, options->watches[i].path);
	buf_add_text(html, "</dl>\n");
	add_method(html, options->watch);
	for (size_t i = 0; i < options->site_count; i++) {
		const struct control_site *site = &options->sites[i];

		add_site_title(html, site->url);
		buf_add_text(html, "<dl>\n");
		add_watch(html, "the site", root_path(site->root));
		buf_add_text(html, "</dl>\n");
		add_method(html, site->watch);
	}
	buf_add_text(
		html, "<p><code>liveserve why FILE</code> says it of one file.</p>\n</section>\n");
}

/* ---- requests ---- */

static void
add_time(struct buf *html, time_t when)
{
	struct tm local;
	char text[16] = "";

	if (localtime_r(&when, &local))
		strftime(text, sizeof(text), "%H:%M:%S", &local);
	buf_addf(html, "<td>%s</td>", text);
}

static void
add_status(struct buf *html, int status)
{
	if (status)
		buf_addf(html, "<td class=\"%s\">%d</td>", status < 400 ? "good" : "bad", status);
	else
		buf_add_text(html, "<td>passed on</td>");
}

static void
add_requests(const struct status_page *status_page, struct buf *html)
{
	const struct recent_request *request;
	size_t count = 0;

	begin_section(html, "requests",
		status_page->options.site_count ? "Last requests, but for those of other sites"
						: "Last requests");
	for (; (request = recent_get_request(status_page->options.recent, count)); count++) {
		if (count == 0)
			buf_add_text(html,
				"<table><thead><tr><th>Time</th><th>Status</th><th>Request</th>"
				"<th>For</th><th>From</th></tr></thead><tbody>\n");
		buf_add_text(html, "<tr>");
		add_time(html, request->when);
		add_status(html, request->status);
		buf_add_text(html, "<td><code>");
		add_name(html, slice_of(request->method));
		buf_add_char(html, ' ');
		add_name(html, slice_of(request->path));
		buf_add_text(html, "</code></td><td>");
		/* What scripts ask for has no destination. */
		add_name(html,
			slice_of(strcmp(request->what, "empty") == 0 ? "fetch" : request->what));
		buf_addf(html, "</td><td>%s</td></tr>\n",
			request->is_local ? "this machine" : "another machine");
	}
	buf_add_text(html, count ? "</tbody></table>\n" : "<p>None yet.</p>\n");
	buf_add_text(html, "</section>\n");
}

/* ---- the page ---- */

static void
add_all(const struct status_page *status_page, struct buf *html)
{
	add_pages(status_page, html);
	add_events(status_page, html);
	add_watches(status_page, html);
	add_requests(status_page, html);
}

static void
add_link(struct buf *html, const char *url, const char *text)
{
	buf_add_text(html, "<a rel=\"noreferrer noopener\" target=\"_blank\" href=\"");
	add_text(html, url);
	buf_addf(html, "\">%s</a>\n", text);
}

static void
respond_with_page(const struct status_page *status_page, struct response *response)
{
	const struct status_page_options *options = &status_page->options;
	struct buf html = {0};

	buf_add_text(&html,
		"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<link rel=\"icon\" href=\"data:,\">\n"
		"<link rel=\"stylesheet\" href=\"status.css\">\n"
		"<script defer src=\"status.js\"></script>\n<title>liveserve: ");
	add_name(&html, slice_of(root_path(options->root)));
	buf_addf(&html, "</title></head>\n<body><header><h1>liveserve %s</h1>\n<nav>",
		options->version);
	add_link(&html, options->url, "The site");
	if (options->wire_url)
		add_link(&html, options->wire_url, "The wire");
	for (const struct bundled_file *file = doc_files; file->name; file++) {
		char *title = mem_format("%c%.*s", file->name[0] - 'a' + 'A',
			(int)(strlen(file->name) - 4), file->name + 1);

		add_link(&html, file->name, title);
		free(title);
	}
	buf_add_text(&html,
		"</nav>\n<p id=\"lost\" role=\"status\" hidden>The server does not answer. What "
		"follows is what it said last.</p></header>\n<main id=\"state\">\n");
	add_all(status_page, &html);
	buf_add_text(&html, "</main></body></html>\n");
	response_text(response, 200, "text/html; charset=utf-8", buf_slice(&html));
	buf_finish(&html);
}

/* Returns false when name is none of the files. */
static bool
respond_with_file(struct slice name, struct response *response)
{
	const struct bundled_file *file = bundled_file_find(status_files, name);
	const char *type = slice_ends(name, ".js") ? "text/javascript; charset=utf-8"
						   : "text/css; charset=utf-8";

	if (!file) {
		file = bundled_file_find(doc_files, name);
		type = "text/plain; charset=utf-8";
	}
	if (!file)
		return false;
	response_text(response, 200, type, (struct slice){file->text, file->length});
	return true;
}

/* A private_port_answer_fn. */
static void
answer(void *context, const struct request *request, struct slice name, struct response *response)
{
	const struct status_page *status_page = context;
	struct buf html = {0};

	if (request->method != REQUEST_GET && request->method != REQUEST_HEAD) {
		response_text(response, 405, "text/plain; charset=utf-8", (struct slice){0});
	} else if (name.length == 0) {
		respond_with_page(status_page, response);
	} else if (slice_is(name, "state")) {
		add_all(status_page, &html);
		response_text(response, 200, "text/html; charset=utf-8", buf_slice(&html));
		buf_finish(&html);
	} else if (!respond_with_file(name, response)) {
		response_text(response, 404, "text/plain; charset=utf-8", (struct slice){0});
	}
}

struct status_page *
status_page_create(const struct status_page_options *options)
{
	struct status_page *status_page = mem_zero(sizeof(*status_page));
	const char *why;

	status_page->options = *options;
	status_page->watches = mem_array(options->watch_count + 1, sizeof(*status_page->watches));
	if (options->watch_count)
		memcpy(status_page->watches, options->watches,
			options->watch_count * sizeof(*options->watches));
	status_page->options.watches = status_page->watches;
	status_page->port = private_port_create(
		&(struct private_port_options){
			.loop = options->loop, .answer = answer, .context = status_page},
		&why);
	if (status_page->port)
		return status_page;
	log_notice("there is no status page, because no port on localhost can be opened: %s", why);
	status_page_destroy(status_page);
	return NULL;
}

void
status_page_destroy(struct status_page *status_page)
{
	if (!status_page)
		return;
	private_port_destroy(status_page->port);
	free(status_page->watches);
	free(status_page);
}

const char *
status_page_url(const struct status_page *status_page)
{
	return private_port_url(status_page->port);
}
