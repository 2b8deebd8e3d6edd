/*
 * report_ladder: the packets as arrows between two columns, from top to bottom: as SVG in HTML and in a file of
 * its own, as lines of text in Markdown without such a file. Each connection has a colour; a silence is drawn as
 * a gap.
 */
#ifndef REPORT_LADDER_H
#define REPORT_LADDER_H

#include "report/report_paper.h"
#include "report/report_record.h"

enum { REPORT_LADDER_MAX = 400 }; /* packets that are drawn */

void report_ladder_write(struct report_paper *paper, const struct report_record *record);

/* Adds all as one SVG document, to paper of REPORT_HTML. There is a packet at least. */
void report_ladder_draw(struct report_paper *paper, const struct report_record *record);

#endif
