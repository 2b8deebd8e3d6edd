/*
 * sites: all sites of the process: the one of no name, which answers for ROOT, and those of --vhost. A request is for
 * the site whose name is its Host.
 */
#ifndef SITES_H
#define SITES_H

#include "served_site.h"

struct sites;

/*
 * Keeps pointers to process and config. config was read from process's command line. Returns NULL after an error:
 * *code is the exit code.
 */
struct sites *sites_create(const struct served_process *process, struct config *config, int *code);
/* NULL is allowed. To be called while the process has its loop. */
void sites_destroy(struct sites *sites);

/* How many there are, and one of them: the first is that of no name. */
size_t sites_count(const struct sites *sites);
struct served_site *sites_get(struct sites *sites, size_t index);

/* served_site_begin(), _open_folders(), _follow_settings() and _disconnect() for each of them. */
void sites_begin(struct sites *sites);
bool sites_open_folders(struct sites *sites);
void sites_follow_settings(struct sites *sites);
void sites_disconnect(struct sites *sites);

/*
 * served_site_answer() for each of them, when the server listens; control_api and local are for the first. The handler gives a request to its site. A name
 * below localhost that is no site's gets a page with links to all of them.
 */
struct response_handler sites_answer(
	struct sites *sites, const struct control_api *control_api, struct local_setup *local);

/* All folders that are served or watched. The caller frees the array. */
struct root **sites_roots(const struct sites *sites, size_t *count);

/* The hubs of all. Valid as long as sites. */
struct hub *const *sites_hubs(const struct sites *sites);

/* publisher_describe() for each of them. */
void sites_describe(
	struct sites *sites, void (*add)(void *to, const struct event *event), void *to);

/* Makes what says whether the pages of all of them show the newest files. Never NULL. */
struct page_waits *sites_create_page_waits(struct sites *sites, struct loop *loop);

/*
 * The sites of --vhost for control_api and the status page; sites_count() - 1 of them. url is that of the site of no name.
 * Valid as long as sites.
 */
const struct control_site *sites_for_control(struct sites *sites, const char *url);

/* The person asks to reload the pages that use path in the first site; all pages of all sites if it is empty. */
size_t sites_reload(struct sites *sites, struct slice path);

#endif
