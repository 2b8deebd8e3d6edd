/*
 * config_values: what the user asked for, as typed values: struct config.
 *
 * Every text that was given is parsed once, by a set function of option_table.c. Each module
 * declares its own struct x_options; struct config gathers them. Other folders include config.h.
 *
 * Ownership: a struct config owns all memory that it points to, except the arguments of the command
 * line. Texts and slices in it point into sources.values, which lives as long as the struct. So a
 * module may keep pointers to what it was given for as long as that config counts: config_watch.h
 * says how long that is.
 */
#ifndef CONFIG_VALUES_H
#define CONFIG_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"
#include "accesslog/access_log.h"
#include "http/custom_header.h"
#include "http/media_type.h"
#include "live/hub.h"
#include "net/listener.h"
#include "net/tls.h"
#include "points/points.h"
#include "security/access.h"
#include "settings/config_files.h"
#include "site/mounts.h"
#include "site/static_files.h"
#include "ui/browser_command.h"
#include "ui/terminal.h"
#include "upstream/upstream.h"
#include "watch/watch.h"
#include "wire/live_capture.h"

/* Texts that were given one by one; NULL follows the last. */
struct config_list {
	const char **items;
	size_t count;
};

/* Another site, with a name of its own. */
struct config_vhost {
	char *name;         /* in lower case, without a dot at the end */
	const char *folder; /* the one to serve */
};

enum {
	CONFIG_VHOSTS_MAX = 32
}; /* each takes inotify instances, of which a user has 128 by default */

struct config {
	const char *root;        /* the folder to serve */
	const char *root_bounds; /* for root_set_bounds() */
	struct listener_options listener;
	struct watch_options watch;
	struct static_files_options static_files;
	struct access_options access;
	struct terminal_options terminal;
	struct browser_options browser;
	struct tls_options tls;
	struct wire_settings wire;
	struct access_log_settings access_log;
	struct points_settings points;
	enum log_level log_level;
	enum hub_console console_level;
	bool is_lan;          /* then both hosts are LISTENER_EVERYWHERE */
	char *local_name;     /* behind access, with is_lan; or NULL */
	bool open_browser;    /* at open_path, when the server has started */
	bool sandboxed;       /* drop rights, where the kernel can do that */
	bool reload_only;     /* nothing on a page is updated in place */
	bool draft_reload;    /* pages reload for what is not saved */
	const char *htpasswd; /* the path of a file, or NULL */
	char *open_path;      /* a path of the site that begins with "/" */
	struct mounts_rule *mounts;
	size_t mount_count;
	struct config_vhost *vhosts;
	size_t vhost_count;
	struct upstream *proxies; /* those of --fastcgi, too */
	size_t proxy_count;
	bool proxy_after_files; /* files of the site answer before them */
	bool proxy_host;        /* they get their own name as Host */
	bool proxy_insecure;    /* their certificates are not checked */
	bool has_keep_alive;    /* keep_alive_s was given */
	unsigned keep_alive_s;  /* how long connections wait for another request */
	unsigned proxy_wait_s;  /* how long a page waits for one that is away */
	struct custom_header *headers;
	size_t header_count;
	struct media_type_rule *media_types; /* static_files points to them */
	size_t media_type_count;
	struct config_list extra_watches; /* paths of files and folders outside of root */
	struct config_list extra_bounds;  /* for each of them that of root_set_bounds(), or NULL */
	/* The lists that watch, access and static_files point to. */
	struct config_list ignore, allowed_hosts, allowed_origins, cors, index_names;
	struct access_forwarded *forwarded;
	char *folder_memory;         /* behind sources.folder when a page was named; or NULL */
	struct config_files sources; /* the files that were read, and every value that was given */
};

/* Sets the defaults. */
void config_values_init(struct config *config);
/* Frees everything but sources. */
void config_values_finish(struct config *config);

/* Adds a pointer to text. */
void config_list_add(struct config_list *list, const char *text);

#endif
