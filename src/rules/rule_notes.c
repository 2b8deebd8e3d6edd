/*
 * rule_notes: see rule_notes.h. Owns what was told, as the keys of a map.
 */
#include "rules/rule_notes.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"

enum { SENTENCE_MAX = 600 }; /* bytes of a sentence; a longer one is cut */

void
rule_notes_finish(struct rule_notes *notes)
{
	map_finish(&notes->told);
	notes->count = 0;
}

/* Whether the sentence is new. It is remembered then. */
static bool
is_new(struct rule_notes *notes, const char *name, const char *sentence)
{
	struct buf key = {0};
	bool is_told;

	buf_addf(&key, "%s: %s", name, sentence);
	is_told = map_get(&notes->told, buf_slice(&key));
	if (!is_told && notes->count < RULE_NOTES_MAX) {
		map_set(&notes->told, buf_slice(&key), notes);
		notes->count++;
	} else {
		is_told = true;
	}
	buf_finish(&key);
	return !is_told;
}

void
rule_source_note(struct rule_source *source, unsigned line, const char *format, ...)
{
	char sentence[SENTENCE_MAX];
	struct buf text = {0};
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	if (!is_new(source->notes, source->name, sentence))
		return;
	source->count++;
	if (source->count > RULE_NOTES_FILE_MAX)
		return;
	log_add_printable(&text, slice_of(source->name));
	buf_addf(&text, ":%u: ", line);
	log_add_printable(&text, slice_of(sentence));
	log_notice("%s", text.bytes);
	buf_finish(&text);
}

void
rule_source_end(struct rule_source *source)
{
	struct buf name = {0};

	if (source->count <= RULE_NOTES_FILE_MAX)
		return;
	log_add_printable(&name, slice_of(source->name));
	log_notice("%s: %zu further lines are not followed", name.bytes,
		source->count - RULE_NOTES_FILE_MAX);
	buf_finish(&name);
}
