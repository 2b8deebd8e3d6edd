/*
 * edit_distance: finds the word that was probably meant when a name has a typing error.
 */
#ifndef EDIT_DISTANCE_H
#define EDIT_DISTANCE_H

#include <stdbool.h>

#include "base/slice.h"

enum { EDIT_DISTANCE_FAR = 1000 };

/*
 * How many letters of a have to be added, removed, replaced or swapped with their neighbour to make
 * it b. Case does not count. Returns EDIT_DISTANCE_FAR when one of them is longer than 64 bytes.
 */
unsigned edit_distance(struct slice a, struct slice b);

/* Whether the distance is small for a word of this length. */
bool edit_distance_is_close(struct slice wanted, unsigned distance);

/* The word that is nearest to wanted. Initialise it with {.wanted = ...}. */
struct nearest_word {
	struct slice wanted;
	const char *word; /* NULL while none is close */
	unsigned distance;
};

/* Keeps word if it is close and nearer than the words before. NULL is ignored. */
void nearest_word_consider(struct nearest_word *near, const char *word);

#endif
