/*
 * combined: a request as a line in Combined Log Format, the one of Apache httpd (mod_log_config):
 *
 *   192.0.2.1 - ada [10/Oct/2026:13:55:36 -0700] "GET /a HTTP/1.1" 200 2326 "http://x/" "Firefox"
 */
#ifndef COMBINED_H
#define COMBINED_H

#include "ui/event_text.h"

/*
 * Adds the line and its line feed. What is missing is "-", and so are 0 bytes. The time is local. Quotes, backslashes
 * and bytes that are not printable ASCII are written as httpd does: \" and \\, \n and the like, \xhh. So what a
 * client sends cannot end a field or a line, nor control a terminal.
 */
void combined_add(struct buf *text, const struct event_request *request);

#endif
