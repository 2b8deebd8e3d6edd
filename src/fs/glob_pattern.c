/*
 * glob_pattern: see glob_pattern.h. Owns the text and the atoms. Every text is a valid pattern: an
 * unclosed '[' or '{' becomes the byte itself.
 */
#include "fs/glob_pattern.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define NONE SIZE_MAX

static void
add_atom(struct glob_pattern *pattern, enum glob_atom_kind kind, char byte)
{
	pattern->atoms[pattern->count++] = (struct glob_atom){.kind = kind, .byte = byte};
}

/* The length of the class at the front of text; 0 when it is not closed. "[]" is not closed. */
static size_t
class_length(const char *text)
{
	size_t length = 1;

	if (text[length] == '!' || text[length] == '^')
		length++;
	if (text[length] == ']')
		length++;
	while (text[length] && text[length] != ']')
		length += text[length] == '\\' && text[length + 1] ? 2 : 1;
	return text[length] ? length + 1 : 0;
}

static size_t
add_class(struct glob_pattern *pattern, const char *text)
{
	size_t length = pattern->has_no_more_class ? 0 : class_length(text);

	if (length == 0) {
		pattern->has_no_more_class = true;
		pattern->is_broken = pattern->is_git;
		add_atom(pattern, GLOB_BYTE, '[');
		return 1;
	}
	add_atom(pattern, GLOB_CLASS, '[');
	pattern->atoms[pattern->count - 1].class = (struct slice){text + 1, length - 2};
	return length;
}

static void
add_to_brace(struct glob_pattern *pattern, enum glob_atom_kind kind, char byte)
{
	add_atom(pattern, kind, byte);
	pattern->atoms[pattern->count - 1].before = pattern->innermost;
	pattern->innermost = pattern->count - 1;
}

static void
close_brace(struct glob_pattern *pattern)
{
	size_t close = pattern->count;
	size_t next = close;
	struct glob_atom *atom;

	add_atom(pattern, GLOB_CLOSE, '}');
	do {
		atom = &pattern->atoms[pattern->innermost];
		atom->next = next;
		atom->close = close;
		next = pattern->innermost;
		pattern->innermost = atom->before;
	} while (atom->kind != GLOB_OPEN);
}

static bool
is_globstar(const struct glob_pattern *pattern, const char *text, size_t stars)
{
	bool begins = pattern->count == 0 || pattern->atoms[pattern->count - 1].byte == '/';
	bool ends = text[stars] == '/' || text[stars] == '\0';

	return stars > 1 && (!pattern->is_git || (begins && ends));
}

/* Adds the atom at the front of text. Returns how many bytes of text it is. */
static size_t
add_next(struct glob_pattern *pattern, const char *text)
{
	size_t stars = strspn(text, "*");
	bool in_brace = pattern->innermost != NONE;

	if (stars) {
		add_atom(pattern, is_globstar(pattern, text, stars) ? GLOB_GLOBSTAR : GLOB_STAR,
			'*');
		return stars;
	}
	if (text[0] == '[')
		return add_class(pattern, text);
	if (text[0] == '\\' && text[1]) {
		add_atom(pattern, GLOB_BYTE, text[1]);
		return 2;
	}
	pattern->is_broken |= pattern->is_git && text[0] == '\\';
	if (text[0] == '{' && !pattern->is_git)
		add_to_brace(pattern, GLOB_OPEN, '{');
	else if (text[0] == ',' && in_brace)
		add_to_brace(pattern, GLOB_SEPARATOR, ',');
	else if (text[0] == '}' && in_brace)
		close_brace(pattern);
	else
		add_atom(pattern, text[0] == '?' ? GLOB_ANY_BYTE : GLOB_BYTE, text[0]);
	return 1;
}

/* Whether there is a '/' anywhere but at the end. */
static bool
has_folder(const struct glob_pattern *pattern)
{
	size_t end = pattern->count - 1;

	while (end && pattern->atoms[end - 1].byte == '/')
		end--;
	while (end && pattern->atoms[end - 1].byte != '/')
		end--;
	return end > 0;
}

/*
 * A brace can end a name if one of its alternatives can. They come after it and are already marked.
 */
static void
mark_alternatives(struct glob_pattern *pattern, struct glob_atom *open)
{
	const struct glob_atom *atom = open;

	do {
		open->ends |= atom[1].ends;
		open->ends_folder |= atom[1].ends_folder;
		atom = &pattern->atoms[atom->next];
	} while (atom->kind == GLOB_SEPARATOR);
}

/* Sets ends and ends_folder of atom. All atoms after it are already marked. */
static void
mark_end(struct glob_pattern *pattern, struct glob_atom *atom)
{
	const struct glob_atom *last = atom->kind == GLOB_SEPARATOR ? &pattern->atoms[atom->close]
								    : atom;
	bool is_slash = atom->kind == GLOB_BYTE && atom->byte == '/';
	bool is_nothing = atom->kind == GLOB_SEPARATOR || atom->kind == GLOB_CLOSE ||
			  atom->kind == GLOB_GLOBSTAR;

	if (atom->kind == GLOB_END) {
		atom->ends = true;
		atom->ends_folder = !pattern->is_git;
	} else if (atom->kind == GLOB_OPEN) {
		mark_alternatives(pattern, atom);
	} else if (is_slash) {
		atom->ends = last[1].ends_folder;
		atom->ends_folder = last[1].ends_folder;
	} else {
		atom->ends = (is_nothing || atom->kind == GLOB_STAR) && last[1].ends;
		atom->ends_folder = is_nothing && last[1].ends_folder;
	}
}

static void
compile(struct glob_pattern *pattern, const char *text)
{
	while (*text)
		text += add_next(pattern, text);
	add_atom(pattern, GLOB_END, '\0');
	while (pattern->innermost != NONE) {
		struct glob_atom *atom = &pattern->atoms[pattern->innermost];

		atom->kind = GLOB_BYTE;
		pattern->innermost = atom->before;
	}
	pattern->is_anchored |= has_folder(pattern);
	for (size_t i = pattern->count; i-- > 0;)
		mark_end(pattern, &pattern->atoms[i]);
}

/*
 * Sets is_plain and what belongs to it. A '/' at the end does not count: it makes a pattern match
 * only folders, and every pattern without a '/' matches folders, too.
 */
static void
find_plain(struct glob_pattern *pattern)
{
	size_t end = pattern->count - 1, stars = 0;

	while (end && pattern->atoms[end - 1].byte == '/')
		end--;
	pattern->before_star = end;
	for (size_t i = 0; i < end; i++) {
		enum glob_atom_kind kind = pattern->atoms[i].kind;

		if (kind == GLOB_STAR && stars++ == 0) {
			pattern->before_star = i;
			pattern->behind_star = end - i - 1;
		} else if (kind != GLOB_BYTE && kind != GLOB_ANY_BYTE) {
			return;
		}
	}
	pattern->has_star = stars > 0;
	pattern->is_plain = end && stars <= 1 && !pattern->is_anchored;
}

/*
 * Skips what does not count: "/" and "./", which anchor the pattern, and "**" + "/" before a name.
 * Braces may be no name ("{,a}").
 */
static const char *
skip_front(const char *text, bool *is_anchored)
{
	while (text[0] == '/' || (text[0] == '.' && text[1] == '/')) {
		text += text[0] == '/' ? 1 : 2;
		*is_anchored = true;
	}
	if (strncmp(text, "**/", 3) == 0 && text[3] && !strpbrk(text + 3, "/{")) {
		text += 3;
		*is_anchored = false;
	}
	return text;
}

void
glob_pattern_init(struct glob_pattern *pattern, const char *text, enum glob_syntax syntax)
{
	bool is_git = syntax == GLOB_SYNTAX_GIT;

	*pattern = (struct glob_pattern){.innermost = NONE, .is_git = is_git};
	if (is_git && *text == '/') {
		pattern->is_anchored = true;
		text++;
	} else if (!is_git) {
		text = skip_front(text, &pattern->is_anchored);
	}
	pattern->text = mem_text(text);
	pattern->atoms = mem_array(strlen(text) + 1, sizeof(*pattern->atoms));
	compile(pattern, pattern->text);
	pattern->is_broken |= is_git && (!*text || pattern->atoms[pattern->count - 2].byte == '/');
	find_plain(pattern);
}

void
glob_pattern_finish(struct glob_pattern *pattern)
{
	free(pattern->atoms);
	free(pattern->text);
}
