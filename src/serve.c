/*
 * serve: see serve.h. It owns all parts and creates them in the order of their folders. If a part must
 * call one that is created later, its options hold a function for that: see "calls upwards".
 */
#define _GNU_SOURCE
#include "serve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "accesslog/access_log.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "commands/words.h"
#include "control/actions.h"
#include "control/control_api.h"
#include "control/control_socket.h"
#include "folders.h"
#include "greeting_setup.h"
#include "fs/root.h"
#include "http2/http_server.h"
#include "https_setup.h"
#include "live/hub.h"
#include "live/importers.h"
#include "live/journal.h"
#include "live/page_sockets.h"
#include "live/problems.h"
#include "local_setup.h"
#include "net/listener.h"
#include "page_setup.h"
#include "proxy/proxy.h"
#include "proxy_setup.h"
#include "publisher.h"
#include "sandbox_setup.h"
#include "security/authenticator.h"
#include "settings/config.h"
#include "settings/config_watch.h"
#include "settings/ports.h"
#include "document_hold.h"
#include "site/mounts.h"
#include "site/router.h"
#include "site/static_files.h"
#include "ui/browser.h"
#include "ui/first_page.h"
#include "ui/greeting.h"
#include "ui/terminal.h"
#include "watch/extra_watches.h"
#include "watch/watch.h"
#include "wire/live_capture.h"
#include "wire_setup.h"

struct server {
	struct config config;
	struct loop *loop;
	struct terminal *terminal;
	struct root *root;
	struct https_setup *https; /* or NULL */
	struct listener *listener;
	struct live_capture *live_capture; /* or NULL */
	struct access_log *access_log;     /* or NULL */
	struct publisher *publisher;
	struct mounts *mounts;
	struct extra_watches *extra_watches;
	struct journal *journal;
	struct problems *problems;
	struct importers *importers;
	struct hub *hub;
	struct document_hold *document_hold;
	struct page_sockets *page_sockets;
	struct page_setup page_setup;
	struct authenticator *authenticator; /* or NULL */
	struct script_files scripts;
	struct proxy *proxy; /* or NULL */
	struct greeting greeting;
	struct browser *browser;
	struct first_page *first_page; /* or NULL */
	struct actions *actions;
	struct control_api *control_api;
	struct control_socket *control_socket; /* or NULL */
	struct static_files *static_files;
	struct router *router;
	struct local_setup *local;
	struct http_server *http;
	struct config_watch *config_watch;
	struct privdrop *privdrop; /* or NULL */
};

/* ---- calls upwards ---- */

/* A page that is being loaded has asked for its files, and has not told the hub of them yet. */
static bool
is_used(void *context, const char *path)
{
	const struct server *server = context;
	struct watch_description file;

	watch_describe(mounts_watch(server->mounts), path, false, &file);
	return file.is_used || hub_pages_using(server->hub, slice_of(path)) > 0;
}

static enum watch_verdict
find_state(void *context, struct slice url, uint64_t *state)
{
	return static_files_state(((struct server *)context)->static_files, url, state);
}

/* An extra watch reports its files itself, unless a mount shows another file in their place. */
static bool
is_covered(void *context, const char *path)
{
	const struct server *server = context;
	struct mounts_place place = {0};

	if (mounts_find(server->mounts, path, &place) &&
		place.watch != mounts_watch(server->mounts))
		return false;
	return extra_watches_cover(server->extra_watches, path) ||
	       config_watch_covers(server->config_watch, path);
}

static void
note_published(void *context, const struct changes *changes, size_t pages)
{
	const struct server *server = context;

	watch_note_pages(mounts_watch(server->mounts), changes, pages);
	wire_setup_note_changes(server->live_capture, changes);
}

static size_t
reload(void *context, struct slice path)
{
	return publisher_reload(((struct server *)context)->publisher, path);
}

static void
stop(void *context)
{
	log_notice("stopped by: liveserve stop");
	actions_quit(((struct server *)context)->actions);
}

static void
respond_by_wire(void *context, struct slice rest, struct response *response)
{
	live_capture_respond(((struct server *)context)->live_capture, rest, response);
}

static void
print_page_message(void *context, const struct page_message *message)
{
	page_setup_print(&((struct server *)context)->page_setup, message);
}

static void
note_arrival(void *context, const struct hub_arrival *arrival)
{
	first_page_note(((struct server *)context)->first_page, arrival);
}

static void
accept_connection(void *context, int socket, unsigned entry, struct peer peer)
{
	struct server *server = context;

	http_server_accept(server->http, socket, https_setup_tls(server->https), entry, peer);
}

static void
accept_owner(void *context, int socket)
{
	http_server_accept(
		((struct server *)context)->http, socket, NULL, ROUTER_OWNER, (struct peer){0});
}

/* ---- settings ---- */

/* The options that can change while the server runs: is_live in option_table.c. */
static void
settings_changed(void *context, const struct config *config, const char *sentence)
{
	struct server *server = context;
	const struct hub_settings hub = {config->reload_only, config->console_level};
	const struct router_settings router = {
		config->access, config->headers, config->header_count};
	const struct event event = {.kind = EVENT_SETTINGS_CHANGED, .text = sentence};

	log_set_level(config->log_level);
	page_setup_reconfigure(&server->page_setup, config);
	mounts_reconfigure(server->mounts, &config->watch);
	extra_watches_reconfigure(server->extra_watches, &config->watch);
	hub_reconfigure(server->hub, &hub);
	publisher_reconfigure(server->publisher, &config->static_files);
	static_files_reconfigure(server->static_files, &config->static_files);
	server->scripts.serves_hidden = config->static_files.serves_hidden;
	router_reconfigure(server->router, &router);
	terminal_print(server->terminal, &event);
}

/* ---- secrets ---- */

/* Returns false after an error about the file of passwords, or the certificate and its key. */
static bool
read_secrets(struct server *server)
{
	struct config *config = &server->config;

	if (config->htpasswd)
		server->authenticator = authenticator_create(server->loop, config->htpasswd);
	if (config->htpasswd && !server->authenticator)
		return false;
	wire_setup_keys(config, &server->live_capture);
	return https_setup_create(&server->https, server->loop, config);
}

/* ---- watching ---- */

static void
create_publisher(struct server *server)
{
	server->journal = journal_create();
	server->importers = importers_create();
	server->problems = problems_create(server->root, is_used, server);
	server->hub = hub_create(&(struct hub_options){
		.loop = server->loop,
		.journal = server->journal,
		.problems = server->problems,
		.wake = page_sockets_wake,
		.find_state = find_state,
		.report = print_page_message,
		.arrived = note_arrival,
		.context = server,
		.index_names = server->config.static_files.names.index,
		.settings = {server->config.reload_only, server->config.console_level},
	});
	server->document_hold = document_hold_create(server->loop);
	server->publisher = publisher_create(&(struct publisher_options){
		.journal = server->journal,
		.hub = server->hub,
		.importers = server->importers,
		.problems = server->problems,
		.terminal = server->terminal,
		.places = &server->page_setup.places,
		.document_hold = server->document_hold,
		.is_covered = is_covered,
		.published = note_published,
		.context = server,
		.files = &server->config.static_files,
	});
}

/* Returns false after an error about the first folder that is not there. */
static bool
create_folders(struct server *server)
{
	const struct watch_listener site = publisher_site_listener(server->publisher);
	const struct watch_listener elsewhere = publisher_elsewhere_listener(server->publisher);

	server->mounts = mounts_create(server->loop, server->root, &server->config.watch, &site);
	server->extra_watches = extra_watches_create(
		server->loop, server->root, &server->config.watch, &elsewhere);
	return folders_add_mounts(server->mounts, &server->config) &&
	       folders_add_watches(server->extra_watches, &server->config);
}

/* Returns false after an error about its file. */
static bool
open_access_log(struct server *server)
{
	struct access_log_options options = {
		.settings = server->config.access_log,
		.loop = server->loop,
		.terminal = server->terminal,
		.has_events = server->config.terminal.format == TERMINAL_JSON,
		.has_users = server->authenticator,
	};
	struct root **roots = folders_roots(
		server->mounts, server->extra_watches, &options.root_count);
	bool is_open;

	options.roots = roots;
	is_open = access_log_create(&server->access_log, &options);
	free(roots);
	return is_open ||
	       config_give_up(&server->config, "access-log", "cannot be written to that file");
}

/* ---- answering ---- */

static void
create_control(struct server *server)
{
	server->control_api = control_api_create(&(struct control_api_options){
		.root = server->root,
		.watch = mounts_watch(server->mounts),
		.hub = server->hub,
		.version = config_version,
		.url = server->greeting.url,
		.reload = reload,
		.stop = stop,
		.wire = respond_by_wire,
		.wire_url = live_capture_url(server->live_capture),
		.status_url = local_setup_status_url(server->local),
		.context = server,
	});
	server->control_socket = control_socket_create(server->loop, root_path(server->root),
		listener_port(server->listener), accept_owner, server);
}

static void
create_site(struct server *server)
{
	const struct config *config = &server->config;
	struct static_files_options files = config->static_files;

	files.loop = server->loop;
	files.mounts = server->mounts;
	files.script_tag = &server->page_setup.script_tag;
	publisher_join(server->publisher, &files);
	server->static_files = static_files_create(&files);
	server->proxy = proxy_setup_create(
		config, &(struct proxy_setup){server->loop, &server->page_setup.script_tag,
				https_setup_tls(server->https), server->publisher, &server->scripts,
				server->mounts});
	server->router = router_create(&(struct router_options){
		.static_files = server->static_files,
		.ruled_files = ruled_files_create(server->static_files, server->mounts,
			&server->page_setup.script_tag, publisher_rule_files(server->publisher)),
		.script_tag = &server->page_setup.script_tag,
		.control_api = server->control_api,
		.page_sockets = server->page_sockets,
		.proxy = server->proxy,
		.files_come_first = config->proxy_after_files,
		.authenticator = server->authenticator,
		.phone_certificate = https_setup_phone_certificate(server->https),
		.settings = {config->access, config->headers, config->header_count},
	});
	struct response_handler handler = router_handler(server->router);
	document_hold_wrap(server->document_hold, &handler);
	local_setup_wrap(server->local, &handler);
	access_log_wrap(server->access_log, &handler);
	wire_setup_handler(&handler, server->live_capture);
	server->http = http_server_create(server->loop, &handler);
}

/* Creates the parts that answer requests. What can fail by a wrong setting was done before. */
static void
create_parts(struct server *server)
{
	const struct config *config = &server->config;

	server->page_sockets = page_sockets_create(server->loop, server->hub);
	page_setup_init(&server->page_setup, config, server->journal, server->mounts,
		server->terminal, server->publisher);
	greeting_setup_init(
		&server->greeting, &(struct greeting_setup){config, server->root, server->listener,
					   server->live_capture, server->https,
					   mounts_watch(server->mounts), server->terminal});
	server->local = local_setup_create(&(struct local_setup_options){config, server->loop,
		server->root, server->hub, server->mounts, server->terminal, server->greeting.url,
		live_capture_url(server->live_capture)});
	create_control(server);
	create_site(server);
}

/* ---- running ---- */

/* Returns false after an error: the system gives no descriptors at all. */
static bool
create_process(struct server *server)
{
	server->terminal = terminal_create(&server->config.terminal);
	server->loop = loop_create();
	if (server->loop) {
		terminal_begin(server->terminal, server->loop);
		create_publisher(server);
		server->browser = browser_create(server->loop, &server->config.browser);
		server->actions = actions_create(&(struct actions_options){
			.loop = server->loop,
			.terminal = server->terminal,
			.hub = server->hub,
			.browser = server->browser,
			.reload = reload,
			.context = server,
		});
	}
	if (!server->actions)
		log_error("the system gives no descriptors to begin with: %s", strerror(errno));
	return server->actions;
}

static void
drop_rights(struct server *server)
{
	if (actions_has_keys(server->actions))
		browser_start_broker(server->browser, server->greeting.url);
	server->privdrop = sandbox_setup_enter(&(struct sandbox_setup){
		.config = &server->config,
		.mounts = server->mounts,
		.extra_watches = server->extra_watches,
		.config_watch = server->config_watch,
		.https = server->https,
		.access_log = server->access_log,
		.socket = control_socket_path(server->control_socket),
		.connects = server->proxy,
	});
}

/* Returns the exit code. */
static int
run(struct server *server, int count, char **arguments)
{
	const struct config *config = &server->config;
	int code;

	server->root = root_create(config->root);
	if (!server->root || !root_set_bounds(server->root, config->root_bounds)) {
		words_log_no_folder(config->root);
		return 2;
	}
	listener_raise_descriptor_limit();
	if (!create_process(server))
		return 1;
	config_log_held_back(config, NULL);
	if (!read_secrets(server) || !create_folders(server) || !open_access_log(server))
		return 2;
	server->config_watch = config_watch_create(
		server->loop, server->root, config, count, arguments, settings_changed, server);
	server->listener = listener_create(server->loop, accept_connection, server);
	code = ports_open(&server->config, server->listener, ROUTER_PAGES, ROUTER_LIVERELOAD);
	if (!code)
		code = wire_setup_create(&server->live_capture, config,
			&(struct wire_setup){server->loop, server->listener, server->mounts,
				server->extra_watches});
	if (code)
		return code;
	create_parts(server);
	terminal_print_start(server->terminal, &server->greeting.start);
	if (config->open_browser)
		server->first_page = first_page_create(
			&(struct first_page_options){server->loop, server->browser,
				server->terminal, server->greeting.page_url, config->open_path});
	actions_begin(server->actions, &server->greeting.start, server->greeting.page_url);
	if (config->sandboxed)
		drop_rights(server);
	loop_run(server->loop);
	return 0;
}

static void
destroy(struct server *server)
{
	privdrop_destroy(server->privdrop);
	control_socket_destroy(server->control_socket);
	listener_destroy(server->listener);
	http_server_destroy(server->http);
	page_sockets_destroy(server->page_sockets);
	proxy_destroy(server->proxy);
	https_setup_destroy(server->https);
	live_capture_destroy(server->live_capture);
	local_setup_destroy(server->local);
	access_log_destroy(server->access_log);
	router_destroy(server->router);
	authenticator_destroy(server->authenticator);
	control_api_destroy(server->control_api);
	static_files_destroy(server->static_files);
	extra_watches_destroy(server->extra_watches);
	config_watch_destroy(server->config_watch);
	mounts_destroy(server->mounts);
	actions_destroy(server->actions);
	first_page_destroy(server->first_page);
	browser_destroy(server->browser);
	publisher_destroy(server->publisher);
	document_hold_destroy(server->document_hold);
	hub_destroy(server->hub);
	problems_destroy(server->problems);
	importers_destroy(server->importers);
	journal_destroy(server->journal);
	greeting_finish(&server->greeting);
	terminal_destroy(server->terminal);
	loop_destroy(server->loop);
	root_destroy(server->root);
	config_finish(&server->config);
}

int
serve_run(int count, char **arguments)
{
	struct server server = {0};
	enum config_verdict verdict = config_read(&server.config, count, arguments);
	int code = verdict == CONFIG_WRONG ? 2 : 0;

	log_set_level(server.config.log_level);
	if (verdict == CONFIG_RUN)
		code = run(&server, count, arguments);
	destroy(&server);
	return code;
}
