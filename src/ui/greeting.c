/*
 * greeting: see greeting.h. Owns the strings that it makes.
 */
#include "ui/greeting.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "fs/hidden_names.h"
#include "html/phone_page.h"
#include "names/language_names.h"
#include "net/lan_address.h"
#include "net/listener.h"
#include "ui/qr_code.h"

enum {
	PRIVILEGED_PORTS = 1024, /* the first port that every user may listen on */
	ENTRIES_MAX = 1000,      /* of the folder, that are looked at */
};

static bool
is_every_address(const char *host)
{
	return strcmp(host, LISTENER_EVERYWHERE) == 0 || strcmp(host, "0.0.0.0") == 0 ||
	       strcmp(host, "::") == 0;
}

static char *
make_url(const struct greeting_options *options, const char *host, const char *path)
{
	bool is_v6 = strchr(host, ':'); /* in brackets, RFC 3986 3.2.2 */

	return mem_format("http%s://%s%s%s:%u%s", options->is_tls ? "s" : "", is_v6 ? "[" : "",
		host, is_v6 ? "]" : "", options->port, path);
}

/* Where the server of this URL, which is an https one and ends with '/', has its page for phones. */
static char *
make_phone_url(const char *url)
{
	const char *rest = url + strlen("https");

	return mem_format("http%.*s%s", (int)strlen(rest) - 1, rest, PHONE_PAGE_PATH);
}

/* Takes url and note. */
static void
/* NOLINTNEXTLINE(readability-non-const-parameter): greeting_finish frees them. */
add_more(struct greeting *greeting, char *url, char *note)
{
	greeting->more_urls = mem_resize(
		greeting->more_urls, (greeting->more_count + 1) * sizeof(*greeting->more_urls));
	greeting->more_urls[greeting->more_count++] = (struct event_url){url, note};
}

/* Other machines find NAME.local if this one has a responder for multicast DNS. */
static void
add_local_name(struct greeting *greeting, const struct greeting_options *options)
{
	char *name = access("/run/avahi-daemon/socket", F_OK) == 0 ? lan_local_name() : NULL;

	if (name)
		add_more(greeting, make_url(options, name, "/"), NULL);
	free(name);
}

/* Adds the URLs for other machines in the network, and the QR code of the first one. */
static void
add_network(struct greeting *greeting, const struct greeting_options *options,
	const struct terminal *terminal)
{
	struct lan_addresses addresses;
	struct buf drawing = {0};

	lan_addresses_find(&addresses);
	if (addresses.count == 0)
		log_notice("this machine is in no network, so --lan shows no address");
	for (size_t i = 0; i < addresses.count; i++) {
		char *url = make_url(options, addresses.items[i].text, "/");

		if (i == 0)
			greeting->network_url = url;
		else
			add_more(greeting, url, mem_text(addresses.items[i].interface));
	}
	if (greeting->network_url) {
		add_local_name(greeting, options);
		if (options->fingerprint)
			greeting->phone_url = make_phone_url(greeting->network_url);
		qr_code_draw(&drawing,
			greeting->phone_url ? greeting->phone_url : greeting->network_url,
			terminal_columns(terminal), terminal_has_colour(terminal));
	}
	greeting->qr_code = drawing.bytes;
	lan_addresses_finish(&addresses);
}

static void
add_sites(struct greeting *greeting, const struct greeting_options *options)
{
	greeting->sites = mem_array(options->site_count, sizeof(*greeting->sites));
	for (size_t i = 0; i < options->site_count; i++)
		greeting->sites[greeting->site_count++] = (struct event_url){
			make_url(options, options->sites[i].url, "/"),
			mem_text(options->sites[i].note)};
}

static void
add_proxies(struct greeting *greeting, const struct greeting_options *options)
{
	greeting->proxies = mem_array(options->proxy_count, sizeof(*greeting->proxies));
	for (size_t i = 0; i < options->proxy_count; i++)
		greeting->proxies[greeting->proxy_count++] = (struct event_url){
			mem_text(options->proxies[i].url), mem_text(options->proxies[i].note)};
}

/* In a pipe nobody needs it: a container runs everything as root. */
static const char *
remark_on_user(const struct greeting_options *options, const struct terminal *terminal)
{
	bool is_needed = options->port < PRIVILEGED_PORTS;

	if (!terminal || !terminal_is_interactive(terminal) || geteuid() != 0)
		return NULL;
	return is_needed ? "root, as a port below 1024 needs it"
			 : "root, which is not needed; an ordinary user is safer";
}

/* Whether name says the language of an index: "index.html.zh". */
static bool
is_index_in_language(const struct index_names *index_names, const char *name)
{
	struct language_name read;

	return language_names_read(slice_of(name), &read) &&
	       index_names_have(index_names, read.plain);
}

/* A folder without an index has a list of its files at "/", which a newcomer may not expect. */
static const char *
remark_on_folder(const struct greeting_options *options)
{
	const struct root *folder = options->folder;
	struct stat state;
	const struct dirent *entry;
	const char *index;
	bool is_empty = true, has_language = false;
	DIR *listing;

	if (!folder)
		return NULL;
	for (size_t i = 0; (index = index_names_get(&options->index_names, i)); i++)
		if (root_stat(folder, index, &state))
			return NULL;
	listing = root_open_folder(folder, "");
	if (!listing)
		return NULL;
	for (size_t i = 0; i < ENTRIES_MAX && (entry = readdir(listing)); i++) {
		is_empty &= hidden_name(slice_of(entry->d_name)) != NULL;
		has_language |= is_index_in_language(&options->index_names, entry->d_name);
	}
	closedir(listing);
	if (has_language)
		return "the index of this folder has a language in its name; --languages shows it "
		       "at /, which lists the files now";
	if (options->index_names.count)
		return is_empty ? "the folder is empty; a page appears as soon as a file of "
				  "--index does"
				: "no file of --index is in this folder; / lists its files";
	return is_empty ? "the folder is empty; a page appears as soon as index.html does. To make "
			  "one, run in it: liveserve init --page"
			: "no index.html in this folder; / lists its files";
}

void
greeting_init(struct greeting *greeting, const struct greeting_options *options,
	const struct terminal *terminal)
{
	const char *host = is_every_address(options->host) ? "localhost" : options->host;

	*greeting = (struct greeting){0};
	greeting->url = make_url(options, host, "/");
	greeting->page_url = make_url(options, host, options->open_path);
	if (options->wanted_port && options->wanted_port != options->port)
		greeting->url_note = mem_format("port %u is taken%s%s", options->wanted_port,
			options->port_holder ? " by " : "",
			options->port_holder ? options->port_holder : "");
	add_sites(greeting, options);
	add_proxies(greeting, options);
	if (options->is_lan)
		add_network(greeting, options, terminal);
	greeting->start = (struct event_start){
		.more_urls = greeting->more_urls,
		.more_count = greeting->more_count,
		.sites = greeting->sites,
		.site_count = greeting->site_count,
		.proxies = greeting->proxies,
		.proxy_count = greeting->proxy_count,
		.user = remark_on_user(options, terminal),
		.remark = remark_on_folder(options),
		.wire = options->wire,
		.columns = terminal ? terminal_columns(terminal) : 0,
		.version = options->version,
		.root = options->root,
		.url = greeting->url,
		.url_note = greeting->url_note,
		.network_url = greeting->network_url,
		.phone_url = greeting->phone_url,
		.fingerprint = options->fingerprint,
		.qr_code = greeting->qr_code,
		.is_polling = options->is_polling,
	};
}

static void
free_urls(struct event_url *urls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(urls[i].url);
		free(urls[i].note);
	}
	free(urls);
}

void
greeting_finish(struct greeting *greeting)
{
	free_urls(greeting->more_urls, greeting->more_count);
	free_urls(greeting->sites, greeting->site_count);
	free_urls(greeting->proxies, greeting->proxy_count);
	free(greeting->page_url);
	free(greeting->url);
	free(greeting->url_note);
	free(greeting->network_url);
	free(greeting->phone_url);
	free(greeting->qr_code);
	*greeting = (struct greeting){0};
}
