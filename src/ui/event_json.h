/*
 * event_json: what event_text.h says, for programs: one JSON object a line.
 *
 * Room: rules. Every record has "time" (UTC, RFC 3339, milliseconds) and "event"; the README lists
 * the other members. Members are added, never renamed.
 */
#ifndef EVENT_JSON_H
#define EVENT_JSON_H

#include <time.h>

#include "base/log.h"
#include "ui/event_text.h"

void event_json_write(struct buf *line, const struct event *event, const struct timespec *when);
void event_json_write_start(
	struct buf *line, const struct event_start *start, const struct timespec *when);

/* How many pages are open, and whether they are told of changes. */
void event_json_write_pages(
	struct buf *line, size_t open, bool is_paused, const struct timespec *when);

/* A sentence of log's. */
void event_json_write_sentence(
	struct buf *line, enum log_level level, const char *sentence, const struct timespec *when);

/* The server ends. */
void event_json_write_stop(struct buf *line, const struct timespec *when);

#endif
