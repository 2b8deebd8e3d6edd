/*
 * desk: answers what only the user who runs the server may ask, over control's socket.
 *
 * Room: site. A question is a GET below PAGES_FOLDER, the answer is plain text that a terminal
 * shows as it is.
 */
#ifndef DESK_H
#define DESK_H

#include "exchange.h"
#include "hub.h"
#include "request.h"
#include "root.h"
#include "watch.h"

struct desk;

/* Where a path is asked about: behind it stands the path of its URL. */
#define DESK_WHY "/__liveserve/why"

/* Keeps pointers to all three. */
struct desk *desk_create(const struct root *root, const struct watch *watch, const struct hub *hub);
void desk_destroy(struct desk *desk);

/* Answers 200 or 404. answer is cleared before. */
void desk_answer(const struct desk *desk, const struct request *request, struct answer *answer);

#endif
