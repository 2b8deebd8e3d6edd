/*
 * columns: one packet as a line of seven columns, in the words of tshark 4.0: number, time, source,
 * destination, protocol, length, info.
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "base/buf.h"
#include "dissect/dissector.h"

/* Adds only the words of the column. */
void columns_add_time(struct buf *text, const struct dissect_row *row);
void columns_add_protocol(struct buf *text, const struct dissect_row *row);
void columns_add_info(struct buf *text, const struct dissect_row *row);

/* Adds all columns, in widths as tshark prints them, without a line break. */
void columns_add_line(struct buf *text, const struct dissect_row *row);

#endif
