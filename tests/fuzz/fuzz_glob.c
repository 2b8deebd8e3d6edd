/*
 * Globs: an input is "pattern NUL pattern ... NUL path". Simple patterns match as with
 * fnmatch(3). The time stays within pattern times path; libFuzzer's time limit checks that.
 */
#define _GNU_SOURCE
#include <fnmatch.h>
#include <string.h>

#include "fuzz.h"
#include "base/mem.h"
#include "fs/glob.h"
#include "fs/globs.h"

enum { PATTERNS_MAX = 8 };

/* Whether it is a path as watch/ has them: no segment is empty, "." or "..". */
static bool
is_path(struct slice path)
{
	struct slice segment;

	if (path.length == 0)
		return false;
	while (slice_split(&path, '/', &segment))
		if (segment.length == 0 || slice_is(segment, ".") || slice_is(segment, ".."))
			return false;
	return true;
}

/* Whether it has the same meaning in glob.h and fnmatch: only bytes, '?' and single stars. */
static bool
is_simple(const char *pattern)
{
	size_t length = strlen(pattern);

	return length > 0 && !strpbrk(pattern, "\\[]{}") && !strstr(pattern, "**") &&
	       !strstr(pattern, "//") && pattern[0] != '/' && strncmp(pattern, "./", 2) != 0 &&
	       pattern[0] != '!';
}

/* Whether a simple pattern matches, by the rules of glob.h, with fnmatch for each name. */
static bool
matches_by_fnmatch(const char *pattern, const char *path)
{
	char *trimmed = mem_text(pattern), *name = mem_text(path);
	size_t length = strlen(trimmed);
	bool is_anchored, found = false;
	char *start = name;

	if (trimmed[length - 1] == '/')
		trimmed[length - 1] = '\0';
	is_anchored = strchr(trimmed, '/');
	for (char *at = name; !found; at++) {
		char byte = *at;

		if (byte != '/' && byte != '\0')
			continue;
		*at = '\0';
		found = fnmatch(trimmed, start, FNM_PATHNAME | FNM_NOESCAPE) == 0;
		*at = byte;
		if (byte == '\0')
			break;
		if (!is_anchored)
			start = at + 1;
	}
	free(trimmed);
	free(name);
	return found;
}

static bool
matches(const char *pattern, struct slice path)
{
	struct glob glob;
	bool does_match;

	glob_init(&glob, pattern, GLOB_SYNTAX_OWN);
	does_match = glob_matches(&glob, path);
	glob_finish(&glob);
	return does_match;
}

static void
check_one(const char *pattern, const char *path)
{
	bool does_match = matches(pattern, slice_of(path));
	struct globs *globs = globs_create();
	char *below = mem_format("%s/below", path);
	const char *by;

	if (is_simple(pattern))
		CHECK(does_match == matches_by_fnmatch(pattern, path));
	if (does_match)
		CHECK(matches(pattern, slice_of(below)));
	globs_add(globs, pattern);
	by = globs_match(globs, slice_of(path));
	if (pattern[0] == '!')
		CHECK(!by);
	else
		CHECK((by != NULL) == does_match && (!by || strcmp(by, pattern) == 0));
	free(below);
	globs_destroy(globs);
}

/* With every byte escaped, a path matches itself and no path with a longer last name. */
static void
check_escaped(const char *path)
{
	struct buf pattern = {0};
	char *longer = mem_format("%sx", path);
	struct glob git;

	buf_add_char(&pattern, '/');
	for (const char *at = path; *at; at++) {
		if (*at != '/')
			buf_add_char(&pattern, '\\');
		buf_add_char(&pattern, *at);
	}
	CHECK(matches(pattern.bytes, slice_of(path)));
	CHECK(!matches(pattern.bytes, slice_of(longer)));
	glob_init(&git, pattern.bytes, GLOB_SYNTAX_GIT);
	CHECK(glob_matches_exactly(&git, slice_of(path)));
	CHECK(!glob_matches_exactly(&git, slice_of(longer)));
	glob_finish(&git);
	free(longer);
	buf_finish(&pattern);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = {(const char *)data, size}, text;
	struct globs *globs = globs_create();
	char *patterns[PATTERNS_MAX], *path = NULL;
	size_t count = 0;

	while ((text = fuzz_take_text(&rest)).at) {
		if (!rest.at)
			path = mem_copy(text.at, text.length);
		else if (count < PATTERNS_MAX)
			patterns[count++] = mem_copy(text.at, text.length);
	}
	for (size_t i = 0; i < count; i++)
		globs_add(globs, patterns[i]);
	if (path && is_path(slice_of(path))) {
		const char *by = globs_match(globs, slice_of(path));

		if (globs_is_negated(globs, slice_of(path)) && !strchr(path, '/'))
			CHECK(!by);
		check_escaped(path);
		for (size_t i = 0; i < count; i++)
			check_one(patterns[i], path);
	}
	while (count)
		free(patterns[--count]);
	free(path);
	globs_destroy(globs);
	return 0;
}
