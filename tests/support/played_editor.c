/*
 * played_editor: see played_editor.h.
 */
#define _GNU_SOURCE
#include "support/played_editor.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "clock.h"
#include "jsonrpc/framing.h"
#include "test.h"

/* ---- what the client hears ---- */

static void
hear(void *context, const struct client_message *message)
{
	struct played_editor *editor = context;

	if (editor->message) {
		editor->message(editor->context, message);
		return;
	}
	buf_addf(&editor->heard, "%s %s ", message->method, message->id ? message->id : "-");
	json_value_add(&editor->heard, message->params);
	buf_add_char(&editor->heard, '|');
}

static void
hear_unreadable(void *context)
{
	buf_add_text(&((struct played_editor *)context)->heard, "unreadable|");
}

static void
hear_drained(void *context)
{
	struct played_editor *editor = context;

	if (editor->drained)
		editor->drained(editor->context);
}

static void
hear_end(void *context, const char *error)
{
	struct played_editor *editor = context;

	assert_false(editor->has_ended);
	editor->has_ended = true;
	snprintf(editor->error, sizeof(editor->error), "%s", error ? error : "");
}

/* ---- life ---- */

void
played_editor_begin(struct played_editor *editor, struct loop *loop)
{
	memset(editor, 0, sizeof(*editor));
	editor->loop = loop;
	editor->listener = (struct client_listener){
		hear, hear_unreadable, hear_drained, hear_end, editor};
	assert_int_equal(pipe2(editor->to_client, O_CLOEXEC), 0);
	assert_int_equal(pipe2(editor->from_client, O_CLOEXEC), 0);
	assert_int_equal(fcntl(editor->from_client[0], F_SETFL, O_NONBLOCK), 0);
	editor->client = client_create(
		loop, editor->to_client[0], editor->from_client[1], &editor->listener);
	assert_non_null(editor->client);
}

void
played_editor_finish(struct played_editor *editor)
{
	client_destroy(editor->client);
	for (int i = 0; i < 2; i++) {
		if (editor->to_client[i] >= 0)
			close(editor->to_client[i]);
		close(editor->from_client[i]);
	}
	buf_finish(&editor->heard);
	buf_finish(&editor->got);
}

/* ---- what the editor sends ---- */

void
played_editor_send(struct played_editor *editor, const char *content)
{
	struct buf message = {0};

	framing_add(&message, slice_of(content));
	assert_int_equal(
		write(editor->to_client[1], message.bytes, message.length), message.length);
	buf_finish(&message);
	clock_drain(editor->loop);
}

static void
send_call(struct played_editor *editor, const char *id, const char *method, const char *params)
{
	char *with_uris = played_uris(params);
	char *content = mem_format("{\"jsonrpc\":\"2.0\"%s%s,\"method\":\"%s\",\"params\":%s}",
		id ? ",\"id\":" : "", id ? id : "", method, with_uris);

	print_message("  %s %s\n", method, with_uris);
	played_editor_send(editor, content);
	free(content);
	free(with_uris);
}

void
played_editor_notify(struct played_editor *editor, const char *method, const char *params)
{
	send_call(editor, NULL, method, params);
}

void
played_editor_request(
	struct played_editor *editor, const char *id, const char *method, const char *params)
{
	send_call(editor, id, method, params);
}

/* ---- what it gets ---- */

void
played_editor_read(struct played_editor *editor)
{
	char bytes[4096];
	ssize_t count;

	while ((count = read(editor->from_client[0], bytes, sizeof(bytes))) > 0)
		buf_add(&editor->got, bytes, (size_t)count);
}

/* Has the client send, at the end of a round of the loop. */
static void
receive(struct played_editor *editor)
{
	loop_dispatch(editor->loop);
	clock_drain(editor->loop);
	played_editor_read(editor);
}

void
played_editor_expect(struct played_editor *editor, const char *part)
{
	const char *got;

	receive(editor);
	got = buf_slice(&editor->got).at;
	if (!strstr(got, part))
		fail_msg("expected %s in %s", part, got);
	buf_clear(&editor->got);
}

void
played_editor_expect_here(struct played_editor *editor, const char *part)
{
	char *with_uris = played_uris(part);

	played_editor_expect(editor, with_uris);
	free(with_uris);
}

void
played_editor_expect_nothing(struct played_editor *editor)
{
	receive(editor);
	assert_string_equal(buf_slice(&editor->got).at, "");
}

/* ---- JSON ---- */

struct json_value *
played_json(const char *text)
{
	struct buf copy = {0};
	struct json_value *value;
	bool had_nul;

	buf_add_text(&copy, text);
	value = json_value_parse(copy.bytes, copy.length, &had_nul);
	if (!value)
		fail_msg("no JSON: %s", text);
	buf_finish(&copy);
	return value;
}

char *
played_uris(const char *text)
{
	char *here = getcwd(NULL, 0);
	struct slice rest = slice_of(text), part;
	struct buf uris = {0};

	assert_non_null(here);
	slice_split(&rest, '@', &part);
	buf_add_slice(&uris, part);
	while (slice_split(&rest, '@', &part)) {
		buf_addf(&uris, "file://%s", here);
		buf_add_slice(&uris, part);
	}
	free(here);
	return buf_take(&uris);
}
