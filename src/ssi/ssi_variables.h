/*
 * ssi_variables: the variables of a page: those of its request, those that it sets, and three times.
 *
 * A page and all that it includes share them. The case of names does not count.
 */
#ifndef SSI_VARIABLES_H
#define SSI_VARIABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/buf.h"

enum {
	SSI_VARIABLES_MAX = 512,                   /* variables of a page */
	SSI_VARIABLES_VALUE_MAX = 64 * 1024,       /* bytes of one value */
	SSI_VARIABLES_BYTES_MAX = 512 * 1024,      /* bytes of all */
	SSI_VARIABLES_WORK_MAX = 16 * 1024 * 1024, /* bytes of all values that are read */
	SSI_VARIABLES_CAPTURES = 10,               /* $0 to $9 */
};

enum ssi_variable_kind {
	SSI_VARIABLE_SITE,    /* the same in every request for this page, or set by the page */
	SSI_VARIABLE_REQUEST, /* may differ from request to request */
	SSI_VARIABLE_NOW,
	SSI_VARIABLE_NOW_GMT,
	SSI_VARIABLE_MODIFIED,
};

struct ssi_variable {
	char *name, *value; /* value: NULL for times */
	enum ssi_variable_kind kind;
};

/* The members are for reading. */
struct ssi_variables {
	struct ssi_variable *items;
	size_t count, capacity, size;
	size_t work; /* bytes of the values that were read */
	time_t now, modified;
	char *captures[SSI_VARIABLES_CAPTURES]; /* of the last regular expression; NULL: none */
	/* A variable was read that may differ from request to request. Callers may clear it. */
	bool reads_request;
};

/*
 * variables becomes DATE_LOCAL, DATE_GMT and LAST_MODIFIED, for these two times. The caller calls
 * ssi_variables_finish().
 */
void ssi_variables_init(struct ssi_variables *variables, time_t now, time_t modified);
void ssi_variables_finish(struct ssi_variables *variables);

/* Whether c may stand in the name of a variable or function: an ASCII letter or digit, or "_". */
bool ssi_variables_is_name_char(char c);
/* The length of the name at the front of text; 0 when there is none. */
size_t ssi_variables_name_length(struct slice text);

/* Sets a variable. Returns false, without a change, when one of the limits above is reached. */
bool ssi_variables_set(struct ssi_variables *variables, struct slice name, struct slice value,
	enum ssi_variable_kind kind);

/* Sets $0 to $9; takes captures, each of mem.h or NULL, and leaves NULLs. */
void ssi_variables_set_captures(
	struct ssi_variables *variables, char *captures[SSI_VARIABLES_CAPTURES]);

/*
 * Adds the value of a variable. Times are written by time_format (strftime(3)). Returns false when it
 * is not set, or when SSI_VARIABLES_WORK_MAX is reached.
 */
bool ssi_variables_get(struct ssi_variables *variables, struct slice name, const char *time_format,
	struct buf *value);

/*
 * Adds text with the values of variables in place of $NAME, ${NAME} and $0 to $9; one that is not set
 * is empty. "\$" is a dollar sign, and so is one before anything else. Returns false when the "}" is
 * missing; the text ends there. Adds at most SSI_VARIABLES_VALUE_MAX bytes.
 */
bool ssi_variables_expand(struct ssi_variables *variables, struct slice text,
	const char *time_format, struct buf *expanded);

#endif
