/*
 * greeting: see greeting.h. Owns the strings that it makes.
 */
#include "ui/greeting.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "net/lan_address.h"
#include "net/listener.h"
#include "ui/qr_code.h"

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

/* Adds the URL for other machines in the network, and its QR code. */
static void
add_network(struct greeting *greeting, const struct greeting_options *options,
	const struct terminal *terminal)
{
	char *address = lan_address();
	struct buf drawing = {0};

	if (!address) {
		log_notice("this machine is in no network, so --lan shows no address");
		return;
	}
	greeting->network_url = make_url(options, address, "/");
	qr_code_draw(&drawing, greeting->network_url, terminal_columns(terminal),
		terminal_has_colour(terminal));
	greeting->qr_code = drawing.bytes;
	free(address);
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
	if (options->is_lan)
		add_network(greeting, options, terminal);
	greeting->start = (struct event_start){
		.version = options->version,
		.root = options->root,
		.url = greeting->url,
		.url_note = greeting->url_note,
		.network_url = greeting->network_url,
		.qr_code = greeting->qr_code,
		.is_polling = options->is_polling,
	};
}

void
greeting_finish(struct greeting *greeting)
{
	free(greeting->page_url);
	free(greeting->url);
	free(greeting->url_note);
	free(greeting->network_url);
	free(greeting->qr_code);
	*greeting = (struct greeting){0};
}
