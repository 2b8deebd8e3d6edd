/*
 * sites: see sites.h. It owns the sites, and the settings of all but the first.
 */
#include "sites.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "folders.h"
#include "html/error_page.h"
#include "html/escape.h"

struct member {
	struct served_site site;
	struct config own_config; /* of a vhost */
	struct response_handler handler;
};

struct sites {
	size_t count;
	struct hub **hubs;
	struct control_site *for_control; /* or NULL; their URLs are owned */
	bool is_secret;                   /* a password is asked for, so the names are not shown */
	struct member members[];
};

/* ---- life ---- */

static struct sites *
allocate(size_t count)
{
	struct sites *sites = mem_zero(sizeof(*sites) + count * sizeof(sites->members[0]));

	sites->hubs = mem_array(count, sizeof(struct hub *));
	return sites;
}

/* Returns the exit code. */
static int
open_vhost(
	struct sites *sites, const struct served_process *process, const struct config_vhost *vhost)
{
	struct member *member = &sites->members[sites->count++];
	enum config_verdict verdict = config_read_vhost(
		&member->own_config, process->argument_count, process->arguments, vhost);

	if (verdict != CONFIG_RUN)
		return 2;
	return served_site_open(&member->site, process, &member->own_config, vhost) ? 0 : 2;
}

struct sites *
sites_create(const struct served_process *process, struct config *config, int *code)
{
	struct sites *sites = allocate(1 + config->vhost_count);

	sites->count = 1;
	*code = served_site_open(&sites->members[0].site, process, config, NULL) ? 0 : 2;
	for (size_t i = 0; i < config->vhost_count && !*code; i++)
		*code = open_vhost(sites, process, &config->vhosts[i]);
	if (!*code)
		return sites;
	sites_destroy(sites);
	return NULL;
}

void
sites_destroy(struct sites *sites)
{
	if (!sites)
		return;
	for (size_t i = sites->count; i-- > 0;) {
		served_site_finish(&sites->members[i].site);
		config_finish(&sites->members[i].own_config);
	}
	for (size_t i = 0; sites->for_control && i + 1 < sites->count; i++)
		free((char *)(uintptr_t)sites->for_control[i].url);
	free(sites->for_control);
	free(sites->hubs);
	free(sites);
}

size_t
sites_count(const struct sites *sites)
{
	return sites->count;
}

struct served_site *
sites_get(struct sites *sites, size_t index)
{
	return &sites->members[index].site;
}

void
sites_begin(struct sites *sites)
{
	for (size_t i = 0; i < sites->count; i++) {
		served_site_begin(&sites->members[i].site);
		sites->hubs[i] = sites->members[i].site.hub;
	}
}

bool
sites_open_folders(struct sites *sites)
{
	bool is_open = true;

	for (size_t i = 0; i < sites->count && is_open; i++)
		is_open = served_site_open_folders(&sites->members[i].site);
	return is_open;
}

void
sites_follow_settings(struct sites *sites)
{
	for (size_t i = 0; i < sites->count; i++)
		served_site_follow_settings(&sites->members[i].site);
}

void
sites_disconnect(struct sites *sites)
{
	for (size_t i = 0; i < sites->count; i++)
		served_site_disconnect(&sites->members[i].site);
}

/* Reads the events of the kernel, too, so that a file counts that was saved before the call. */
static bool
is_quiet(void *context)
{
	struct sites *sites = context;

	for (size_t i = 0; i < sites->count; i++)
		if (!mounts_are_quiet(sites->members[i].site.mounts) ||
			!extra_watches_are_quiet(sites->members[i].site.extra_watches))
			return false;
	return true;
}

struct root **
sites_roots(const struct sites *sites, size_t *count)
{
	struct root **roots = NULL;

	*count = 0;
	for (size_t i = 0; i < sites->count; i++) {
		const struct served_site *site = &sites->members[i].site;
		size_t more;
		struct root **own = folders_roots(site->mounts, site->extra_watches, &more);

		roots = mem_resize(roots, (*count + more) * sizeof(struct root *));
		memcpy(roots + *count, own, more * sizeof(struct root *));
		*count += more;
		free(own);
	}
	return roots;
}

struct hub *const *
sites_hubs(const struct sites *sites)
{
	return sites->hubs;
}

struct page_waits *
sites_create_page_waits(struct sites *sites, struct loop *loop)
{
	struct page_waits_site *parts = mem_array(sites->count, sizeof(*parts));
	struct page_waits *waits;

	for (size_t i = 0; i < sites->count; i++) {
		struct served_site *site = &sites->members[i].site;

		parts[i] = (struct page_waits_site){
			site->hub, site->journal, site->problems, &site->page_setup.places};
	}
	waits = page_waits_create(&(struct page_waits_options){.loop = loop,
		.sites = parts,
		.site_count = sites->count,
		.is_quiet = is_quiet,
		.context = sites});
	free(parts);
	return waits;
}

/* A control_api_reload_fn. */
static size_t
reload_site(void *context, struct slice path)
{
	return publisher_reload(((struct served_site *)context)->publisher, path);
}

const struct control_site *
sites_for_control(struct sites *sites, const char *url)
{
	const char *host = strstr(url, "://") + strlen("://"), *port = strrchr(url, ':');

	sites->for_control = mem_array(sites->count, sizeof(*sites->for_control));
	for (size_t i = 1; i < sites->count; i++) {
		struct served_site *site = &sites->members[i].site;

		sites->for_control[i - 1] = (struct control_site){
			.name = site->vhost->name,
			.url = mem_format(
				"%.*s%s%s", (int)(host - url), url, site->vhost->name, port),
			.root = site->root,
			.watch = mounts_watch(site->mounts),
			.hub = site->hub,
			.journal = site->journal,
			.places = &site->page_setup.places,
			.reload = reload_site,
			.context = site,
		};
	}
	return sites->for_control;
}

size_t
sites_reload(struct sites *sites, struct slice path)
{
	size_t count = path.length ? 1 : sites->count, pages = 0;

	for (size_t i = 0; i < count; i++)
		pages += publisher_reload(sites->members[i].site.publisher, path);
	return pages;
}

void
sites_describe(struct sites *sites, void (*add)(void *to, const struct event *event), void *to)
{
	for (size_t i = 0; i < sites->count; i++)
		publisher_describe(sites->members[i].site.publisher, add, to);
}

/* ---- which site a request is for ---- */

/* The host of authority, without port and dot at the end. An address of IPv6 is no name. */
static struct slice
name_in(struct slice authority)
{
	struct slice name = {0};

	slice_split(&authority, ':', &name);
	if (name.length && name.at[name.length - 1] == '.')
		name.length--;
	return name;
}

static struct member *
find(struct sites *sites, struct slice name)
{
	for (size_t i = 1; i < sites->count; i++)
		if (slice_is_nocase(name, sites->members[i].site.vhost->name))
			return &sites->members[i];
	return NULL;
}

/* A name of this machine alone, which nobody else can point here: no attacker sees the list. */
static bool
is_unknown(const struct sites *sites, const struct request *request, struct slice name)
{
	const struct config_list *allowed = &sites->members[0].site.config->allowed_hosts;

	if (request->entry != ROUTER_PAGES || request->scheme == REQUEST_HTTP_TO_TLS ||
		!slice_ends_nocase(name, ".localhost"))
		return false;
	for (size_t i = 0; i < allowed->count; i++)
		if (slice_is_nocase(name, allowed->items[i]) ||
			(*allowed->items[i] == '.' && slice_ends_nocase(name, allowed->items[i])))
			return false;
	return true;
}

/* The port is that of the request, because a forwarded port may have another number. */
static void
add_link(struct buf *html, const struct request *request, const char *name)
{
	struct slice port = request->authority, host;
	struct buf url = {0};

	slice_split(&port, ':', &host);
	buf_addf(&url, "http%s://%s%s%.*s/", request->scheme == REQUEST_HTTPS ? "s" : "", name,
		port.length ? ":" : "", (int)port.length, port.length ? port.at : "");
	buf_add_text(html, "<li><a href=\"");
	escape_html(buf_slice(&url), html);
	buf_add_text(html, "\">");
	escape_html(slice_of(name), html);
	buf_add_text(html, "</a></li>\n");
	buf_finish(&url);
}

static void
respond_with_list(struct sites *sites, const struct request *request, struct response *response)
{
	struct buf links = {0};

	for (size_t i = 1; i < sites->count && !sites->is_secret; i++)
		add_link(&links, request, sites->members[i].site.vhost->name);
	if (!sites->is_secret)
		add_link(&links, request, "localhost");
	error_page_with_links(response, 404,
		SLICE_LITERAL("No site has this name. --vhost=NAME=FOLDER gives a folder a name."),
		buf_slice(&links));
	access_add_fields(
		&sites->members[0].site.config->access, request, false, &response->fields);
	buf_finish(&links);
}

/* ---- the handler ---- */

static void
answer(void *context, const struct request *request, struct response *response)
{
	struct sites *sites = context;
	struct slice name = name_in(request->authority);
	struct member *member = request->entry == ROUTER_OWNER ? NULL : find(sites, name);

	if (!member && is_unknown(sites, request, name)) {
		respond_with_list(sites, request, response);
		return;
	}
	if (!member)
		member = &sites->members[0];
	member->handler.answer(member->handler.context, request, response);
}

static void
refuse(void *context, const struct refused_request *refused, struct response *response)
{
	const struct member *first = &((struct sites *)context)->members[0];

	first->handler.refuse(first->handler.context, refused, response);
}

static void
begin(void *context)
{
	struct sites *sites = context;

	for (size_t i = 0; i < sites->count; i++)
		sites->members[i].handler.begin(sites->members[i].handler.context);
}

/* What concerns the listening sockets is the same for all. */
static void
share_access(struct config *config, const struct config *first)
{
	config->access.host = first->access.host;
	config->access.local_name = first->access.local_name;
	memcpy(config->access.ports, first->access.ports, sizeof(config->access.ports));
}

struct response_handler
sites_answer(struct sites *sites, const struct control_api *control_api, struct local_setup *local)
{
	for (size_t i = 0; i < sites->count; i++) {
		struct member *member = &sites->members[i];

		share_access(member->site.config, sites->members[0].site.config);
		member->handler = served_site_answer(
			&member->site, i ? NULL : control_api, i ? NULL : local);
		sites->is_secret |= member->site.config->htpasswd != NULL;
	}
	if (sites->count == 1)
		return sites->members[0].handler;
	return (struct response_handler){
		.answer = answer, .refuse = refuse, .begin = begin, .context = sites};
}
