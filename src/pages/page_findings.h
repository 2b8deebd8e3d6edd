/*
 * page_findings: what is found while all pages are looked at: which of them show the newest files, which are in trouble,
 * and why; as lines, or as JSON.
 */
#ifndef PAGE_FINDINGS_H
#define PAGE_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "live/hub.h"
#include "live/problems.h"
#include "pages/page_returns.h"
#include "sources/error_place.h"

/* Zeroed at first, but for what the caller sets. */
struct page_findings {
	uint64_t
		needed; /* set by the caller: the question of hub_ask that a page must have answered */
	bool as_json;         /* set by the caller */
	struct buf pages;     /* as JSON, or the lines of trouble */
	struct buf awaited;   /* lines: who is waited for */
	struct buf problems;  /* as JSON */
	size_t open;          /* pages that can be asked, or load again */
	size_t unsettled;     /* of these, those that do not show the newest files yet */
	size_t troubled;      /* of these, those that do, but are in trouble */
	size_t problem_count; /* files that pages use and that have a problem */
	/* For page_findings.c. */
	const struct hub *hub;
	struct error_places *places;
};

void page_findings_finish(struct page_findings *findings);

/* Looks at the pages of a hub, and at the files that they use. places may be NULL: errors have no files then. */
void page_findings_look(struct page_findings *findings, const struct hub *hub,
	const struct problems *problems, struct error_places *places);

/* Looks at the pages that are to come back. */
void page_findings_look_at_returns(
	struct page_findings *findings, const struct page_returns *returns);

#endif
