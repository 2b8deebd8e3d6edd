/*
 * config: what the person asked for.
 *
 * Room: top. The one door for settings: each module declares its own struct x_options, config
 * gathers them.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "site/static_files.h"
#include "ui/browser_command.h"
#include "base/log.h"
#include "security/access.h"
#include "live/hub.h"
#include "net/listener.h"
#include "settings/config_files.h"
#include "ui/terminal.h"
#include "net/tls.h"
#include "watch/watch.h"

/* Texts given one by one; NULL at the end. */
struct config_list {
	const char **items;
	size_t count;
};

struct config {
	const char *root; /* the folder to serve */
	struct listener_options server;
	struct watch_options watch;
	struct static_files_options files;
	struct access_options policy;
	struct terminal_options terminal;
	struct browser_options browser;
	struct tls_options tls;
	enum log_level talk;
	enum hub_console console;
	bool is_lan; /* then both hosts are LISTENER_EVERYWHERE */
	bool opens_browser;
	bool is_confined;           /* in a sandbox, where there is one */
	bool reloads;               /* nothing is exchanged in place */
	const char *const *mounts;  /* "ROUTE=PATH" (route_read), NULL at the end; or NULL */
	const char *htpasswd;       /* a file, or NULL */
	const char *const *proxies; /* "ROUTE=URL" (upstream_read), NULL at the end; or NULL */
	const char *const
		*headers; /* "NAME=VALUE" (custom_header_read), NULL at the end; or NULL */
	const char *const *watched; /* paths beside root, NULL at the end; or NULL */
	const char *open_path;      /* a path of the site, "/" in front */
	/* Memory behind the pointers above. */
	char *open_path_memory, *folder_memory;
	struct config_list ignore, mime, allowed_hosts, allowed_origins, cors, watched_list;
	struct config_list mount_list, header_list, proxy_list;
	struct config_files settings;
	const struct option_value *current; /* the one that is being taken over */
};

extern const char config_version[];

enum config_verdict {
	CONFIG_RUN,
	CONFIG_DONE,  /* help or the version was printed: exit code 0 */
	CONFIG_WRONG, /* one sentence on what is wrong was printed: exit code 2 */
};

/*
 * Reads the settings files and the command line, whose memory must outlive config; what is wrong in
 * a file is said and changes nothing. Call config_finish in every case.
 */
enum config_verdict config_read(struct config *config, int count, char **arguments);
/* The same, the files being opened by open. */
enum config_verdict config_read_by(struct config *config, int count, char **arguments,
	config_reader_open_fn *open, void *context);
void config_finish(struct config *config);

/*
 * A value that a file gave the setting of that name turned out to be of no use: says so, and why,
 * and goes back to the default. Returns false, saying nothing, when it is not from a file.
 */
bool config_give_up(struct config *config, const char *name, const char *why);

/* The same of one text of a list, such as an item of watched: without it it goes on. */
bool config_leave_out(struct config *config, const char *text, const char *why);

#endif
