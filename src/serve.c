/*
 * serve: see serve.h. It owns what there is once for the whole process: the loop, the terminal, the sockets, the
 * control socket, the sandbox; and the sites (sites.h). If a part must call one that is created later, its options
 * hold a function for that: see "calls upwards".
 */
#define _GNU_SOURCE
#include "serve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "accesslog/access_log.h"
#include "base/log.h"
#include "base/loop.h"
#include "control/actions.h"
#include "control/control_api.h"
#include "control/control_socket.h"
#include "editor_setup.h"
#include "greeting_setup.h"
#include "http2/http_server.h"
#include "http/response_writer.h"
#include "https_setup.h"
#include "local_setup.h"
#include "net/listener.h"
#include "security/privdrop.h"
#include "settings/config.h"
#include "settings/ports.h"
#include "sandbox_setup.h"
#include "site/mounts.h"
#include "site/router.h"
#include "sites.h"
#include "ui/browser.h"
#include "ui/greeting.h"
#include "ui/terminal.h"
#include "wire/live_capture.h"
#include "wire_setup.h"

struct server {
	struct config config;
	struct served_process process;
	struct sites *sites;
	struct listener *listener;
	struct access_log *access_log; /* or NULL */
	const struct control_site *vhosts;
	struct greeting greeting;
	struct browser *browser;
	struct actions *actions;
	struct editor_setup *editors;
	struct control_api *control_api;
	struct control_socket *control_socket; /* or NULL */
	struct local_setup *local;
	struct http_server *http;
	struct privdrop *privdrop; /* or NULL */
};

/* ---- calls upwards ---- */

static size_t
reload(void *context, struct slice path)
{
	return sites_reload(((struct server *)context)->sites, path);
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
	live_capture_respond(((struct server *)context)->process.live_capture, rest, response);
}

static void
respond_to_editor(void *context, const struct request *request, struct response *response)
{
	editor_setup_respond(((struct server *)context)->editors, request, response);
}

static void
set_paused(void *context, bool is_paused)
{
	actions_set_paused(((struct server *)context)->actions, is_paused);
}

static void
accept_connection(void *context, int socket, unsigned entry, struct peer peer)
{
	struct server *server = context;

	http_server_accept(
		server->http, socket, https_setup_tls(server->process.https), entry, peer);
}

static void
accept_owner(void *context, int socket)
{
	http_server_accept(
		((struct server *)context)->http, socket, NULL, ROUTER_OWNER, (struct peer){0});
}

/* ---- what is opened before the start ---- */

/* Returns false after an error about the certificate and its key. */
static bool
open_tls(struct server *server)
{
	wire_setup_keys(&server->config, &server->process.live_capture);
	return https_setup_create(&server->process.https, server->process.loop, &server->config);
}

static bool
asks_for_passwords(struct sites *sites)
{
	for (size_t i = 0; i < sites_count(sites); i++)
		if (sites_get(sites, i)->authenticator)
			return true;
	return false;
}

/* Returns false after an error about its file. */
static bool
open_access_log(struct server *server)
{
	struct access_log_options options = {
		.settings = server->config.access_log,
		.loop = server->process.loop,
		.terminal = server->process.terminal,
		.has_events = server->config.terminal.format == TERMINAL_JSON,
		.has_users = asks_for_passwords(server->sites),
	};
	struct root **roots = sites_roots(server->sites, &options.root_count);
	bool is_open;

	options.roots = roots;
	is_open = access_log_create(&server->access_log, &options);
	free(roots);
	return is_open ||
	       config_give_up(&server->config, "access-log", "cannot be written to that file");
}

/* Returns the exit code. */
static int
create_live_capture(struct server *server)
{
	struct wire_setup setup = {.loop = server->process.loop, .listener = server->listener};
	struct root **roots = sites_roots(server->sites, &setup.root_count);
	int code;

	setup.roots = roots;
	code = wire_setup_create(&server->process.live_capture, &server->config, &setup);
	free(roots);
	return code;
}

/* ---- answering ---- */

static void
create_control(struct server *server)
{
	struct served_site *site = sites_get(server->sites, 0);

	server->editors = editor_setup_create(&(struct editor_setup_options){
		.loop = server->process.loop,
		.terminal = server->process.terminal,
		.sites = server->sites,
		.url = server->greeting.url,
		.reload = reload,
		.pause = set_paused,
		.context = server,
	});
	server->process.page_waits = sites_create_page_waits(server->sites, server->process.loop);
	server->control_api = control_api_create(&(struct control_api_options){
		.root = site->root,
		.watch = mounts_watch(site->mounts),
		.hub = site->hub,
		.journal = site->journal,
		.places = &site->page_setup.places,
		.waits = server->process.page_waits,
		.version = config_version,
		.url = server->greeting.url,
		.reload = reload,
		.stop = stop,
		.wire = respond_by_wire,
		.editor = respond_to_editor,
		.wire_url = live_capture_url(server->process.live_capture),
		.status_url = local_setup_status_url(server->local),
		.context = server,
		.sites = server->vhosts,
		.site_count = sites_count(server->sites) - 1,
	});
	server->control_socket = control_socket_create(server->process.loop, root_path(site->root),
		listener_port(server->listener), accept_owner, server);
}

/* Creates the parts that answer requests. What can fail by a wrong setting was done before. */
static void
create_parts(struct server *server)
{
	const struct served_site *site = sites_get(server->sites, 0);
	struct response_handler handler;

	greeting_setup_init(&server->greeting,
		&(struct greeting_setup){&server->config, site->root, server->listener,
			server->process.live_capture, server->process.https,
			mounts_watch(site->mounts), server->process.terminal});
	server->vhosts = sites_for_control(server->sites, server->greeting.url);
	server->local = local_setup_create(&(struct local_setup_options){&server->config,
		server->process.loop, site->root, site->hub, site->mounts, server->process.terminal,
		server->greeting.url, live_capture_url(server->process.live_capture),
		server->vhosts, sites_count(server->sites) - 1});
	create_control(server);
	handler = sites_answer(server->sites, server->control_api, server->local);
	if (server->config.has_keep_alive)
		response_writer_set_keep_alive(server->config.keep_alive_s);
	access_log_wrap(server->access_log, &handler);
	wire_setup_handler(&handler, server->process.live_capture);
	server->http = http_server_create(server->process.loop, &handler);
}

/* ---- running ---- */

/* Returns false after an error: the system gives no descriptors at all. */
static bool
create_process(struct server *server)
{
	struct served_process *process = &server->process;

	process->terminal = terminal_create(&server->config.terminal);
	process->loop = loop_create();
	if (process->loop) {
		terminal_begin(process->terminal, process->loop);
		sites_begin(server->sites);
		server->browser = browser_create(process->loop, &server->config.browser);
		server->actions = actions_create(&(struct actions_options){
			.loop = process->loop,
			.terminal = process->terminal,
			.hubs = sites_hubs(server->sites),
			.hub_count = sites_count(server->sites),
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
log_held_back(struct sites *sites)
{
	for (size_t i = 0; i < sites_count(sites); i++)
		config_log_held_back(sites_get(sites, i)->config, NULL);
}

/* Comes last: what was not opened before cannot be opened any more. */
static void
drop_rights(struct server *server)
{
	if (actions_has_keys(server->actions))
		browser_start_broker(server->browser, server->greeting.url);
	server->privdrop = sandbox_setup_enter(&(struct sandbox_setup){
		.config = &server->config,
		.sites = server->sites,
		.https = server->process.https,
		.access_log = server->access_log,
		.socket = control_socket_path(server->control_socket),
	});
}

/* Returns the exit code. */
static int
listen_and_capture(struct server *server)
{
	int code;

	server->listener = listener_create(server->process.loop, accept_connection, server);
	code = ports_open(&server->config, server->listener, ROUTER_PAGES, ROUTER_LIVERELOAD);
	return code ? code : create_live_capture(server);
}

/* Returns the exit code. */
static int
run(struct server *server)
{
	const struct config *config = &server->config;
	int code;

	server->sites = sites_create(&server->process, &server->config, &code);
	if (!server->sites)
		return code;
	listener_raise_descriptor_limit();
	if (!create_process(server))
		return 1;
	log_held_back(server->sites);
	if (!open_tls(server) || !sites_open_folders(server->sites) || !open_access_log(server))
		return 2;
	sites_follow_settings(server->sites);
	code = listen_and_capture(server);
	if (code)
		return code;
	create_parts(server);
	terminal_print_start(server->process.terminal, &server->greeting.start);
	if (config->open_browser)
		server->process.first_page = first_page_create(&(struct first_page_options){
			server->process.loop, server->browser, server->process.terminal,
			server->greeting.page_url, config->open_path});
	actions_begin(server->actions, &server->greeting.start, server->greeting.page_url);
	if (config->sandboxed)
		drop_rights(server);
	loop_run(server->process.loop);
	return 0;
}

static void
destroy(struct server *server)
{
	struct served_process *process = &server->process;

	privdrop_destroy(server->privdrop);
	control_socket_destroy(server->control_socket);
	listener_destroy(server->listener);
	http_server_destroy(server->http);
	if (server->sites)
		sites_disconnect(server->sites);
	page_waits_destroy(process->page_waits);
	process->page_waits = NULL;
	https_setup_destroy(process->https);
	live_capture_destroy(process->live_capture);
	process->live_capture = NULL;
	local_setup_destroy(server->local);
	access_log_destroy(server->access_log);
	editor_setup_destroy(server->editors);
	control_api_destroy(server->control_api);
	actions_destroy(server->actions);
	first_page_destroy(process->first_page);
	process->first_page = NULL;
	browser_destroy(server->browser);
	sites_destroy(server->sites);
	greeting_finish(&server->greeting);
	terminal_destroy(process->terminal);
	loop_destroy(process->loop);
	config_finish(&server->config);
}

int
serve_run(int count, char **arguments)
{
	struct server server = {.process = {.argument_count = count, .arguments = arguments}};
	enum config_verdict verdict = config_read(&server.config, count, arguments);
	int code = verdict == CONFIG_WRONG ? 2 : 0;

	log_set_level(server.config.log_level);
	if (verdict == CONFIG_RUN)
		code = run(&server);
	destroy(&server);
	return code;
}
