/*
 * documents: the texts that are open in the editor, as they stand there, saved or not.
 *
 * A document was changed when its text is another one than at the moment when it was opened or saved. Taking
 * the changes back makes it unchanged again. If a change could not be read, the text is not known any more
 * (is_lost), until the editor sends the whole of it.
 */
#ifndef DOCUMENTS_H
#define DOCUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "jsonrpc/json_value.h"
#include "lsp/position.h"

enum {
	DOCUMENTS_MAX = 4096,                    /* that are open at a time */
	DOCUMENTS_TEXT_MAX = 16 * 1024 * 1024,   /* bytes of one; a longer one is lost */
	DOCUMENTS_TEXTS_MAX = 256 * 1024 * 1024, /* bytes of all of them */
};

struct document {
	char *uri;       /* as the editor writes it */
	char *path;      /* of the file, as uri names it; NULL: it is no file */
	char *real;      /* the same without links to folders; NULL: not known. servers.c */
	struct buf text; /* empty when is_lost */
	uint64_t version;
	uint64_t saved_hash; /* of the text when it was opened or saved */
	size_t saved_length;
	bool is_changed; /* since it was opened or saved */
	bool is_lost;    /* the text is not known */
	bool has_nul;    /* the text has a NUL, which our text does not have */
	/* What servers.c keeps here. */
	void *owner;    /* the server of the file; NULL: none */
	bool is_laid;   /* the server has a text of it that is not saved */
	bool is_due;    /* the server is to be told what is new */
	bool was_saved; /* since the last change */
};

/* Zeroed it is empty; the owner may set encoding, and calls documents_finish(). */
struct documents {
	struct map by_uri;
	enum position_encoding encoding; /* of all positions */
	size_t bytes;                    /* of all texts */
};

void documents_finish(struct documents *documents);

/* The document; NULL when it is not open. */
struct document *documents_find(const struct documents *documents, const char *uri);
/* The next of all documents, as map_next() does it. */
struct document *documents_next(const struct documents *documents, struct hash_table_place *place);

/* The server owner has ended: it owns no document any more. */
void documents_disown(const struct documents *documents, const void *owner);
/* The server owner is to be told of each of its documents that was changed. */
void documents_note_due(const struct documents *documents, const void *owner);

/*
 * Each takes the params of the notification that it is called after, and returns the document, NULL when the
 * params are wrong; *error is then set to a sentence. had_nul: json_value_parse(). A document that is opened
 * again is a new one with the same owner.
 */
struct document *documents_open(struct documents *documents, const struct json_value *params,
	bool had_nul, const char **error);
struct document *documents_change(struct documents *documents, const struct json_value *params,
	bool had_nul, const char **error);
struct document *documents_save(struct documents *documents, const struct json_value *params,
	bool had_nul, const char **error);
/* The document is not found any more. The caller calls documents_free(). */
struct document *documents_close(
	struct documents *documents, const struct json_value *params, const char **error);
void documents_free(struct document *document);

/*
 * The absolute path with no links among its folders; path may be NULL. NULL when there is no such folder. The caller
 * frees.
 */
char *documents_real_path(const char *path);

/* The open document of the file at that real path; NULL when it is not open. */
const struct document *documents_of_file(const struct documents *documents, const char *real);

/* A message could not be read, so that no text is known any more. */
void documents_lose_all(struct documents *documents);

#endif
