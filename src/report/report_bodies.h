/*
 * report_bodies: the pictures with their segments, and the WebSockets with their frames.
 */
#ifndef REPORT_BODIES_H
#define REPORT_BODIES_H

#include "report/report_paper.h"
#include "report/report_record.h"

enum { REPORT_PICTURES_MAX = 20, REPORT_FRAMES_MAX = 200, REPORT_SEGMENTS_MAX = 200 };

void report_bodies_pictures(struct report_paper *paper, const struct report_record *record);
void report_bodies_websockets(struct report_paper *paper, const struct report_record *record);

/* What the kind of a frame is called: "Text". */
const char *report_bodies_frame_kind(unsigned opcode);

/* Adds the text of a frame as far as it is kept, or nothing for one that has none. */
void report_bodies_add_text(struct buf *text, const struct message *frame);

#endif
