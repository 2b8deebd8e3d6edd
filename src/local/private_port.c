/*
 * private_port: see private_port.h. It owns its listening sockets and connections.
 */
#define _GNU_SOURCE
#include "local/private_port.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"
#include "http/http1.h"
#include "net/listener.h"
#include "security/access.h"

enum { SECRET_BYTES = 16, SECRET_LENGTH = 2 * SECRET_BYTES };

static const char policy[] =
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct private_port {
	struct private_port_options options;
	struct listener *listener;
	struct http1 *http1;
	char secret[SECRET_LENGTH + 1];
	char *url;
};

static void
respond_nothing(struct response *response, int status)
{
	response_clear(response);
	response_text(response, status, "text/plain; charset=utf-8", (struct slice){0});
}

/* ---- who may ask ---- */

/* The time that it takes says nothing of the secret. */
static bool
is_secret(const struct private_port *port, struct slice text)
{
	unsigned differences = 0;

	if (text.length != SECRET_LENGTH)
		return false;
	for (size_t i = 0; i < SECRET_LENGTH; i++)
		differences |= (unsigned char)text.at[i] ^ (unsigned char)port->secret[i];
	return differences == 0;
}

/* Sets name to the path behind "/SECRET/". Returns false when the secret is missing. */
static bool
read_path(const struct private_port *port, const struct request *request, struct slice *name)
{
	struct slice rest = request->path, part;

	if (!slice_split(&rest, '/', &part) || part.length || !slice_split(&rest, '/', &part))
		return false;
	*name = rest;
	return is_secret(port, part) && rest.at;
}

/* A person may come from anywhere: from a terminal, or by a link in an editor. */
static bool
is_navigation(const struct request *request, struct slice name)
{
	return request->method != REQUEST_OTHER && name.length == 0 &&
	       slice_is(request_get(request, REQUEST_SEC_FETCH_MODE), "navigate") &&
	       slice_is(request_get(request, REQUEST_SEC_FETCH_DEST), "document");
}

static bool
is_allowed(const struct request *request, struct slice name)
{
	static const struct access_options access = {.host = "localhost"};

	return request->authority.at && access_allows_host(&access, request->authority) &&
	       access_allows_origin(&access, request) &&
	       (!access_is_cross_origin(request) || is_navigation(request, name));
}

static void
add_fields(struct response *response)
{
	response_field(response, "Content-Security-Policy", slice_of(policy));
	response_field(response, "Referrer-Policy", SLICE_LITERAL("no-referrer"));
	response_field(response, "Cross-Origin-Opener-Policy", SLICE_LITERAL("same-origin"));
	response_field(response, "Cross-Origin-Resource-Policy", SLICE_LITERAL("same-origin"));
	response_field(response, "X-Content-Type-Options", SLICE_LITERAL("nosniff"));
	response_field(response, "Cache-Control", SLICE_LITERAL("no-store"));
}

/* ---- the handler of http1 ---- */

static void
answer(void *context, const struct request *request, struct response *response)
{
	const struct private_port *port = context;
	struct slice name;

	if (!read_path(port, request, &name) || !is_allowed(request, name)) {
		respond_nothing(response, 404);
		return;
	}
	add_fields(response);
	port->options.answer(port->options.context, request, name, response);
}

static void
refuse(void *context, const struct refused_request *refused, struct response *response)
{
	(void)context;
	respond_nothing(response, refused->status);
}

static void
accept_connection(void *context, int socket, unsigned entry, struct peer peer)
{
	http1_accept(((struct private_port *)context)->http1, socket, REQUEST_HTTP, entry, peer);
}

/* ---- life ---- */

/* Returns false with errno. */
static bool
make_secret(struct private_port *port)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[SECRET_BYTES];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return false;
	for (size_t i = 0; i < SECRET_BYTES; i++) {
		port->secret[2 * i] = digits[bytes[i] >> 4];
		port->secret[2 * i + 1] = digits[bytes[i] & 15];
	}
	return true;
}

/* Returns false with errno. */
static bool
open_port(struct private_port *port)
{
	struct listener_options options = {.host = "localhost", .port = port->options.port};
	enum listener_verdict verdict = listener_open(port->listener, &options, 0);

	if (verdict != LISTENER_OPEN && options.port) {
		options.port = 0;
		verdict = listener_open(port->listener, &options, 0);
	}
	return verdict == LISTENER_OPEN;
}

struct private_port *
private_port_create(const struct private_port_options *options, const char **why)
{
	struct private_port *port = mem_zero(sizeof(*port));
	const struct response_handler handler = {
		.answer = answer, .refuse = refuse, .context = port};

	port->options = *options;
	port->http1 = http1_create(options->loop, &handler);
	port->listener = listener_create(options->loop, accept_connection, port);
	if (!make_secret(port) || !open_port(port)) {
		*why = strerror(errno);
		private_port_destroy(port);
		return NULL;
	}
	port->url = mem_format(
		"http://localhost:%u/%s/", listener_port(port->listener), port->secret);
	return port;
}

void
private_port_destroy(struct private_port *port)
{
	if (!port)
		return;
	listener_destroy(port->listener);
	http1_destroy(port->http1);
	free(port->url);
	free(port);
}

const char *
private_port_url(const struct private_port *port)
{
	return port->url;
}
