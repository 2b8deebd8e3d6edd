/*
 * control_api: answers what only the user who runs the server may ask, over control's socket.
 *
 * Room: site. A question is a GET below PAGES_FOLDER, an order a POST; the answer is plain text
 * that a terminal shows as it is, or JSON for programs.
 */
#ifndef CONTROL_API_H
#define CONTROL_API_H

#include "http/response.h"
#include "live/hub.h"
#include "http/request.h"
#include "fs/root.h"
#include "watch/watch.h"

struct control_api;

/* Where a path is asked about: behind it stands the path of its URL. */
#define CONTROL_API_WHY "/__liveserve/why"
/* POST: the file whose path stands behind it counts as changed; "/" means that every page reloads.
 */
#define CONTROL_API_RELOAD "/__liveserve/reload"
/* How the server is doing, and the same as one JSON object. */
#define CONTROL_API_STATUS "/__liveserve/status"
#define CONTROL_API_STATUS_JSON CONTROL_API_STATUS ".json"

/* Keeps pointers to all three. */
struct control_api *control_api_create(
	const struct root *root, const struct watch *watch, const struct hub *hub);
void control_api_destroy(struct control_api *control_api);

/* Tells the pages of path, or with "" all of them to reload. Returns how many pages it told. */
typedef size_t control_api_reload_fn(void *context, struct slice path);

/* What the server is, once it listens. */
struct control_api_server {
	const char *version;
	const char *url;
	control_api_reload_fn *reload;
	void *context;
};

/* Before the first question. Keeps pointers to what server points to. */
void control_api_set_server(
	struct control_api *control_api, const struct control_api_server *server);

/* Answers 200 or 404. answer is cleared before. */
void control_api_respond(const struct control_api *control_api, const struct request *request,
	struct response *response);

#endif
