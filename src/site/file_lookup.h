/*
 * file_lookup: opens the file or folder that a request names.
 *
 * A name is looked up in all places of mounts.h. What is opened is a regular file or a folder; a device, a
 * FIFO and a socket count as absent, and so does the source of a script (files_first.h).
 */
#ifndef FILE_LOOKUP_H
#define FILE_LOOKUP_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "http/request.h"
#include "http/response.h"
#include "site/file_response.h"
#include "site/files_first.h"
#include "site/kept_files.h"
#include "site/mounts.h"
#include "site/representation.h"

/* What all lookups have in common. The caller sets all members but representation, which is zeroed. */
struct file_lookup_site {
	struct mounts *mounts;
	struct kept_files *kept; /* which give descriptors back when too many are open */
	struct file_response_options file_options;
	struct files_first_scripts scripts;
	bool serves_hidden;
	bool has_languages; /* forms of files in several languages are looked for */
	struct representation representation; /* memory that is reused by the next answer */
};

/* One request, from its path to a response. */
struct file_lookup {
	struct file_lookup_site *site;
	const struct request *request;
	struct response *response; /* its body gets the open file */
	struct buf *name;          /* in the site; a folder's ends with a slash */
	bool is_linked;            /* a link may be in the name that was opened last */
	bool is_form;              /* the open file is a form of the name in a language */
	bool varies_by_language;   /* the name has such forms */
	bool is_draft;             /* what was opened last is a text that is not saved */
	bool is_awaited; /* a name that could not be opened may only have vanished for a moment */
};

enum file_lookup_verdict {
	FILE_LOOKUP_FOUND,     /* the file is open, or the response is made: see each function */
	FILE_LOOKUP_ABSENT,    /* this place does not have the name; another place may */
	FILE_LOOKUP_OUTSIDE,   /* a link leads out of the root */
	FILE_LOOKUP_FORBIDDEN, /* the file's permissions do not allow it */
	FILE_LOOKUP_BUSY,      /* no descriptors or memory are left; it may work later */
	FILE_LOOKUP_FAILED,    /* any other error: the name cannot be looked up */
};

/* The verdict for an errno. */
enum file_lookup_verdict file_lookup_verdict(int error);

/*
 * Opens the first place that has lookup->name, which then is in *place; that must be zeroed. *state
 * becomes its state.
 */
enum file_lookup_verdict file_lookup_open(
	struct file_lookup *lookup, struct mounts_place *place, struct stat *state);

/*
 * For lookup->name, a file that is not there: looks for its forms in languages (language_search.h), if they are to be looked
 * for, and opens the one that the client likes best. Then lookup->name is that of the form. Else nothing is open.
 */
enum file_lookup_verdict file_lookup_open_language(
	struct file_lookup *lookup, struct mounts_place *place, struct stat *state);

/* Whether lookup->name has such forms. */
bool file_lookup_has_language(struct file_lookup *lookup);

/*
 * Opens the first regular file called name (in the site) to be sent in place of the requested one, and
 * makes *file of it, which points to *state and to name. Errors in other places are ignored.
 */
bool file_lookup_open_substitute(struct file_lookup *lookup, const char *name, struct stat *state,
	struct file_response *file);

/* What is needed to respond with the open file; all is borrowed. substitute: see struct file_response. */
struct file_response file_lookup_response(struct file_lookup *lookup,
	const struct mounts_place *place, const struct stat *state, const char *substitute);

/* A packed file that is sent in place of another. Zeroed at first; finished by the caller. */
struct file_lookup_packed {
	struct stat state;
	struct buf content_type;
};

/*
 * Looks for a packed form of the open file, "app.js.br" for "app.js", that the client takes and that is
 * not older than the file. If there is one, it becomes the body's file, and *file is changed: it points to
 * *packed then. Documents that get the script tag, and files that are made of others, have none.
 */
void file_lookup_choose_packed(
	struct file_lookup *lookup, struct file_response *file, struct file_lookup_packed *packed);
void file_lookup_packed_finish(struct file_lookup_packed *packed);

/* Whether a regular file has that name (in the site). It is not opened. */
bool file_lookup_has_file(const struct file_lookup *lookup, const char *name);

#endif
