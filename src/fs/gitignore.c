/*
 * gitignore: see gitignore.h. Owns an array of rules, one for each line. The last rule that matches
 * decides.
 */
#include "fs/gitignore.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fs/glob.h"

struct rule {
	struct glob glob;
	char *quoted;
	bool is_negated;
	bool is_for_folders;
};

enum {
	RULES_MAX = 5000,
	LINE_MAX_BYTES = 1000,
	PATTERNS_BYTES_MAX = 128 * 1024,
};

struct gitignore {
	bool is_cut;
	size_t bytes; /* of all patterns */
	struct rule *rules;
	size_t count;
	size_t capacity;
};

/* The line without the spaces at its end. A space after a '\\' stays. */
static struct slice
without_spaces(struct slice line)
{
	while (line.length && line.at[line.length - 1] == ' ') {
		size_t slashes = 0;

		while (slashes + 1 < line.length && line.at[line.length - 2 - slashes] == '\\')
			slashes++;
		if (slashes % 2)
			break;
		line.length--;
	}
	return line;
}

static void
add_rule(struct gitignore *gitignore, struct slice line, const char *name)
{
	char *pattern = mem_copy(line.at, line.length), *start = pattern;
	size_t length = line.length;
	struct rule *rule;

	gitignore->rules = mem_grow(gitignore->rules, gitignore->count, &gitignore->capacity,
		sizeof(*gitignore->rules));
	rule = &gitignore->rules[gitignore->count++];
	rule->quoted = mem_format("%s: %s", name, pattern);
	rule->is_negated = *start == '!';
	start += rule->is_negated;
	rule->is_for_folders = start < pattern + length && pattern[length - 1] == '/';
	if (rule->is_for_folders)
		pattern[length - 1] = '\0';
	glob_init(&rule->glob, start, GLOB_SYNTAX_GIT);
	free(pattern);
}

/* Returns false when there are too many lines. A line that is too long matches nothing. */
static bool
take_line(struct gitignore *gitignore, struct slice line, const char *name)
{
	bool is_long = line.length > LINE_MAX_BYTES;
	bool is_full = gitignore->count == RULES_MAX ||
		       gitignore->bytes + line.length > PATTERNS_BYTES_MAX;

	gitignore->is_cut = gitignore->is_cut || is_long || is_full;
	if (is_long)
		return true;
	if (is_full)
		return false;
	gitignore->bytes += line.length;
	add_rule(gitignore, line, name);
	return true;
}

struct gitignore *
gitignore_create(struct slice text, const char *name)
{
	struct gitignore *gitignore = mem_zero(sizeof(*gitignore));
	struct slice line;

	if (slice_starts(text, "\xef\xbb\xbf"))
		text = (struct slice){text.at + 3, text.length - 3};
	while (slice_split(&text, '\n', &line)) {
		/* As in git, a NUL ends the line. */
		line.length = strnlen(line.at, line.length);
		if (text.at && slice_ends(line, "\r"))
			line.length--;
		if (slice_starts(line, "#"))
			continue;
		line = without_spaces(line);
		if (line.length && !take_line(gitignore, line, name))
			break;
	}
	return gitignore;
}

bool
gitignore_is_cut(const struct gitignore *gitignore)
{
	return gitignore->is_cut;
}

bool
gitignore_is_empty(const struct gitignore *gitignore)
{
	return gitignore->count == 0;
}

void
gitignore_destroy(struct gitignore *gitignore)
{
	if (!gitignore)
		return;
	for (size_t i = 0; i < gitignore->count; i++) {
		glob_finish(&gitignore->rules[i].glob);
		free(gitignore->rules[i].quoted);
	}
	free(gitignore->rules);
	free(gitignore);
}

/* Takes what a comparison may cost at most from budget. Returns false when it is used up. */
static bool
pay(size_t *budget, const struct glob *glob, struct slice path)
{
	size_t cost = glob_cost(glob, path);

	*budget = cost < *budget ? *budget - cost : 0;
	return *budget > 0;
}

enum gitignore_verdict
gitignore_judge(const struct gitignore *gitignore, struct slice path, bool is_folder,
	size_t *budget, const char **quoted)
{
	for (size_t i = gitignore->count; i-- > 0;) {
		struct rule *rule = &gitignore->rules[i];

		if (!pay(budget, &rule->glob, path))
			break;
		if ((rule->is_for_folders && !is_folder) ||
			!glob_matches_exactly(&rule->glob, path))
			continue;
		*quoted = rule->quoted;
		return rule->is_negated ? GITIGNORE_INCLUDED : GITIGNORE_EXCLUDED;
	}
	return GITIGNORE_NO_MATCH;
}
