/*
 * page_reports: see page_reports.h. There is a limit for each page, for each machine and for all.
 */
#include "console/page_reports.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/loop.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { ERROR_MAX = 1024 }; /* bytes of each part of an error that are kept */

/* For the reports of one page. inject/report/error_report.js stays below it. */
static const struct rate_limit page_limit = {.burst = 50, .a_second = 10};

/*
 * For those of all pages of one machine, and of all machines: a page that connects anew has a new
 * page_limit, but not new ones of these.
 */
static const struct rate_limits report_limits = {
	.each = {.burst = 100, .a_second = 20},
	.all = {.burst = 200, .a_second = 40},
};

/* A log_dropped_fn. */
static void
report_dropped(void *context, uint64_t count)
{
	const struct page_reports *reports = context;
	char *text = mem_format("\u2026 and %" PRIu64 " more", count);

	reports->fn(
		reports->context, &(struct page_message){.level = "error", .text = slice_of(text)});
	free(text);
}

void
page_reports_init(struct page_reports *reports, page_reports_fn *fn, void *context)
{
	*reports = (struct page_reports){.fn = fn,
		.context = context,
		.limit = {.rates = &report_limits, .tell = report_dropped, .context = reports}};
}

void
page_reports_finish(struct page_reports *reports)
{
	log_limit_finish(&reports->limit);
}

void
page_reports_take(struct page_reports *reports, struct rate_state *rate, uint64_t peer,
	const struct page_message *report)
{
	if (!rate_limit_take(rate, &page_limit, loop_now()))
		log_limit_drop(&reports->limit);
	else if (log_limit_allows(&reports->limit, peer))
		reports->fn(reports->context, report);
}

static void
add_part(struct buf *kept, struct slice part)
{
	buf_add(kept, part.at, utf8_cut(part, ERROR_MAX));
}

void
page_reports_keep_error(struct buf *kept, struct slice text, struct slice source)
{
	buf_clear(kept);
	add_part(kept, text);
	buf_add_char(kept, '\0');
	add_part(kept, source);
}
