/*
 * glob_pattern: the text of a glob, compiled into a row of atoms.
 *
 * glob.h says what a pattern means. This is for glob.c alone, which compares paths with it.
 */
#ifndef GLOB_PATTERN_H
#define GLOB_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

enum glob_syntax {
	GLOB_SYNTAX_OWN, /* as glob.h describes it */
	GLOB_SYNTAX_GIT, /* as git reads a .gitignore */
};

enum glob_atom_kind {
	GLOB_BYTE,
	GLOB_ANY_BYTE,  /* ? */
	GLOB_CLASS,     /* [a-z] */
	GLOB_STAR,      /* * */
	GLOB_GLOBSTAR,  /* ** */
	GLOB_OPEN,      /* { */
	GLOB_SEPARATOR, /* , inside of braces */
	GLOB_CLOSE,     /* } */
	GLOB_END,
};

struct glob_atom {
	enum glob_atom_kind kind;
	char byte;          /* the byte it is, or would be if its brace stayed open */
	struct slice class; /* GLOB_CLASS: what is between the brackets */
	size_t before;      /* GLOB_OPEN, GLOB_SEPARATOR: the one before in the open braces */
	size_t next;        /* GLOB_OPEN, GLOB_SEPARATOR: the next separator, or the GLOB_CLOSE */
	size_t close;       /* GLOB_SEPARATOR: the GLOB_CLOSE */
	bool ends;          /* where a name ends, the pattern from here on fits */
	bool ends_folder;   /* the same behind a '/', which the path of a folder does not have */
};

struct glob_pattern {
	char *text; /* which classes point into */
	struct glob_atom *atoms;
	size_t count;
	size_t innermost;       /* while compiling: the last atom of an open brace */
	bool has_no_more_class; /* while compiling: a '[' is not closed, so none behind it is */
	bool is_anchored;       /* compared from the root only */
	bool is_git;
	bool is_broken;     /* git takes it for nothing */
	bool has_star;      /* of a plain one */
	bool is_plain;      /* a segment's bytes and '?', with one '*' at most */
	size_t before_star; /* of a plain one: the atoms before its '*', or all of them */
	size_t behind_star; /* and behind it */
};

/* Compiles text, which is copied. */
void glob_pattern_init(struct glob_pattern *pattern, const char *text, enum glob_syntax syntax);
void glob_pattern_finish(struct glob_pattern *pattern);

#endif
