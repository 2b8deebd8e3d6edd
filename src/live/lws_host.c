/*
 * lws_host: see lws_host.h.
 */
#include "live/lws_host.h"

#include <string.h>

#include "base/log.h"

/* The Host field of every request. libwebsockets finds its virtual host by this name. */
#define HOST "localhost"

enum {
	RX_SIZE = 512,          /* libwebsockets also makes it the size of the send buffer */
	WRITE_MAX = 0x40000000, /* bytes to write at once; libwebsockets buffers the rest */
};

static void
log_line(int level, const char *line)
{
	(void)level;
	log_verbose("libwebsockets: %.*s", (int)strcspn(line, "\n"), line);
}

static struct lws_protocols
row(const char *name, lws_callback_function *callback, size_t session_size)
{
	return (struct lws_protocols){
		.name = name,
		.callback = callback,
		.per_session_data_size = session_size,
		.rx_buffer_size = RX_SIZE,
		.tx_packet_size = WRITE_MAX,
	};
}

struct lws_context *
lws_host_create(
	struct lws_host *host, lws_callback_function *callback, size_t session_size, void *user)
{
	/* Otherwise all sockets would be in a list, sorted by the time of their next ping. */
	static const lws_retry_bo_t no_pings = {0};
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.vhost_name = HOST,
		.protocols = host->protocols,
		.user = user,
		.options = 0, /* an event library would be looked for in the current folder, too */
		.retry_and_idle_policy = &no_pings,
	};
	struct lws_context *lws;

	host->protocols[0] = row("none", callback, session_size); /* for no subprotocol */
	host->protocols[1] = row(host->subprotocol, callback, session_size);
	lws_set_log_level(LLL_ERR | LLL_WARN, log_line);
	lws = lws_create_context(&info);
	if (lws)
		lws_service(lws, -1); /* completes the start; there are no sockets to wait for */
	return lws;
}

/* The client's request anew: of it there is only the key. */
static void
write_request(struct buf *bytes, const char *subprotocol, struct slice key)
{
	buf_add_text(bytes, "GET / HTTP/1.1\r\nHost: " HOST "\r\nConnection: Upgrade\r\n"
			    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
			    "Sec-WebSocket-Key: ");
	buf_add_slice(bytes, key);
	if (subprotocol)
		buf_addf(bytes, "\r\nSec-WebSocket-Protocol: %s", subprotocol);
	buf_add_text(bytes, "\r\n\r\n");
}

void
lws_host_adopt(struct lws_context *lws, int socket, const char *subprotocol, struct slice key)
{
	struct buf request = {0};

	write_request(&request, subprotocol, key);
	lws_adopt_socket_vhost_readbuf(
		lws_get_vhost_by_name(lws, HOST), socket, request.bytes, request.length);
	buf_finish(&request);
}

int
lws_host_write(struct lws *wsi, struct buf *text, enum lws_write_protocol kind)
{
	size_t length = text->length - LWS_PRE;
	int written = lws_write(wsi, (unsigned char *)text->bytes + LWS_PRE, length, kind);

	return written < (int)length ? -1 : 0;
}

int
lws_host_close(struct lws *wsi, unsigned status)
{
	lws_close_reason(wsi, (enum lws_close_status)status, NULL, 0);
	return -1;
}

void
lws_host_call_all(struct lws_context *lws, int reason)
{
	lws_callback_all_protocol_vhost_args(
		lws_get_vhost_by_name(lws, HOST), NULL, reason, NULL, 0);
}
