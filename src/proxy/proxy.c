/*
 * proxy: see proxy.h.
 */
#define _GNU_SOURCE
#include "proxy/proxy.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http/response.h"
#include "http/conditional.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "html/error_page.h"
#include "net/tunnel.h"
#include "proxy/proxy_head.h"

struct proxy {
	struct loop *loop;
	const struct script_tag *tag;
	struct tunnels *tunnels;
	struct map places; /* from an upstream's shown to its struct addrinfo */
};

/* One request on its way. */
struct errand {
	struct proxy *proxy;
	const struct upstream *upstream;
	struct tunnel *tunnel;
	struct loop_timer timer;
	uint64_t body_left; /* bytes of the request's that are still to come from the client */
	struct buf fields;  /* for the answer */
	struct buf head;    /* of the answer, as far as it has come */
	struct buf ready;   /* what the client is to read next */
	bool is_reached;    /* the upstream has taken something */
	bool has_head;
	bool is_over; /* nothing comes after ready */
	bool is_late;
	bool is_head_request;
};

/* ---- when the upstream does not answer ---- */

/* An answer of ours in place of its own. */
static void
fail(struct errand *errand, int status, const char *what)
{
	struct response response;
	char date[HTTP_DATE_SIZE];
	char *text = mem_format("%s, which answers for %s here, %s.", errand->upstream->shown,
		*errand->upstream->route ? errand->upstream->route : "/", what);
	size_t length;

	log_verbose("%s", text);
	response_init(&response);
	error_page_respond(&response, errand->proxy->tag, status, slice_of(text));
	http_date_write(date, time(NULL));
	buf_addf(&errand->ready,
		"HTTP/1.1 %d %s\r\nDate: %s\r\nServer: liveserve\r\nContent-Length: %zu\r\n",
		status, http_reason(status), date, (size_t)response.body.length);
	buf_add_slice(&errand->ready, buf_slice(&response.fields));
	buf_add_text(&errand->ready, "Connection: close\r\n\r\n");
	length = errand->is_head_request ? 0 : (size_t)response.body.length;
	buf_reserve(&errand->ready, length);
	if (length)
		body_read(&response.body, errand->ready.bytes + errand->ready.length, length);
	errand->ready.length += length;
	errand->is_over = errand->has_head = true;
	response_finish(&response);
	free(text);
}

/* ---- the port of the upstream ---- */

static ssize_t
take_ready(struct errand *errand, char *bytes, size_t size)
{
	size_t length = errand->ready.length < size ? errand->ready.length : size;

	memcpy(bytes, errand->ready.bytes, length);
	buf_drop(&errand->ready, length);
	if (errand->ready.length == 0)
		buf_finish(&errand->ready);
	return (ssize_t)length;
}

/* Looks for heads in what has come. */
static void
read_heads(struct errand *errand)
{
	enum proxy_head_verdict verdict = PROXY_HEAD_INTERIM;

	while (verdict == PROXY_HEAD_INTERIM) {
		size_t length = 0;

		verdict = proxy_head_answer(&errand->ready, buf_slice(&errand->head),
			buf_slice(&errand->fields), &length);
		buf_drop(&errand->head, length);
	}
	if (verdict == PROXY_HEAD_MALFORMED)
		fail(errand, 502, "does not speak HTTP/1.1");
	if (verdict == PROXY_HEAD_MORE || verdict == PROXY_HEAD_MALFORMED)
		return;
	errand->has_head = true;
	loop_timer_clear(errand->proxy->loop, &errand->timer);
	buf_add_slice(&errand->ready, buf_slice(&errand->head));
	buf_finish(&errand->head);
}

static ssize_t
upstream_read_some(void *context, int fd, char *bytes, size_t size)
{
	struct errand *errand = context;
	ssize_t got;

	if (errand->ready.length)
		return take_ready(errand, bytes, size);
	if (errand->is_over)
		return 0;
	got = recv(fd, bytes, size, 0);
	if (errand->has_head)
		return got;
	if (got > 0) {
		buf_add(&errand->head, bytes, (size_t)got);
		read_heads(errand);
	} else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
		fail(errand, 502,
			errand->is_reached ? "closed the connection without an answer"
					   : "is not there");
	} else if (errand->is_late) {
		fail(errand, 504, "cannot be reached");
	}
	if (errand->ready.length)
		return take_ready(errand, bytes, size);
	errno = EAGAIN;
	return -1;
}

static ssize_t
upstream_write_some(void *context, int fd, const char *bytes, size_t length)
{
	struct errand *errand = context;
	ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

	errand->is_reached |= sent > 0;
	return sent;
}

static void
errand_ends(void *context)
{
	struct errand *errand = context;

	loop_timer_clear(errand->proxy->loop, &errand->timer);
	buf_finish(&errand->fields);
	buf_finish(&errand->head);
	buf_finish(&errand->ready);
	free(errand);
}

/* ---- the port of the client ---- */

/* What follows the request's body is not passed on: it could be anything. */
static ssize_t
client_read_some(void *context, int fd, char *bytes, size_t size)
{
	struct errand *errand = context;
	ssize_t got;

	if (errand->body_left == 0) {
		while ((got = recv(fd, bytes, size, 0)) > 0)
			;
		return got;
	}
	got = recv(fd, bytes, size < errand->body_left ? size : (size_t)errand->body_left, 0);
	if (got > 0 && errand->body_left != UINT64_MAX)
		errand->body_left -= (uint64_t)got;
	return got;
}

/* ---- beginning ---- */

/* A refusal by this very machine comes at once, so that the next address can be tried. */
static int
connect_to(const struct addrinfo *addresses)
{
	for (; addresses; addresses = addresses->ai_next) {
		int on = 1;
		int fd = socket(
			addresses->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		if (fd < 0)
			continue;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		if (connect(fd, addresses->ai_addr, addresses->ai_addrlen) == 0 ||
			errno == EINPROGRESS)
			return fd;
		close(fd);
	}
	return -1;
}

void
proxy_look_up(struct proxy *proxy, const struct upstream *upstream)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	bool is_local = strcmp(upstream->host, "localhost") == 0;
	struct slice key = slice_of(upstream->shown);
	struct addrinfo *addresses;

	/* No name means loopback, in every family. */
	if (!map_get(&proxy->places, key) && getaddrinfo(is_local ? NULL : upstream->host,
						     upstream->port, &hints, &addresses) == 0)
		map_set(&proxy->places, key, addresses);
}

static int
connect_upstream(struct proxy *proxy, const struct upstream *upstream)
{
	int fd;

	proxy_look_up(proxy, upstream);
	fd = connect_to(map_get(&proxy->places, slice_of(upstream->shown)));
	/* A socket that is not connected: to read it is an error, which is then told. */
	return fd >= 0 ? fd : socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static void
time_is_up(void *context)
{
	struct errand *errand = context;

	errand->is_late = !errand->is_reached; /* who has taken it may think as long as it likes */
	tunnel_turn(errand->tunnel);
}

static void
name_client(int socket, char name[NI_MAXHOST])
{
	struct sockaddr_storage address = {0};
	socklen_t length = sizeof(address);

	if (getpeername(socket, (struct sockaddr *)&address, &length) < 0 ||
		(address.ss_family != AF_INET && address.ss_family != AF_INET6) ||
		getnameinfo((struct sockaddr *)&address, length, name, NI_MAXHOST, NULL, 0,
			NI_NUMERICHOST) != 0)
		memcpy(name, "unknown", sizeof("unknown"));
}

/* The bytes of the body that request announces. */
static uint64_t
body_length(const struct request *request, bool is_upgrade)
{
	uint64_t length = 0;

	if (is_upgrade)
		return UINT64_MAX;
	slice_number(request_get(request, REQUEST_CONTENT_LENGTH), &length);
	return length;
}

/* What the upstream is to be sent first: the head, and of the body what has come with it. */
static void
begin(struct errand *errand, int socket, const struct request *request, struct slice bytes,
	struct buf *first)
{
	bool is_upgrade = request_get(request, REQUEST_UPGRADE).at &&
			  request_lists(request, REQUEST_CONNECTION, "upgrade");
	size_t behind = bytes.length - request->head_length;
	char client[NI_MAXHOST];
	struct slice rest = {0};

	name_client(socket, client);
	upstream_means(errand->upstream, request->path, &rest);
	proxy_head_request(first, errand->upstream, request,
		(struct slice){bytes.at, request->head_length}, rest, client, is_upgrade);
	errand->body_left = body_length(request, is_upgrade);
	if (behind > errand->body_left)
		behind = (size_t)errand->body_left;
	buf_add(first, bytes.at + request->head_length, behind);
	if (errand->body_left != UINT64_MAX)
		errand->body_left -= behind;
	errand->is_head_request = request->method == REQUEST_HEAD;
}

void
proxy_take(struct proxy *proxy, int socket, const struct upstream *upstream,
	const struct request *request, struct slice bytes, struct slice fields)
{
	struct errand *errand = mem_zero(sizeof(*errand));
	struct tunnel_port client = tunnel_socket(socket);
	struct tunnel_port other = tunnel_socket(connect_upstream(proxy, upstream));
	struct buf first = {0};

	errand->proxy = proxy;
	errand->upstream = upstream;
	buf_add_slice(&errand->fields, fields);
	begin(errand, socket, request, bytes, &first);
	client.read = client_read_some;
	other.read = upstream_read_some;
	other.write = upstream_write_some;
	other.close = errand_ends;
	client.context = other.context = errand;
	errand->tunnel = tunnels_add(proxy->tunnels, &client, &other, buf_slice(&first));
	buf_finish(&first);
	if (!errand->tunnel)
		return;
	loop_timer_set(
		proxy->loop, &errand->timer, (uint64_t)PROXY_CONNECT_MS * 1000, time_is_up, errand);
	tunnel_turn(errand->tunnel);
}

struct proxy *
proxy_create(struct loop *loop, const struct script_tag *tag)
{
	struct proxy *proxy = mem_zero(sizeof(*proxy));

	proxy->loop = loop;
	proxy->tag = tag;
	proxy->tunnels = tunnels_create(loop);
	return proxy;
}

void
proxy_destroy(struct proxy *proxy)
{
	struct addrinfo *addresses;

	if (!proxy)
		return;
	tunnels_destroy(proxy->tunnels);
	for (size_t at = 0; (addresses = map_next(&proxy->places, &at));)
		freeaddrinfo(addresses);
	map_finish(&proxy->places);
	free(proxy);
}
