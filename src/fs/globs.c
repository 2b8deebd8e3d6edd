/*
 * globs: see globs.h.
 */
#include "fs/globs.h"

#include <stdlib.h>

#include "base/mem.h"
#include "fs/glob.h"

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
	glob_init(&rule->glob, pattern + rule->takes_back, GLOB_SYNTAX_OWN);
	globs->takes_back |= rule->takes_back;
}

/*
 * The last rule that means path; NULL when there is none. The plain ones are compared segment by
 * segment, all of them with one segment before the next.
 */
static const struct rule *
last_rule(const struct globs *globs, struct slice path)
{
	struct slice rest = path, segment;
	size_t last = 0; /* counted from one */

	while (slice_split(&rest, '/', &segment))
		for (size_t i = globs->count; i > last; i--)
			if (globs->rules[i - 1].glob.pattern.is_plain &&
				glob_means_segment(&globs->rules[i - 1].glob, segment))
				last = i;
	for (size_t i = globs->count; i > last; i--)
		if (!globs->rules[i - 1].glob.pattern.is_plain &&
			glob_means(&globs->rules[i - 1].glob, path))
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
