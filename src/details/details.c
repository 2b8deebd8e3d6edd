/*
 * details: see details.h.
 */
#include "details/details.h"

#include "details/http_details.h"
#include "details/ip_details.h"
#include "details/websocket_details.h"

static void
add_message(struct detail_tree *tree, const struct details *details,
	const struct details_message *message)
{
	size_t at = 0;

	tree->is_elsewhere = !message->is_in_packet;
	if (message->is_in_packet)
		at = (size_t)(message->bytes.at - details->frame.bytes.at);
	if (message->kind == DETAILS_HTTP)
		http_details_add(tree, at, message->bytes);
	else
		websocket_details_add(tree, at, message->bytes);
	tree->is_elsewhere = false;
}

void
details_add(struct buf *json, const struct details *details)
{
	const struct frame_details *frame = &details->frame;
	struct detail_tree tree;
	struct packet packet = {0};
	enum packet_verdict verdict = packet_read(&packet, frame->link, frame->bytes);

	detail_tree_init(&tree, json);
	frame_details_add(&tree, &packet, frame);
	if (verdict != PACKET_UNKNOWN)
		ip_details_add(&tree, &packet, frame->bytes);
	if (verdict == PACKET_TCP && details->tcp)
		tcp_details_add(&tree, &packet, details->tcp);
	for (size_t i = 0; i < details->message_count; i++)
		add_message(&tree, details, &details->messages[i]);
	detail_tree_finish(&tree);
}
