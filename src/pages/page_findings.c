/*
 * page_findings: see page_findings.h. What pages say is made printable, or escaped.
 */
#include "pages/page_findings.h"

#include <stdlib.h>

#include "base/json_writer.h"
#include "base/log.h"
#include "base/mem.h"
#include "pages/page_record.h"

enum { SHOWN_MAX = 160 }; /* bytes of an address in a line */

void
page_findings_finish(struct page_findings *findings)
{
	buf_finish(&findings->pages);
	buf_finish(&findings->awaited);
	buf_finish(&findings->problems);
}

static bool
is_settled(const struct page_findings *findings, const struct hub_page_state *page)
{
	return page->is_greeted && !page->must_reload && !page->behind && !page->is_leaving &&
	       page->answered_round >= findings->needed;
}

static bool
is_in_trouble(const struct hub_page_state *page)
{
	return page->errors->length || page->failed->length;
}

/* Adds "/about.html (Android, Chrome 156)". */
static void
add_page_name(struct buf *text, const struct hub_page_state *page)
{
	log_add_short(
		text, page->address.length ? page->address : SLICE_LITERAL("a page"), SHOWN_MAX);
	buf_add_text(text, " (");
	page_record_add_name(text, page);
	buf_add_char(text, ')');
}

static void
add_awaited(struct page_findings *findings, const struct hub_page_state *page)
{
	struct buf *text = &findings->awaited;

	buf_add_text(text, "waiting for ");
	add_page_name(text, page);
	buf_add_text(text, ": ");
	if (page->is_leaving)
		buf_add_text(text, "it was told to load again, and has not done it yet");
	else if (page->is_greeted && !page->must_reload && !page->behind)
		buf_add_text(text,
			"it has not said yet that it shows the newest files; it may still be "
			"loading, or show a dialog");
	else
		page_record_add_state(text, page);
	buf_add_char(text, '\n');
}

/* Adds the line "js/app.js:12:3: x is not defined  / (Chrome 156)". */
static void
add_error_line(struct page_findings *findings, const struct hub_page_state *page, struct slice text,
	struct slice source)
{
	struct buf *line = &findings->pages;
	struct error_place place = {0};

	if (findings->places && source.length &&
		error_place_find(findings->places, source, &place)) {
		log_add_printable(line, buf_slice(&place.file));
		buf_addf(line, ":%zu", place.line);
		if (place.column)
			buf_addf(line, ":%zu", place.column);
	} else {
		log_add_short(line, source, SHOWN_MAX);
	}
	buf_add_text(line, source.length ? ": " : "");
	log_add_printable(line, text);
	buf_add_text(line, "  ");
	add_page_name(line, page);
	buf_add_char(line, '\n');
	error_place_finish(&place);
}

static void
add_trouble_lines(struct page_findings *findings, const struct hub_page_state *page)
{
	struct slice errors = buf_slice(page->errors), failed = buf_slice(page->failed), text,
		     source;

	while (errors.length && slice_split(&errors, '\0', &text)) {
		slice_split(&errors, '\0', &source);
		add_error_line(findings, page, text, source);
	}
	while (failed.length && slice_split(&failed, '\0', &text)) {
		log_add_short(&findings->pages, text, SHOWN_MAX);
		buf_add_text(&findings->pages, " did not load  ");
		add_page_name(&findings->pages, page);
		buf_add_char(&findings->pages, '\n');
	}
}

static void
add_trouble_members(struct page_findings *findings, const struct hub_page_state *page)
{
	struct slice errors = buf_slice(page->errors), text, source;
	struct buf *json = &findings->pages;

	json_add_name(json, "errors");
	buf_add_char(json, '[');
	for (size_t i = 0; errors.length && slice_split(&errors, '\0', &text); i++) {
		slice_split(&errors, '\0', &source);
		buf_add_text(json, i ? ",{" : "{");
		page_record_add_error(json, text, source, findings->places);
		buf_add_char(json, '}');
	}
	buf_add_char(json, ']');
	json_add_list_member(json, "failed", buf_slice(page->failed), '\0');
}

/* A hub_look_fn. */
static void
look_at_page(void *context, const struct hub_page_state *page)
{
	struct page_findings *findings = context;
	bool counts = page->protocol == PROTOCOL_LIVESERVE, is_now = is_settled(findings, page);

	findings->open += counts;
	findings->unsettled += counts && !is_now;
	findings->troubled += counts && is_now && is_in_trouble(page);
	if (counts && !is_now)
		add_awaited(findings, page);
	if (findings->as_json) {
		buf_add_text(&findings->pages, findings->pages.length ? ",{" : "{");
		page_record_add_members(&findings->pages, page, findings->places);
		if (counts)
			json_add_bool_member(&findings->pages, "settled", is_now);
		if (counts && is_now)
			add_trouble_members(findings, page);
		buf_add_char(&findings->pages, '}');
	} else if (counts && is_now) {
		add_trouble_lines(findings, page);
	}
}

static void
look_at_problem(
	struct page_findings *findings, struct slice path, const struct syntax_problem *problem)
{
	if (!problem || hub_pages_using(findings->hub, path) == 0)
		return;
	findings->problem_count++;
	if (findings->as_json) {
		buf_add_text(&findings->problems, findings->problems.length ? ",{" : "{");
		json_add_name(&findings->problems, "file");
		json_add_text(&findings->problems, path);
		json_add_number_member(&findings->problems, "line", problem->line);
		json_add_number_member(&findings->problems, "column", problem->column);
		json_add_text_member(&findings->problems, "text", problem->what);
		buf_add_char(&findings->problems, '}');
	} else {
		log_add_printable(&findings->pages, path);
		buf_addf(&findings->pages, ":%zu: %s\n", problem->line, problem->what);
	}
}

void
page_findings_look_at_returns(struct page_findings *findings, const struct page_returns *returns)
{
	for (size_t i = 0; i < returns->count; i++) {
		const struct hub_page_state page = {
			.address = slice_of(returns->items[i].address),
			.browser = returns->items[i].browser,
		};

		buf_add_text(&findings->awaited, "waiting for ");
		add_page_name(&findings->awaited, &page);
		buf_add_text(&findings->awaited, ": it loads again, and is not back yet\n");
	}
	findings->open += returns->count;
	findings->unsettled += returns->count;
}

void
page_findings_look(struct page_findings *findings, const struct hub *hub,
	const struct problems *problems, struct error_places *places)
{
	struct hash_table_place place = {0};
	struct slice path;

	findings->hub = hub;
	findings->places = places;
	hub_look(hub, look_at_page, findings);
	while (problems_next(problems, &place, &path)) {
		char *name = mem_copy(path.at, path.length);

		look_at_problem(findings, path, problems_find(problems, name));
		free(name);
	}
}
