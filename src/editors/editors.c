/*
 * editors: see editors.h. Owns the connections. Its one idea: what is to be sent is only added to a connection, and
 * sent by the loop. So an event can be passed on from anywhere, and no connection ends while others are gone through.
 */
#include "editors/editors.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "editors/editor_lines.h"
#include "editors/editor_message.h"
#include "editors/line_input.h"
#include "net/endpoint.h"

enum {
	PIECE = 64 * 1024, /* bytes that are received at once */
	NAME_MAX_BYTES = 100,
	NAME_SHOWN = 200, /* bytes of a file's name in a sentence */
};

struct editor {
	struct editor *next, *previous;
	struct editors *editors;
	struct endpoint endpoint;
	struct loop_timer end; /* set: the connection ends then */
	struct line_input input;
	char *refused;    /* the path of the last draft that was refused; or NULL */
	bool has_unsaved; /* it may send drafts */
	char *name;       /* as the editor gave it; NULL before its hello */
	char *cursor;     /* the path of the file in which its cursor was last; or NULL */
	bool is_ending;   /* nothing is read any more */
};

struct editors {
	struct editors_options options;
	struct editor *first;
	size_t count, met; /* met: they have said hello */
	bool is_ending;
	char *piece; /* for receiving, while there are editors; or NULL */
};

/* ---- the end of a connection ---- */

static void copy_line(void *context, struct slice line);

static void
destroy_editor(struct editor *editor)
{
	struct editors *editors = editor->editors;

	if (editor->previous)
		editor->previous->next = editor->next;
	else
		editors->first = editor->next;
	if (editor->next)
		editor->next->previous = editor->previous;
	if (--editors->count == 0) {
		terminal_set_copy(editors->options.terminal, NULL, NULL);
		free(editors->piece);
		editors->piece = NULL;
	}
	loop_timer_clear(editors->options.loop, &editor->end);
	endpoint_close(&editor->endpoint);
	line_input_finish(&editor->input);
	if (!editors->is_ending)
		editors->options.drafts.leave(editors->options.drafts.context, editor);
	if (editor->name && --editors->met == 0 && !editors->is_ending)
		editors->options.met(editors->options.context, false);
	free(editor->refused);
	free(editor->name);
	free(editor->cursor);
	free(editor);
}

/* A loop_timer_fn. */
static void
end_now(void *context)
{
	destroy_editor(context);
}

/* Ends the connection in ms. Nothing is read any more. */
static void
end_in(struct editor *editor, unsigned ms)
{
	editor->is_ending = true;
	line_input_finish(&editor->input);
	loop_timer_set(
		editor->editors->options.loop, &editor->end, (uint64_t)ms * 1000, end_now, editor);
}

/* ---- what is sent ---- */

/* Adds a line, or more. Who does not read is cut off. */
static void
send_text(struct editor *editor, struct slice text)
{
	struct buf *pending = &editor->endpoint.pending;

	if (editor->is_ending)
		return;
	if (pending->length + text.length > EDITORS_UNREAD_MAX) {
		end_in(editor, 0);
		return;
	}
	buf_add_slice(pending, text);
	endpoint_watch(&editor->endpoint, true);
}

static void
send_failed(struct editor *editor, const char *sentence)
{
	struct buf line = {0};

	editor_lines_add_failed(&line, sentence);
	send_text(editor, buf_slice(&line));
	buf_finish(&line);
}

/* The editor did something that it must not do. */
static void
fail(struct editor *editor, const char *sentence)
{
	send_failed(editor, sentence);
	end_in(editor, EDITORS_END_MS);
}

void
editors_tell_taken(struct editors *editors, const void *former, const void *owner, const char *path)
{
	struct editor *editor = editors->first;
	const struct editor *other = editors->first;
	struct buf line = {0};

	while (editor && editor != former)
		editor = editor->next;
	while (other && other != owner)
		other = other->next;
	if (!editor || !other)
		return;
	editor_lines_add_taken(&line, path, other->name);
	send_text(editor, buf_slice(&line));
	buf_finish(&line);
}

/* A terminal_copy_fn. */
static void
copy_line(void *context, struct slice line)
{
	const struct editors *editors = context;

	for (struct editor *editor = editors->first; editor; editor = editor->next)
		if (editor->name)
			send_text(editor, line);
}

static void
send_hello(struct editor *editor)
{
	const struct editors_options *options = &editor->editors->options;
	struct buf line = {0}, folders = {0};

	options->add_folders(options->context, &folders);
	editor_lines_add_hello(&line, options->version, root_path(options->root), options->url,
		buf_slice(&folders));
	send_text(editor, buf_slice(&line));
	buf_finish(&line);
	buf_finish(&folders);
}

static void
send_pages(struct editor *editor)
{
	const struct editors_options *options = &editor->editors->options;
	struct buf line = {0};

	editor_lines_add_pages(&line, options->hubs, options->hub_count);
	send_text(editor, buf_slice(&line));
	buf_finish(&line);
}

/* An editors_event_fn. */
static void
send_event(void *to, const struct event *event)
{
	struct buf line = {0};

	editor_lines_add_event(&line, event);
	send_text(to, buf_slice(&line));
	buf_finish(&line);
}

/* ---- what an editor asks for ---- */

static void
take_hello(struct editor *editor, const struct editor_message *message)
{
	const struct editors_options *options = &editor->editors->options;
	struct slice name = message->editor.length ? message->editor : SLICE_LITERAL("an editor");

	if (editor->name) {
		fail(editor, "An editor says hello only once.");
		return;
	}
	editor->name = mem_copy(name.at, utf8_cut(name, NAME_MAX_BYTES));
	editor->has_unsaved = message->is_unsaved;
	if (editor->editors->met++ == 0)
		options->met(options->context, true);
	send_hello(editor);
	send_pages(editor);
	options->describe(options->context, send_event, editor);
}

static void
take_reload(struct editor *editor, const struct editor_message *message)
{
	const struct editors_options *options = &editor->editors->options;
	struct buf sentence = {0};

	if (options->reload(options->context, message->path))
		return;
	buf_add_text(&sentence, "There is no file ");
	log_add_short(&sentence, message->path, NAME_SHOWN);
	buf_add_text(&sentence, " in the served folder, so nothing was reloaded.");
	send_failed(editor, sentence.bytes);
	buf_finish(&sentence);
}

static void
take_pause(struct editor *editor, const struct editor_message *message)
{
	const struct editors_options *options = &editor->editors->options;

	options->pause(options->context, message->is_paused);
}

/* Once for each file, not for each key. */
static void
refuse_draft(struct editor *editor, struct slice path, const char *sentence)
{
	if (editor->refused && slice_is(path, editor->refused))
		return;
	free(editor->refused);
	editor->refused = mem_copy(path.at, path.length);
	send_failed(editor, sentence);
}

static void
take_draft(struct editor *editor, const struct editor_message *message)
{
	const struct editors_drafts *drafts = &editor->editors->options.drafts;
	const char *sentence;

	if (!editor->has_unsaved)
		return;
	if (message->has_nul) {
		drafts->give_up(drafts->context, editor, message->path.at);
		refuse_draft(editor, message->path,
			"What is not saved is not shown in pages: the text or its name has a NUL "
			"byte, which texts do not have.");
		return;
	}
	sentence = drafts->lay(drafts->context, editor, message->path.at, message->text);
	if (sentence) {
		refuse_draft(editor, message->path, sentence);
	} else if (editor->refused && slice_is(message->path, editor->refused)) {
		free(editor->refused);
		editor->refused = NULL;
	}
}

static void
take_saved(struct editor *editor, const struct editor_message *message)
{
	const struct editors_drafts *drafts = &editor->editors->options.drafts;

	drafts->note_saved(drafts->context, message->path.at);
}

static void
take_closed(struct editor *editor, const struct editor_message *message)
{
	const struct editors_drafts *drafts = &editor->editors->options.drafts;

	drafts->give_up(drafts->context, editor, message->path.at);
}

static void
take_cursor(struct editor *editor, const struct editor_message *message)
{
	const struct editors_options *options = &editor->editors->options;
	const char *path = message->path.length ? message->path.at : NULL;

	options->moved(options->context, path, message->offset);
	if (!path)
		return;
	free(editor->cursor);
	editor->cursor = mem_text(path);
}

static void
take_message(struct editor *editor, const struct editor_message *message)
{
	static void (*const take[])(struct editor *, const struct editor_message *) = {
		[EDITOR_MESSAGE_HELLO] = take_hello,
		[EDITOR_MESSAGE_DRAFT] = take_draft,
		[EDITOR_MESSAGE_SAVED] = take_saved,
		[EDITOR_MESSAGE_CLOSED] = take_closed,
		[EDITOR_MESSAGE_CURSOR] = take_cursor,
		[EDITOR_MESSAGE_RELOAD] = take_reload,
		[EDITOR_MESSAGE_PAUSE] = take_pause,
	};

	if (message->type == EDITOR_MESSAGE_INVALID)
		fail(editor,
			"A line of the editor's program is not a message of " EDITORS_PROTOCOL ".");
	else if (!editor->name && message->type != EDITOR_MESSAGE_HELLO)
		fail(editor, "The first message of an editor's program has to be its hello.");
	else if (message->type < sizeof(take) / sizeof(take[0]) && take[message->type])
		take[message->type](editor, message);
}

/* ---- what is received ---- */

static void
take_line(struct editor *editor, struct slice line)
{
	struct editor_message message = editor_message_read(line);

	take_message(editor, &message);
	editor_message_finish(&message);
}

/* Takes all whole lines of the input. */
static void
take_lines(struct editor *editor)
{
	struct slice line;

	while (!editor->is_ending && line_input_next(&editor->input, EDITORS_LINE_MAX, &line))
		take_line(editor, line);
	if (!editor->is_ending && line_input_is_over(&editor->input, EDITORS_LINE_MAX))
		fail(editor, "A line of the editor's program has more than 16 MiB.");
}

/* Returns false when the connection is over. */
static bool
receive(struct editor *editor)
{
	char *piece = editor->editors->piece;
	ssize_t got = endpoint_receive(&editor->endpoint, piece, PIECE);

	if (got > 0 && !editor->is_ending) {
		line_input_add(&editor->input, (struct slice){piece, (size_t)got});
		take_lines(editor);
	}
	return !editor->endpoint.has_ended;
}

/* Returns false when the connection is over. Who fails is told before the end. */
static bool
flush(struct editor *editor)
{
	if (editor->endpoint.pending.length && !endpoint_flush(&editor->endpoint))
		return false;
	if (editor->is_ending && editor->endpoint.pending.length == 0)
		shutdown(editor->endpoint.source.fd, SHUT_WR);
	return true;
}

/* A loop_source_fn. */
static void
ready(void *context, unsigned events)
{
	struct editor *editor = context;

	if ((events & LOOP_READ && !receive(editor)) || !flush(editor))
		destroy_editor(editor);
	else
		endpoint_watch(&editor->endpoint, true);
}

/* ---- opening ---- */

/* A takeover_fn. */
static void
open_editor(void *context, const struct takeover *takeover)
{
	static const char head[] = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
				   "Upgrade: " EDITORS_PROTOCOL "\r\n\r\n";
	struct editors *editors = context;
	struct editor *editor = mem_zero(sizeof(*editor));
	struct slice rest = takeover->bytes;

	if (!endpoint_open(
		    &editor->endpoint, editors->options.loop, takeover->socket, ready, editor)) {
		free(editor);
		return;
	}
	editor->editors = editors;
	editor->next = editors->first;
	if (editor->next)
		editor->next->previous = editor;
	editors->first = editor;
	if (editors->count++ == 0) {
		terminal_set_copy(editors->options.terminal, copy_line, editors);
		editors->piece = mem_zero(PIECE);
	}
	send_text(editor, slice_of(head));
	slice_drop(&rest, takeover->request->head_length);
	line_input_add(&editor->input, rest);
	take_lines(editor);
}

/* The one whose cursor was in the file last, else the newest; NULL: none. */
static struct editor *
choose(const struct editors *editors, const char *path)
{
	struct editor *newest = NULL;

	for (struct editor *editor = editors->first; editor; editor = editor->next) {
		if (!editor->name || editor->is_ending)
			continue;
		if (editor->cursor && strcmp(editor->cursor, path) == 0)
			return editor;
		if (!newest)
			newest = editor;
	}
	return newest;
}

void
editors_show(struct editors *editors, const char *path, uint32_t line, uint32_t column)
{
	struct editor *editor = choose(editors, path);
	struct buf text = {0};

	if (!editor)
		return;
	editor_lines_add_show(&text, path, line, column);
	send_text(editor, buf_slice(&text));
	buf_finish(&text);
}

void
editors_respond(struct editors *editors, const struct request *request, struct response *response)
{
	static const char type[] = "text/plain; charset=utf-8";

	if (!request_lists(request, REQUEST_CONNECTION, "upgrade") ||
		!request_lists(request, REQUEST_UPGRADE, EDITORS_PROTOCOL) || request->has_body) {
		response_field(response, "Upgrade", SLICE_LITERAL(EDITORS_PROTOCOL));
		response_field(response, "Connection", SLICE_LITERAL("upgrade"));
		response_text(response, 426, type,
			SLICE_LITERAL("This is for editors' programs that speak " EDITORS_PROTOCOL
				      ".\n"));
	} else if (editors->count >= EDITORS_MAX) {
		response_text(response, 503, type,
			SLICE_LITERAL("Too many editors are connected. Close one of them.\n"));
	} else {
		response_status(response, 101);
		response_take_over(response, open_editor, editors);
	}
}

struct editors *
editors_create(const struct editors_options *options)
{
	struct editors *editors = mem_zero(sizeof(*editors));

	editors->options = *options;
	return editors;
}

void
editors_destroy(struct editors *editors)
{
	struct buf line = {0};

	if (!editors)
		return;
	editors->is_ending = true;
	editor_lines_add_stop(&line);
	copy_line(editors, buf_slice(&line));
	for (struct editor *editor = editors->first, *next; editor; editor = next) {
		next = editor->next;
		flush(editor);
		destroy_editor(editor);
	}
	buf_finish(&line);
	free(editors);
}
