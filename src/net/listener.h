/*
 * listener: listens, and keeps the WebSockets of the pages through libwebsockets.
 *
 * Room: wire. The only module that includes <libwebsockets.h>. HTTP is read and answered by http1.c;
 * a connection that has asked properly for a WebSocket is adopted by libwebsockets, which does RFC
 * 6455 from the handshake's answer on.
 */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "live/hub.h"
#include "base/loop.h"
#include "site/router.h"
#include "net/tls.h"

struct server;

/* As a host: every address of this machine, of IPv4 and IPv6. */
#define SERVER_EVERYWHERE "*"

struct server_options {
	const char *host; /* a name or address; "localhost" is 127.0.0.1 and ::1, never looked up */
	uint16_t port;    /* 0: any that is free */
	bool has_livereload;      /* another port is open, for livereload.js */
	uint16_t livereload_port; /* 0: any that is free */
	bool strict_port; /* a port that is taken is an error, not a reason to try the next */
};

/* Keeps pointers to loop and site. Nothing listens yet. */
struct server *server_create(struct loop *loop, struct router *router);
/* Closes everything at once. */
void server_destroy(struct server *server);

/* Where the pages of this server's WebSockets belong; before server_listen. Keeps the pointer. */
void server_set_hub(struct server *server, struct hub *hub);

/* From now on it speaks HTTPS; before server_listen. Takes tls. */
void server_set_tls(struct server *server, struct tls *tls);

/* Takes a socket from control: what is asked by it is asked by the user. */
void server_take_owner(struct server *server, int socket);

/* What hub_create is to be given: asks for a WebSocket's turn to send. */
void server_wake(void *wsi);

/*
 * Opens the other port, too, after server_listen. Returns it, or 0 with errno when it cannot be
 * had.
 */
uint16_t server_listen_livereload(struct server *server, const struct server_options *options);

enum server_verdict {
	SERVER_LISTENS,
	SERVER_BAD_HOST,     /* the host is no address of this machine, or unknown */
	SERVER_PORT_TAKEN,   /* strict, or no free port above */
	SERVER_PORT_REFUSED, /* ports below 1024 need root */
	SERVER_FAILED,       /* errno says why */
};

/* Listens on every address of the host, with one port for all. Says nothing itself. */
enum server_verdict server_listen(struct server *server, const struct server_options *options);

/* The port that server_listen took. */
uint16_t server_port(const struct server *server);

/* Waits for one round of events and handles them. */
void server_run_once(struct server *server);

#endif
