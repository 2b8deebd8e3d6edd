/*
 * htaccess_words: the lines and words of an .htaccess file, as Apache httpd reads them.
 */
#ifndef HTACCESS_WORDS_H
#define HTACCESS_WORDS_H

#include <stdbool.h>

#include "base/buf.h"

/* What is left of a file. The user sets text and zeroes the rest. */
struct htaccess_lines {
	struct slice text;
	unsigned number; /* of the first line of what was taken last */
	unsigned next;   /* for htaccess_take_line() */
};

/*
 * Takes the next line that says something. Lines that end with a backslash are joined. line is trimmed. Returns false
 * at the end.
 */
bool htaccess_take_line(struct htaccess_lines *lines, struct buf *line);

/*
 * Takes the next word off the front of rest, without its quotes. Returns false at the end.
 */
bool htaccess_take_word(struct slice *rest, struct buf *word);

/* The same as mod_rewrite reads words: a backslash keeps a space or a quote from ending the word, and stays. */
bool htaccess_take_raw_word(struct slice *rest, struct buf *word);

#endif
