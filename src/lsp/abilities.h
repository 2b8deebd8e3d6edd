/*
 * abilities: what the editor says of itself in its first request (LSP 3.17, initialize), and what we answer.
 */
#ifndef ABILITIES_H
#define ABILITIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "jsonrpc/json_value.h"
#include "lsp/position.h"

enum { ABILITIES_FOLDERS_MAX = 64 };

struct abilities {
	char *editor;                         /* "Neovim 0.11"; "an editor" if it does not say */
	char *folders[ABILITIES_FOLDERS_MAX]; /* the workspace's: absolute paths without links */
	size_t folder_count;
	uint64_t process; /* of the editor; 0: it does not say */
	enum position_encoding encoding;
	bool shows_documents; /* window/showDocument */
	bool takes_versions;  /* publishDiagnostics may have the version of a document */
	/* initializationOptions */
	bool unsaved; /* lay unsaved texts over the disk; true unless it says false */
	bool start;   /* start a server when none runs; false unless it says true */
};

/* Reads the params of initialize. What is missing or wrong has its default. */
void abilities_read(struct abilities *abilities, const struct json_value *params);
void abilities_finish(struct abilities *abilities);

/* Adds the result of initialize. version is that of the program, commands a list of names as JSON. */
void abilities_add_answer(const struct abilities *abilities, const char *version,
	struct slice commands, struct buf *json);

/* Reads the params of workspace/didChangeWorkspaceFolders. */
void abilities_change_folders(struct abilities *abilities, const struct json_value *params);

/* Whether path (absolute, without links) is a folder of the workspace or lies in one. */
bool abilities_hold(const struct abilities *abilities, const char *path);

#endif
