/*
 * telling: see telling.h.
 */
#include "explain/telling.h"

void
telling_add(struct telling *telling, enum sentence sentence)
{
	if (telling_has_said(telling) && telling->language == LANGUAGE_ENGLISH)
		buf_add_char(telling->text, ' ');
	phrase_add(telling->text, sentence_of(sentence), telling->language, telling->facts);
}

void
telling_set_part(struct telling *telling, const char *name, enum sentence sentence)
{
	buf_clear(telling->room);
	phrase_add(telling->room, sentence_of(sentence), telling->language, telling->facts);
	phrase_set(telling->facts, name, buf_slice(telling->room));
}

bool
telling_has_said(const struct telling *telling)
{
	return telling->text->length > telling->start;
}
