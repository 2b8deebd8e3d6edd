/*
 * shown: opens the line of an element in the editor, when a person has clicked the element in a page
 * (LSP 3.17, window/showDocument).
 */
#ifndef SHOWN_H
#define SHOWN_H

#include "jsonrpc/client.h"
#include "lsp/abilities.h"
#include "lsp/documents.h"

/* Who opens what. The owner sets all members. */
struct shown {
	struct client *client;
	const struct documents *documents;
	const struct abilities *abilities;
};

/*
 * Takes "show", a message of the server that serves the folder root. A path in it is relative to root, or absolute. What a page could have made of it opens nothing but a
 * plain file in that folder that visitors get: not behind a link out of it, and not behind a hidden name. If the
 * editor cannot open documents, its log names the place.
 */
void shown_hear(const struct shown *shown, const char *root, const struct json_value *message);

#endif
