/*
 * event_json: the events of event_text.h for programs, as one JSON object on a line.
 *
 * Every object has "time" (UTC, RFC 3339, with milliseconds) and "event"; doc/manual.md lists the
 * other members. This format is a public contract: members are added, never renamed.
 */
#ifndef EVENT_JSON_H
#define EVENT_JSON_H

#include <time.h>

#include "base/log.h"
#include "ui/event_text.h"

/* Adds the object of an event. Long texts of a page are cut. */
void event_json_write(struct buf *line, const struct event *event, const struct timespec *when);

/* Adds "start": the server has started. */
void event_json_write_start(
	struct buf *line, const struct event_start *start, const struct timespec *when);

/* Adds "pages": the number of open pages, and whether the server is paused. */
void event_json_write_pages(
	struct buf *line, size_t open, bool is_paused, const struct timespec *when);

/* Adds "error", "notice" or "verbose": a message that was logged. */
void event_json_write_log(
	struct buf *line, enum log_level level, const char *message, const struct timespec *when);

/* Adds "request": one that was answered, at request->when. */
void event_json_write_request(struct buf *line, const struct event_request *request);

/* Adds "missing": that many lines were dropped here, because the output was not read. */
void event_json_write_missing(struct buf *line, uint64_t lines, const struct timespec *when);

/* Adds "stop": the server ends. */
void event_json_write_stop(struct buf *line, const struct timespec *when);

#endif
