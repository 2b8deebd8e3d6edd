/*
 * main: builds the house and lives in it until it is told to stop.
 *
 * Room: top. Makes every part, hands each its own options, and joins them: what watch sees goes
 * into the journal, to the pages and onto the terminal.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ui/browser.h"
#include "control/control_client.h"
#include "settings/config.h"
#include "security/privdrop.h"
#include "control/control_socket.h"
#include "control/control_api.h"
#include "site/static_files.h"
#include "settings/config_watch.h"
#include "security/htpasswd.h"
#include "live/hub.h"
#include "live/importers.h"
#include "init_vscode.h"
#include "live/problems.h"
#include "live/journal.h"
#include "net/lan_address.h"
#include "base/log.h"
#include "watch/extra_watch.h"
#include "base/loop.h"
#include "base/mem.h"
#include "site/mounts.h"
#include "control/actions.h"
#include "ui/qr_code.h"
#include "fs/root.h"
#include "http/route.h"
#include "net/listener.h"
#include "site/router.h"
#include "ui/terminal.h"
#include "watch/watch.h"

enum { DESCRIPTORS_MAX = 32 * 1024 };

struct program {
	struct config config;
	struct loop *loop;
	struct root *root;
	struct term *term;
	struct mounts *mounts;
	struct journal *journal;
	struct inspect *inspect;
	struct hub *hub;
	struct importers *importers;
	struct files *files;
	struct site *site;
	struct htpasswd *htpasswd;
	struct lookout **lookouts;
	size_t lookout_count;
	struct follow *follow;
	struct desk *desk;
	struct server *server;
	struct control *control;
	struct confine *confine;
	struct browser *browser;
	struct orders *orders;
	char *url, *page_url, *remark, *network, *drawing;
	struct news_start start;
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
	return files_state(context, url, state);
}

/* What lies where a lookout looks is told by that, unless it is shown from elsewhere, too. */
static bool
is_covered(const struct program *program, const char *path)
{
	struct mounts_place place = {0};

	if (mounts_find(program->mounts, path, &place) &&
		place.watch != mounts_watch(program->mounts))
		return false;
	for (size_t i = 0; i < program->lookout_count; i++)
		if (lookout_covers(program->lookouts[i], path))
			return true;
	return follow_covers(program->follow, path);
}

/* Tells the pages of what is new in the journal, and the person of that. */
static size_t
publish(struct program *program, enum news_kind kind, const struct changes *changes)
{
	const struct news news = {
		.kind = kind,
		.changes = changes,
		.told = hub_publish(program->hub),
		.open = hub_page_count(program->hub),
		.is_later = hub_is_paused(program->hub),
	};

	term_print(program->term, &news);
	return news.is_later ? 0 : news.told;
}

/* Writes down what the pages are to be told; scripts that asked for a changed file count, too. */
static void
record(struct program *program, const struct changes *changes)
{
	struct changes all = {0};

	for (size_t i = 0; i < changes->count; i++)
		changes_add(&all, slice_of(changes->items[i].path), changes->items[i].kind);
	importers_add(program->importers, &all);
	inspect_changes(program->inspect, changes);
	journal_add(program->journal, &all);
	changes_finish(&all);
}

static void
print_problems(struct program *program, const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		const char *path = changes->items[i].path;
		const struct check_problem *problem = inspect_problem(program->inspect, path);

		if (problem)
			term_print(program->term, &(struct news){.kind = NEWS_PROBLEM,
							  .path = slice_of(path),
							  .problem = problem});
	}
}

static void
announce(struct program *program, const struct changes *changes)
{
	record(program, changes);
	watch_told(mounts_watch(program->mounts), changes, publish(program, NEWS_CHANGED, changes));
	print_problems(program, changes);
}

static void
files_changed(void *context, const struct changes *changes)
{
	struct program *program = context;
	struct changes others = {0};

	for (size_t i = 0; i < changes->count; i++)
		if (!is_covered(program, changes->items[i].path))
			changes_add(
				&others, slice_of(changes->items[i].path), changes->items[i].kind);
	if (others.count == changes->count)
		announce(program, changes); /* with what was left out of it */
	else if (others.count)
		announce(program, &others);
	changes_finish(&others);
}

/* Nobody knows which pages are made of it, so it is all of them. */
static void
watched_changed(void *context, const struct changes *changes)
{
	struct program *program = context;

	journal_add_unknown(program->journal);
	publish(program, NEWS_RELOADED, changes);
}

static void
files_unchanged(void *context, const struct changes *changes)
{
	struct program *program = context;

	term_print(program->term, &(struct news){.kind = NEWS_UNCHANGED, .changes = changes});
}

static void
changes_lost(void *context)
{
	struct program *program = context;

	journal_add_unknown(program->journal);
	publish(program, NEWS_LOST, NULL);
}

/* What can be exchanged while the program runs: rows of config.c's table that say is_live. */
static void
settings_changed(void *context, const struct config *settings, const char *news)
{
	struct program *program = context;

	log_set_level(settings->talk);
	log_set_console(settings->console);
	mounts_follow(program->mounts, &settings->watch);
	hub_set_reloads(program->hub, settings->reloads);
	files_follow(program->files, &settings->files);
	site_follow(program->site, &settings->policy);
	site_set_headers(program->site, settings->headers);
	for (size_t i = 0; i < program->lookout_count; i++)
		lookout_follow(program->lookouts[i], &settings->watch);
	term_print(program->term, &(struct news){.kind = NEWS_SETTINGS, .text = news});
}

static void
page_says(void *context, const struct news_said *said)
{
	struct program *program = context;

	term_print(program->term, &(struct news){.kind = NEWS_SAID, .said = said});
}

static void
owner_arrives(void *context, int socket)
{
	struct program *program = context;

	server_take_owner(program->server, socket);
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
	const char *const *paths = program->config.watched;
	size_t count = 0;

	while (paths && paths[count])
		count++;
	program->lookouts = mem_array(count, sizeof(*program->lookouts));
	for (size_t i = 0; i < count; i++) {
		struct lookout *lookout = lookout_create(
			program->loop, paths[i], program->root, &program->config.watch, &listener);

		if (lookout) {
			program->lookouts[program->lookout_count++] = lookout;
		} else if (!config_leave_out(&program->config, paths[i], strerror(errno))) {
			log_error("cannot watch \"%s\": %s; give --watch a folder or a file that "
				  "is there",
				paths[i], strerror(errno));
			return false;
		}
	}
	return true;
}

static struct orders *
take_orders(const struct program *program)
{
	const struct orders_options options = {
		.loop = program->loop,
		.term = program->term,
		.journal = program->journal,
		.hub = program->hub,
		.browser = program->browser,
	};

	return orders_create(&options);
}

/* False after a sentence on the first that is not there. */
static bool
mount_all(struct program *program)
{
	const char *path;

	for (const char *const *rule = program->config.mounts; rule && *rule; rule++) {
		struct buf name = {0};
		bool is_there = route_read(*rule, &name, &path) &&
				mounts_add(program->mounts, buf_slice(&name).at, path);

		if (!is_there && !config_leave_out(&program->config, *rule, strerror(errno))) {
			log_error("cannot serve \"%s\" at /%s: %s; give --mount a folder or a "
				  "file that is there",
				path, buf_slice(&name).at, strerror(errno));
			buf_finish(&name);
			return false;
		}
		buf_finish(&name);
	}
	return true;
}

/* Names are looked up before the files that tell of them are out of reach. */
static void
hand_on(struct program *program)
{
	struct proxy *proxy = proxy_create(program->loop, program->journal);
	const struct upstream *upstream;

	for (size_t i = 0; (upstream = site_upstream(program->site, i)); i++)
		proxy_look_up(proxy, upstream);
	server_set_proxy(program->server, proxy);
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

	program->loop = loop_create();
	program->term = term_create(&program->config.term);
	program->journal = journal_create();
	program->hub = hub_create(program->journal, server_wake);
	if (program->loop) {
		program->browser = browser_create(program->loop, &program->config.browser);
		program->orders = take_orders(program);
	}
	if (!program->orders) {
		log_error("the system gives no descriptors to begin with: %s", strerror(errno));
		return false;
	}
	program->inspect = inspect_create(program->root, is_used, program);
	program->mounts = mounts_create(
		program->loop, program->root, &program->config.watch, &listener);
	program->files = files_create(program->mounts, program->journal, &program->config.files);
	program->importers = importers_create();
	files_set_importers(program->files, program->importers);
	hub_set_state(program->hub, find_state, program->files);
	hub_set_said(program->hub, page_says, program);
	hub_set_inspect(program->hub, program->inspect);
	hub_set_reloads(program->hub, program->config.reloads);
	program->site = site_create(program->files, program->journal, &program->config.policy);
	program->desk = desk_create(program->root, mounts_watch(program->mounts), program->hub);
	site_set_desk(program->site, program->desk);
	site_set_headers(program->site, program->config.headers);
	site_set_proxies(program->site, program->config.proxies);
	program->server = server_create(program->loop, program->site);
	hand_on(program);
	server_set_hub(program->server, program->hub);
	return true;
}

/* False after a sentence on what is wrong with the file of passwords. */
static bool
ask_for_passwords(struct program *program)
{
	if (!program->config.htpasswd)
		return true;
	program->htpasswd = htpasswd_create(program->config.htpasswd);
	site_set_htpasswd(program->site, program->htpasswd);
	return program->htpasswd;
}

/* False after a sentence on what is wrong with the certificate or its key. */
static bool
seal(struct program *program)
{
	struct tls *tls;

	if (!program->config.tls.is_on)
		return true;
	tls = tls_create(program->loop, &program->config.tls);
	if (!tls)
		return config_give_up(&program->config, "https", "cannot be had with these");
	server_set_tls(program->server, tls);
	return true;
}

/* What a file says is no reason not to start: then the default is tried. */
static bool
can_do_without(struct program *program, enum server_verdict verdict)
{
	if (verdict == SERVER_BAD_HOST)
		return config_give_up(&program->config, "host", "is no address of this machine");
	if (verdict == SERVER_PORT_REFUSED)
		return config_give_up(&program->config, "port", "is only for root");
	return false;
}

/* Returns the exit code: 0 when it listens. */
static int
listen_somewhere(struct program *program)
{
	const struct server_options *options = &program->config.server;
	enum server_verdict verdict;

	do
		verdict = server_listen(program->server, options);
	while (verdict != SERVER_LISTENS && can_do_without(program, verdict));
	switch (verdict) {
	case SERVER_LISTENS:
		return 0;
	case SERVER_BAD_HOST:
		log_error("\"%s\" is no address of this machine; try --host=localhost, or "
			  "--host=0.0.0.0 for all of its addresses",
			options->host);
		return 2;
	case SERVER_PORT_REFUSED:
		log_error("port %u is only for root; take one above 1023, such as --port=9000",
			options->port);
		return 2;
	case SERVER_PORT_TAKEN:
		log_error("port %u is taken by another program; stop it or choose another --port",
			options->port);
		return 1;
	case SERVER_FAILED:
		break;
	}
	log_error("cannot listen on %s: %s", options->host, strerror(errno));
	return 1;
}

/* Another LiveReload may have that port: no reason not to serve. */
static void
open_livereload(struct program *program)
{
	const struct server_options *options = &program->config.server;
	uint16_t port;

	if (!options->has_livereload)
		return;
	port = server_listen_livereload(program->server, options);
	if (port)
		site_set_ports(program->site, server_port(program->server), port);
	else
		log_notice("livereload.js finds nobody at port %u (%s); stop what has it, or "
			   "choose another --livereload-port",
			options->livereload_port, strerror(errno));
}

/* Where a browser on this machine finds the server. */
static char *
address(const struct program *program, const char *path)
{
	const char *host = program->config.server.host;
	bool is_v6 = strchr(host, ':');

	if (strcmp(host, SERVER_EVERYWHERE) == 0 || strcmp(host, "0.0.0.0") == 0 ||
		strcmp(host, "::") == 0) {
		host = "localhost";
		is_v6 = false;
	}
	return mem_format("http%s://%s%s%s:%u%s", program->config.tls.is_on ? "s" : "",
		is_v6 ? "[" : "", host, is_v6 ? "]" : "", server_port(program->server), path);
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
		address, server_port(program->server));
	qr_draw(&drawing, program->network, term_columns(program->term),
		term_has_colour(program->term));
	program->drawing = drawing.bytes;
	free(address);
}

static void
describe(struct program *program)
{
	unsigned wanted = program->config.server.port;

	program->url = address(program, "/");
	program->page_url = address(program, program->config.open_path);
	if (wanted && wanted != server_port(program->server))
		program->remark = mem_format("port %u is taken", wanted);
	if (program->config.is_lan)
		describe_network(program);
	program->start = (struct news_start){
		.version = config_version,
		.root = root_path(program->root),
		.url = program->url,
		.remark = program->remark,
		.network = program->network,
		.drawing = program->drawing,
		.is_polling = watch_is_polling(mounts_watch(program->mounts)),
	};
}

static void
greet(const struct program *program)
{
	term_print_start(program->term, &program->start);
	if (program->config.opens_browser)
		browser_open(program->browser, program->page_url);
}

/* Whoever asks by control's socket is answered from now on. */
static void
open_desk(struct program *program)
{
	const struct desk_server server = {
		.version = config_version,
		.url = program->url,
		.reload = orders_reload,
		.context = program->orders,
	};

	desk_set_server(program->desk, &server);
	program->control = control_create(
		program->loop, root_path(program->root), owner_arrives, program);
}

/* Last of all, for what was not done before it cannot be done any more. */
static void
confine(struct program *program)
{
	size_t mounted = mounts_count(program->mounts);
	size_t count = mounted + program->lookout_count;
	struct root **roots = mem_array(count, sizeof(*roots));
	const struct settings *settings = &program->config.settings;
	const char **files = mem_array(settings->file_count + 1, sizeof(*files));
	const struct confine_options options = {
		.roots = roots,
		.root_count = count,
		.files = files,
		.socket = program->control ? control_path(program->control) : NULL,
		.reads_everything = program->config.files.follows_links,
	};

	for (size_t i = 0; i < mounted; i++)
		roots[i] = mounts_root(program->mounts, i);
	for (size_t i = 0; i < program->lookout_count; i++)
		roots[mounted + i] = lookout_root(program->lookouts[i]);
	for (size_t i = 0; i < settings->file_count; i++)
		files[i] = settings->files[i].path;
	if (orders_has_keys(program->orders))
		browser_stay_outside(program->browser);
	program->confine = confine_create(&options);
	if (program->confine)
		follow_set_opener(program->follow, confine_open, program->confine);
	free(files);
	free(roots);
}

static void
tear_down(struct program *program)
{
	confine_destroy(program->confine);
	control_destroy(program->control);
	free(program->url);
	free(program->page_url);
	free(program->remark);
	free(program->network);
	free(program->drawing);
	server_destroy(program->server);
	site_destroy(program->site);
	htpasswd_destroy(program->htpasswd);
	desk_destroy(program->desk);
	files_destroy(program->files);
	importers_destroy(program->importers);
	for (size_t i = 0; i < program->lookout_count; i++)
		lookout_destroy(program->lookouts[i]);
	free(program->lookouts);
	follow_destroy(program->follow);
	orders_destroy(program->orders);
	browser_destroy(program->browser);
	mounts_destroy(program->mounts);
	hub_destroy(program->hub);
	inspect_destroy(program->inspect);
	journal_destroy(program->journal);
	term_destroy(program->term);
	loop_destroy(program->loop);
	root_destroy(program->root);
	config_finish(&program->config);
}

static int
run(struct program *program, int count, char **arguments)
{
	int code;

	if (!open_root(program))
		return 2;
	raise_descriptor_limit();
	if (!build(program))
		return 1;
	if (!mount_all(program) || !look_out(program) || !seal(program) ||
		!ask_for_passwords(program))
		return 2;
	program->follow = follow_create(program->loop, program->root, &program->config, count,
		arguments, settings_changed, program);
	code = listen_somewhere(program);
	if (code)
		return code;
	open_livereload(program);
	describe(program);
	open_desk(program);
	greet(program);
	orders_begin(program->orders, &program->start, program->page_url);
	if (program->config.is_confined)
		confine(program);
	while (orders_go_on(program->orders))
		server_run_once(program->server);
	return 0;
}

int
main(int count, char **arguments)
{
	struct program program = {0};
	enum config_verdict verdict;
	int code;

	if (init_is_given(count, arguments))
		return init_run(count, arguments);
	if (command_is_given(count, arguments))
		return command_run(count, arguments);
	verdict = config_read(&program.config, count, arguments);
	code = verdict == CONFIG_WRONG ? 2 : 0;
	log_set_level(program.config.talk);
	log_set_console(program.config.console);
	if (verdict == CONFIG_RUN)
		code = run(&program, count, arguments);
	tear_down(&program);
	return code;
}
