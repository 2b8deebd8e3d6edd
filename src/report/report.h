/*
 * report: what went over the wire, as an exercise is handed in: the handshakes, the requests and their answers,
 * the pictures and their segments, the WebSockets, and the ends of the connections, with all their figures.
 *
 * It holds nothing that is secret: the values of Cookie, Set-Cookie, Authorization and Proxy-Authorization are
 * left out. It is made of the packets' headers, the heads of messages and short texts; bodies are not kept.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "dissect/dissector.h"
#include "explain/phrase.h"
#include "report/report_paper.h"

struct report_options {
	enum language language;
	uint16_t port;    /* that liveserve serves; 0: not known */
	const char *name; /* of the capture, for the title; kept; or NULL */
};

struct report;

struct report *report_create(const struct report_options *options);
/* NULL is allowed. */
void report_destroy(struct report *report);

/*
 * Hears the packets of a capture, in their order. Memory is bounded: what is more than REPORT_..._MAX of
 * report_record.h is only counted, and the report says so.
 */
void report_add(struct report *report, const struct dissect_row *row);

/* Adds the report, which needs no other file: a whole HTML document, or Markdown with a ladder of text. */
void report_write(const struct report *report, enum report_format format, struct buf *text);

/*
 * Adds the report as Markdown that shows the ladder as the picture at a URL. Markdown cannot hold one: where it
 * is shown, as on GitHub, SVG elements and data: URLs are taken out.
 */
void report_write_with_picture(const struct report *report, const char *url, struct buf *text);
/* Adds that picture, an SVG document. Returns false, and adds nothing, when there are no packets. */
bool report_draw(const struct report *report, struct buf *text);

/* Finds the format by the end of a file's name: .html, .htm, .md. Returns false for others. */
bool report_format_find(const char *path, enum report_format *format);

#endif
