/*
 * glob_pattern: the text of a glob, compiled into a row of atoms.
 *
 * glob.h describes patterns. Only glob.c includes this; it compares paths with the atoms.
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
	char byte;          /* its byte in the text; GLOB_BYTE: the byte that it matches */
	struct slice class; /* GLOB_CLASS: what is between the brackets */
	size_t before;      /* GLOB_OPEN, GLOB_SEPARATOR: the previous one of the open braces */
	size_t next;        /* GLOB_OPEN, GLOB_SEPARATOR: the next separator, or the GLOB_CLOSE */
	size_t close;       /* GLOB_SEPARATOR: the GLOB_CLOSE */
	bool ends;          /* the pattern from here on matches the end of a name */
	bool ends_folder;   /* the same after a '/', which a folder's path does not have */
};

struct glob_pattern {
	char *text; /* the slices of classes point into it */
	struct glob_atom *atoms;
	size_t count;
	size_t innermost;       /* while compiling: the last atom of an open brace */
	bool has_no_more_class; /* while compiling: a '[' is not closed, so no later one is */
	bool is_anchored;       /* compared from the root only */
	bool is_git;
	bool is_broken;     /* git's syntax: it matches nothing */
	bool is_plain;      /* one segment of bytes and '?', with at most one '*' */
	bool has_star;      /* if plain */
	size_t before_star; /* if plain: the number of atoms before its '*', or of all */
	size_t behind_star; /* if plain: the number of atoms after its '*' */
};

/* Compiles a copy of text. */
void glob_pattern_init(struct glob_pattern *pattern, const char *text, enum glob_syntax syntax);
void glob_pattern_finish(struct glob_pattern *pattern);

#endif
