/*
 * term: the face of the program: what it prints on standard output, one line for one thing.
 *
 * Room: things. Colours on a terminal (unless NO_COLOR is set or TERM is dumb); in a pipe the same
 * words plain, so that scripts and VS Code's problem matchers can rely on them. What other programs
 * chose (names) is printed so that it cannot drive the terminal.
 */
#ifndef TERM_H
#define TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "change.h"

struct term;

/* Quiet: nothing but the banner's address is ever printed. */
struct term *term_create(bool is_quiet);
void term_destroy(struct term *term);

struct term_banner {
	const char *version;
	const char *root;
	const char *url;
	const char *remark; /* said behind the URL, or NULL */
	const char *watching;
};

/* Five lines: what, where, which address, what is watched, how to stop. */
void term_print_banner(struct term *term, const struct term_banner *banner);

/*
 * "12:04:31  changed index.html and 2 more, told 1 of 3 pages (1 with the same bytes)": told of the
 * pages that are open.
 */
void term_print_changes(struct term *term, const struct changes *changes, size_t told, size_t open);

/* "12:04:31  changed templates/a.html, told 2 pages to reload" */
void term_print_reload(struct term *term, const struct changes *changes, size_t told, size_t open);

/*
 * "12:04:31  asked to reload index.html, told 1 of 3 pages": somebody wants that; path "" is every
 * page.
 */
void term_print_asked(struct term *term, struct slice path, size_t told, size_t open);

/*
 * "12:04:35  saved index.html with the same bytes, nothing to tell": changes holds only what was
 * left out.
 */
void term_print_unchanged(struct term *term, const struct changes *changes);

/* "12:04:31  <text>" */
void term_print_event(struct term *term, const char *text);

#endif
