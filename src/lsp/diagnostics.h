/*
 * diagnostics: tells the editor what is wrong in which file (LSP 3.17, textDocument/publishDiagnostics).
 */
#ifndef DIAGNOSTICS_H
#define DIAGNOSTICS_H

#include "jsonrpc/client.h"
#include "lsp/abilities.h"
#include "lsp/documents.h"
#include "lsp/findings.h"

enum {
	DIAGNOSTICS_FILE_MAX = 4 * 1024 * 1024
}; /* bytes of a file that is read for a place in it */

/* What is told to whom. The owner sets all members. */
struct diagnostics {
	struct findings *findings;
	struct client *client;
	const struct documents *documents;
	const struct abilities *abilities;
};

/* Sends what is new, unless the editor has not read all from before; then it is to be called again when it has. */
void diagnostics_publish(const struct diagnostics *diagnostics);

#endif
