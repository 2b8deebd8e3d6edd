/*
 * client: see client.h. It owns what was read and not taken, and what was not sent. Its one idea: output is added
 * to one buffer, which is written before the loop waits, so that what belongs together leaves together.
 */
#define _GNU_SOURCE
#include "jsonrpc/client.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json_writer.h"
#include "base/mem.h"
#include "jsonrpc/framing.h"

enum {
	PIECE = 64 * 1024,      /* that is read at once */
	KEPT_MAX = 1024 * 1024, /* bytes of memory that are kept for output */
};

enum trace { TRACE_OFF, TRACE_MESSAGES, TRACE_VERBOSE };

struct client {
	struct loop *loop;
	const struct client_listener *listener;
	int input, output;
	struct loop_source source, sink; /* sink: only while the editor does not read */
	struct framing framing;
	struct buf unsent;
	size_t sent;    /* of unsent */
	uint64_t asked; /* requests of ours */
	enum trace trace;
	bool has_ended, was_busy;
};

/* ---- writing ---- */

static void
end(struct client *client, const char *error)
{
	if (client->has_ended)
		return;
	client->has_ended = true;
	client->listener->ended(client->listener->context, error);
}

static void
write_unsent(struct client *client)
{
	while (client->sent < client->unsent.length) {
		ssize_t count = write(client->output, client->unsent.bytes + client->sent,
			client->unsent.length - client->sent);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0 && errno == EAGAIN)
			break;
		if (count < 0) {
			client->sent = client->unsent.length;
			end(client, NULL);
			return;
		}
		client->sent += (size_t)count;
	}
	if (client->sent == client->unsent.length) {
		client->sent = 0;
		buf_clear(&client->unsent);
		if (client->unsent.capacity > KEPT_MAX)
			buf_finish(&client->unsent);
	}
}

static void
output_ready(void *context, unsigned events)
{
	struct client *client = context;

	(void)events;
	write_unsent(client);
}

/* Waits for the editor, or not any more. */
static void
wait_for_output(struct client *client, bool waits)
{
	if (waits && !client->sink.fn) {
		loop_add(client->loop, &client->sink, client->output, LOOP_WRITE, output_ready,
			client);
	} else if (!waits && client->sink.fn) {
		loop_remove(client->loop, &client->sink);
		client->sink = (struct loop_source){0};
	}
}

/* Called before the loop waits. The listener may have more to send when all was sent. */
static void
flush(void *context)
{
	struct client *client = context;
	bool was_busy = client->was_busy || client->unsent.length;

	if (client->has_ended)
		return;
	write_unsent(client);
	if (was_busy && client->unsent.length == 0 && !client->has_ended) {
		client->listener->drained(client->listener->context);
		write_unsent(client);
	}
	client->was_busy = client->unsent.length > 0;
	wait_for_output(client, client->was_busy && !client->has_ended);
	if (client->unsent.length - client->sent > CLIENT_UNSENT_MAX)
		end(client, "the editor does not read what it is sent");
}

bool
client_is_drained(const struct client *client)
{
	return client->unsent.length == 0;
}

/* Sends an object; body is what stands behind "jsonrpc". */
static void
send_object(struct client *client, const struct buf *body)
{
	struct buf content = {0};

	if (client->has_ended)
		return;
	buf_add_text(&content, "{\"jsonrpc\":\"2.0\",");
	buf_add_slice(&content, buf_slice(body));
	buf_add_char(&content, '}');
	framing_add(&client->unsent, buf_slice(&content));
	buf_finish(&content);
}

void
client_answer(struct client *client, const char *id, struct slice result)
{
	struct buf body = {0};

	buf_addf(&body, "\"id\":%s,\"result\":", id);
	buf_add_slice(&body, result.length ? result : SLICE_LITERAL("null"));
	send_object(client, &body);
	buf_finish(&body);
}

void
client_answer_error(struct client *client, const char *id, enum client_error code, const char *text)
{
	struct buf body = {0};

	buf_addf(&body, "\"id\":%s,\"error\":{\"code\":%d,\"message\":", id, (int)code);
	json_add_text(&body, slice_of(text));
	buf_add_char(&body, '}');
	send_object(client, &body);
	buf_finish(&body);
}

static void
add_call(struct buf *body, const char *method, struct slice params)
{
	buf_addf(body, "\"method\":\"%s\",\"params\":", method);
	buf_add_slice(body, params);
}

void
client_notify(struct client *client, const char *method, struct slice params)
{
	struct buf body = {0};

	add_call(&body, method, params);
	send_object(client, &body);
	buf_finish(&body);
}

void
client_request(struct client *client, const char *method, struct slice params)
{
	struct buf body = {0};

	buf_addf(&body, "\"id\":%" PRIu64 ",", ++client->asked);
	add_call(&body, method, params);
	send_object(client, &body);
	buf_finish(&body);
}

static void
tell(struct client *client, const char *method, enum client_message_type type, const char *text)
{
	struct buf params = {0};

	buf_addf(&params, "{\"type\":%d,\"message\":", (int)type);
	json_add_text(&params, slice_of(text));
	buf_add_char(&params, '}');
	client_notify(client, method, buf_slice(&params));
	buf_finish(&params);
}

void
client_show(struct client *client, enum client_message_type type, const char *text)
{
	tell(client, "window/showMessage", type, text);
}

void
client_log(struct client *client, enum client_message_type type, const char *format, ...)
{
	va_list arguments;
	char *text = NULL;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		mem_exhausted();
	va_end(arguments);
	tell(client, "window/logMessage", type, text);
	free(text);
}

/* ---- trace ---- */

void
client_set_trace(struct client *client, const char *level)
{
	static const char *const levels[] = {
		[TRACE_OFF] = "off",
		[TRACE_MESSAGES] = "messages",
		[TRACE_VERBOSE] = "verbose",
	};

	for (size_t i = 0; level && i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(level, levels[i]) == 0)
			client->trace = (enum trace)i;
}

static void
trace_message(struct client *client, const struct client_message *message)
{
	struct buf text = {0}, params = {0};

	if (client->trace == TRACE_OFF)
		return;
	buf_addf(&text, "received %s", message->method);
	if (message->id)
		buf_addf(&text, " (%s)", message->id);
	buf_add_text(&params, "{\"message\":");
	json_add_text(&params, buf_slice(&text));
	if (client->trace == TRACE_VERBOSE) {
		buf_clear(&text);
		json_value_add(&text, message->params);
		buf_add_text(&params, ",\"verbose\":");
		json_add_text(&params, buf_slice(&text));
	}
	buf_add_char(&params, '}');
	client_notify(client, "$/logTrace", buf_slice(&params));
	buf_finish(&text);
	buf_finish(&params);
}

/* ---- reading ---- */

/* An answer to client_request(). */
static void
hear_answer(struct client *client, const struct json_value *answer)
{
	const struct json_value *error = json_value_member(answer, "error");
	const char *text = json_value_text_member(error, "message");

	if (error)
		client_log(client, CLIENT_LOG, "the editor has refused a request: %s",
			text ? text : "it does not say why");
}

/* Handles a message that is JSON. Returns what is wrong with it, or NULL. */
static const char *
hear(struct client *client, const struct json_value *value, struct buf *id, bool had_nul)
{
	const struct json_value *method = json_value_member(value, "method");
	const struct json_value *given_id = json_value_member(value, "id");
	struct client_message message = {
		.method = json_value_text(method),
		.params = json_value_member(value, "params"),
		.had_nul = had_nul,
	};
	bool has_id = given_id && json_value_add_id(id, given_id);
	const char *version = json_value_text_member(value, "jsonrpc");

	if (!json_value_is_object(value))
		return "a message is one object";
	if (!version || strcmp(version, "2.0") != 0)
		return "jsonrpc is not \"2.0\"";
	if (!method && (has_id || json_value_is_null(given_id))) {
		hear_answer(client, value);
		return NULL;
	}
	if (!message.method)
		return "there is no method";
	if (given_id && !has_id)
		return "the id is neither a string nor a whole number";
	if (message.params && !json_value_is_object(message.params) &&
		!json_value_is_array(message.params) && !json_value_is_null(message.params))
		return "params is neither an object nor an array";
	message.id = has_id ? id->bytes : NULL;
	trace_message(client, &message);
	client->listener->message(client->listener->context, &message);
	return NULL;
}

static void
take_message(struct client *client, char *content, size_t length)
{
	bool had_nul;
	struct json_value *value = json_value_parse(content, length, &had_nul);
	struct buf id = {0};
	const char *wrong;

	if (!value) {
		client_answer_error(
			client, "null", CLIENT_PARSE_ERROR, "the message is not JSON in UTF-8");
		client->listener->unreadable(client->listener->context);
		return;
	}
	wrong = hear(client, value, &id, had_nul);
	if (wrong)
		client_answer_error(
			client, id.length ? id.bytes : "null", CLIENT_INVALID_REQUEST, wrong);
	buf_finish(&id);
	json_value_destroy(value);
}

/* Takes all messages that are complete. */
static void
take_messages(struct client *client)
{
	enum framing_verdict verdict = FRAMING_MESSAGE;
	size_t length;
	char *content;

	while (!client->has_ended && verdict == FRAMING_MESSAGE) {
		verdict = framing_next(&client->framing, &content, &length);
		if (verdict == FRAMING_MESSAGE)
			take_message(client, content, length);
	}
	if (verdict == FRAMING_BROKEN)
		end(client, client->framing.error);
}

static void
input_ready(void *context, unsigned events)
{
	struct client *client = context;
	static char piece[PIECE];
	ssize_t count;

	if (client->has_ended || !(events & LOOP_READ))
		return;
	count = read(client->input, piece, sizeof(piece));
	if (count > 0) {
		framing_feed(&client->framing, piece, (size_t)count);
		take_messages(client);
	} else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
		end(client, NULL);
	}
}

/* ---- life ---- */

static bool
is_unblocked(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

struct client *
client_create(struct loop *loop, int input, int output, const struct client_listener *listener)
{
	struct client *client = mem_zero(sizeof(*client));

	client->loop = loop;
	client->listener = listener;
	client->input = input;
	client->output = output;
	if (!is_unblocked(input) || !is_unblocked(output) ||
		!loop_add(loop, &client->source, input, LOOP_READ, input_ready, client)) {
		free(client);
		return NULL;
	}
	loop_before_wait(loop, flush, client);
	return client;
}

void
client_destroy(struct client *client)
{
	if (!client)
		return;
	write_unsent(client);
	loop_forget_before_wait(client->loop, flush, client);
	if (client->sink.fn)
		loop_remove(client->loop, &client->sink);
	loop_remove(client->loop, &client->source);
	framing_finish(&client->framing);
	buf_finish(&client->unsent);
	free(client);
}
