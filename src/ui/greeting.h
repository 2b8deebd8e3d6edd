/*
 * greeting: what the server says when it starts: the addresses at which it is found, also as a QR code
 * for the camera of a phone.
 */
#ifndef GREETING_H
#define GREETING_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/event_text.h"
#include "ui/terminal.h"

struct greeting_options {
	const char *version;   /* of the program */
	const char *root;      /* the path of the served folder */
	const char *host;      /* listener_options.host */
	const char *open_path; /* of the page that a browser opens; begins with "/" */
	uint16_t wanted_port;  /* 0: any */
	uint16_t port;         /* the one that it listens on */
	bool is_tls;
	bool is_lan; /* others in the network are told, too, where it is found */
	bool is_polling;
};

/* Read the members; start points to the strings behind it. */
struct greeting {
	struct event_start start;
	char *page_url; /* of open_path, for a browser on this machine */
	char *url, *url_note, *network_url, *qr_code;
};

/*
 * The QR code is drawn for the width and the colours of terminal. Logs a notice if is_lan and this
 * machine is in no network. Keeps pointers to version and root.
 */
void greeting_init(struct greeting *greeting, const struct greeting_options *options,
	const struct terminal *terminal);
/* A zeroed greeting is fine. */
void greeting_finish(struct greeting *greeting);

#endif
