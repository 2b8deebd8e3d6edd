/*
 * glob: see glob.h. A nondeterministic automaton: the set of atoms that can match the next byte is
 * kept, and each byte of the path moves the whole set one step. One sweep from left to right is
 * enough, because no atom leads back. So there is no backtracking, no expansion of braces, and no
 * recursion.
 *
 * Most patterns are *plain*: a name, with at most one '*'. They are compared directly with the
 * segments of the path.
 */
#include "fs/glob.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fs/path.h"

/* How a place was reached. */
enum {
	REACHED = 1,
	BEHIND_GLOBSTAR = 2, /* directly after a "**", without consuming a byte */
};

enum { PATH_END = -1 };

void
glob_init(struct glob *glob, const char *text, enum glob_syntax syntax)
{
	size_t size;

	*glob = (struct glob){0};
	glob_pattern_init(&glob->pattern, text, syntax);
	if (glob->pattern.is_plain)
		return;
	size = glob->pattern.count;
	glob->reached = mem_array(2, size);
	glob->now = glob->reached;
	glob->then = glob->reached + size;
}

void
glob_finish(struct glob *glob)
{
	free(glob->reached);
	glob_pattern_finish(&glob->pattern);
}

/* ---- patterns that are not plain ---- */

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
consumes(const struct glob_atom *atom, char byte)
{
	switch (atom->kind) {
	case GLOB_BYTE:
		return byte == atom->byte;
	case GLOB_ANY_BYTE:
	case GLOB_STAR:
		return byte != '/';
	case GLOB_CLASS:
		return byte != '/' && has_member(atom->class, (unsigned char)byte);
	case GLOB_GLOBSTAR:
		return true;
	default:
		return false;
	}
}

/* Adds to the set the atoms that follow the atom at this index without consuming a byte. */
static void
spread(struct glob *glob, size_t at, unsigned char how, bool segment_begins)
{
	const struct glob_atom *atom = &glob->pattern.atoms[at];

	switch (atom->kind) {
	case GLOB_BYTE:
		/* The '/' of a "**" + "/" that matches nothing. */
		if (atom->byte == '/' && segment_begins && (how & BEHIND_GLOBSTAR))
			glob->now[at + 1] |= REACHED;
		break;
	case GLOB_STAR:
		glob->now[at + 1] |= REACHED;
		break;
	case GLOB_GLOBSTAR:
		glob->now[at + 1] |= REACHED | BEHIND_GLOBSTAR;
		break;
	case GLOB_OPEN:
		glob->now[at + 1] |= how;
		for (at = atom->next; glob->pattern.atoms[at].kind == GLOB_SEPARATOR;
			at = glob->pattern.atoms[at].next)
			glob->now[at + 1] |= how;
		break;
	case GLOB_SEPARATOR:
		glob->now[atom->close + 1] |= how;
		break;
	case GLOB_CLOSE:
		glob->now[at + 1] |= how;
		break;
	case GLOB_ANY_BYTE:
	case GLOB_CLASS:
	case GLOB_END:
		break;
	}
}

/* Moves the set over one byte of the path, or PATH_END. True when the pattern matches. */
static bool
step(struct glob *glob, int byte, bool segment_begins)
{
	bool name_ends = byte == PATH_END || (byte == '/' && !glob->pattern.is_git);
	unsigned char *swap = glob->now;

	for (size_t i = 0; i < glob->pattern.count; i++) {
		const struct glob_atom *atom = &glob->pattern.atoms[i];
		bool stays = atom->kind == GLOB_STAR || atom->kind == GLOB_GLOBSTAR;
		unsigned char how = glob->now[i];

		glob->now[i] = 0;
		if (!how)
			continue;
		if (name_ends && atom->ends)
			return true;
		spread(glob, i, how, segment_begins);
		if (byte != PATH_END && consumes(atom, (char)byte))
			glob->then[stays ? i : i + 1] |= REACHED;
	}
	glob->now = glob->then;
	glob->then = swap;
	return false;
}

/* Whether the first byte of path shows that the pattern does not match. */
static bool
begins_otherwise(const struct glob *glob, struct slice path)
{
	const struct glob_atom *first = glob->pattern.atoms;

	return path.length == 0 ||
	       (glob->pattern.is_anchored && first->kind == GLOB_BYTE && first->byte != path.at[0]);
}

static bool
run(struct glob *glob, struct slice path)
{
	if (begins_otherwise(glob, path))
		return false;
	memset(glob->reached, 0, 2 * glob->pattern.count);
	for (size_t i = 0; i <= path.length; i++) {
		bool segment_begins = i == 0 || path.at[i - 1] == '/';
		int byte = PATH_END;

		if (i == 0 || (segment_begins && !glob->pattern.is_anchored))
			glob->now[0] |= REACHED;
		if (i < path.length)
			byte = (unsigned char)path.at[i];
		if (step(glob, byte, segment_begins))
			return true;
	}
	return false;
}

static bool
equal(const struct glob_atom *atoms, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (atoms[i].kind == GLOB_BYTE && atoms[i].byte != bytes[i])
			return false;
	return true;
}

/* ---- plain patterns ---- */

bool
glob_segment_has_bytes(const struct glob *glob, struct slice segment)
{
	const struct glob_pattern *pattern = &glob->pattern;
	size_t before = pattern->before_star, behind = pattern->behind_star;

	return equal(pattern->atoms, segment.at, before) &&
	       equal(pattern->atoms + before + 1, segment.at + segment.length - behind, behind);
}

/* ---- all of them ---- */

bool
glob_matches(struct glob *glob, struct slice path)
{
	struct slice segment;

	if (path.length == 0)
		return false;
	if (!glob->pattern.is_plain)
		return run(glob, path);
	while (slice_split(&path, '/', &segment))
		if (glob_matches_segment(glob, segment))
			return true;
	return false;
}

bool
glob_matches_exactly(struct glob *glob, struct slice path)
{
	if (glob->pattern.is_broken || path.length == 0)
		return false;
	if (glob->pattern.is_plain)
		return glob_matches_segment(glob, path_base(path));
	return run(glob, path);
}

size_t
glob_cost(const struct glob *glob, struct slice path)
{
	if (glob->pattern.is_plain || begins_otherwise(glob, path))
		return 1;
	return glob->pattern.count * (path.length + 1);
}

void
glob_quote(struct slice path, struct buf *pattern)
{
	for (size_t i = 0; i < path.length; i++) {
		if (path.at[i] != '/')
			buf_add_char(pattern, '\\');
		buf_add_char(pattern, path.at[i]);
	}
}
