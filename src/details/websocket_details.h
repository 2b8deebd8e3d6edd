/*
 * websocket_details: the lines of the detail tree about a WebSocket frame (RFC 6455 5.2).
 */
#ifndef WEBSOCKET_DETAILS_H
#define WEBSOCKET_DETAILS_H

#include "base/slice.h"
#include "details/detail_tree.h"

/*
 * Adds the line for the frame, with all others below it. frame is the frame as it was sent, still masked,
 * or its beginning; it begins at tree's base + at. Of a text at most WEBSOCKET_DETAILS_TEXT bytes are
 * shown, then an ellipsis.
 */
enum { WEBSOCKET_DETAILS_TEXT = 240 };

void websocket_details_add(struct detail_tree *tree, size_t at, struct slice frame);

#endif
