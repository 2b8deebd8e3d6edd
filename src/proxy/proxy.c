/*
 * proxy: see proxy.h. Owns the addresses of the upstreams and all tunnels; borrows the upstreams.
 *
 * An exchange is one request and its response in a tunnel. The port of the upstream reads the head
 * of the response and writes a new one for the client; the bytes after it pass unchanged. If the
 * upstream fails before that, the client gets an error page.
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
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "html/error_page.h"
#include "http/date.h"
#include "http/response_writer.h"
#include "net/tunnel.h"
#include "proxy/proxy_head.h"

/* An upstream and its addresses; also the context of a takeover. */
struct destination {
	struct proxy *proxy;
	const struct upstream *upstream;
	struct addrinfo *addresses; /* NULL: the look-up has failed */
};

struct proxy {
	struct loop *loop;
	const struct script_tag *script_tag;
	struct tunnels *tunnels;
	struct destination *destinations;
	size_t count;
	bool drops_authorization;
};

struct exchange {
	struct proxy *proxy;
	const struct upstream *upstream;
	struct tunnel *tunnel;
	struct loop_timer timer; /* until the upstream has taken the request */
	uint64_t body_left;      /* bytes of the request body that the client has not sent yet */
	struct fields fields;    /* of this server, for the response */
	struct buf head;         /* of the response, as far as it has arrived */
	struct buf ready;        /* the bytes that the client gets next */
	bool is_reached;         /* the upstream has taken some bytes */
	bool has_head;           /* the head of the response is complete */
	bool has_failed;         /* nothing follows after ready */
	bool is_late;            /* the timer has expired before is_reached */
	bool is_head_request;
};

/* ---- when the upstream does not answer ---- */

/*
 * Adds a response of this server, which closes the connection. Its body is text, so one read is
 * enough.
 */
static void
add_response(struct buf *ready, struct response *response, bool is_head_request)
{
	struct date_clock clock = {0};
	size_t length = (size_t)response->body.length;

	response_writer_add_head(ready, response, date_clock_now(&clock), RESPONSE_WRITER_CLOSE);
	if (is_head_request)
		return;
	buf_reserve(ready, length);
	body_read(&response->body, ready->bytes + ready->length, length);
	ready->length += length;
}

static void
fail(struct exchange *exchange, int status, const char *what)
{
	const struct upstream *upstream = exchange->upstream;
	char *text = mem_format("%s, which answers for %s here, %s.", upstream->shown,
		*upstream->route ? upstream->route : "/", what);
	struct response response;

	log_verbose("%s", text);
	response_init(&response);
	error_page_respond(&response, exchange->proxy->script_tag, status, slice_of(text));
	add_response(&exchange->ready, &response, exchange->is_head_request);
	exchange->has_failed = exchange->has_head = true;
	response_finish(&response);
	free(text);
}

/* ---- the port of the upstream ---- */

static ssize_t
take_ready(struct exchange *exchange, char *bytes, size_t size)
{
	size_t length = exchange->ready.length < size ? exchange->ready.length : size;

	memcpy(bytes, exchange->ready.bytes, length);
	buf_drop(&exchange->ready, length);
	if (exchange->ready.length == 0)
		buf_finish(&exchange->ready);
	return (ssize_t)length;
}

/* Parses the heads in the bytes that have arrived. */
static void
read_heads(struct exchange *exchange)
{
	enum proxy_head_verdict verdict = PROXY_HEAD_INTERIM;

	while (verdict == PROXY_HEAD_INTERIM) {
		size_t length = 0;

		verdict = proxy_head_response(
			&exchange->ready, buf_slice(&exchange->head), &exchange->fields, &length);
		buf_drop(&exchange->head, length);
	}
	if (verdict == PROXY_HEAD_MALFORMED)
		fail(exchange, 502, "does not speak HTTP/1.1");
	if (verdict == PROXY_HEAD_MORE || verdict == PROXY_HEAD_MALFORMED)
		return;
	exchange->has_head = true;
	loop_timer_clear(exchange->proxy->loop, &exchange->timer);
	buf_add_slice(&exchange->ready, buf_slice(&exchange->head));
	buf_finish(&exchange->head);
}

/* Reads bytes of a head. Afterwards either something is ready, or the head is incomplete. */
static void
read_head(struct exchange *exchange, int fd, char *bytes, size_t size)
{
	ssize_t got = recv(fd, bytes, size, 0);

	if (got > 0) {
		buf_add(&exchange->head, bytes, (size_t)got);
		read_heads(exchange);
	} else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
		fail(exchange, 502,
			exchange->is_reached ? "closed the connection without an answer"
					     : "is not there");
	} else if (exchange->is_late) {
		fail(exchange, 504, "cannot be reached");
	}
}

static ssize_t
read_from_upstream(void *context, int fd, char *bytes, size_t size)
{
	struct exchange *exchange = context;

	if (exchange->ready.length == 0 && !exchange->has_head)
		read_head(exchange, fd, bytes, size);
	else if (exchange->ready.length == 0 && !exchange->has_failed)
		return recv(fd, bytes, size, 0);
	if (exchange->ready.length)
		return take_ready(exchange, bytes, size);
	if (exchange->has_failed)
		return 0;
	errno = EAGAIN;
	return -1;
}

/* If the upstream could not be connected to, fd is -1 and send fails. */
static ssize_t
write_to_upstream(void *context, int fd, const char *bytes, size_t length)
{
	struct exchange *exchange = context;
	ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

	exchange->is_reached |= sent > 0;
	return sent;
}

static void
destroy_exchange(void *context)
{
	struct exchange *exchange = context;

	loop_timer_clear(exchange->proxy->loop, &exchange->timer);
	fields_finish(&exchange->fields);
	buf_finish(&exchange->head);
	buf_finish(&exchange->ready);
	free(exchange);
}

/* ---- the port of the client ---- */

/* Bytes after the body of the request are not passed on, because they are not checked. */
static ssize_t
read_from_client(void *context, int fd, char *bytes, size_t size)
{
	struct exchange *exchange = context;
	ssize_t got;

	if (exchange->body_left == 0) {
		while ((got = recv(fd, bytes, size, 0)) > 0)
			;
		return got;
	}
	got = recv(fd, bytes, size < exchange->body_left ? size : (size_t)exchange->body_left, 0);
	if (got > 0 && exchange->body_left != UINT64_MAX)
		exchange->body_left -= (uint64_t)got;
	return got;
}

/* ---- beginning ---- */

static void
look_up(struct destination *destination)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	const struct upstream *upstream = destination->upstream;
	bool is_local = strcmp(upstream->host, "localhost") == 0;

	/* Without a name, getaddrinfo(3) returns the loopback addresses. */
	if (!destination->addresses && getaddrinfo(is_local ? NULL : upstream->host, upstream->port,
					       &hints, &destination->addresses) != 0)
		destination->addresses = NULL;
}

/* An upstream on this machine refuses at once; then the next address is tried. */
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

/* Once the upstream has taken the request, there is no limit for its response. */
static void
expire(void *context)
{
	struct exchange *exchange = context;

	exchange->is_late = !exchange->is_reached;
	tunnel_turn(exchange->tunnel);
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

/*
 * The number of bytes that follow the head of the request; UINT64_MAX: until the connection ends.
 */
static uint64_t
body_length(const struct request *request, bool is_upgrade)
{
	uint64_t length = 0;

	if (is_upgrade)
		return UINT64_MAX;
	slice_number(request_get(request, REQUEST_CONTENT_LENGTH), &length);
	return length;
}

/*
 * Adds the first bytes for the upstream: the head, and the part of the body that was read with it.
 */
static void
add_request(struct buf *first, struct exchange *exchange, const struct takeover *takeover)
{
	const struct request *request = takeover->request;
	bool is_upgrade = request_get(request, REQUEST_UPGRADE).at &&
			  request_lists(request, REQUEST_CONNECTION, "upgrade");
	size_t behind = takeover->bytes.length - request->head_length;
	struct request passed_on = *request;
	char client[NI_MAXHOST];
	struct slice rest = {0};

	if (exchange->proxy->drops_authorization)
		passed_on.fields[REQUEST_AUTHORIZATION] = (struct slice){0};
	name_client(takeover->socket, client);
	upstream_matches(exchange->upstream, request->path, &rest);
	proxy_head_request(first, exchange->upstream, &passed_on,
		(struct slice){takeover->bytes.at, request->head_length}, rest, client, is_upgrade);
	exchange->body_left = body_length(request, is_upgrade);
	if (behind > exchange->body_left)
		behind = (size_t)exchange->body_left;
	buf_add(first, takeover->bytes.at + request->head_length, behind);
	if (exchange->body_left != UINT64_MAX)
		exchange->body_left -= behind;
}

static struct exchange *
create_exchange(const struct destination *destination, const struct takeover *takeover)
{
	struct exchange *exchange = mem_zero(sizeof(*exchange));

	exchange->proxy = destination->proxy;
	exchange->upstream = destination->upstream;
	exchange->is_head_request = takeover->request->method == REQUEST_HEAD;
	fields_add_all(&exchange->fields, &takeover->response->fields);
	return exchange;
}

/* The takeover_fn of every proxied request. */
static void
begin_exchange(void *context, const struct takeover *takeover)
{
	struct destination *destination = context;
	struct proxy *proxy = destination->proxy;
	struct exchange *exchange = create_exchange(destination, takeover);
	struct tunnel_port client = tunnel_socket(takeover->socket), other;
	struct buf first = {0};

	look_up(destination);
	other = tunnel_socket(connect_to(destination->addresses));
	add_request(&first, exchange, takeover);
	if (other.fd < 0)
		fail(exchange, 502, "is not there");
	client.read = read_from_client;
	other.read = read_from_upstream;
	other.write = write_to_upstream;
	other.close = destroy_exchange;
	client.context = other.context = exchange;
	exchange->tunnel = tunnels_add(proxy->tunnels, &client, &other, buf_slice(&first));
	buf_finish(&first);
	if (!exchange->tunnel)
		return;
	loop_timer_set(
		proxy->loop, &exchange->timer, (uint64_t)PROXY_CONNECT_MS * 1000, expire, exchange);
	tunnel_turn(exchange->tunnel);
}

/* ---- public functions ---- */

struct proxy *
proxy_create(const struct proxy_options *options)
{
	struct proxy *proxy = mem_zero(sizeof(*proxy));

	proxy->loop = options->loop;
	proxy->script_tag = options->script_tag;
	proxy->tunnels = tunnels_create(options->loop);
	proxy->count = options->upstream_count;
	proxy->drops_authorization = options->drops_authorization;
	proxy->destinations = mem_array(proxy->count, sizeof(*proxy->destinations));
	for (size_t i = 0; i < proxy->count; i++) {
		proxy->destinations[i].proxy = proxy;
		proxy->destinations[i].upstream = &options->upstreams[i];
		look_up(&proxy->destinations[i]);
	}
	return proxy;
}

void
proxy_destroy(struct proxy *proxy)
{
	if (!proxy)
		return;
	tunnels_destroy(proxy->tunnels);
	for (size_t i = 0; i < proxy->count; i++)
		if (proxy->destinations[i].addresses)
			freeaddrinfo(proxy->destinations[i].addresses);
	free(proxy->destinations);
	free(proxy);
}

const struct upstream *
proxy_find(const struct proxy *proxy, struct slice path)
{
	const struct upstream *found = NULL;

	for (size_t i = 0; i < proxy->count; i++) {
		const struct upstream *upstream = proxy->destinations[i].upstream;
		struct slice rest;

		if (upstream_matches(upstream, path, &rest) &&
			(!found || strlen(upstream->route) > strlen(found->route)))
			found = upstream;
	}
	return found;
}

void
proxy_take_over(struct proxy *proxy, const struct upstream *upstream, struct response *response)
{
	for (size_t i = 0; i < proxy->count; i++)
		if (proxy->destinations[i].upstream == upstream)
			response_take_over(response, begin_exchange, &proxy->destinations[i]);
}
