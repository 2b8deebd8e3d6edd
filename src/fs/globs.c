/*
 * globs: see globs.h. Owns the rules. Without a negated rule one pass over the whole path is
 * enough; else each folder of the path is checked before what it contains.
 */
#include "fs/globs.h"

#include <stdlib.h>

#include "base/mem.h"
#include "fs/glob.h"

/* What the comparisons of one path may take, in steps of glob.c: a few milliseconds. */
enum { STEPS_MAX = 500 * 1000 };

struct rule {
	char *text; /* as it was given */
	bool is_negated;
	struct glob glob;
};

struct globs {
	struct rule *rules;
	size_t count;
	size_t capacity;
	bool has_negated; /* at least one rule is negated */
};

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
	rule->is_negated = pattern[0] == '!';
	glob_init(&rule->glob, pattern + rule->is_negated, GLOB_SYNTAX_OWN);
	globs->has_negated |= rule->is_negated;
}

/* Takes what a comparison may cost at most from *steps. Returns false when that is not left. */
static bool
pay(size_t *steps, const struct glob *glob, struct slice path)
{
	size_t cost = glob_cost(glob, path);
	bool is_left = cost <= *steps;

	*steps -= is_left ? cost : *steps;
	return is_left;
}

/*
 * The last rule that matches path; NULL when there is none. All plain rules are compared with one
 * segment before the next segment. Only rules after the last match so far need to be compared. The
 * steps that this may take are subtracted from *steps; without any left, no further rule matches.
 */
static const struct rule *
last_rule(const struct globs *globs, struct slice path, size_t *steps)
{
	struct slice rest = path, segment;
	size_t last = 0; /* counted from one */

	while (slice_split(&rest, '/', &segment))
		for (size_t i = globs->count; i > last; i--)
			if (globs->rules[i - 1].glob.pattern.is_plain &&
				glob_matches_segment(&globs->rules[i - 1].glob, segment))
				last = i;
	for (size_t i = globs->count; i > last; i--)
		if (!globs->rules[i - 1].glob.pattern.is_plain &&
			pay(steps, &globs->rules[i - 1].glob, path) &&
			glob_matches(&globs->rules[i - 1].glob, path))
			last = i;
	return last ? &globs->rules[last - 1] : NULL;
}

const char *
globs_match(const struct globs *globs, struct slice path)
{
	size_t end = globs->has_negated ? 0 : path.length, steps = STEPS_MAX;

	while (path.length) {
		const struct rule *rule;

		while (end < path.length && path.at[end] != '/')
			end++;
		rule = last_rule(globs, (struct slice){path.at, end}, &steps);
		if (rule && !rule->is_negated)
			return rule->text;
		if (end++ == path.length)
			break;
	}
	return NULL;
}

bool
globs_is_negated(const struct globs *globs, struct slice path)
{
	size_t steps = STEPS_MAX;
	const struct rule *rule = globs->has_negated ? last_rule(globs, path, &steps) : NULL;

	return rule && rule->is_negated;
}
