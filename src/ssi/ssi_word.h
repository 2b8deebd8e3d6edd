/*
 * ssi_word: the words of a condition (ssi_expression.h): texts, numbers, variables and functions.
 */
#ifndef SSI_WORD_H
#define SSI_WORD_H

#include <stdbool.h>

#include "base/buf.h"
#include "ssi/ssi_variables.h"

/* Reads an expression from its front. The caller zeroes it and sets the first four members. */
struct ssi_word_reader {
	struct ssi_variables *variables;
	struct slice rest; /* what was not read yet */
	const char *time_format;
	struct buf *why; /* gets what is wrong */
	bool is_wrong;   /* from now on nothing is read */
	unsigned depth;  /* of functions within functions */
};

/* Says what is wrong, unless something else was wrong before. Returns false. */
bool ssi_word_fail(struct ssi_word_reader *reader, const char *what);

/* Each takes something off the front, after white space, and returns whether it was there. */
bool ssi_word_take(struct ssi_word_reader *reader, const char *sign);
/* A name ends where no letter, digit or "_" follows. */
bool ssi_word_take_name(struct ssi_word_reader *reader, const char *name);
/* "!" or "not", but neither "!=" nor "!~". */
bool ssi_word_take_not(struct ssi_word_reader *reader);
bool ssi_word_is_at_end(struct ssi_word_reader *reader);

/*
 * Takes a regular expression: /pattern/i or m#pattern#i. It ends at the next such mark, also behind a
 * backslash. It fails when there is none.
 */
bool ssi_word_take_pattern(
	struct ssi_word_reader *reader, struct slice *pattern, bool *ignores_case);

/* Takes one or more words joined by ".", and adds their value. It fails when there is none. */
bool ssi_word_read(struct ssi_word_reader *reader, struct buf *value);

#endif
