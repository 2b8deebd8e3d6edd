/*
 * greeting: what is printed when the server has started: its URLs, and the one for the network also
 * as a QR code for the camera of a phone.
 */
#ifndef GREETING_H
#define GREETING_H

#include <stdbool.h>
#include <stdint.h>

#include "fs/root.h"
#include "names/index_names.h"
#include "ui/event_text.h"
#include "ui/terminal.h"

struct greeting_options {
	const char *version;   /* of the program */
	const char *root;      /* the path of the served folder */
	const char *host;      /* listener_options.host */
	const char *open_path; /* of the page that a browser opens; begins with "/" */
	/* The served folder, to say if it has no index; NULL: something else answers for "/". */
	const struct root *folder;
	struct index_names index_names;
	uint16_t wanted_port; /* 0: any */
	/* Who has wanted_port (running_on_port); NULL: not known, or it is port. */
	const char *port_holder;
	uint16_t port;                 /* that the server listens on */
	const char *wire;              /* event_start.wire */
	const struct event_url *sites; /* the name and the folder of each --vhost; copied */
	size_t site_count;
	const struct event_url *proxies; /* event_start.proxies; copied */
	size_t proxy_count;
	/* SHA-256 of the certificate that phones have to get first, hexadecimal; NULL: none. */
	const char *fingerprint;
	bool is_tls;
	bool is_lan; /* the URL for the network is shown, too */
	bool is_polling;
};

/* Read the members; start points to the strings behind it. */
struct greeting {
	struct event_start start;
	char *page_url; /* the URL of open_path, for a browser on this machine */
	char *url, *url_note, *network_url, *phone_url, *qr_code;
	struct event_url *more_urls, *sites, *proxies;
	size_t more_count, site_count, proxy_count;
};

/*
 * The QR code is drawn for the width and the colours of terminal. Logs a notice if is_lan and this
 * machine is in no network. Keeps pointers to version, root,
 * fingerprint and wire.
 */
void greeting_init(struct greeting *greeting, const struct greeting_options *options,
	const struct terminal *terminal);
/* A zeroed greeting is fine. */
void greeting_finish(struct greeting *greeting);

#endif
