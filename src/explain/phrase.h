/*
 * phrase: a sentence in each language, with places for facts. "{who} sends {length:byte}." becomes "the
 * browser sends 12 bytes."
 *
 *   {name}        the fact; between Chinese characters, a word in ASCII gets a blank on each side
 *   {name:byte}   a number and its unit: "1 byte", "2 bytes"
 *
 * Facts come from packets, so they may hold any text, braces included; they are filled in once.
 */
#ifndef PHRASE_H
#define PHRASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

enum language { LANGUAGE_ENGLISH, LANGUAGE_CHINESE, LANGUAGES };

/* Finds "en" or "zh". Returns false for any other code. */
bool language_find(const char *code, enum language *language);

struct phrase {
	const char *texts[LANGUAGES];
};

enum { PHRASE_FACTS_MAX = 40 };

/* A zeroed one is empty. */
struct phrase_facts {
	struct phrase_fact {
		struct slice name; /* a literal */
		size_t from, length;
	} items[PHRASE_FACTS_MAX];
	unsigned count;
	struct buf text;
};

void phrase_facts_clear(struct phrase_facts *facts);
void phrase_facts_finish(struct phrase_facts *facts);

/*
 * Each sets one fact; a fact with the same name is replaced. name is kept, text is copied: bytes that are no
 * UTF-8, control characters and invisible characters are replaced by U+FFFD; a line break by a blank.
 */
void phrase_set(struct phrase_facts *facts, const char *name, struct slice text);
void phrase_set_text(struct phrase_facts *facts, const char *name, const char *text);
void phrase_set_number(struct phrase_facts *facts, const char *name, uint64_t number);
/* As "0.017 ms", "13.5 ms", "5.001 s". */
void phrase_set_duration(struct phrase_facts *facts, const char *name, uint64_t ns);

/* Adds the phrase with its facts filled in. A fact that is not set is nothing. */
void phrase_add(struct buf *text, const struct phrase *phrase, enum language language,
	const struct phrase_facts *facts);

/* Adds text from outside as phrase_set() does. */
void phrase_add_visible(struct buf *text, struct slice outside);
void phrase_add_duration(struct buf *text, uint64_t ns);

#endif
