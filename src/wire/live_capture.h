/*
 * live_capture: what goes over the server's port, packet by packet: --wire. It starts a packet source and gives
 * the packets to those who want them: the page that shows them, and the file of --wire=FILE.
 */
#ifndef LIVE_CAPTURE_H
#define LIVE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"
#include "base/slice.h"
#include "fs/root.h"
#include "http/response.h"
#include "net/listener.h"

struct live_capture;

/* What the user asked for. */
struct wire_settings {
	bool is_on;
	const char *file; /* the path to write to; or NULL */
};

struct live_capture_options {
	const struct wire_settings *settings;
	struct loop *loop;
	struct listener *listener; /* it listens already */
	uint16_t livereload_port;  /* 0: none */
	struct root *const
		*roots; /* the folders that are served or watched, the site first; borrowed */
	size_t root_count;
	bool is_tls;    /* keys come (live_capture_hear_key_line) */
	bool has_proxy; /* there are connections to other servers, which are not captured */
};

/*
 * Begins to capture, and opens the page, if settings has it on; otherwise *created is NULL. To be called
 * before the sandbox is entered. Keeps pointers to loop and listener. Returns the exit code: 0; after an
 * error line 2 for a wrong file, or 1 when the packets cannot be captured here.
 */
int live_capture_create(struct live_capture **created, const struct live_capture_options *options);
/*
 * Writes what was captured up to now, and ends the child that captures. To be called after the last
 * connection was closed, and before loop_destroy. NULL is allowed.
 */
void live_capture_destroy(struct live_capture *capture);

/*
 * For the greeting: the URL of the page, the file, if there is one, and how it is captured, if that
 * matters. NULL when capture is NULL.
 */
const char *live_capture_describe(const struct live_capture *capture);
/* The URL of the page; NULL when capture is NULL. It is secret: only for the user. */
const char *live_capture_url(const struct live_capture *capture);

/*
 * Answers the owner, who follows the rows in a terminal. rest is "/FROM", or "/FROM/explain" to have the
 * sentences, too. The first line of the answer is the number to ask for next; behind it are the rows from FROM
 * on, at most 500. While there are none, the request is paused, for some seconds. 404 without capture, which can be NULL, or when
 * nothing is captured any more.
 */
void live_capture_respond(
	struct live_capture *capture, struct slice rest, struct response *response);

/* Takes a line of the key log (net/tls.h). */
void live_capture_hear_key_line(struct live_capture *capture, struct slice line);

/*
 * Says something that no packet says, such as "saved local.html": it is shown between the packets of
 * before and of after now.
 */
void live_capture_mark(struct live_capture *capture, const char *text);

#endif
