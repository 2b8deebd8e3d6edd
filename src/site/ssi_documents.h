/*
 * ssi_documents: documents of the site that are made by server-side includes (ssi_page.h): which files are
 * such documents, what their variables are, and where the files are that they include.
 *
 * What a document includes is opened as a request for it would be: through the mounts, never out of a
 * root, never under a hidden name; and its folder is watched before.
 */
#ifndef SSI_DOCUMENTS_H
#define SSI_DOCUMENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "html/script_tag.h"
#include "http/request.h"
#include "names/shown_names.h"
#include "points/file_places.h"
#include "site/files_first.h"
#include "site/mounts.h"
#include "ssi/ssi_parts.h"

struct ssi_documents;

/* Bytes of a file whose directives are followed, and of one that is included. */
enum { SSI_DOCUMENTS_SOURCE_MAX = 1024 * 1024 };

struct ssi_documents_options {
	struct mounts *mounts;
	struct ssi_parts *parts; /* is told what each document is made of */
	const struct journal *journal;
	const struct files_first_scripts *scripts; /* are never included */
	const struct shown_names_rules *names;
	bool includes_html; /* not only .shtml, but also .html and .htm */
};

/* Keeps all pointers of options. Never NULL. */
struct ssi_documents *ssi_documents_create(const struct ssi_documents_options *options);
/* NULL is fine. */
void ssi_documents_destroy(struct ssi_documents *documents);
/* Whether hidden names may be included; not at first. */
void ssi_documents_set_hidden(struct ssi_documents *documents, bool serves_hidden);

/* Whether the file called name is of a kind whose directives are followed. */
bool ssi_documents_have(const struct ssi_documents *documents, const char *name);

enum ssi_documents_verdict {
	SSI_DOCUMENTS_MADE,   /* bytes are the document */
	SSI_DOCUMENTS_PLAIN,  /* the file has no directives, or is too large: it is sent as it is */
	SSI_DOCUMENTS_FAILED, /* the file cannot be read: see errno */
};

/* Where the next document is made, the places of its parts are noted; NULL: nowhere. They are empty. */
void ssi_documents_set_places(struct ssi_documents *documents, struct file_places *places);

/*
 * Makes the document for request. name is that of its file in the site, which is open, and of which
 * ssi_documents_have() is true. What is wrong in it is said in the terminal, once for each state of the
 * document.
 */
enum ssi_documents_verdict ssi_documents_make(struct ssi_documents *documents,
	const struct request *request, const char *name, int file, const struct stat *state,
	struct buf *bytes);

/*
 * mounts_state() of name, a file or a folder. That of a document is the state of all that it is made of;
 * if it is not known yet, it is made for that.
 */
enum watch_verdict ssi_documents_state(
	struct ssi_documents *documents, const char *name, uint64_t *state);

#endif
