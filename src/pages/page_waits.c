/*
 * page_waits: see page_waits.h. Owns the list of the requests that wait. Its one idea: a request is answered anew, from
 * what is known then, whenever something is new with a page; so nothing is kept for a request.
 */
#include "pages/page_waits.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_writer.h"
#include "base/mem.h"
#include "pages/page_findings.h"
#include "pages/page_returns.h"

enum {
	PATIENCE_US = 15 * 1000 * 1000, /* of a request; then it gets 202 */
	LOOK_US = 10 * 1000,            /* while changes are looked at that are not published yet */
	/* A file that is written all the time is not waited for. */
	UNQUIET_US = 3 * 1000 * 1000,
};

struct page_waits {
	struct page_waits_options options;
	struct page_waits_site *sites;
	struct page_returns returns;
	struct response_waiters waiters;
	struct loop_timer news, patience, look;
	uint64_t round;       /* the last question to the pages */
	uint64_t newest;      /* the sum of the numbers of the journals when it was asked */
	uint64_t since_round; /* the first question about that */
	uint64_t asked_us;
	bool is_asking;
	bool is_over; /* the patience with those who wait is over */
};

struct page_waits *
page_waits_create(const struct page_waits_options *options)
{
	struct page_waits *waits = mem_zero(sizeof(*waits));
	size_t size = options->site_count * sizeof(*waits->sites);

	waits->options = *options;
	waits->sites = mem_array(options->site_count, sizeof(*waits->sites));
	memcpy(waits->sites, options->sites, size);
	return waits;
}

void
page_waits_destroy(struct page_waits *waits)
{
	if (!waits)
		return;
	loop_timer_clear(waits->options.loop, &waits->news);
	loop_timer_clear(waits->options.loop, &waits->patience);
	loop_timer_clear(waits->options.loop, &waits->look);
	page_returns_finish(&waits->returns);
	free(waits->sites);
	free(waits);
}

/* ---- what is new ---- */

static uint64_t
newest_number(const struct page_waits *waits)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < waits->options.site_count; i++)
		sum += journal_number(waits->sites[i].journal);
	return sum;
}

/* All hubs count alike, because they are always asked together. */
static void
ask_pages(struct page_waits *waits)
{
	uint64_t newest = newest_number(waits);

	for (size_t i = 0; i < waits->options.site_count; i++)
		waits->round = hub_ask(waits->sites[i].hub);
	if (newest != waits->newest)
		waits->since_round = waits->round;
	waits->newest = newest;
	waits->is_asking = true;
}

static void
stop_asking(struct page_waits *waits)
{
	for (size_t i = 0; i < waits->options.site_count; i++)
		hub_stop_asking(waits->sites[i].hub);
	waits->is_asking = false;
}

static void
answer_again(void *context)
{
	struct page_waits *waits = context;

	response_resume(&waits->waiters);
	if (!waits->waiters.first && waits->is_asking)
		stop_asking(waits);
}

void
page_waits_note(struct page_waits *waits, const struct hub_page_state *left)
{
	if (waits && left)
		page_returns_note_left(&waits->returns, left, loop_now());
	if (waits && waits->waiters.first)
		loop_timer_set(waits->options.loop, &waits->news, 0, answer_again, waits);
}

void
page_waits_note_arrival(struct page_waits *waits, const struct hub_arrival *arrival)
{
	if (waits)
		page_returns_note_arrival(&waits->returns, arrival);
}

/* ---- what is known ---- */

/* What a request has asked for. */
struct question {
	uint64_t round, since;
	bool is_now, as_json;
};

/* ---- answers ---- */

enum verdict { VERDICT_SETTLED, VERDICT_TROUBLE, VERDICT_NONE, VERDICT_WAITING };

static const struct {
	int status;
	const char *word;
} verdicts[] = {
	[VERDICT_SETTLED] = {200, "settled"},
	[VERDICT_TROUBLE] = {409, "trouble"},
	[VERDICT_NONE] = {410, "none"},
	[VERDICT_WAITING] = {202, "waiting"},
};

/* Whether there may be changes on disk that are not published yet. */
static bool
is_unquiet(const struct page_waits *waits)
{
	return waits->options.is_quiet && loop_now() - waits->asked_us < UNQUIET_US &&
	       !waits->options.is_quiet(waits->options.context);
}

/* Looks at everything. Sets *is_busy to whether it is to be looked at again without being told. */
static enum verdict
look(struct page_waits *waits, const struct question *question, struct page_findings *findings,
	bool *is_busy)
{
	uint64_t number = journal_number(waits->sites[0].journal);

	*is_busy = is_unquiet(waits);
	if (newest_number(waits) != waits->newest || !waits->is_asking)
		ask_pages(waits);
	findings->needed = question->round > waits->since_round ? question->round
								: waits->since_round;
	for (size_t i = 0; i < waits->options.site_count; i++)
		page_findings_look(findings, waits->sites[i].hub, waits->sites[i].problems,
			waits->sites[i].places);
	page_returns_forget(&waits->returns, loop_now());
	page_findings_look_at_returns(findings, &waits->returns);
	if (findings->open == 0)
		return VERDICT_NONE;
	if (number <= question->since)
		buf_addf(&findings->awaited,
			"waiting for a change: %" PRIu64 " is still the newest state\n", number);
	if (*is_busy)
		buf_add_text(&findings->awaited, "a change on disk is still being looked at\n");
	if (*is_busy || number <= question->since || findings->unsettled)
		return VERDICT_WAITING;
	return findings->troubled || findings->problem_count ? VERDICT_TROUBLE : VERDICT_SETTLED;
}

static bool
is_paused(const struct page_waits *waits)
{
	return hub_is_paused(waits->sites[0].hub);
}

static void
write_lines(const struct page_waits *waits, const struct page_findings *findings,
	enum verdict verdict, struct buf *text)
{
	size_t open = findings->open;

	buf_add_slice(text, buf_slice(&findings->pages));
	if (verdict == VERDICT_WAITING)
		buf_add_slice(text, buf_slice(&findings->awaited));
	if (verdict == VERDICT_WAITING && is_paused(waits))
		buf_add_text(text, "The server is paused: pages are told nothing.\n");
	else if (verdict == VERDICT_NONE)
		buf_add_text(text, "no page is open\n");
	else if (verdict == VERDICT_SETTLED)
		buf_addf(text,
			open == 1 ? "%zu page shows the newest files\n"
				  : "%zu pages show the newest files\n",
			open);
	else if (verdict == VERDICT_TROUBLE)
		buf_addf(text, "%zu of %zu page%s in trouble\n",
			findings->troubled ? findings->troubled : open, open, open == 1 ? "" : "s");
}

static void
write_json(const struct page_waits *waits, const struct page_findings *findings,
	enum verdict verdict, struct buf *json)
{
	buf_add_char(json, '{');
	json_add_text_member(json, "result", verdicts[verdict].word);
	json_add_number_member(json, "version", journal_number(waits->sites[0].journal));
	json_add_bool_member(json, "paused", is_paused(waits));
	json_add_name(json, "pages");
	buf_addf(json, "[%s]", buf_slice(&findings->pages).at);
	json_add_name(json, "problems");
	buf_addf(json, "[%s]", buf_slice(&findings->problems).at);
	json_add_list_member(json, "awaited", buf_slice(&findings->awaited), '\n');
	buf_add_text(json, "}\n");
}

/* http1 keeps no request for very long. */
static void
end_patience(void *context)
{
	struct page_waits *waits = context;

	waits->is_over = true;
	answer_again(waits);
	waits->is_over = false;
}

static void
wait_for_news(struct page_waits *waits, bool is_busy, struct response *response)
{
	if (!waits->patience.is_set)
		loop_timer_set(
			waits->options.loop, &waits->patience, PATIENCE_US, end_patience, waits);
	if (is_busy)
		loop_timer_set(waits->options.loop, &waits->look, LOOK_US, answer_again, waits);
	response_pause(response, &waits->waiters);
}

static void
answer(struct page_waits *waits, const struct question *question, struct response *response)
{
	struct page_findings findings = {.as_json = question->as_json};
	bool is_busy;
	enum verdict verdict = look(waits, question, &findings, &is_busy);
	struct buf text = {0};

	if (verdict == VERDICT_WAITING && !question->is_now && !waits->is_over) {
		wait_for_news(waits, is_busy, response);
	} else {
		(question->as_json ? write_json : write_lines)(waits, &findings, verdict, &text);
		response_text(response, verdicts[verdict].status,
			question->as_json ? "application/json" : "text/plain; charset=utf-8",
			buf_slice(&text));
	}
	buf_finish(&text);
	page_findings_finish(&findings);
}

static void
begin(struct page_waits *waits, struct response *response)
{
	char *number;

	waits->asked_us = loop_now();
	ask_pages(waits);
	number = mem_format("%" PRIu64 "\n", waits->round);
	response_text(response, 201, "text/plain; charset=utf-8", slice_of(number));
	free(number);
}

/* Reads "/NUMBER/SINCE", with "/now" and ".json" behind it or not. */
static bool
read_question(struct slice rest, struct question *question)
{
	struct slice part;

	if (slice_ends(rest, ".json")) {
		question->as_json = true;
		rest.length -= strlen(".json");
	}
	if (slice_ends(rest, "/now")) {
		question->is_now = true;
		rest.length -= strlen("/now");
	}
	return slice_take(&rest, '/') && slice_split(&rest, '/', &part) &&
	       slice_number(part, &question->round) && slice_number(rest, &question->since);
}

void
page_waits_respond(struct page_waits *waits, struct slice rest, struct response *response)
{
	struct question question = {0};

	if (slice_is(rest, "/ask"))
		begin(waits, response);
	else if (read_question(rest, &question))
		answer(waits, &question, response);
	else
		response_text(response, 404, "text/plain; charset=utf-8",
			SLICE_LITERAL("Ask for /ask, then for /NUMBER/SINCE.\n"));
}
