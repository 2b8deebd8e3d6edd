/*
 * report_paper: writes headings, paragraphs and tables as HTML or as Markdown. All text is escaped here, so no
 * text from a packet becomes markup.
 */
#ifndef REPORT_PAPER_H
#define REPORT_PAPER_H

#include <stdbool.h>

#include "base/buf.h"
#include "report/report_words.h"

enum report_format { REPORT_HTML, REPORT_MARKDOWN };

struct report_paper {
	enum report_format format;
	enum language language;
	struct buf *text;
	struct phrase_facts facts; /* of the words that are added next */
	struct buf room;           /* the words of one paragraph or cell */
	unsigned columns;          /* of the open table */
	const char *picture; /* Markdown: the URL of the ladder; NULL: it has no file of its own */
};

/* text is kept. */
void report_paper_init(struct report_paper *paper, enum report_format format,
	enum language language, struct buf *text);
void report_paper_finish(struct report_paper *paper);

/* The words of one text, valid until the next call. */
struct slice report_paper_words(struct report_paper *paper, enum report_word word);

void report_paper_begin(struct report_paper *paper);
void report_paper_end(struct report_paper *paper);

/* level: 1 to 3. */
void report_paper_heading(struct report_paper *paper, unsigned level, enum report_word word);
void report_paper_paragraph(struct report_paper *paper, enum report_word word);
void report_paper_text(struct report_paper *paper, struct slice text);

/* Steps: a list of sentences with numbers, which may be any text ("2 + 3"). */
void report_paper_begin_list(struct report_paper *paper);
void report_paper_item(struct report_paper *paper, struct slice text);
void report_paper_end_list(struct report_paper *paper);

/* A table: its head, then rows cell by cell. The first cell of a row names it, if has_row_heads. */
void report_paper_begin_table(struct report_paper *paper);
void report_paper_column(struct report_paper *paper, enum report_word word);
void report_paper_end_columns(struct report_paper *paper);
void report_paper_begin_row(struct report_paper *paper);
void report_paper_cell(struct report_paper *paper, struct slice text);
void report_paper_cell_word(struct report_paper *paper, enum report_word word);
void report_paper_cell_number(struct report_paper *paper, uint64_t number);
/* Seconds with nine digits. */
void report_paper_cell_time(struct report_paper *paper, int64_t elapsed_ns);
void report_paper_end_row(struct report_paper *paper);
void report_paper_end_table(struct report_paper *paper);

/* Adds text from outside with markup escaped, and what is not visible replaced. */
void report_paper_escape(struct report_paper *paper, struct slice outside);

#endif
