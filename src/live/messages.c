/*
 * messages: see messages.h. Borrows journal and problems. Owns a copy of the message that was
 * written last, because most pages get the same message after a change.
 */
#include "live/messages.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "http/media_type.h"
#include "http/url.h"
#include "live/file_urls.h"

struct messages {
	struct messages_options options;
	/* The message for the batches after cached_from up to cached_to, in cached_protocol. */
	enum protocol cached_protocol;
	bool cached_drafts; /* for pages that see drafts */
	uint64_t cached_from, cached_to;
	struct buf cached;
	uint64_t round; /* of the last question */
	bool is_asking;
	struct buf editor; /* the message, and how many there have been */
	uint64_t editor_number;
};

struct messages *
messages_create(const struct messages_options *options)
{
	struct messages *messages = mem_zero(sizeof(*messages));

	messages->options = *options;
	return messages;
}

void
messages_destroy(struct messages *messages)
{
	if (!messages)
		return;
	buf_finish(&messages->cached);
	buf_finish(&messages->editor);
	free(messages);
}

void
messages_reconfigure(struct messages *messages, bool reloads, bool is_unsure)
{
	messages->options.reloads = reloads;
	messages->options.is_unsure = is_unsure;
	messages->cached_to = 0; /* no batch has this number, so the copy is invalid */
}

void
messages_set_editor(struct messages *messages, struct slice text)
{
	buf_clear(&messages->editor);
	buf_add_slice(&messages->editor, text);
	messages->editor_number++;
}

void
messages_page_init(const struct messages *messages, struct messages_page *page,
	enum protocol protocol, void *socket)
{
	*page = (struct messages_page){.protocol = protocol, .socket = socket};
	page->sent_number = journal_number(messages->options.journal);
	page->gets_changes = page->is_hello_due = protocol == PROTOCOL_LIVE_SERVER;
}

static void
leave_stamps(const struct messages *messages, struct messages_page *page)
{
	stamps_leave(messages->options.stamps, &page->stamp);
	stamps_leave(messages->options.stamps, &page->check);
}

void
messages_page_finish(const struct messages *messages, struct messages_page *page)
{
	leave_stamps(messages, page);
	buf_finish(&page->errors);
	buf_finish(&page->failed);
}

uint64_t
messages_ask(struct messages *messages)
{
	messages->is_asking = true;
	return ++messages->round;
}

void
messages_stop_asking(struct messages *messages)
{
	messages->is_asking = false;
}

/* ---- what a page sends ---- */

void
messages_take_hello(
	const struct messages *messages, struct messages_page *page, struct protocol_message *hello)
{
	const struct journal *journal = messages->options.journal;

	page->gets_changes = true;
	page->sent_number = hello->version;
	page->is_reload_due = page->is_leaving = false;
	page->asked_round = page->answered_round = 0;
	leave_stamps(messages, page);
	if (!journal_knows(journal, hello->epoch, hello->version)) {
		/*
		 * Changes that are found while the stamp is made have a higher number, and are
		 * sent.
		 */
		page->sent_number = journal_number(journal);
		page->is_reload_due = true;
		page->claimed = hello->stamp;
		if (hello->has_stamp)
			stamps_want(
				messages->options.stamps, &page->check, &hello->urls, page->socket);
	}
	page->is_hello_due = !page->is_reload_due;
}

void
messages_take_livereload_hello(struct messages_page *page)
{
	page->gets_changes = page->is_hello_due = true;
}

void
messages_take_livereload_check(struct messages_page *page)
{
	page->is_check_due = true;
}

void
messages_take_uses(const struct messages *messages, struct messages_page *page,
	struct protocol_message *message)
{
	stamps_want(messages->options.stamps, &page->stamp, &message->urls, page->socket);
}

void
messages_take_answer(struct messages_page *page, struct protocol_message *message)
{
	page->is_leaving = message->type == PROTOCOL_LEAVING;
	if (page->is_leaving || message->round != page->asked_round)
		return;
	page->answered_round = message->round;
	buf_finish(&page->errors);
	buf_finish(&page->failed);
	page->errors = message->errors;
	page->failed = message->failed;
	message->errors = message->failed = (struct buf){0};
}

/* ---- what is sent to a page ---- */

bool
messages_find_affected(const struct messages *messages, struct url_set *urls)
{
	const struct journal *journal = messages->options.journal;
	struct changes changes = {0};
	bool is_known = journal_since(journal, journal_epoch(journal), journal_number(journal) - 1,
				&changes) == JOURNAL_CHANGES;

	for (size_t i = 0; i < changes.count; i++)
		file_urls_add_affected(&messages->options.index_names, &changes.items[i], urls);
	url_set_sort(urls);
	changes_finish(&changes);
	return is_known;
}

/* "style.css:12: a { is never closed", or NULL. The caller frees it. */
static char *
describe_problem(const struct messages *messages, const struct change *change)
{
	const char *path = change->path;
	/* The problem of a file under a draft is that of the draft; and who types has not ended yet. */
	bool is_known = change->draft != CHANGE_UNDER_DRAFT && change->draft != CHANGE_DRAFT;
	const struct problems *problems = is_known ? messages->options.problems : NULL;
	const struct syntax_problem *problem = problems ? problems_find(problems, path) : NULL;
	struct buf text = {0};

	if (!problem)
		return NULL;
	log_add_printable(&text, slice_of(path));
	buf_addf(&text, ":%zu: %s", problem->line, problem->what);
	return buf_take(&text);
}

/* What a page that sees drafts is told of them; NULL: nothing but the change. */
static const char *
draft_word(const struct change *change)
{
	switch (change->draft & ~(unsigned)CHANGE_UNDER_DRAFT) {
	case CHANGE_DRAFT:
		return "new";
	case CHANGE_DRAFT_SAVED:
		return "saved";
	case CHANGE_DRAFT_GONE:
		return "gone";
	default:
		return NULL;
	}
}

/* A page loads again without a question when its document was modified, unless this is true. */
static bool
is_unsure(const struct messages *messages, const struct change *change)
{
	return change->kind == CHANGE_MODIFIED &&
	       (messages->options.is_unsure || change->is_empty) &&
	       media_type_of(slice_of(change->path))->kind != MEDIA_TYPE_PLAIN;
}

static void
write_changes(const struct messages *messages, struct buf *text, uint64_t number,
	const struct changes *changes)
{
	struct protocol_change *rows = mem_array(changes->count, sizeof(*rows));
	char *(*urls)[FILE_URLS_MAX] = mem_array(changes->count, sizeof(*urls));
	char **problems = mem_array(changes->count, sizeof(*problems));
	const struct index_names *index_names = &messages->options.index_names;

	for (size_t i = 0; i < changes->count; i++) {
		rows[i].urls = (const char *const *)urls[i];
		rows[i].url_count = file_urls_of_change(index_names, &changes->items[i], urls[i]);
		rows[i].kind = changes->items[i].kind;
		rows[i].is_unsure = is_unsure(messages, &changes->items[i]);
		rows[i].draft = draft_word(&changes->items[i]);
		rows[i].since = changes->items[i].since;
		rows[i].problem = problems[i] = describe_problem(messages, &changes->items[i]);
	}
	protocol_write_changes(text, number, rows, changes->count);
	for (size_t i = 0; i < changes->count; i++) {
		for (size_t k = 0; k < rows[i].url_count; k++)
			free(urls[i][k]);
		free(problems[i]);
	}
	free(problems);
	free(urls);
	free(rows);
}

static void
write_reload(struct buf *text, enum protocol protocol, uint64_t number)
{
	switch (protocol) {
	case PROTOCOL_LIVE_SERVER:
		buf_add_text(text, "reload");
		break;
	case PROTOCOL_LIVESERVE:
		protocol_write_reload(text, number);
		break;
	case PROTOCOL_LIVERELOAD:
		protocol_write_livereload_reload(text, "/");
		break;
	}
}

static void
write_hello(const struct messages *messages, const struct messages_page *page, uint64_t settle,
	struct buf *text)
{
	switch (page->protocol) {
	case PROTOCOL_LIVE_SERVER:
		buf_add_text(text, "connected");
		break;
	case PROTOCOL_LIVESERVE:
		protocol_write_hello(text, journal_epoch(messages->options.journal),
			page->sent_number, messages->options.reloads, settle);
		break;
	case PROTOCOL_LIVERELOAD:
		protocol_write_livereload_hello(text, false);
		break;
	}
}

/* Adds to changes what changed for page after the last batch that it got. Returns false when that is unknown. */
static bool
find_changes(
	const struct messages *messages, const struct messages_page *page, struct changes *changes)
{
	const struct journal *journal = messages->options.journal;
	bool is_known = journal_since_for(journal, journal_epoch(journal), page->sent_number,
				page->sees_drafts, changes) == JOURNAL_CHANGES;

	/* A page that does not see drafts is not told that there are any. */
	for (size_t i = 0; i < changes->count && !page->sees_drafts; i++)
		if (changes->items[i].draft)
			changes->items[i].draft = CHANGE_UNDER_DRAFT;
	return is_known;
}

/*
 * Writes one message for all batches that page did not get, for live-server or liveserve.v1; nothing if it is not to be
 * told of any.
 */
static void
write_batches(const struct messages *messages, const struct messages_page *page, struct buf *text)
{
	uint64_t number = journal_number(messages->options.journal);
	enum protocol protocol = page->protocol;
	struct changes changes = {0};

	if (!find_changes(messages, page, &changes))
		write_reload(text, protocol, number);
	else if (!changes.count)
		buf_clear(text);
	else if (protocol == PROTOCOL_LIVE_SERVER)
		buf_add_text(text,
			messages->options.reloads ? "reload" : protocol_live_server_text(&changes));
	else
		write_changes(messages, text, number, &changes);
	changes_finish(&changes);
}

static void
add_batches(struct messages *messages, const struct messages_page *page, struct buf *text)
{
	uint64_t number = journal_number(messages->options.journal);

	if (messages->cached_protocol != page->protocol ||
		messages->cached_drafts != page->sees_drafts ||
		messages->cached_from != page->sent_number || messages->cached_to != number) {
		buf_clear(&messages->cached);
		write_batches(messages, page, &messages->cached);
		messages->cached_protocol = page->protocol;
		messages->cached_drafts = page->sees_drafts;
		messages->cached_from = page->sent_number;
		messages->cached_to = number;
	}
	buf_add_slice(text, buf_slice(&messages->cached));
}

/*
 * A command of LiveReload is for one file, so several commands may be needed. If a new batch is
 * added in between, they start again with the first. Returns whether this was the last command.
 */
static bool
add_command(const struct messages *messages, struct messages_page *page, struct buf *text)
{
	uint64_t number = journal_number(messages->options.journal);
	struct changes changes = {0};
	struct buf url = {0};
	bool is_last = true, is_known;

	if (page->commands_number != number)
		page->commands_sent = 0;
	page->commands_number = number;
	is_known = find_changes(messages, page, &changes);
	if (is_known && changes.count) {
		const struct change *change = protocol_livereload_pick(
			&changes, page->commands_sent++, &is_last);

		url_from_path(slice_of(change->path), &url);
		protocol_write_livereload_reload(text, url.bytes);
	} else if (!is_known) {
		write_reload(text, page->protocol, number);
	}
	changes_finish(&changes);
	buf_finish(&url);
	return is_last;
}

/* A stamp describes the state after all changes that were sent, so it is sent last. */
static bool
add_stamp(const struct messages *messages, struct messages_page *page, struct buf *text)
{
	uint64_t stamp;

	if (!stamps_is_wanted(&page->stamp) ||
		stamps_get(messages->options.stamps, &page->stamp, &stamp) != STAMPS_READY)
		return false;
	protocol_write_state(text, stamp);
	stamps_leave(messages->options.stamps, &page->stamp);
	return true;
}

/* Asks the page, which was told of everything, when it shows that. */
static bool
add_question(const struct messages *messages, struct messages_page *page, struct buf *text)
{
	if (!messages->is_asking || page->protocol != PROTOCOL_LIVESERVE ||
		page->asked_round == messages->round)
		return false;
	page->asked_round = messages->round;
	write_hello(messages, page, messages->round, text);
	return true;
}

/*
 * Decides between a hello and a reload: if the stamp is that of the page's hello, nothing that the
 * page uses has changed. Returns false when the stamp is still being made.
 */
static bool
check_stamp(const struct messages *messages, struct messages_page *page)
{
	uint64_t stamp;
	enum stamps_verdict verdict = stamps_get(messages->options.stamps, &page->check, &stamp);

	if (verdict == STAMPS_LATER)
		return false;
	page->is_hello_due = verdict == STAMPS_READY && stamp == page->claimed;
	page->is_reload_due = !page->is_hello_due;
	stamps_leave(messages->options.stamps, &page->check);
	return true;
}

static bool
is_editor_due(const struct messages *messages, const struct messages_page *page)
{
	return page->sees_editor && page->editor_number != messages->editor_number;
}

static bool
add_editor(const struct messages *messages, struct messages_page *page, struct buf *text)
{
	if (!is_editor_due(messages, page))
		return false;
	page->editor_number = messages->editor_number;
	buf_add_slice(text, buf_slice(&messages->editor));
	return true;
}

bool
messages_next(
	struct messages *messages, struct messages_page *page, bool is_paused, struct buf *text)
{
	size_t before = text->length;
	uint64_t number;

	if (page->is_check_due) {
		page->is_check_due = false;
		protocol_write_livereload_hello(text, true);
		return true;
	}
	if (!page->gets_changes || (stamps_is_wanted(&page->check) && !check_stamp(messages, page)))
		return false;
	number = journal_number(messages->options.journal);
	if (page->is_hello_due) {
		page->is_hello_due = false;
		write_hello(messages, page, 0, text);
		return true;
	}
	if (!page->is_reload_due && page->sent_number == number)
		return add_editor(messages, page, text) || add_question(messages, page, text) ||
		       add_stamp(messages, page, text);
	if (is_paused)
		return false;
	if (page->is_reload_due)
		write_reload(text, page->protocol, number);
	else if (page->protocol != PROTOCOL_LIVERELOAD)
		add_batches(messages, page, text);
	else if (!add_command(messages, page, text))
		return true;
	page->is_reload_due = false;
	page->sent_number = number;
	return text->length > before || add_stamp(messages, page, text);
}

bool
messages_may_have_next(const struct messages *messages, const struct messages_page *page)
{
	return page->sent_number != journal_number(messages->options.journal) ||
	       page->is_check_due || page->is_hello_due || page->is_reload_due ||
	       stamps_is_wanted(&page->check) || stamps_is_wanted(&page->stamp) ||
	       messages->is_asking || is_editor_due(messages, page);
}
