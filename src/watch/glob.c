/*
 * glob: see glob.h. The pattern becomes a row of atoms, and the places in that row where the path
 * can have come to are kept as a set. Each byte of the path moves the whole set one step, in one
 * sweep from left to right, since no atom leads back. So nothing is tried twice, braces are never
 * multiplied out, and nothing calls itself.
 *
 * Most patterns are *plain*: a name, with one '*' at most. Those are compared with the path's
 * segments as they stand.
 */
#include "watch/glob.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fs/path.h"

enum kind {
	BYTE,
	ANY_BYTE,  /* ? */
	CLASS,     /* [a-z] */
	STAR,      /* * */
	GLOBSTAR,  /* ** */
	OPEN,      /* { */
	SEPARATOR, /* , inside of braces */
	CLOSE,     /* } */
	END,
};

struct atom {
	enum kind kind;
	char byte;          /* the byte it is, or would be if its brace stayed open */
	struct slice class; /* CLASS: what is between the brackets */
	size_t before;      /* OPEN and SEPARATOR: the one before in the open braces */
	size_t next;        /* OPEN and SEPARATOR: the next SEPARATOR, or the CLOSE */
	size_t close;       /* SEPARATOR: the CLOSE */
	bool ends;          /* at the end of a name, the pattern from here on fits */
	bool ends_folder;   /* the same behind a '/', which the path of a folder does not have */
};

/* How a place was reached. */
enum {
	REACHED = 1,
	BEHIND_GLOBSTAR = 2, /* from a "**" without eating a byte */
};

#define NONE SIZE_MAX

enum { PATH_END = -1 };

struct glob {
	char *text; /* the pattern, which classes point into */
	struct atom *atoms;
	size_t count;
	size_t innermost;       /* the last OPEN or SEPARATOR of a brace that is open, or NONE */
	bool has_no_more_class; /* an unclosed '[' was seen: so are all behind it */
	bool is_anchored;       /* tried from the root only */
	bool is_git;            /* read as git does */
	bool is_broken;         /* so that git takes it for nothing */
	bool is_plain;          /* a segment's bytes and '?', with one '*' at most */
	size_t before_star;     /* of a plain one: atoms before its '*', or all of them */
	size_t behind_star;     /* and behind it */
	unsigned char *reached; /* memory for the two below */
	unsigned char *now;     /* how each atom is reached before a byte of the path */
	unsigned char *then;    /* and behind it */
};

struct rule {
	char *text; /* as it was given */
	bool takes_back;
	struct glob glob;
};

struct globs {
	struct rule *rules;
	size_t count;
	size_t capacity;
	bool takes_back; /* one of the rules does */
};

static void
add_atom(struct glob *glob, enum kind kind, char byte)
{
	glob->atoms[glob->count++] = (struct atom){.kind = kind, .byte = byte};
}

/* The length of the class at the front of pattern, 0 when it stays open. "[]" is no empty one. */
static size_t
class_length(const char *pattern)
{
	size_t length = 1;

	if (pattern[length] == '!' || pattern[length] == '^')
		length++;
	if (pattern[length] == ']')
		length++;
	while (pattern[length] && pattern[length] != ']')
		length += pattern[length] == '\\' && pattern[length + 1] ? 2 : 1;
	return pattern[length] ? length + 1 : 0;
}

static size_t
add_class(struct glob *glob, const char *pattern)
{
	size_t length = glob->has_no_more_class ? 0 : class_length(pattern);

	if (length == 0) {
		glob->has_no_more_class = true;
		glob->is_broken = glob->is_git;
		add_atom(glob, BYTE, '[');
		return 1;
	}
	add_atom(glob, CLASS, '[');
	glob->atoms[glob->count - 1].class = (struct slice){pattern + 1, length - 2};
	return length;
}

static void
add_to_brace(struct glob *glob, enum kind kind, char byte)
{
	add_atom(glob, kind, byte);
	glob->atoms[glob->count - 1].before = glob->innermost;
	glob->innermost = glob->count - 1;
}

static void
close_brace(struct glob *glob)
{
	size_t close = glob->count;
	size_t next = close;
	struct atom *atom;

	add_atom(glob, CLOSE, '}');
	do {
		atom = &glob->atoms[glob->innermost];
		atom->next = next;
		atom->close = close;
		next = glob->innermost;
		glob->innermost = atom->before;
	} while (atom->kind != OPEN);
}

static bool
is_globstar(const struct glob *glob, const char *pattern, size_t stars)
{
	bool begins = glob->count == 0 || glob->atoms[glob->count - 1].byte == '/';
	bool ends = pattern[stars] == '/' || pattern[stars] == '\0';

	return stars > 1 && (!glob->is_git || (begins && ends));
}

/* Adds what is at the front of pattern; returns how many bytes that is. */
static size_t
add_next(struct glob *glob, const char *pattern)
{
	size_t stars = strspn(pattern, "*");
	bool in_brace = glob->innermost != NONE;

	if (stars) {
		add_atom(glob, is_globstar(glob, pattern, stars) ? GLOBSTAR : STAR, '*');
		return stars;
	}
	if (pattern[0] == '[')
		return add_class(glob, pattern);
	if (pattern[0] == '\\' && pattern[1]) {
		add_atom(glob, BYTE, pattern[1]);
		return 2;
	}
	glob->is_broken |= glob->is_git && pattern[0] == '\\';
	if (pattern[0] == '{' && !glob->is_git)
		add_to_brace(glob, OPEN, '{');
	else if (pattern[0] == ',' && in_brace)
		add_to_brace(glob, SEPARATOR, ',');
	else if (pattern[0] == '}' && in_brace)
		close_brace(glob);
	else
		add_atom(glob, pattern[0] == '?' ? ANY_BYTE : BYTE, pattern[0]);
	return 1;
}

/* A '/' anywhere but at the end anchors the pattern. */
static bool
has_folder(const struct glob *glob)
{
	size_t end = glob->count - 1;

	while (end && glob->atoms[end - 1].byte == '/')
		end--;
	while (end && glob->atoms[end - 1].byte != '/')
		end--;
	return end > 0;
}

/* Whether one of the alternatives of a brace ends; they lie behind it, so they are known. */
static void
see_alternatives(struct glob *glob, struct atom *open)
{
	const struct atom *atom = open;

	do {
		open->ends |= atom[1].ends;
		open->ends_folder |= atom[1].ends_folder;
		atom = &glob->atoms[atom->next];
	} while (atom->kind == SEPARATOR);
}

/* Whether the pattern from atom on fits where a name ends; all atoms behind it are seen already. */
static void
see_end(struct glob *glob, struct atom *atom)
{
	const struct atom *last = atom->kind == SEPARATOR ? &glob->atoms[atom->close] : atom;
	bool is_slash = atom->kind == BYTE && atom->byte == '/';
	bool is_nothing = atom->kind == SEPARATOR || atom->kind == CLOSE || atom->kind == GLOBSTAR;

	if (atom->kind == END) {
		atom->ends = true;
		atom->ends_folder = !glob->is_git;
	} else if (atom->kind == OPEN) {
		see_alternatives(glob, atom);
	} else if (is_slash) {
		atom->ends = last[1].ends_folder;
		atom->ends_folder = last[1].ends_folder;
	} else {
		atom->ends = (is_nothing || atom->kind == STAR) && last[1].ends;
		atom->ends_folder = is_nothing && last[1].ends_folder;
	}
}

static void
compile(struct glob *glob, const char *pattern)
{
	while (*pattern)
		pattern += add_next(glob, pattern);
	add_atom(glob, END, '\0');
	while (glob->innermost != NONE) {
		struct atom *atom = &glob->atoms[glob->innermost];

		atom->kind = BYTE;
		glob->innermost = atom->before;
	}
	glob->is_anchored |= has_folder(glob);
	for (size_t i = glob->count; i-- > 0;)
		see_end(glob, &glob->atoms[i]);
}

/* Sees whether the pattern is plain. What ends in '/' means a folder, as all that has no '/' does
 * too. */
static void
see_plain(struct glob *glob)
{
	size_t end = glob->count - 1, stars = 0;

	while (end && glob->atoms[end - 1].byte == '/')
		end--;
	glob->before_star = end;
	for (size_t i = 0; i < end; i++) {
		enum kind kind = glob->atoms[i].kind;

		if (kind == STAR && stars++ == 0) {
			glob->before_star = i;
			glob->behind_star = end - i - 1;
		} else if (kind != BYTE && kind != ANY_BYTE) {
			return;
		}
	}
	glob->is_plain = end && stars <= 1 && !glob->is_anchored;
}

/* "**" + "/" in front of a name says no more than the name. */
static const char *
skip_front(const char *pattern, bool *is_anchored)
{
	while (pattern[0] == '/' || (pattern[0] == '.' && pattern[1] == '/')) {
		pattern += pattern[0] == '/' ? 1 : 2;
		*is_anchored = true;
	}
	if (strncmp(pattern, "**/", 3) == 0 && pattern[3] && !strchr(pattern + 3, '/')) {
		pattern += 3;
		*is_anchored = false;
	}
	return pattern;
}

static void
glob_init(struct glob *glob, const char *pattern, bool is_git)
{
	size_t size;

	*glob = (struct glob){.innermost = NONE, .is_git = is_git};
	if (is_git && *pattern == '/') {
		glob->is_anchored = true;
		pattern++;
	} else if (!is_git) {
		pattern = skip_front(pattern, &glob->is_anchored);
	}
	size = strlen(pattern) + 1;
	glob->text = mem_text(pattern);
	glob->atoms = mem_array(size, sizeof(*glob->atoms));
	compile(glob, glob->text);
	glob->is_broken |= is_git && (size == 1 || glob->atoms[glob->count - 2].byte == '/');
	see_plain(glob);
	if (glob->is_plain)
		return;
	glob->reached = mem_array(2, size);
	glob->now = glob->reached;
	glob->then = glob->reached + size;
}

static void
glob_finish(struct glob *glob)
{
	free(glob->reached);
	free(glob->atoms);
	free(glob->text);
}

/* Takes a member off the front of a class. */
static unsigned char
take_member(struct slice *class)
{
	size_t length = class->at[0] == '\\' && class->length > 1 ? 2 : 1;
	unsigned char member = (unsigned char)class->at[length - 1];

	class->at += length;
	class->length -= length;
	return member;
}

static bool
has_member(struct slice class, unsigned char byte)
{
	bool is_negated = class.at[0] == '!' || class.at[0] == '^';
	bool found = false;

	class.at += is_negated;
	class.length -= is_negated;
	while (class.length) {
		unsigned char low = take_member(&class);
		unsigned char high = low;

		if (class.length > 1 && class.at[0] == '-') {
			take_member(&class);
			high = take_member(&class);
		}
		found |= byte >= low && byte <= high;
	}
	return found != is_negated;
}

static bool
eats(const struct atom *atom, char byte)
{
	switch (atom->kind) {
	case BYTE:
		return byte == atom->byte;
	case ANY_BYTE:
	case STAR:
		return byte != '/';
	case CLASS:
		return byte != '/' && has_member(atom->class, (unsigned char)byte);
	case GLOBSTAR:
		return true;
	default:
		return false;
	}
}

/* Reaches the atoms behind atom that can be reached from it without a byte. */
static void
spread(struct glob *glob, size_t at, unsigned char how, bool segment_begins)
{
	const struct atom *atom = &glob->atoms[at];

	switch (atom->kind) {
	case BYTE:
		/* The '/' of a "**" + "/" that means nothing. */
		if (atom->byte == '/' && segment_begins && (how & BEHIND_GLOBSTAR))
			glob->now[at + 1] |= REACHED;
		break;
	case STAR:
		glob->now[at + 1] |= REACHED;
		break;
	case GLOBSTAR:
		glob->now[at + 1] |= REACHED | BEHIND_GLOBSTAR;
		break;
	case OPEN:
		glob->now[at + 1] |= how;
		for (at = atom->next; glob->atoms[at].kind == SEPARATOR; at = glob->atoms[at].next)
			glob->now[at + 1] |= how;
		break;
	case SEPARATOR:
		glob->now[atom->close + 1] |= how;
		break;
	case CLOSE:
		glob->now[at + 1] |= how;
		break;
	case ANY_BYTE:
	case CLASS:
	case END:
		break;
	}
}

/* Moves all places over one byte of the path, or PATH_END. True when the pattern means it. */
static bool
step(struct glob *glob, int byte, bool segment_begins)
{
	bool name_ends = byte == PATH_END || (byte == '/' && !glob->is_git);
	unsigned char *swap = glob->now;

	for (size_t i = 0; i < glob->count; i++) {
		const struct atom *atom = &glob->atoms[i];
		bool stays = atom->kind == STAR || atom->kind == GLOBSTAR;
		unsigned char how = glob->now[i];

		glob->now[i] = 0;
		if (!how)
			continue;
		if (name_ends && atom->ends)
			return true;
		spread(glob, i, how, segment_begins);
		if (byte != PATH_END && eats(atom, (char)byte))
			glob->then[stays ? i : i + 1] |= REACHED;
	}
	glob->now = glob->then;
	glob->then = swap;
	return false;
}

static bool
run(struct glob *glob, struct slice path)
{
	const struct atom *first = glob->atoms;

	if (path.length == 0 ||
		(glob->is_anchored && first->kind == BYTE && first->byte != path.at[0]))
		return false;
	memset(glob->reached, 0, 2 * glob->count);
	for (size_t i = 0; i <= path.length; i++) {
		bool segment_begins = i == 0 || path.at[i - 1] == '/';
		int byte = PATH_END;

		if (i == 0 || (segment_begins && !glob->is_anchored))
			glob->now[0] |= REACHED;
		if (i < path.length)
			byte = (unsigned char)path.at[i];
		if (step(glob, byte, segment_begins))
			return true;
	}
	return false;
}

static bool
equal(const struct atom *atoms, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (atoms[i].kind == BYTE && atoms[i].byte != bytes[i])
			return false;
	return true;
}

/* Whether a plain pattern means a segment. */
static bool
fits(const struct glob *glob, struct slice segment)
{
	size_t before = glob->before_star, behind = glob->behind_star;
	bool has_star = glob->atoms[before].kind == STAR;

	if (has_star ? segment.length < before + behind : segment.length != before)
		return false;
	return equal(glob->atoms, segment.at, before) &&
	       equal(glob->atoms + before + 1, segment.at + segment.length - behind, behind);
}

/* ---- one pattern ---- */

static bool
means(struct glob *glob, struct slice path)
{
	struct slice segment;

	if (!glob->is_plain)
		return run(glob, path);
	while (slice_split(&path, '/', &segment))
		if (fits(glob, segment))
			return true;
	return false;
}

bool
glob_means(const char *pattern, struct slice path)
{
	struct glob glob;
	bool it_does;

	glob_init(&glob, pattern, false);
	it_does = path.length > 0 && means(&glob, path);
	glob_finish(&glob);
	return it_does;
}

struct glob *
glob_create_git(const char *pattern)
{
	struct glob *glob = mem_zero(sizeof(*glob));

	glob_init(glob, pattern, true);
	return glob;
}

void
glob_destroy(struct glob *glob)
{
	if (!glob)
		return;
	glob_finish(glob);
	free(glob);
}

bool
glob_is_exactly(struct glob *glob, struct slice path)
{
	if (glob->is_broken || path.length == 0)
		return false;
	return glob->is_plain ? fits(glob, path_base(path)) : run(glob, path);
}

/* ---- a list of them ---- */

void
glob_quote(struct slice path, struct buf *pattern)
{
	for (size_t i = 0; i < path.length; i++) {
		if (path.at[i] != '/')
			buf_add_char(pattern, '\\');
		buf_add_char(pattern, path.at[i]);
	}
}

struct globs *
globs_create(void)
{
	return mem_zero(sizeof(struct globs));
}

void
globs_destroy(struct globs *globs)
{
	if (!globs)
		return;
	for (size_t i = 0; i < globs->count; i++) {
		glob_finish(&globs->rules[i].glob);
		free(globs->rules[i].text);
	}
	free(globs->rules);
	free(globs);
}

void
globs_add(struct globs *globs, const char *pattern)
{
	struct rule *rule;

	globs->rules = mem_grow(
		globs->rules, globs->count, &globs->capacity, sizeof(*globs->rules));
	rule = &globs->rules[globs->count++];
	rule->text = mem_text(pattern);
	rule->takes_back = pattern[0] == '!';
	glob_init(&rule->glob, pattern + rule->takes_back, false);
	globs->takes_back |= rule->takes_back;
}

/* The last rule that means path; NULL when there is none. All plain ones are asked segment by
 * segment. */
static const struct rule *
last_rule(const struct globs *globs, struct slice path)
{
	struct slice rest = path, segment;
	size_t last = 0; /* counted from one */

	while (slice_split(&rest, '/', &segment))
		for (size_t i = globs->count; i > last; i--)
			if (globs->rules[i - 1].glob.is_plain &&
				fits(&globs->rules[i - 1].glob, segment))
				last = i;
	for (size_t i = globs->count; i > last; i--)
		if (!globs->rules[i - 1].glob.is_plain && run(&globs->rules[i - 1].glob, path))
			last = i;
	return last ? &globs->rules[last - 1] : NULL;
}

const char *
globs_mean(const struct globs *globs, struct slice path)
{
	size_t end = globs->takes_back ? 0 : path.length;

	while (path.length) {
		const struct rule *rule;

		while (end < path.length && path.at[end] != '/')
			end++;
		rule = last_rule(globs, (struct slice){path.at, end});
		if (rule && !rule->takes_back)
			return rule->text;
		if (end++ == path.length)
			break;
	}
	return NULL;
}

bool
globs_take_back(const struct globs *globs, struct slice path)
{
	const struct rule *rule = globs->takes_back ? last_rule(globs, path) : NULL;

	return rule && rule->takes_back;
}
