/*
 * request_relay: see request_relay.h.
 */
#include "proxy/request_relay.h"

#include "proxy/proxy_head.h"

void
request_relay_name_client(const struct request *request, struct buf *name)
{
	if (request->peer.key)
		connection_limit_add_address(name, &request->peer);
	else
		buf_add_text(name, "unknown");
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
	struct buf client = {0};
	bool is_new;

	request_relay_name_client(request, &client);
	upstream_matches(upstream, request->path, &rest);
	is_new = proxy_head_request(text, upstream, request, head, rest,
		&(struct proxy_head_options){
			.client = client.bytes,
			.is_upgrade = is_upgrade,
			.is_document = options->is_document,
			.has_own_host = options->has_own_host,
			.closes = options->closes,
		});
	buf_finish(&client);
	message_body_init_request(body, request, true);
	slice_drop(&behind, head.length);
	verdict = request_relay_read(body, &behind, scratch, &out);
	buf_add_slice(text, out);
	buf_add_slice(held, behind);
	return is_new ? verdict : REQUEST_RELAY_CIRCLE;
}
