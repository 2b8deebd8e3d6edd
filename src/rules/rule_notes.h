/*
 * rule_notes: tells the person at the terminal, once, what a file with rules of a host says that is not
 * followed.
 */
#ifndef RULE_NOTES_H
#define RULE_NOTES_H

#include <stddef.h>

#include "base/map.h"

enum {
	RULE_NOTES_MAX = 200,     /* sentences that are told in all */
	RULE_NOTES_FILE_MAX = 20, /* of one reading of a file; the others are counted */
};

/* Zeroed, nothing was told yet. It lives as long as the program serves, whatever files come and go. */
struct rule_notes {
	struct map
		told; /* sentences without their lines, so that a line that moves is not told again */
	size_t count;
};

/* One reading of a file: its name in the site, and how many sentences were told of it. */
struct rule_source {
	struct rule_notes *notes;
	const char *name; /* borrowed */
	size_t count;
};

void rule_notes_finish(struct rule_notes *notes);

/*
 * Logs "NAME:LINE: sentence" unless that was told before. What comes from the file is made printable here.
 */
void rule_source_note(struct rule_source *source, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* To be called at the end of the file: tells how many further sentences there were. */
void rule_source_end(struct rule_source *source);

#endif
