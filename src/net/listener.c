/*
 * listener: see listener.h.
 *
 * libwebsockets comes in with the first WebSocket, so a program that only serves files never starts
 * it. It never waits, as it would look around twice a minute: our loop waits for its sockets, too,
 * and when one of them is ready it has its turn to look which, and what for. It never sees bytes
 * from the network before a request has passed wire and site: the request it is given is written
 * here, anew.
 */
#define _GNU_SOURCE
#include "net/listener.h"

#include <errno.h>
#include <libwebsockets.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/connection_limit.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rate_limit.h"
#include "http/http1.h"
#include "http/user_agent.h"

enum {
	LISTENERS_MAX = 16,
	BACKLOG = 512,
	ACCEPTS_A_TURN = 64,
	PORTS_TO_TRY = 100,
	RESERVE_MAX = 64, /* descriptors that no connection gets */
	WHOLE = 1 << 30,  /* bytes to write at once: only what the kernel does not take waits */
	TURNS = 3,        /* to write what was left, to ask for more, to hear that there is none */
	GOODBYE_ROUNDS = 4, /* of lws_service: to write, and to see to what follows */
	PROBE_S = 30,       /* silence before the kernel asks whether the other end is there */
	PROBE_AGAIN_S = 5,
	PROBES = 3, /* unanswered, and the line counts as dead */
};

/*
 * After its last turn libwebsockets looks around so many times, after so many seconds each, for
 * those that it gives up on: a close that is not answered in 5 s, a line that is not ended in 20.
 */
static const unsigned looks_s[] = {6, 18};

/* From a page; above it the connection is closed (RFC 6455 7.4.1: 1009). */
static const size_t message_max[] = {
	[PROTOCOL_LIVE_SERVER] = 16 * 1024,
	[PROTOCOL_LIVERELOAD] = 16 * 1024,
	[PROTOCOL_LIVESERVE] = 256 *
			       1024, /* some thousand addresses; inject/uses.js knows it too */
};

struct listener {
	struct server *server;
	enum http1_entry entry;
	struct loop_source source;
};

struct server {
	struct loop *loop;
	struct http1 *http1;
	struct hub *hub;
	struct tls *tls;
	uint16_t port;
	struct listener listeners[LISTENERS_MAX];
	size_t listener_count;
	struct connection_limit *connection_limit;
	int spare; /* a descriptor to give up when there are no others: see accept_one */
	/* The context of a takeover: which protocol the WebSocket is to speak. */
	struct upgrade {
		struct server *server;
		enum protocol protocol;
	} upgrades[3];
	struct router *router;
	struct lws_context *lws;
	/* Of the connection that is being adopted: it opens meanwhile. */
	enum protocol protocol;
	const char *browser;
	unsigned turns_due; /* of libwebsockets */
	size_t news_count;  /* WebSockets that may have something to be told */
	struct loop_timer look_timer;
	size_t look;     /* which of looks_s comes next */
	bool is_leaving; /* every WebSocket is told so at its next turn */
};

/*
 * Pieces of at most a kilobyte that one page may say: far more than any page has, and not enough to
 * keep others waiting. Above it the connection is closed (RFC 6455 7.4.1: 1008).
 */
static const struct rate_limit heard_limit = {.burst = 20 * 1000, .a_second = 2000};

/* One WebSocket; its memory belongs to libwebsockets. */
struct socket {
	struct server *server;
	struct loop_source source;
	bool has_news;
	struct hub_page *page;
	enum protocol protocol;
	struct buf message; /* the fragments of one that is not complete */
	struct rate_state heard;
};

/* ---- the WebSockets ---- */

static struct server *
server_of(struct lws *wsi)
{
	return lws_context_user(lws_get_context(wsi));
}

static void
set_news(struct socket *socket, bool has_news)
{
	socket->server->news_count -= socket->has_news;
	socket->server->news_count += has_news;
	socket->has_news = has_news;
}

void
server_wake(void *wsi)
{
	struct socket *socket = lws_wsi_user(wsi);

	set_news(socket, true);
	lws_callback_on_writable(wsi);
	socket->server->turns_due = TURNS;
}

/*
 * libwebsockets reads some at a time, and what it has read it may want to answer by itself (a pong,
 * a close), which it tells nobody. So after the last of it there is one more turn.
 */
static void
socket_is_ready(void *context, unsigned events)
{
	struct socket *socket = context;

	if (events & LOOP_READ)
		loop_again(socket->server->loop, &socket->source);
	socket->server->turns_due = TURNS;
}

static int
socket_opens(struct lws *wsi, struct socket *socket)
{
	struct server *server = server_of(wsi);

	*socket = (struct socket){.server = server, .protocol = server->protocol};
	if (!loop_add(server->loop, &socket->source, lws_get_socket_fd(wsi),
		    LOOP_READ | LOOP_WRITE | LOOP_EDGE, socket_is_ready, socket))
		return -1;
	socket->page = hub_join(server->hub, server->protocol, wsi);
	hub_set_browser(socket->page, server->browser);
	return 0;
}

static int
socket_closes(struct lws *wsi, struct socket *socket)
{
	struct server *server = server_of(wsi);

	if (!socket->page)
		return 0;
	hub_leave(server->hub, socket->page);
	set_news(socket, false);
	loop_remove(server->loop, &socket->source);
	buf_finish(&socket->message);
	*socket = (struct socket){0};
	return 0;
}

static int
socket_close_with(struct lws *wsi, enum lws_close_status status)
{
	lws_close_reason(wsi, status, NULL, 0);
	return -1;
}

static int
socket_hears(struct lws *wsi, struct socket *socket, const char *bytes, size_t length)
{
	bool understood;

	if (!rate_limit_take(&socket->heard, &heard_limit, loop_now()))
		return socket_close_with(wsi, LWS_CLOSE_STATUS_POLICY_VIOLATION);
	if (lws_frame_is_binary(wsi))
		return socket_close_with(wsi, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE);
	if (socket->message.length + length > message_max[socket->protocol])
		return socket_close_with(wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE);
	buf_add(&socket->message, bytes, length);
	if (lws_remaining_packet_payload(wsi) || !lws_is_final_fragment(wsi))
		return 0;
	understood = hub_receive(
		server_of(wsi)->hub, socket->page, socket->message.bytes, socket->message.length);
	buf_finish(&socket->message);
	return understood ? 0 : socket_close_with(wsi, LWS_CLOSE_STATUS_POLICY_VIOLATION);
}

static int
socket_speaks(struct lws *wsi, struct socket *socket)
{
	struct buf text = {0};
	int result = 0;

	set_news(socket, false);
	if (server_of(wsi)->is_leaving)
		return socket_close_with(wsi, LWS_CLOSE_STATUS_GOINGAWAY);
	buf_reserve(&text, LWS_PRE + 256);
	text.length = LWS_PRE;
	if (hub_next_message(server_of(wsi)->hub, socket->page, &text)) {
		size_t length = text.length - LWS_PRE;

		if (lws_write(wsi, (unsigned char *)text.bytes + LWS_PRE, length, LWS_WRITE_TEXT) <
			(int)length)
			result = -1;
		server_wake(wsi);
	}
	buf_finish(&text);
	return result;
}

/* The telephone exchange: every word of libwebsockets that matters here, each one call. */
static int
lws_says(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t length)
{
	switch ((int)reason) {
	case LWS_CALLBACK_ESTABLISHED:
		return socket_opens(wsi, user);
	case LWS_CALLBACK_RECEIVE:
		return socket_hears(wsi, user, in, length);
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return socket_speaks(wsi, user);
	case LWS_CALLBACK_CLOSED:
		return socket_closes(wsi, user);
	default:
		return 0;
	}
}

static void
lws_logs(int level, const char *line)
{
	(void)level;
	log_verbose("libwebsockets: %.*s", (int)strcspn(line, "\n"), line);
}

static const struct lws_protocols protocols[] = {
	{
		.name = "no name", /* the dialects that have none */
		.callback = lws_says,
		.per_session_data_size = sizeof(struct socket),
		.rx_buffer_size = 1024,
		.tx_packet_size = WHOLE,
	},
	{
		.name = PROTOCOL_LIVESERVE_NAME,
		.callback = lws_says,
		.per_session_data_size = sizeof(struct socket),
		.rx_buffer_size = 1024,
		.tx_packet_size = WHOLE,
	},
	{0},
};

static bool
start_lws(struct server *server)
{
	/* It would ping; that the kernel probes the line wakes nobody. */
	static const lws_retry_bo_t no_pings = {
		.secs_since_valid_ping = UINT16_MAX,
		.secs_since_valid_hangup = UINT16_MAX,
	};
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.protocols = protocols,
		.user = server,
		.options = LWS_SERVER_OPTION_VALIDATE_UTF8,
		.retry_and_idle_policy = &no_pings,
	};

	lws_set_log_level(LLL_ERR | LLL_WARN, lws_logs);
	server->lws = lws_create_context(&info);
	return server->lws;
}

static void
probe_line(int socket)
{
	const struct {
		int level, option, value;
	} rows[] = {
		{IPPROTO_TCP, TCP_KEEPIDLE, PROBE_S},
		{IPPROTO_TCP, TCP_KEEPINTVL, PROBE_AGAIN_S},
		{IPPROTO_TCP, TCP_KEEPCNT, PROBES},
		{SOL_SOCKET, SO_KEEPALIVE, 1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		setsockopt(socket, rows[i].level, rows[i].option, &rows[i].value,
			sizeof(rows[i].value));
}

static void
turn_of_lws(struct server *server)
{
	server->turns_due--;
	lws_service(server->lws, -1);
	if (server->news_count == 0)
		server->turns_due = 0;
	/* It may have read more than it has looked at. */
	if (lws_service_adjust_timeout(server->lws, 1, 0) == 0)
		server->turns_due = TURNS;
}

static void plan_look(struct server *server, size_t look);

static void
look_around(void *context)
{
	struct server *server = context;

	server->turns_due = TURNS;
	turn_of_lws(server);
	plan_look(server, server->look + 1);
}

static void
plan_look(struct server *server, size_t look)
{
	server->look = look;
	if (look < sizeof(looks_s) / sizeof(looks_s[0]))
		loop_timer_set(server->loop, &server->look_timer, looks_s[look] * 1000 * 1000ULL,
			look_around, server);
}

/*
 * All that libwebsockets ever parses of a request: our own words, and the 24 characters of the key
 * that site has checked.
 */
static void
write_handshake(struct buf *text, enum protocol protocol, struct slice key, struct slice rest)
{
	buf_add_text(text, "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
			   "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
			   "Sec-WebSocket-Key: ");
	buf_add_slice(text, key);
	if (protocol == PROTOCOL_LIVESERVE)
		buf_add_text(text, "\r\nSec-WebSocket-Protocol: " PROTOCOL_LIVESERVE_NAME);
	buf_add_text(text, "\r\n\r\n");
	buf_add_slice(text, rest);
}

static void
adopt(void *context, int socket, enum protocol protocol, const char *browser, struct slice key,
	struct slice rest)
{
	struct server *server = context;
	struct buf handshake = {0};

	if (!server->lws && !start_lws(server)) {
		log_error("libwebsockets does not start, so pages cannot follow changes");
		close(socket);
		return;
	}
	write_handshake(&handshake, protocol, key, rest);
	server->protocol = protocol;
	server->browser = browser;
	probe_line(socket);
	server->turns_due = TURNS;
	lws_adopt_socket_vhost_readbuf(lws_get_vhost_by_name(server->lws, "default"), socket,
		handshake.bytes, handshake.length);
	server->browser = NULL;
	buf_finish(&handshake);
}

static void
take_over(void *context, const struct takeover *takeover)
{
	const struct upgrade *upgrade = context;
	const struct request *request = takeover->request;
	struct slice rest = takeover->bytes;

	rest.at += request->head_length;
	rest.length -= request->head_length;
	adopt(upgrade->server, takeover->socket, upgrade->protocol,
		user_agent_browser(request_get(request, REQUEST_USER_AGENT)),
		request_get(request, REQUEST_SEC_WEBSOCKET_KEY), rest);
}

static void
begin_upgrade(void *context, enum protocol protocol, struct response *response)
{
	struct server *server = context;

	server->upgrades[protocol] = (struct upgrade){server, protocol};
	response_take_over(response, take_over, &server->upgrades[protocol]);
}

/* ---- listening ---- */

/* What files that are sent, and the rest of the program, need is not for connections. */
static bool
is_full(int socket)
{
	struct rlimit limit;
	rlim_t reserve;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return false;
	reserve = limit.rlim_cur / 4 < RESERVE_MAX ? limit.rlim_cur / 4 : RESERVE_MAX;
	/* The lowest number that is free was given. */
	return (rlim_t)socket >= limit.rlim_cur - reserve;
}

/* The newest has to go when there are too many, never one that is being served. */
static void
admit(const struct listener *listener, int socket, const struct sockaddr *address)
{
	struct server *server = listener->server;

	if (is_full(socket) || !connection_limit_admit(server->connection_limit, socket, address))
		close(socket);
	else
		http1_accept(server->http1, socket, listener->entry);
}

/*
 * Without a free descriptor accept(2) would fail for ever and the loop spin. So one is kept in
 * reserve: given up to accept the newest connection, which is closed, and taken again.
 */
static bool
turn_one_away(struct server *server, int listener)
{
	int socket;

	if (server->spare < 0)
		return false;
	close(server->spare);
	socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (socket >= 0)
		close(socket);
	server->spare = dup(loop_fd(server->loop));
	return socket >= 0;
}

static void
listener_ready(void *context, unsigned events)
{
	struct listener *listener = context;
	struct server *server = listener->server;

	(void)events;
	for (int i = 0; i < ACCEPTS_A_TURN; i++) {
		struct sockaddr_storage from = {0};
		socklen_t length = sizeof(from);
		int socket = accept4(listener->source.fd, (struct sockaddr *)&from, &length,
			SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (socket >= 0)
			admit(listener, socket, (struct sockaddr *)&from);
		else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
			turn_one_away(server, listener->source.fd);
		else if (errno == EAGAIN)
			return;
	}
}

static void
answer(void *context, const struct request *request, struct response *response)
{
	struct server *server = context;

	router_respond(server->router, request, response);
}

static void
refuse(void *context, int status, struct response *response)
{
	struct server *server = context;

	router_refuse(server->router, status, response);
}

struct server *
server_create(struct loop *loop, struct router *router)
{
	struct server *server = mem_zero(sizeof(*server));
	const struct http1_handler handler = {answer, refuse, server};

	server->loop = loop;
	server->router = router;
	router_set_upgrade(router, begin_upgrade, server);
	server->http1 = http1_create(loop, &handler);
	server->connection_limit = connection_limit_create();
	server->spare = dup(loop_fd(loop));
	return server;
}

/* All but the first kept ones. */
static void
close_listeners(struct server *server, size_t kept)
{
	while (server->listener_count > kept) {
		struct loop_source *source = &server->listeners[--server->listener_count].source;

		loop_remove(server->loop, source);
		close(source->fd);
	}
}

/* Closes each WebSocket with 1001, without waiting for anybody (RFC 6455 7.4.1). */
static void
say_goodbye(struct server *server)
{
	server->is_leaving = true;
	for (const struct lws_protocols *protocol = protocols; protocol->name; protocol++)
		lws_callback_on_writable_all_protocol(server->lws, protocol);
	for (int round = 0; round < GOODBYE_ROUNDS; round++)
		lws_service(server->lws, -1);
	lws_context_destroy(server->lws);
}

void
server_destroy(struct server *server)
{
	if (!server)
		return;
	close_listeners(server, 0);
	loop_timer_clear(server->loop, &server->look_timer);
	http1_destroy(server->http1);
	connection_limit_destroy(server->connection_limit);
	if (server->lws)
		say_goodbye(server);
	tls_destroy(server->tls);
	if (server->spare >= 0)
		close(server->spare);
	free(server);
}

void
server_set_hub(struct server *server, struct hub *hub)
{
	server->hub = hub;
}

void
server_set_tls(struct server *server, struct tls *tls)
{
	server->tls = tls;
	http1_set_tls(server->http1, tls);
}

void
server_take_owner(struct server *server, int socket)
{
	http1_accept(server->http1, socket, HTTP1_OWNER);
}

/* Returns the errno of what failed, 0 when the address is being listened on. */
static int
listen_on(struct server *server, const struct addrinfo *address, uint16_t port,
	enum http1_entry entry)
{
	struct listener *listener = &server->listeners[server->listener_count];
	struct sockaddr_storage name;
	int on = 1, error;
	int socket_fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (socket_fd < 0)
		return errno;
	memcpy(&name, address->ai_addr, address->ai_addrlen);
	if (address->ai_family == AF_INET6) {
		((struct sockaddr_in6 *)&name)->sin6_port = htons(port);
		setsockopt(socket_fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	} else {
		((struct sockaddr_in *)&name)->sin_port = htons(port);
	}
	setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* Accepted sockets inherit it: an answer never waits for an acknowledgement. */
	setsockopt(socket_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (bind(socket_fd, (struct sockaddr *)&name, address->ai_addrlen) == 0 &&
		listen(socket_fd, BACKLOG) == 0 &&
		loop_add(server->loop, &listener->source, socket_fd, LOOP_READ, listener_ready,
			listener)) {
		listener->server = server;
		listener->entry = entry;
		server->listener_count++;
		return 0;
	}
	error = errno;
	close(socket_fd);
	return error;
}

static uint16_t
bound_port(const struct listener *listener)
{
	struct sockaddr_storage name = {0};
	socklen_t length = sizeof(name);

	getsockname(listener->source.fd, (struct sockaddr *)&name, &length);
	/* What the kernel wrote is not seen. NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage) */
	return ntohs(name.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&name)->sin6_port
						: ((struct sockaddr_in *)&name)->sin_port);
}

/*
 * Every address with the same port, or none. A machine without IPv6 has no ::1: that is no error.
 */
static int
listen_on_all(struct server *server, const struct addrinfo *addresses, uint16_t *port,
	enum http1_entry entry)
{
	size_t before = server->listener_count;
	int missing = 0;

	for (const struct addrinfo *address = addresses;
		address && server->listener_count < LISTENERS_MAX; address = address->ai_next) {
		int error = listen_on(server, address, *port, entry);

		if (error == EADDRNOTAVAIL || error == EAFNOSUPPORT) {
			missing = error;
			continue;
		}
		if (error) {
			close_listeners(server, before);
			return error;
		}
		*port = bound_port(&server->listeners[before]);
	}
	return server->listener_count > before ? 0 : missing;
}

/* localhost is both loopback addresses whatever the machine's hosts file says (RFC 6761 6.3). */
static struct addrinfo *
look_up(const char *host)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *addresses;

	/* Of no name getaddrinfo(3) gives the same address of every family: loopback, or any. */
	if (strcmp(host, SERVER_EVERYWHERE) == 0)
		hints.ai_flags = AI_PASSIVE;
	if (hints.ai_flags || strcmp(host, "localhost") == 0)
		host = NULL;
	return getaddrinfo(host, "0", &hints, &addresses) == 0 ? addresses : NULL;
}

static enum server_verdict
verdict_of(int error)
{
	switch (error) {
	case 0:
		return SERVER_LISTENS;
	case EADDRINUSE:
		return SERVER_PORT_TAKEN;
	case EACCES:
		return SERVER_PORT_REFUSED;
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
		return SERVER_BAD_HOST;
	default:
		errno = error;
		return SERVER_FAILED;
	}
}

enum server_verdict
server_listen(struct server *server, const struct server_options *options)
{
	int tries = options->strict_port ? 1 : PORTS_TO_TRY;
	struct addrinfo *addresses = look_up(options->host);
	uint16_t port = options->port;
	int error;

	if (!addresses)
		return SERVER_BAD_HOST;
	do {
		server->port = port;
		error = listen_on_all(server, addresses, &server->port, HTTP1_PAGES);
		port = options->port ? (uint16_t)(port + 1) : 0;
	} while (error == EADDRINUSE && --tries && (port || !options->port));
	freeaddrinfo(addresses);
	return verdict_of(error);
}

uint16_t
server_listen_livereload(struct server *server, const struct server_options *options)
{
	struct addrinfo *addresses = look_up(options->host);
	uint16_t port = options->livereload_port;
	int error = EADDRNOTAVAIL;

	if (addresses) {
		error = listen_on_all(server, addresses, &port, HTTP1_LIVERELOAD);
		freeaddrinfo(addresses);
	}
	errno = error;
	return error ? 0 : port;
}

uint16_t
server_port(const struct server *server)
{
	return server->port;
}

void
server_run_once(struct server *server)
{
	if (server->turns_due)
		loop_dispatch(server->loop);
	else
		loop_wait(server->loop);
	if (server->turns_due == 0)
		return;
	turn_of_lws(server);
	plan_look(server, 0);
}
