/*
 * findings: what is wrong in the files of the person, as the events of the running servers say it (doc/manual.md,
 * Output for programs).
 *
 * A finding goes when it is mended, as far as a server can know: a syntax error with "fixed"; an error of a page when its
 * file changes, when all pages reload, and when none is open; something that did not load also when it is made.
 */
#ifndef FINDINGS_H
#define FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "jsonrpc/json_value.h"

enum {
	FINDINGS_FILES_MAX = 256, /* with findings; more are not kept */
	FINDINGS_MAX = 50,        /* of a file */
	FINDINGS_TEXT_MAX = 500,  /* bytes of a text */
};

enum finding_kind {
	FINDING_SYNTAX, /* the file cannot be read to its end */
	FINDING_PAGE,   /* an error of a page, in the file */
	FINDING_LOAD,   /* the page that the file is uses something that did not load */
};

struct finding {
	enum finding_kind kind;
	const void *owner; /* the server that has said it */
	char *text;        /* without control characters */
	size_t line,
		column; /* from 1; the column in units of UTF-16, 0: not known. line 0: only missing is known */
	char *missing; /* of FINDING_LOAD: the path of its URL, "/img/a.png" */
};

/* A file with findings, or one from which all have gone and nobody has been told. */
struct found_file {
	char *path; /* absolute */
	struct finding items[FINDINGS_MAX];
	size_t count;
	char *published; /* the URI that the editor knows it by; NULL: it knows of no finding. diagnostics.c */
	bool is_new; /* the editor does not know all */
};

struct findings {
	struct map files; /* by path */
	/* Whether an error may be shown in the file at path, of which a page has spoken. */
	bool (*allows)(void *context, const char *root, const char *path);
	void *context;
};

void findings_finish(struct findings *findings);

/* Takes an event of the server owner, which serves the folder root. */
void findings_hear(struct findings *findings, const void *owner, const char *root,
	const struct json_value *event);
/* The server has ended: nothing that it has said counts any more. */
void findings_forget(struct findings *findings, const void *owner);

/* The editor is to be told again of the file at path, because it may have another name for it. */
void findings_refresh(struct findings *findings, const char *path);

/* The next of all files, as map_next() does it. */
struct found_file *findings_next(const struct findings *findings, struct hash_table_place *place);
/* Forgets the file, which has no findings. */
void findings_remove(struct findings *findings, struct found_file *file);

#endif
