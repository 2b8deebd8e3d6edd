/*
 * played_editor: an editor that a test plays: it has the other ends of the two pipes of a client (jsonrpc/client), sends
 * messages and reads what it is sent.
 */
#ifndef PLAYED_EDITOR_H
#define PLAYED_EDITOR_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/loop.h"
#include "jsonrpc/client.h"
#include "jsonrpc/json_value.h"

typedef void played_editor_message_fn(void *context, const struct client_message *message);
typedef void played_editor_drained_fn(void *context);

struct played_editor {
	struct loop *loop;
	struct client *client;
	int to_client[2], from_client[2];
	/* Who takes the messages of the editor, if the test says so; else they are noted in heard. */
	played_editor_message_fn *message;
	played_editor_drained_fn *drained;
	void *context;
	struct buf heard; /* "method id params|" and "unreadable|" */
	struct buf got;   /* what the editor was sent, heads and all, since it was last looked at */
	bool has_ended;
	char error[128]; /* why; "" without a reason */
	struct client_listener listener;
};

/* Zeroes editor and makes its client. Keeps a pointer to loop, which has to outlive it. */
void played_editor_begin(struct played_editor *editor, struct loop *loop);
void played_editor_finish(struct played_editor *editor);

/* Sends content as one message, and handles what is due. */
void played_editor_send(struct played_editor *editor, const char *content);
/* The same for a notification. params is JSON in which each @ is "file://" and the path of the current folder. */
void played_editor_notify(struct played_editor *editor, const char *method, const char *params);
/* The same for a request. id is JSON. */
void played_editor_request(
	struct played_editor *editor, const char *id, const char *method, const char *params);

/* Adds what was sent to got. */
void played_editor_read(struct played_editor *editor);
/* Sends what is to be sent. Fails the test unless part is in got, and forgets got. */
void played_editor_expect(struct played_editor *editor, const char *part);
/* The same for a part in which each @ is as in played_editor_notify(). */
void played_editor_expect_here(struct played_editor *editor, const char *part);
/* Fails the test if anything was sent. */
void played_editor_expect_nothing(struct played_editor *editor);

/* The value of a text of JSON, which has to be right. The caller destroys it. */
struct json_value *played_json(const char *text);
/* text with "file://" and the path of the current folder in place of each @. The caller frees it. */
char *played_uris(const char *text);

#endif
