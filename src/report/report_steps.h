/*
 * report_steps: the handshakes and the ends of connections, step by step: what each packet means, and a table
 * of its header fields.
 */
#ifndef REPORT_STEPS_H
#define REPORT_STEPS_H

#include "report/report_paper.h"
#include "report/report_record.h"

enum { REPORT_DETAILED_MAX = 20 }; /* connections that are shown in full */

/* Sets the facts of a connection: {connection}, {client_port}, {server_port}, {client}, {server}. */
void report_steps_set_connection(
	struct report_paper *paper, const struct report_record *record, size_t connection);

void report_steps_handshakes(struct report_paper *paper, const struct report_record *record);
void report_steps_ends(struct report_paper *paper, const struct report_record *record);

/* Adds "FIN, ACK (0x011)". */
void report_steps_add_flags(struct buf *text, unsigned flags);

#endif
