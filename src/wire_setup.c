/*
 * wire_setup: see wire_setup.h. It has no state.
 */
#include "wire_setup.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/utf8.h"
#include "http/http1.h"
#include "http/status.h"

enum { NAMES_MAX = 3, NAME_MAX_LENGTH = 60 };

/* A tls_key_line_fn. */
static void
hear_key_line(void *context, struct slice line)
{
	struct live_capture *const *wire = context;

	if (*wire)
		live_capture_hear_key_line(*wire, line);
}

void
wire_setup_keys(struct config *config, struct live_capture **wire)
{
	if (!config->wire.is_on)
		return;
	config->tls.hear_key_line = hear_key_line;
	config->tls.key_line_context = wire;
	config->tls.has_http2 = false; /* it reads HTTP/1.1 */
}

int
wire_setup_create(
	struct live_capture **wire, const struct config *config, const struct wire_setup *setup)
{
	struct live_capture_options options = {
		.settings = &config->wire,
		.loop = setup->loop,
		.listener = setup->listener,
		.livereload_port = config->access.ports[1],
		.is_tls = config->tls.is_on,
		.has_proxy = config->proxy_count,
		.roots = setup->roots,
		.root_count = setup->root_count,
	};

	return live_capture_create(wire, &options);
}

/* ---- why connections are closed ---- */

/* The port of the client; 0 when it is not known. Returns false for the owner's socket. */
static bool
find_port(int socket, uint16_t *port)
{
	struct sockaddr_storage name = {0};
	socklen_t length = sizeof(name);

	*port = 0;
	if (getpeername(socket, (struct sockaddr *)&name, &length) < 0)
		return true;
	if (name.ss_family == AF_INET)
		*port = ntohs(((struct sockaddr_in *)&name)->sin_port);
	else if (name.ss_family == AF_INET6)
		*port = ntohs(((struct sockaddr_in6 *)&name)->sin6_port);
	else if (name.ss_family == AF_UNIX) {
		/* The plaintext end of a TLS connection has no name; the control socket has one. */
		length = sizeof(name);
		return getsockname(socket, (struct sockaddr *)&name, &length) < 0 ||
		       length <= sizeof(name.ss_family);
	}
	return true;
}

/* Adds why, as part of a sentence. */
static void
add_reason(struct buf *text, int reason)
{
	switch (reason) {
	case RESPONSE_WAIT_IDLE:
		buf_addf(text, "nothing was asked for %u s",
			response_writer_idle_ms(HTTP1_IDLE_MS) / 1000);
		break;
	case RESPONSE_WAIT_HEAD:
		buf_addf(text, "its request was not complete after %d s", HTTP1_HEAD_MS / 1000);
		break;
	case RESPONSE_WAIT_WRITE:
		buf_addf(text, "nothing of the answer was taken for %d s", HTTP1_STALL_MS / 1000);
		break;
	case RESPONSE_WAIT_LINGER:
		buf_addf(text, "its browser has not closed it within %d s after the last answer",
			HTTP1_LINGER_MS / 1000);
		break;
	default:
		buf_addf(text, "its request is malformed (%d %s)", reason, status_reason(reason));
		break;
	}
}

static void
note_close(void *context, int socket, int reason)
{
	struct buf text = {0};
	uint16_t port;

	if (!find_port(socket, &port))
		return;
	buf_add_text(&text, "liveserve closes the connection");
	if (port)
		buf_addf(&text, " of port %u", port);
	buf_add_text(&text, ": ");
	add_reason(&text, reason);
	live_capture_mark(context, text.bytes);
	buf_finish(&text);
}

void
wire_setup_handler(struct response_handler *handler, struct live_capture *wire)
{
	if (!wire)
		return;
	handler->note_close = note_close;
	handler->note_context = wire;
}

/* ---- what was saved ---- */

static void
add_name(struct buf *text, const struct change *change)
{
	const char *verb = change->kind == CHANGE_DELETED ? "deleted " : "saved ";
	struct slice name = slice_of(change->path);
	size_t length = utf8_cut(name, NAME_MAX_LENGTH);

	buf_add_text(text, verb);
	buf_add(text, name.at, length);
	if (length < name.length)
		buf_add_text(text, "\u2026");
}

void
wire_setup_note_changes(struct live_capture *wire, const struct changes *changes)
{
	struct buf text = {0};
	size_t more = changes->count + changes->further_count;

	if (!wire || changes->count == 0)
		return;
	for (size_t i = 0; i < changes->count && i < NAMES_MAX; i++, more--) {
		if (i > 0)
			buf_add_text(&text, ", ");
		add_name(&text, &changes->items[i]);
	}
	if (more)
		buf_addf(&text, " and %zu more", more);
	live_capture_mark(wire, text.bytes);
	buf_finish(&text);
}
