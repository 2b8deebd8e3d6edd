/*
 * page_reports: what pages say on their consoles, and their errors: within limits, because a page may say anything as
 * often as it likes.
 */
#ifndef PAGE_REPORTS_H
#define PAGE_REPORTS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/rate_limit.h"

/* What a page reports: an error in it, or a line of its console. Everything is borrowed. */
struct page_message {
	const char *level;   /* "error", "warn", "info", "log" or "debug" */
	struct slice page;   /* its URL path, or empty */
	const char *browser; /* NULL when it is unknown */
	struct slice text;
	struct slice source; /* the file, line and column that it comes from, or empty */
};

/*
 * Gets a report that passed the limits. "… and N more" on no page stands for the reports above the limits, of all
 * pages.
 */
typedef void page_reports_fn(void *context, const struct page_message *report);

/* The limits of all pages. The members are for page_reports.c. */
struct page_reports {
	page_reports_fn *fn;
	void *context;
	struct log_limit limit;
};

/* Keeps a pointer to context, and a pointer to reports until page_reports_finish. */
void page_reports_init(struct page_reports *reports, page_reports_fn *fn, void *context);
void page_reports_finish(struct page_reports *reports);

/*
 * Passes report on if the limits allow it. rate is that of the page, zeroed at first; peer says from which machine it
 * comes (peer.key of its request).
 */
void page_reports_take(struct page_reports *reports, struct rate_state *rate, uint64_t peer,
	const struct page_message *report);

/* Replaces kept by an error: its text, a NUL, and its source. Long ones are cut. */
void page_reports_keep_error(struct buf *kept, struct slice text, struct slice source);

#endif
