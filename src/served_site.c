/*
 * served_site: see served_site.h. It owns all parts and creates them in the order of their folders. If a part
 * must call one that is created later, its options hold a function for that: see "calls upwards".
 */
#include "served_site.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "commands/words.h"
#include "folders.h"
#include "fs/path.h"
#include "live/importers.h"
#include "live/journal.h"
#include "live/problems.h"
#include "overlay/same_machine.h"
#include "proxy/proxy.h"
#include "proxy_setup.h"
#include "site/mounts.h"
#include "site/static_files.h"
#include "watch/watch.h"
#include "wire_setup.h"

/* ---- calls upwards ---- */

/* A page that is being loaded has asked for its files, and has not told the hub of them yet. */
static bool
is_used(void *context, const char *path)
{
	const struct served_site *site = context;
	struct mounts_place place = {0};
	struct watch_description file = {0};

	while (!file.is_used && mounts_find(site->mounts, path, &place))
		watch_describe(place.watch, place.name, false, &file);
	return file.is_used || hub_pages_using(site->hub, slice_of(path)) > 0;
}

static enum watch_verdict
find_state(void *context, struct slice url, uint64_t *state)
{
	struct served_site *site = context;

	return static_files_state(site->static_files, url, state);
}

/* An extra watch reports its files itself, unless a mount shows another file in their place. */
static bool
is_covered(void *context, const char *path)
{
	const struct served_site *site = context;
	struct mounts_place place = {0};

	if (mounts_find(site->mounts, path, &place) && place.watch != mounts_watch(site->mounts))
		return false;
	return extra_watches_cover(site->extra_watches, path) ||
	       config_watch_covers(site->config_watch, path);
}

static void
note_published(void *context, const struct changes *changes, size_t pages)
{
	const struct served_site *site = context;

	watch_note_pages(mounts_watch(site->mounts), changes, pages);
	wire_setup_note_changes(site->process->live_capture, changes);
}

static const char *
name_of(const struct served_site *site)
{
	return site->vhost ? site->vhost->name : NULL;
}

static void
print_page_message(void *context, const struct page_message *message)
{
	page_setup_print(&((struct served_site *)context)->page_setup, message);
}

/* The browser was opened at a page of the first site. */
static void
note_arrival(void *context, const struct hub_arrival *arrival)
{
	const struct served_site *site = context;

	if (!site->vhost)
		first_page_note(site->process->first_page, arrival);
	page_waits_note_arrival(site->process->page_waits, arrival);
}

static void
note_page(void *context, const struct hub_page_state *left)
{
	page_waits_note(((const struct served_site *)context)->process->page_waits, left);
}

/* A hub_show_fn. */
static void
ask_to_show(void *context, struct slice url, uint32_t line, uint32_t column)
{
	const struct served_site *site = context;

	points_show(site->points, url, line, column);
}

/* A points_locate_fn. Not behind a link out of the folders. */
static char *
locate(void *context, const char *name)
{
	const struct served_site *site = context;
	struct mounts_place place = {0};
	struct stat state;

	while (mounts_find(site->mounts, name, &place))
		if (root_stat(place.root, place.name, &state))
			return S_ISREG(state.st_mode) ? path_join(root_path(place.root), place.name)
						      : NULL;
	return NULL;
}

/* ---- settings ---- */

/* The options that can change while the server runs: is_live in option_table.c. */
static void
settings_changed(void *context, const struct config *config, const char *sentence)
{
	struct served_site *site = context;
	const struct hub_settings hub = page_setup_hub_settings(config);
	const struct router_settings router = {
		config->access, config->headers, config->header_count};
	const struct event event = {
		.kind = EVENT_SETTINGS_CHANGED, .text = sentence, .site = name_of(site)};

	if (!site->vhost)
		log_set_level(config->log_level);
	page_setup_reconfigure(&site->page_setup, config);
	mounts_reconfigure(site->mounts, &config->watch);
	extra_watches_reconfigure(site->extra_watches, &config->watch);
	hub_reconfigure(site->hub, &hub);
	publisher_reconfigure(site->publisher, &config->static_files);
	points_reconfigure(site->points, &config->points);
	static_files_reconfigure(site->static_files, &config->static_files);
	site->scripts.serves_hidden = config->static_files.serves_hidden;
	router_reconfigure(site->router, &router);
	terminal_print(site->process->terminal, &event);
}

void
served_site_follow_settings(struct served_site *site)
{
	const struct served_process *process = site->process;

	site->config_watch = config_watch_create(process->loop, site->root, site->config,
		&(struct config_command){process->argument_count, process->arguments, site->vhost},
		settings_changed, site);
}

/* ---- watching ---- */

bool
served_site_open(struct served_site *site, const struct served_process *process,
	struct config *config, const struct config_vhost *vhost)
{
	*site = (struct served_site){.process = process, .config = config, .vhost = vhost};
	site->root = root_create(config->root);
	if (site->root && root_set_bounds(site->root, config->root_bounds))
		return true;
	words_log_no_folder(config->root);
	return false;
}

void
served_site_begin(struct served_site *site)
{
	struct loop *loop = site->process->loop;

	site->journal = journal_create();
	site->importers = importers_create();
	site->problems = problems_create(site->root, is_used, site);
	site->hub = hub_create(&(struct hub_options){
		.loop = loop,
		.journal = site->journal,
		.problems = site->problems,
		.wake = hub_wake_socket,
		.find_state = find_state,
		.report = print_page_message,
		.arrived = note_arrival,
		.noted = note_page,
		.show = ask_to_show,
		.context = site,
		.index_names = site->config->static_files.names.index,
		.settings = page_setup_hub_settings(site->config),
	});
	site->points = points_create(&(struct points_options){.locate = locate,
		.context = site,
		.hub = site->hub,
		.settings = site->config->points});
	site->document_hold = document_hold_create(loop);
	site->publisher = publisher_create(&(struct publisher_options){
		.journal = site->journal,
		.hub = site->hub,
		.importers = site->importers,
		.problems = site->problems,
		.terminal = site->process->terminal,
		.places = &site->page_setup.places,
		.document_hold = site->document_hold,
		.is_covered = is_covered,
		.published = note_published,
		.context = site,
		.site = name_of(site),
		.files = &site->config->static_files,
	});
}

bool
served_site_open_folders(struct served_site *site)
{
	const struct watch_listener own = publisher_site_listener(site->publisher);
	const struct watch_listener elsewhere = publisher_elsewhere_listener(site->publisher);
	struct loop *loop = site->process->loop;
	struct config *config = site->config;

	if (config->htpasswd)
		site->authenticator = authenticator_create(loop, config->htpasswd);
	if (config->htpasswd && !site->authenticator)
		return false;
	site->mounts = mounts_create(loop, site->root, &config->watch, &own);
	site->extra_watches = extra_watches_create(loop, site->root, &config->watch, &elsewhere);
	return folders_add_mounts(site->mounts, config) &&
	       folders_add_watches(site->extra_watches, config);
}

/* ---- answering ---- */

/* A page_sockets_sees_fn. The editor is for its own person alone, whoever else sees its texts. */
static unsigned
see(const struct request *request)
{
	return same_machine_has_sent(request) ? HUB_SEES_DRAFTS | HUB_SEES_EDITOR : 0;
}

/* The same with --share-drafts. */
static unsigned
see_shared(const struct request *request)
{
	return see(request) | HUB_SEES_DRAFTS;
}

static void
create_router(struct served_site *site, const struct control_api *control_api)
{
	const struct config *config = site->config;

	site->router = router_create(&(struct router_options){
		.static_files = site->static_files,
		.ruled_files = ruled_files_create(site->static_files, site->mounts,
			&site->page_setup.script_tag, publisher_rule_files(site->publisher)),
		.script_tag = &site->page_setup.script_tag,
		.control_api = control_api,
		.page_sockets = site->page_sockets,
		.page_events = site->page_events,
		.proxy = site->proxy,
		.files_come_first = config->proxy_after_files,
		.authenticator = site->authenticator,
		.phone_certificate = https_setup_phone_certificate(site->process->https),
		.settings = {config->access, config->headers, config->header_count},
	});
}

struct response_handler
served_site_answer(
	struct served_site *site, const struct control_api *control_api, struct local_setup *local)
{
	const struct served_process *process = site->process;
	struct static_files_options files = site->config->static_files;
	page_sockets_sees_fn *sees = files.shares_drafts ? see_shared : see;
	struct response_handler handler;

	site->page_sockets = page_sockets_create(process->loop, site->hub);
	site->page_events = page_events_create(process->loop, site->hub);
	page_sockets_set_sees(site->page_sockets, sees);
	page_events_set_sees(site->page_events, sees);
	site->page_setup.site = name_of(site);
	page_setup_init(&site->page_setup, site->config, site->journal, site->mounts,
		process->terminal, site->publisher);
	files.loop = process->loop;
	files.mounts = site->mounts;
	files.script_tag = &site->page_setup.script_tag;
	files.points = site->points;
	publisher_join(site->publisher, &files);
	publisher_set_mounts(site->publisher, site->mounts);
	site->static_files = static_files_create(&files);
	site->proxy = proxy_setup_create(
		site->config, &(struct proxy_setup){process->loop, &site->page_setup.script_tag,
				      https_setup_tls(process->https), site->publisher,
				      &site->scripts, site->mounts});
	create_router(site, control_api);
	handler = router_handler(site->router);
	document_hold_wrap(site->document_hold, &handler);
	if (local) {
		local_setup_wrap(local, &handler);
		return handler;
	}
	site->own_pages = own_pages_create(
		&(struct own_pages_options){.root = site->root, .entry = ROUTER_PAGES});
	own_pages_wrap(site->own_pages, &handler);
	return handler;
}

/* ---- the end ---- */

void
served_site_disconnect(struct served_site *site)
{
	page_sockets_destroy(site->page_sockets);
	page_events_destroy(site->page_events);
	proxy_destroy(site->proxy);
	site->page_sockets = NULL;
	site->page_events = NULL;
	site->proxy = NULL;
}

void
served_site_finish(struct served_site *site)
{
	own_pages_destroy(site->own_pages);
	router_destroy(site->router);
	authenticator_destroy(site->authenticator);
	static_files_destroy(site->static_files);
	extra_watches_destroy(site->extra_watches);
	config_watch_destroy(site->config_watch);
	mounts_destroy(site->mounts);
	publisher_destroy(site->publisher);
	document_hold_destroy(site->document_hold);
	points_destroy(site->points);
	hub_destroy(site->hub);
	problems_destroy(site->problems);
	importers_destroy(site->importers);
	journal_destroy(site->journal);
	root_destroy(site->root);
	*site = (struct served_site){0};
}
