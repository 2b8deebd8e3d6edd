/*
 * serve: see serve.h. Makes every part, hands each its options and joins them; then runs the loop
 * until the program is told to stop.
 */
#define _GNU_SOURCE
#include "serve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ui/browser.h"
#include "settings/config.h"
#include "security/privdrop.h"
#include "control/control_socket.h"
#include "control/control_api.h"
#include "site/static_files.h"
#include "settings/config_watch.h"
#include "security/htpasswd.h"
#include "live/hub.h"
#include "live/importers.h"
#include "live/problems.h"
#include "live/journal.h"
#include "live/websocket.h"
#include "http/http1.h"
#include "net/tls.h"
#include "publisher.h"
#include "net/lan_address.h"
#include "base/log.h"
#include "watch/extra_watch.h"
#include "base/loop.h"
#include "base/mem.h"
#include "site/mounts.h"
#include "control/actions.h"
#include "ui/qr_code.h"
#include "fs/root.h"
#include "net/listener.h"
#include "proxy/proxy.h"
#include "site/router.h"
#include "ui/terminal.h"
#include "watch/watch.h"

enum { DESCRIPTORS_MAX = 32 * 1024 };

struct program {
	struct config config;
	struct loop *loop;
	struct root *root;
	struct terminal *terminal;
	struct mounts *mounts;
	struct journal *journal;
	struct script_tag script_tag;
	struct problems *problems;
	struct hub *hub;
	struct importers *importers;
	struct static_files *static_files;
	struct router *router;
	uint16_t ports[2]; /* of access_options */
	struct htpasswd *htpasswd;
	struct proxy *proxy;
	struct extra_watch **extra_watches;
	size_t lookout_count;
	struct config_watch *config_watch;
	struct control_api *control_api;
	struct tls *tls;
	struct http1 *http1;
	struct websockets *websockets;
	struct listener *listener;
	struct control_socket *control_socket;
	struct privdrop *privdrop;
	struct browser *browser;
	struct actions *actions;
	struct publisher *publisher;
	char *url, *page_url, *remark, *network, *drawing;
	struct event_start start;
};

static bool
is_used(void *context, struct slice path)
{
	struct program *program = context;

	return hub_pages_using(program->hub, path) > 0;
}

static bool
find_state(void *context, struct slice url, uint64_t *state)
{
	struct program *program = context;

	return static_files_state(program->static_files, url, state);
}

/* What lies where a lookout looks is told by that, unless it is shown from elsewhere, too. */
static bool
is_covered(void *context, const char *path)
{
	const struct program *program = context;
	struct mounts_place place = {0};

	if (mounts_find(program->mounts, path, &place) &&
		place.watch != mounts_watch(program->mounts))
		return false;
	for (size_t i = 0; i < program->lookout_count; i++)
		if (extra_watch_covers(program->extra_watches[i], path))
			return true;
	return config_watch_covers(program->config_watch, path);
}

static void
files_changed(void *context, const struct changes *changes)
{
	struct program *program = context;

	publisher_changed(program->publisher, changes);
}

static void
watched_changed(void *context, const struct changes *changes)
{
	struct program *program = context;

	publisher_changed_elsewhere(program->publisher, changes);
}

static void
files_unchanged(void *context, const struct changes *changes)
{
	struct program *program = context;

	publisher_unchanged(program->publisher, changes);
}

static void
changes_lost(void *context)
{
	struct program *program = context;

	publisher_lost(program->publisher);
}

static size_t
reload(void *context, struct slice path)
{
	struct program *program = context;

	return publisher_reload(program->publisher, path);
}

/* What both the first settings and later ones say; host and ports stay as they are. */
static struct router_options
router_options(const struct program *program, const struct config *config)
{
	struct router_options options = {
		.static_files = program->static_files,
		.script_tag = &program->script_tag,
		.control_api = program->control_api,
		.htpasswd = program->htpasswd,
		.websockets = program->websockets,
		.proxy = program->proxy,
		.access = config->access,
		.headers = config->headers,
		.header_count = config->header_count,
	};

	options.access.host = program->config.access.host;
	memcpy(options.access.ports, program->ports, sizeof(program->ports));
	return options;
}

static struct static_files_options
static_files_options(struct program *program, const struct config *config)
{
	struct static_files_options options = config->static_files;

	options.mounts = program->mounts;
	options.script_tag = &program->script_tag;
	options.importers = program->importers;
	return options;
}

/* The options that can change while the program runs: is_live in option_table.c. */
static void
settings_changed(void *context, const struct config *config, const char *sentence)
{
	struct program *program = context;
	const struct static_files_options files = static_files_options(program, config);
	const struct router_options router = router_options(program, config);
	const struct hub_settings hub = {config->reload_only, config->console_level};

	log_set_level(config->log_level);
	program->script_tag.console = config->console_level;
	mounts_reconfigure(program->mounts, &config->watch);
	hub_reconfigure(program->hub, &hub);
	static_files_reconfigure(program->static_files, &files);
	router_reconfigure(program->router, &router);
	for (size_t i = 0; i < program->lookout_count; i++)
		extra_watch_reconfigure(program->extra_watches[i], &config->watch);
	terminal_print(program->terminal,
		&(struct event){.kind = EVENT_SETTINGS_CHANGED, .text = sentence});
}

static void
page_says(void *context, const struct page_message *said)
{
	struct program *program = context;

	terminal_print(program->terminal,
		&(struct event){.kind = EVENT_PAGE_MESSAGE, .page_message = said});
}

static void
owner_arrives(void *context, int socket)
{
	struct program *program = context;

	http1_accept(program->http1, socket, HTTP1_OWNER);
}

static void
connection_accepted(void *context, int socket, enum listener_entry entry)
{
	struct program *program = context;

	http1_accept(program->http1, socket,
		entry == LISTENER_LIVERELOAD ? HTTP1_LIVERELOAD : HTTP1_PAGES);
}

static void
answer(void *context, const struct request *request, struct response *response)
{
	struct program *program = context;

	router_respond(program->router, request, response);
}

static void
refuse(void *context, int status, struct response *response)
{
	struct program *program = context;

	router_refuse(program->router, status, response);
}

static void
before_wait(void *context)
{
	struct program *program = context;

	if (!actions_go_on(program->actions))
		loop_stop(program->loop);
}

/* As many connections as the system lets this program have, within reason. */
static void
raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max < DESCRIPTORS_MAX ? limit.rlim_max
								  : DESCRIPTORS_MAX;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static bool
open_root(struct program *program)
{
	const char *path = program->config.root;

	program->root = root_create(path);
	if (program->root)
		return true;
	if (errno == ENOENT)
		log_error("there is no folder \"%s\"; give the folder that holds the pages", path);
	else if (errno == ENOTDIR)
		log_error("\"%s\" is a file; give the folder that holds it", path);
	else
		log_error("cannot open the folder \"%s\": %s", path, strerror(errno));
	return false;
}

static bool
look_out(struct program *program)
{
	const struct watch_listener listener = {
		.changed = watched_changed,
		.lost = changes_lost,
		.context = program,
	};
	const char *const *paths = program->config.extra_watches.items;
	size_t count = program->config.extra_watches.count;

	program->extra_watches = mem_array(count, sizeof(*program->extra_watches));
	for (size_t i = 0; i < count; i++) {
		struct extra_watch *extra_watch = extra_watch_create(
			program->loop, paths[i], program->root, &program->config.watch, &listener);

		if (extra_watch) {
			program->extra_watches[program->lookout_count++] = extra_watch;
		} else if (!config_leave_out(&program->config, "watch", i, strerror(errno))) {
			log_error("cannot watch \"%s\": %s; give --watch a folder or a file that "
				  "is there",
				paths[i], strerror(errno));
			return false;
		}
	}
	return true;
}

static struct hub *
create_hub(struct program *program)
{
	const struct hub_options options = {
		.journal = program->journal,
		.problems = program->problems,
		.wake = websockets_wake,
		.find_state = find_state,
		.said = page_says,
		.context = program,
		.settings = {program->config.reload_only, program->config.console_level},
	};

	return hub_create(&options);
}

static struct publisher *
create_publisher(struct program *program)
{
	const struct publisher_options options = {
		.journal = program->journal,
		.hub = program->hub,
		.importers = program->importers,
		.problems = program->problems,
		.terminal = program->terminal,
		.watch = mounts_watch(program->mounts),
		.is_covered = is_covered,
		.context = program,
	};

	return publisher_create(&options);
}

static struct actions *
take_orders(struct program *program)
{
	const struct actions_options options = {
		.loop = program->loop,
		.terminal = program->terminal,
		.hub = program->hub,
		.browser = program->browser,
		.reload = reload,
		.context = program,
	};

	return actions_create(&options);
}

/* Returns false after logging the first that is not there. */
static bool
mount_all(struct program *program)
{
	for (size_t i = 0; i < program->config.mount_count; i++) {
		const struct mounts_rule *rule = &program->config.mounts[i];

		if (mounts_add(program->mounts, rule) ||
			config_leave_out(&program->config, "mount", i, strerror(errno)))
			continue;
		log_error("cannot serve \"%s\" at /%s: %s; give --mount a folder or a file that "
			  "is there",
			rule->path, rule->route, strerror(errno));
		return false;
	}
	return true;
}

/* NULL when no option asks for it. */
static struct proxy *
create_proxy(struct program *program)
{
	const struct proxy_options options = {
		.loop = program->loop,
		.script_tag = &program->script_tag,
		.upstreams = program->config.proxies,
		.upstream_count = program->config.proxy_count,
	};

	return options.upstream_count ? proxy_create(&options) : NULL;
}

/* What brings requests to the router, and pages to the hub. Nothing listens yet. */
static void
create_server(struct program *program)
{
	const struct http1_handler handler = {
		.answer = answer,
		.refuse = refuse,
		.context = program,
	};
	struct router_options router;

	program->websockets = websockets_create(program->loop, program->hub);
	router = router_options(program, &program->config);
	program->router = router_create(&router);
	program->http1 = http1_create(program->loop, &handler);
	program->listener = listener_create(program->loop, connection_accepted, program);
}

static bool
build(struct program *program)
{
	struct watch_listener listener = {
		.changed = files_changed,
		.unchanged = files_unchanged,
		.lost = changes_lost,
		.context = program,
	};
	struct static_files_options files;

	program->loop = loop_create();
	program->terminal = terminal_create(&program->config.terminal);
	program->journal = journal_create();
	program->problems = problems_create(program->root, is_used, program);
	program->hub = create_hub(program);
	if (program->loop) {
		program->browser = browser_create(program->loop, &program->config.browser);
		program->actions = take_orders(program);
	}
	if (!program->actions) {
		log_error("the system gives no descriptors to begin with: %s", strerror(errno));
		return false;
	}
	program->mounts = mounts_create(
		program->loop, program->root, &program->config.watch, &listener);
	program->importers = importers_create();
	program->publisher = create_publisher(program);
	program->script_tag = (struct script_tag){
		.journal = program->journal,
		.console = program->config.console_level,
	};
	files = static_files_options(program, &program->config);
	program->static_files = static_files_create(&files);
	program->proxy = create_proxy(program);
	create_server(program);
	return true;
}

/* Returns false after logging what is wrong with the file of passwords. */
static bool
read_passwords(struct program *program)
{
	if (!program->config.htpasswd)
		return true;
	program->htpasswd = htpasswd_create(program->config.htpasswd);
	return program->htpasswd;
}

/* False after a sentence on what is wrong with the certificate or its key. */
static bool
seal(struct program *program)
{
	if (!program->config.tls.is_on)
		return true;
	program->tls = tls_create(program->loop, &program->config.tls);
	if (!program->tls)
		return config_give_up(&program->config, "https", "cannot be had with these");
	http1_set_tls(program->http1, program->tls);
	return true;
}

/* What a file says is no reason not to start: then the default is tried. */
static bool
can_do_without(struct program *program, enum listener_verdict verdict)
{
	if (verdict == LISTENER_BAD_HOST)
		return config_give_up(&program->config, "host", "is no address of this machine");
	if (verdict == LISTENER_PORT_REFUSED)
		return config_give_up(&program->config, "port", "is only for root");
	return false;
}

/* Returns the exit code: 0 when it listens. */
static int
listen_somewhere(struct program *program)
{
	const struct listener_options *options = &program->config.server;
	enum listener_verdict verdict;

	do
		verdict = listener_open(program->listener, options);
	while (verdict != LISTENER_OPEN && can_do_without(program, verdict));
	switch (verdict) {
	case LISTENER_OPEN:
		return 0;
	case LISTENER_BAD_HOST:
		log_error("\"%s\" is no address of this machine; try --host=localhost, or "
			  "--host=0.0.0.0 for all of its addresses",
			options->host);
		return 2;
	case LISTENER_PORT_REFUSED:
		log_error("port %u is only for root; take one above 1023, such as --port=9000",
			options->port);
		return 2;
	case LISTENER_PORT_TAKEN:
		log_error("port %u is taken by another program; stop it or choose another --port",
			options->port);
		return 1;
	case LISTENER_FAILED:
		break;
	}
	log_error("cannot listen on %s: %s", options->host, strerror(errno));
	return 1;
}

/* Another LiveReload may have that port: no reason not to serve. */
static void
open_livereload(struct program *program)
{
	const struct listener_options *options = &program->config.server;
	uint16_t port;

	if (!options->has_livereload)
		return;
	port = listener_open_livereload(program->listener, options);
	if (port) {
		program->ports[0] = listener_port(program->listener);
		program->ports[1] = port;
	} else {
		log_notice("livereload.js finds nobody at port %u (%s); stop what has it, or "
			   "choose another --livereload-port",
			options->livereload_port, strerror(errno));
	}
}

/* Where a browser on this machine finds the server. */
static char *
address(const struct program *program, const char *path)
{
	const char *host = program->config.server.host;
	bool is_v6 = strchr(host, ':');

	if (strcmp(host, LISTENER_EVERYWHERE) == 0 || strcmp(host, "0.0.0.0") == 0 ||
		strcmp(host, "::") == 0) {
		host = "localhost";
		is_v6 = false;
	}
	return mem_format("http%s://%s%s%s:%u%s", program->config.tls.is_on ? "s" : "",
		is_v6 ? "[" : "", host, is_v6 ? "]" : "", listener_port(program->listener), path);
}

/* Where others in the network find it, also as a drawing for the camera of a phone. */
static void
describe_network(struct program *program)
{
	char *address = lan_address();
	struct buf drawing = {0};

	if (!address) {
		log_notice("this machine is in no network, so --lan shows no address");
		return;
	}
	program->network = mem_format("http%s://%s:%u/", program->config.tls.is_on ? "s" : "",
		address, listener_port(program->listener));
	qr_code_draw(&drawing, program->network, terminal_columns(program->terminal),
		terminal_has_colour(program->terminal));
	program->drawing = drawing.bytes;
	free(address);
}

static void
describe(struct program *program)
{
	unsigned wanted = program->config.server.port;

	program->url = address(program, "/");
	program->page_url = address(program, program->config.open_path);
	if (wanted && wanted != listener_port(program->listener))
		program->remark = mem_format("port %u is taken", wanted);
	if (program->config.is_lan)
		describe_network(program);
	program->start = (struct event_start){
		.version = config_version,
		.root = root_path(program->root),
		.url = program->url,
		.url_note = program->remark,
		.network_url = program->network,
		.qr_code = program->drawing,
		.is_polling = watch_is_polling(mounts_watch(program->mounts)),
	};
}

static void
greet(const struct program *program)
{
	terminal_print_start(program->terminal, &program->start);
	if (program->config.open_browser)
		browser_open(program->browser, program->page_url);
}

/* From now on "liveserve why", "reload" and "status" reach this server. */
static void
open_control(struct program *program)
{
	const struct control_api_options options = {
		.root = program->root,
		.watch = mounts_watch(program->mounts),
		.hub = program->hub,
		.version = config_version,
		.url = program->url,
		.reload = reload,
		.context = program,
	};
	struct router_options router;

	program->control_api = control_api_create(&options);
	router = router_options(program, &program->config);
	router_reconfigure(program->router, &router);
	program->control_socket = control_socket_create(
		program->loop, root_path(program->root), owner_arrives, program);
}

/* Last of all, for what was not done before it cannot be done any more. */
static void
privdrop(struct program *program)
{
	size_t mounted = mounts_count(program->mounts);
	size_t count = mounted + program->lookout_count;
	struct root **roots = mem_array(count, sizeof(*roots));
	const struct config_files *sources = &program->config.sources;
	const char **files = mem_array(sources->file_count + 1, sizeof(*files));
	const struct privdrop_options options = {
		.roots = roots,
		.root_count = count,
		.files = files,
		.socket = program->control_socket ? control_socket_path(program->control_socket)
						  : NULL,
		.reads_everything = program->config.static_files.follows_links,
	};

	for (size_t i = 0; i < mounted; i++)
		roots[i] = mounts_root(program->mounts, i);
	for (size_t i = 0; i < program->lookout_count; i++)
		roots[mounted + i] = extra_watch_root(program->extra_watches[i]);
	for (size_t i = 0; i < sources->file_count; i++)
		files[i] = sources->files[i].path;
	if (actions_has_keys(program->actions))
		browser_start_broker(program->browser);
	program->privdrop = privdrop_create(&options);
	if (program->privdrop)
		config_watch_set_opener(program->config_watch, privdrop_open, program->privdrop);
	free(files);
	free(roots);
}

static void
tear_down(struct program *program)
{
	privdrop_destroy(program->privdrop);
	control_socket_destroy(program->control_socket);
	free(program->url);
	free(program->page_url);
	free(program->remark);
	free(program->network);
	free(program->drawing);
	listener_destroy(program->listener);
	http1_destroy(program->http1);
	websockets_destroy(program->websockets);
	proxy_destroy(program->proxy);
	tls_destroy(program->tls);
	router_destroy(program->router);
	htpasswd_destroy(program->htpasswd);
	control_api_destroy(program->control_api);
	static_files_destroy(program->static_files);
	publisher_destroy(program->publisher);
	importers_destroy(program->importers);
	for (size_t i = 0; i < program->lookout_count; i++)
		extra_watch_destroy(program->extra_watches[i]);
	free(program->extra_watches);
	config_watch_destroy(program->config_watch);
	actions_destroy(program->actions);
	browser_destroy(program->browser);
	mounts_destroy(program->mounts);
	hub_destroy(program->hub);
	problems_destroy(program->problems);
	journal_destroy(program->journal);
	terminal_destroy(program->terminal);
	loop_destroy(program->loop);
	root_destroy(program->root);
	config_finish(&program->config);
}

static int
run(struct program *program, int count, char **arguments)
{
	int code;

	if (!open_root(program) || !read_passwords(program))
		return 2;
	raise_descriptor_limit();
	if (!build(program))
		return 1;
	if (!mount_all(program) || !look_out(program) || !seal(program))
		return 2;
	program->config_watch = config_watch_create(program->loop, program->root, &program->config,
		count, arguments, settings_changed, program);
	code = listen_somewhere(program);
	if (code)
		return code;
	open_livereload(program);
	describe(program);
	open_control(program);
	greet(program);
	actions_begin(program->actions, &program->start, program->page_url);
	if (program->config.sandboxed)
		privdrop(program);
	loop_before_wait(program->loop, before_wait, program);
	loop_run(program->loop);
	return 0;
}

int
serve_run(int count, char **arguments)
{
	struct program program = {0};
	enum config_verdict verdict = config_read(&program.config, count, arguments);
	int code = verdict == CONFIG_WRONG ? 2 : 0;

	log_set_level(program.config.log_level);
	if (verdict == CONFIG_RUN)
		code = run(&program, count, arguments);
	tear_down(&program);
	return code;
}
