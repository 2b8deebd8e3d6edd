/*
 * phrase: see phrase.h.
 */
#include "explain/phrase.h"

#include <string.h>

#include "base/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD in UTF-8 */

enum { NS_PER_US = 1000, NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

bool
language_find(const char *code, enum language *language)
{
	static const char *const codes[LANGUAGES] = {"en", "zh"};

	for (unsigned i = 0; i < LANGUAGES; i++) {
		if (strcmp(code, codes[i]) != 0)
			continue;
		*language = (enum language)i;
		return true;
	}
	return false;
}

/* ---- facts ---- */

void
phrase_facts_clear(struct phrase_facts *facts)
{
	facts->count = 0;
	buf_clear(&facts->text);
}

void
phrase_facts_finish(struct phrase_facts *facts)
{
	buf_finish(&facts->text);
	*facts = (struct phrase_facts){0};
}

/* The number of the fact; facts->count when there is none. */
static unsigned
find_number(const struct phrase_facts *facts, struct slice name)
{
	unsigned i = 0;

	while (i < facts->count && !slice_equal(facts->items[i].name, name))
		i++;
	return i;
}

static const struct phrase_fact *
find(const struct phrase_facts *facts, struct slice name)
{
	unsigned number = find_number(facts, name);

	return number < facts->count ? &facts->items[number] : NULL;
}

/* Makes the text that was added behind from the fact. */
static void
set_from(struct phrase_facts *facts, const char *name, size_t from)
{
	struct phrase_fact fact = {slice_of(name), from, facts->text.length - from};
	unsigned number = find_number(facts, fact.name);

	if (number == PHRASE_FACTS_MAX)
		return;
	facts->items[number] = fact;
	if (number == facts->count)
		facts->count++;
}

/* How many characters at the front are visible ones of ASCII: most texts are nothing else. */
static size_t
plain_length(struct slice text)
{
	size_t length = 0;

	while (length < text.length && text.at[length] >= ' ' && text.at[length] <= '~')
		length++;
	return length;
}

void
phrase_add_visible(struct buf *text, struct slice outside)
{
	while (outside.length) {
		size_t length = plain_length(outside);

		if (length) {
			buf_add(text, outside.at, length);
			slice_drop(&outside, length);
			continue;
		}
		length = utf8_sequence(outside);
		if (length && is_space(outside.at[0]))
			buf_add_char(text, ' ');
		else if (!length || utf8_is_control(outside.at, length) ||
			 utf8_is_invisible(utf8_character(outside.at, length)))
			buf_add_text(text, REPLACEMENT);
		else
			buf_add(text, outside.at, length);
		slice_drop(&outside, length ? length : 1);
	}
}

void
phrase_set(struct phrase_facts *facts, const char *name, struct slice text)
{
	size_t from = facts->text.length;

	phrase_add_visible(&facts->text, text);
	set_from(facts, name, from);
}

void
phrase_set_text(struct phrase_facts *facts, const char *name, const char *text)
{
	phrase_set(facts, name, slice_of(text));
}

void
phrase_set_number(struct phrase_facts *facts, const char *name, uint64_t number)
{
	size_t from = facts->text.length;

	buf_add_number(&facts->text, number);
	set_from(facts, name, from);
}

void
phrase_add_duration(struct buf *text, uint64_t ns)
{
	if (ns < NS_PER_MS)
		buf_addf(text, "0.%03u ms", (unsigned)(ns / NS_PER_US));
	else if (ns < NS_PER_S)
		buf_addf(text, "%u.%u ms", (unsigned)(ns / NS_PER_MS),
			(unsigned)(ns % NS_PER_MS / (NS_PER_MS / 10)));
	else
		buf_addf(text, "%llu.%03u s", (unsigned long long)(ns / NS_PER_S),
			(unsigned)(ns % NS_PER_S / NS_PER_MS));
}

void
phrase_set_duration(struct phrase_facts *facts, const char *name, uint64_t ns)
{
	size_t from = facts->text.length;

	phrase_add_duration(&facts->text, ns);
	set_from(facts, name, from);
}

/* ---- filling in ---- */

static struct slice
text_of(const struct phrase_facts *facts, const struct phrase_fact *fact)
{
	return (struct slice){facts->text.bytes + fact->from, fact->length};
}

/* Whether a sequence of UTF-8 with this first byte is a Chinese character, and no punctuation. */
static bool
is_chinese(char first)
{
	return (uint8_t)first >= 0xe4 && (uint8_t)first <= 0xe9;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* next: what follows in the phrase. */
static void
add_fact(struct buf *text, const struct phrase_facts *facts, struct slice name, char next)
{
	const struct phrase_fact *fact = find(facts, name);
	struct slice words;

	if (!fact || !fact->length)
		return;
	words = text_of(facts, fact);
	if (is_letter(words.at[0]) && text->length >= 3 &&
		is_chinese(text->bytes[text->length - 3]))
		buf_add_char(text, ' ');
	buf_add_slice(text, words);
	if (is_letter(words.at[words.length - 1]) && is_chinese(next))
		buf_add_char(text, ' ');
}

static void
add_place(struct buf *text, const struct phrase_facts *facts, struct slice place, char next)
{
	struct slice name;
	const struct phrase_fact *fact;

	slice_split(&place, ':', &name);
	add_fact(text, facts, name, next);
	if (!place.at)
		return;
	fact = find(facts, name);
	buf_add_char(text, ' ');
	buf_add_slice(text, place);
	if (!fact || !slice_is(text_of(facts, fact), "1"))
		buf_add_char(text, 's');
}

void
phrase_add(struct buf *text, const struct phrase *phrase, enum language language,
	const struct phrase_facts *facts)
{
	const char *at = phrase->texts[language];

	while (*at) {
		const char *open = strchr(at, '{'), *close = open ? strchr(open, '}') : NULL;

		if (!close) {
			buf_add_text(text, at);
			return;
		}
		buf_add(text, at, (size_t)(open - at));
		add_place(text, facts, (struct slice){open + 1, (size_t)(close - open - 1)},
			close[1]);
		at = close + 1;
	}
}
