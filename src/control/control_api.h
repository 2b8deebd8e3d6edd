/*
 * control_api: the endpoints that only the person who runs the server can reach, through the control
 * socket: why, reload, status, stop and wire.
 *
 * An endpoint that only reads is a GET, one that does something a POST. The response is plain text
 * that a terminal shows unchanged, or JSON for programs.
 */
#ifndef CONTROL_API_H
#define CONTROL_API_H

#include "fs/root.h"
#include "http/request.h"
#include "http/response.h"
#include "live/hub.h"
#include "live/journal.h"
#include "pages/page_waits.h"
#include "sources/error_place.h"
#include "watch/watch.h"

struct control_api;

/* GET, followed by a file's path as in its URL: how the file is watched and who uses it. */
#define CONTROL_API_WHY "/__liveserve/why"
/* POST, followed by a file's path: treats the file as changed. Followed by "/": reloads all pages. */
#define CONTROL_API_RELOAD "/__liveserve/reload"
/* POST: ends the server. */
#define CONTROL_API_STOP "/__liveserve/stop"
/* GET: the state of the server, as text and as one JSON object. */
#define CONTROL_API_STATUS "/__liveserve/status"
#define CONTROL_API_STATUS_JSON CONTROL_API_STATUS ".json"

/* GET, followed by a path (page_waits_respond): whether the open pages show the newest files. */
#define CONTROL_API_WAIT "/__liveserve/wait"

/* GET, followed by a path (live_capture_respond): the packets of the wire, as lines. */
#define CONTROL_API_WIRE "/__liveserve/wire"

/* Answers for CONTROL_API_WIRE; may pause the request. rest begins with "/". */
typedef void control_api_wire_fn(void *context, struct slice rest, struct response *response);

/*
 * Makes the pages that use path show it again, or every page reload if path is empty. Returns the
 * number of pages that get a message.
 */
typedef size_t control_api_reload_fn(void *context, struct slice path);

/* Ends the program when the response is written. */
typedef void control_api_stop_fn(void *context);

/* GET, with an Upgrade: the connection of an editor's program (editors.h). */
#define CONTROL_API_EDITOR "/__liveserve/editor"

/* Answers for CONTROL_API_EDITOR, with a takeover. */
typedef void control_api_editor_fn(
	void *context, const struct request *request, struct response *response);

/* A site of --vhost. A request for it has its name as Host. */
struct control_site {
	const char *name;
	const char *url;
	const struct root *root;
	const struct watch *watch; /* of root */
	const struct hub *hub;
	const struct journal *journal;
	struct error_places *places;   /* of the errors of its pages */
	control_api_reload_fn *reload; /* of its pages alone */
	void *context;                 /* of reload */
};

struct control_api_options {
	const struct root *root; /* the served folder */
	const struct watch *watch;
	const struct hub *hub;
	const struct journal *journal;
	struct error_places *places; /* of the errors of pages; or NULL */
	struct page_waits *waits;    /* NULL: nobody can wait */
	const char *version;         /* of the program */
	const char *url;             /* of the site */
	control_api_reload_fn *reload;
	control_api_stop_fn *stop;
	control_api_wire_fn *wire;
	control_api_editor_fn *editor;
	const char *wire_url;   /* of the page that shows the packets; NULL: there is none */
	const char *status_url; /* of the status page; NULL: there is none */
	void *context;          /* of reload, stop, wire and editor */
	const struct control_site *sites; /* of --vhost */
	size_t site_count;
};

/* Keeps all pointers of options. Never NULL. */
struct control_api *control_api_create(const struct control_api_options *options);
void control_api_destroy(struct control_api *control_api); /* NULL is fine */

/* Fills an empty response to request: 200; 404 for an unknown endpoint or file. */
void control_api_respond(const struct control_api *control_api, const struct request *request,
	struct response *response);

#endif
