/*
 * detail_tree: writes the tree of lines that says what the bytes of a packet mean, as JSON.
 *
 * A line is {"text":TEXT,"from":OFFSET,"to":OFFSET}; a line that can be opened has "children":[...] as well.
 * An OFFSET counts from the first byte of the packet; "to" is behind the last byte of the line. Both are 0
 * for what is said about the packet, but is not in its bytes. The wording is Wireshark's, so that what is
 * learnt here is of use there.
 */
#ifndef DETAIL_TREE_H
#define DETAIL_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct detail_tree {
	struct buf *json;  /* borrowed */
	size_t base;       /* is added to all offsets: where the present header begins */
	bool is_elsewhere; /* what is added is not about bytes of the packet: all lengths are 0 */
};

/* Begins the array of lines at the end of json. */
void detail_tree_init(struct detail_tree *tree, struct buf *json);
/* Ends the array. Every detail_tree_open has had its detail_tree_close. */
void detail_tree_finish(struct detail_tree *tree);

/* Adds a line about length bytes from base + at on. */
void detail_tree_add(struct detail_tree *tree, size_t at, size_t length, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same for a line with lines below it: the next ones, up to detail_tree_close. */
void detail_tree_open(struct detail_tree *tree, size_t at, size_t length, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void detail_tree_close(struct detail_tree *tree);

/* Bits within a field of width bits, at most 32: those that mask has. */
struct detail_tree_bits {
	uint32_t value; /* of the whole field */
	uint32_t mask;
	unsigned width;
};

enum { DETAIL_TREE_PATTERN = 32 + 8 }; /* the size of a pattern with its NUL */

/*
 * Writes the bits into pattern, as "..1. ....": a point for each bit outside of mask, a blank after each
 * four. Returns pattern.
 */
const char *detail_tree_pattern(char pattern[DETAIL_TREE_PATTERN], struct detail_tree_bits bits);

#endif
