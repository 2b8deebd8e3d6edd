/*
 * document_hold: holds back requests for documents while files are being saved together.
 *
 * The first of several saves is reported at once (watch/debounce), and a page may load itself again
 * before the others are written. So its document waits until they are reported, and is then of one
 * state with everything that the page loads next. Each hold is short: as long as debounce waits for
 * a burst.
 */
#ifndef DOCUMENT_HOLD_H
#define DOCUMENT_HOLD_H

#include <stdbool.h>

#include "base/loop.h"
#include "http/response.h"

struct document_hold;

/* Keeps a pointer to loop. Never NULL. */
struct document_hold *document_hold_create(struct loop *loop);
/* To be called when no engine is left. NULL is fine. */
void document_hold_destroy(struct document_hold *hold);

/*
 * A watch waits for more saves (true), or waits no more (false). Returns whether any watch still
 * waits. At the end the requests are answered in the next round of the loop, after the messages of
 * this one.
 */
bool document_hold_note(struct document_hold *hold, bool waits);

/* Makes *handler one that holds requests for documents. It passes on the rest to the old one (response_filter_put). */
void document_hold_wrap(struct document_hold *hold, struct response_handler *handler);

#endif
