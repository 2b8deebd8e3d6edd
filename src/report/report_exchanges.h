/*
 * report_exchanges: the requests and their answers, with the fields of their heads; secrets are left out.
 */
#ifndef REPORT_EXCHANGES_H
#define REPORT_EXCHANGES_H

#include "report/report_paper.h"
#include "report/report_record.h"

enum { REPORT_EXCHANGES_MAX = 40 }; /* that are shown in full */

void report_exchanges_write(struct report_paper *paper, const struct report_record *record);

/* Writes the heads of a request and of its answer; answer may be NULL. */
void report_exchanges_write_one(struct report_paper *paper, const struct report_record *record,
	const struct report_message *request, const struct report_message *answer);

/* What follows "HTTP/1.1 " in the first line of an answer. */
const char *report_exchanges_status(const struct report_message *answer);

/* Sets {request}: method and target. */
void report_exchanges_set_request(struct report_paper *paper, const struct report_message *request);

#endif
