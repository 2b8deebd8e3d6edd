/*
 * telling: one packet that is being explained: its row, what was before it, and the sentences so far.
 */
#ifndef TELLING_H
#define TELLING_H

#include "dissect/dissector.h"
#include "explain/history.h"
#include "explain/phrase.h"
#include "explain/sentences.h"

struct telling {
	const struct dissect_row *row;
	const struct history *history; /* of its connection */
	struct phrase_facts *facts;
	enum language language;
	struct buf *text;
	size_t start;        /* where the sentences begin in text */
	bool is_from_server; /* the packet */
	struct buf *room;    /* for the parts of a sentence */
};

/* Adds a sentence, with a blank in front where the language has one. */
void telling_add(struct telling *telling, enum sentence sentence);

/* Sets a fact to a part of a sentence. */
void telling_set_part(struct telling *telling, const char *name, enum sentence sentence);

/* Whether anything was told. */
bool telling_has_said(const struct telling *telling);

#endif
