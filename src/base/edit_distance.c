/*
 * edit_distance: see edit_distance.h. Only three rows of the table are kept: a row depends on the
 * two before it.
 */
#include "base/edit_distance.h"

#include <ctype.h>

enum { LENGTH_MAX = 64 };

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool
is_same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* The optimal string alignment distance. The table has one row for each prefix of a. */
unsigned
edit_distance(struct slice a, struct slice b)
{
	unsigned rows[3][LENGTH_MAX + 1];

	if (a.length > LENGTH_MAX || b.length > LENGTH_MAX)
		return EDIT_DISTANCE_FAR;
	for (unsigned j = 0; j <= b.length; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a.length; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];

		row[0] = i;
		for (unsigned j = 1; j <= b.length; j++) {
			bool same = is_same_letter(a.at[i - 1], b.at[j - 1]);

			row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + !same);
			if (i > 1 && j > 1 && is_same_letter(a.at[i - 1], b.at[j - 2]) &&
				is_same_letter(a.at[i - 2], b.at[j - 1]))
				row[j] = least(row[j], two_above[j - 2] + 1);
		}
	}
	return rows[a.length % 3][b.length];
}

bool
edit_distance_is_close(struct slice wanted, unsigned distance)
{
	return distance < EDIT_DISTANCE_FAR && distance <= 1 + wanted.length / 5;
}

void
nearest_word_consider(struct nearest_word *near, const char *word)
{
	unsigned distance = word ? edit_distance(near->wanted, slice_of(word)) : EDIT_DISTANCE_FAR;

	if (!edit_distance_is_close(near->wanted, distance) ||
		(near->word && near->distance <= distance))
		return;
	near->word = word;
	near->distance = distance;
}
