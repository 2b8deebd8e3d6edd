/*
 * server_link: see server_link.h. It owns the socket and what was read and not taken.
 */
#define _GNU_SOURCE
#include "lsp/server_link.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json_writer.h"
#include "base/mem.h"
#include "control/control_api.h"
#include "editors/editors.h"
#include "fs/path.h"
#include "net/endpoint.h"

enum {
	PIECE = 64 * 1024,
	HEAD_MAX = 16 * 1024, /* bytes of the answer to the request */
	REASON_MAX = 128,
	FOLDERS_MAX = 256, /* of one server that count */
};

struct server_link {
	struct loop *loop;
	const struct server_link_listener *listener;
	void *context;
	struct endpoint endpoint;
	struct buf input;
	size_t searched;            /* bytes of input that have no end of a line */
	bool is_open;               /* the answer was 101 */
	bool is_ready;              /* its hello has come */
	char *folders[FOLDERS_MAX]; /* that it serves: absolute paths */
	size_t folder_count;
	char reason[REASON_MAX];
};

/* ---- the answer to the request ---- */

/* The number in "HTTP/1.1 101 Switching Protocols"; 0 when there is none. */
static unsigned
status_of(struct slice head)
{
	struct slice part;
	uint64_t status;

	slice_split(&head, ' ', &part);
	if (!slice_split(&head, ' ', &part) || !slice_number(part, &status) || status > 999)
		return 0;
	return (unsigned)status;
}

/* Returns false when the server does not talk with editors. */
static bool
take_head(struct server_link *link)
{
	struct slice input = buf_slice(&link->input);
	const char *end = memmem(input.at, input.length, "\r\n\r\n", 4);
	unsigned status;

	if (!end && input.length <= HEAD_MAX)
		return true;
	status = status_of(input);
	link->is_open = end && status == 101;
	if (link->is_open)
		buf_drop(&link->input, (size_t)(end - input.at) + 4);
	else if (status == 503)
		snprintf(link->reason, REASON_MAX,
			"too many editors are connected to the running liveserve; close one");
	else
		snprintf(link->reason, REASON_MAX,
			"the running liveserve is another version, which does not talk with "
			"editors; restart it");
	return link->is_open;
}

/* ---- its lines ---- */

/* Older servers name no folders. */
static void
take_hello(struct server_link *link, const struct json_value *message)
{
	const struct json_value *folder;

	if (link->is_ready)
		return;
	link->is_ready = true;
	for (folder = json_value_first(json_value_member(message, "folders"));
		folder && link->folder_count < FOLDERS_MAX; folder = json_value_next(folder)) {
		const char *path = json_value_text(folder);

		if (path && *path == '/')
			link->folders[link->folder_count++] = mem_text(path);
	}
}

const char *
server_link_folder(const struct server_link *link, const char *path)
{
	for (size_t i = 0; i < link->folder_count; i++) {
		const char *rest = path_below(path, link->folders[i]);

		if (rest && *rest)
			return link->folders[i];
	}
	return NULL;
}

static bool
take_line(struct server_link *link, char *line, size_t length)
{
	bool had_nul;
	struct json_value *message = json_value_parse(line, length, &had_nul);
	const char *type = json_value_text_member(message, "type");

	if (!json_value_is_object(message)) {
		snprintf(link->reason, REASON_MAX,
			"the running liveserve sends what is no JSON; restart it");
		json_value_destroy(message);
		return false;
	}
	if (type && strcmp(type, "hello") == 0)
		take_hello(link, message);
	link->listener->message(link->context, message);
	json_value_destroy(message);
	return true;
}

/* Takes all lines that are complete. Returns false when the connection is of no use any more. */
static bool
take_lines(struct server_link *link)
{
	struct buf *input = &link->input;
	size_t start = 0;
	bool goes_on = true;

	while (goes_on) {
		char *from = input->bytes + link->searched, *end;

		end = memchr(from, '\n', input->length - link->searched);
		if (!end)
			break;
		link->searched = (size_t)(end - input->bytes) + 1;
		goes_on = take_line(
			link, input->bytes + start, (size_t)(end - input->bytes) - start);
		start = link->searched;
	}
	buf_drop(input, start);
	link->searched = input->length;
	return goes_on && input->length <= SERVER_LINK_LINE_MAX;
}

/* Takes what has come. Returns false when the connection is of no use any more. */
static bool
take_input(struct server_link *link)
{
	if (!link->is_open && !take_head(link))
		return false;
	return !link->is_open || take_lines(link);
}

/* ---- the socket ---- */

/* Returns false when the connection is over. */
static bool
receive(struct server_link *link)
{
	static char piece[PIECE];
	ssize_t got = endpoint_receive(&link->endpoint, piece, sizeof(piece));

	if (got > 0) {
		buf_add(&link->input, piece, (size_t)got);
		if (!take_input(link))
			return false;
	}
	return !link->endpoint.has_ended;
}

/* Returns false when the connection is over. */
static bool
flush(struct server_link *link)
{
	bool was_busy = link->endpoint.pending.length > 0;

	if (was_busy && !endpoint_flush(&link->endpoint))
		return false;
	endpoint_watch(&link->endpoint, true);
	if (was_busy && link->endpoint.pending.length == 0)
		link->listener->drained(link->context);
	return true;
}

/* A loop_source_fn. */
static void
ready(void *context, unsigned events)
{
	struct server_link *link = context;
	bool goes_on = true;

	if (events & LOOP_READ)
		goes_on = receive(link);
	if (!goes_on || !flush(link))
		link->listener->ended(link->context, link->reason[0] ? link->reason : NULL);
}

/* Adds to what is to be sent; the loop sends it. */
static void
add(struct server_link *link, struct slice bytes)
{
	buf_add_slice(&link->endpoint.pending, bytes);
	endpoint_watch(&link->endpoint, true);
}

void
server_link_send(struct server_link *link, struct slice object)
{
	add(link, object);
	add(link, SLICE_LITERAL("\n"));
}

bool
server_link_is_free(const struct server_link *link)
{
	return link->is_ready && link->endpoint.pending.length == 0;
}

/* ---- life ---- */

static void
greet(struct server_link *link, const char *editor, bool unsaved)
{
	struct buf hello = {0};

	buf_add_text(&hello, "GET " CONTROL_API_EDITOR " HTTP/1.1\r\nHost: liveserve\r\n"
			     "Connection: Upgrade\r\nUpgrade: " EDITORS_PROTOCOL "\r\n\r\n{");
	json_add_text_member(&hello, "type", "hello");
	json_add_text_member(&hello, "editor", editor);
	json_add_bool_member(&hello, "unsaved", unsaved);
	buf_add_text(&hello, "}\n");
	add(link, buf_slice(&hello));
	buf_finish(&hello);
}

struct server_link *
server_link_create(struct loop *loop, int socket, const char *editor, bool unsaved,
	const struct server_link_listener *listener, void *context)
{
	struct server_link *link = mem_zero(sizeof(*link));
	int flags = fcntl(socket, F_GETFL);

	link->loop = loop;
	link->listener = listener;
	link->context = context;
	if (flags < 0 || fcntl(socket, F_SETFL, flags | O_NONBLOCK) < 0) {
		close(socket);
		free(link);
		return NULL;
	}
	if (!endpoint_open(&link->endpoint, loop, socket, ready, link)) {
		free(link);
		return NULL;
	}
	greet(link, editor, unsaved);
	return link;
}

void
server_link_destroy(struct server_link *link)
{
	if (!link)
		return;
	endpoint_close(&link->endpoint);
	buf_finish(&link->input);
	for (size_t i = 0; i < link->folder_count; i++)
		free(link->folders[i]);
	free(link);
}
