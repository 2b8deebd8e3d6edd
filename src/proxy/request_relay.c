/*
 * request_relay: see request_relay.h.
 */
#define _GNU_SOURCE
#include "proxy/request_relay.h"

#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include "proxy/proxy_head.h"

void
request_relay_name_client(int socket, char name[REQUEST_RELAY_NAME_MAX])
{
	struct sockaddr_storage address = {0};
	socklen_t length = sizeof(address);

	if (getpeername(socket, (struct sockaddr *)&address, &length) < 0 ||
		(address.ss_family != AF_INET && address.ss_family != AF_INET6) ||
		getnameinfo((struct sockaddr *)&address, length, name, REQUEST_RELAY_NAME_MAX, NULL,
			0, NI_NUMERICHOST) != 0)
		memcpy(name, "unknown", sizeof("unknown"));
}

enum request_relay_verdict
request_relay_read(
	struct message_body *body, struct slice *bytes, struct buf *scratch, struct slice *out)
{
	*out = message_body_read(body, bytes, scratch);
	if (body->is_malformed)
		return REQUEST_RELAY_MALFORMED;
	return body->has_ended ? REQUEST_RELAY_COMPLETE : REQUEST_RELAY_MORE;
}

enum request_relay_verdict
request_relay_begin(struct message_body *body, const struct upstream *upstream,
	const struct takeover *takeover, const struct request_relay_options *options,
	struct buf *scratch, struct buf *text, struct buf *held)
{
	const struct request *request = takeover->request;
	struct slice head = {takeover->bytes.at, request->head_length};
	struct slice behind = takeover->bytes, rest = {0}, out;
	bool is_upgrade = request_is_websocket(request);
	enum request_relay_verdict verdict;
	char client[REQUEST_RELAY_NAME_MAX];
	bool is_new;

	request_relay_name_client(takeover->socket, client);
	upstream_matches(upstream, request->path, &rest);
	is_new = proxy_head_request(text, upstream, request, head, rest,
		&(struct proxy_head_options){
			.client = client,
			.is_upgrade = is_upgrade,
			.is_document = options->is_document,
			.has_own_host = options->has_own_host,
			.closes = options->closes,
		});
	message_body_init_request(body, request, true);
	slice_drop(&behind, head.length);
	verdict = request_relay_read(body, &behind, scratch, &out);
	buf_add_slice(text, out);
	buf_add_slice(held, behind);
	return is_new ? verdict : REQUEST_RELAY_CIRCLE;
}
