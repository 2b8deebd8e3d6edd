/*
 * lws_host: see lws_host.h.
 */
#include "live/lws_host.h"

#include <string.h>

#include "base/log.h"
#include "live/handshake.h"
#include "live/protocol.h"

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
lws_host_create(lws_callback_function *callback, size_t session_size, void *user)
{
	/* Otherwise all sockets would be in a list, sorted by the time of their next ping. */
	static const lws_retry_bo_t no_pings = {0};
	static struct lws_protocols protocols[3]; /* libwebsockets keeps a pointer to it */
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.vhost_name = HANDSHAKE_HOST,
		.protocols = protocols,
		.user = user,
		.options = 0, /* an event library would be looked for in the current folder, too */
		.retry_and_idle_policy = &no_pings,
	};
	struct lws_context *lws;

	protocols[0] = row("none", callback, session_size); /* for no subprotocol */
	protocols[1] = row(PROTOCOL_LIVESERVE_NAME, callback, session_size);
	lws_set_log_level(LLL_ERR | LLL_WARN, log_line);
	lws = lws_create_context(&info);
	if (lws)
		lws_service(lws, -1); /* completes the start; there are no sockets to wait for */
	return lws;
}

void
lws_host_adopt(struct lws_context *lws, int socket, struct slice request)
{
	lws_adopt_socket_vhost_readbuf(
		lws_get_vhost_by_name(lws, HANDSHAKE_HOST), socket, request.at, request.length);
}

void
lws_host_call_all(struct lws_context *lws, int reason)
{
	lws_callback_all_protocol_vhost_args(
		lws_get_vhost_by_name(lws, HANDSHAKE_HOST), NULL, reason, NULL, 0);
}
