/*
 * packet_report: the packets of a store as a report (report/report.h).
 */
#ifndef PACKET_REPORT_H
#define PACKET_REPORT_H

#include "report/report.h"
#include "wire/packet_store.h"

/* Adds the report of all packets whose bytes are there. They are dissected anew. */
void packet_report_write(const struct packet_store *store, const struct report_options *options,
	enum report_format format, struct buf *text);

#endif
