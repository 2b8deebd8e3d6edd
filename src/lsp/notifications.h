/*
 * notifications: what the editor says of its documents (LSP 3.17, textDocument/did...), and where the person is in them.
 */
#ifndef NOTIFICATIONS_H
#define NOTIFICATIONS_H

#include "lsp/workspace.h"

/* Each takes the notification of its name. What is wrong with one goes to the log of the editor. */
void notifications_open(struct workspace *workspace, const struct client_message *message);
void notifications_change(struct workspace *workspace, const struct client_message *message);
void notifications_save(struct workspace *workspace, const struct client_message *message);
void notifications_close(struct workspace *workspace, const struct client_message *message);

/*
 * liveserve/cursor: where the person is, which the protocol has no message for: {"textDocument":{"uri":...},
 * "position":{"line":...,"character":...}}. Without a document: nowhere.
 */
void notifications_cursor(struct workspace *workspace, const struct client_message *message);

#endif
