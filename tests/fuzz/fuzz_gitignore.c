/*
 * .gitignore files: an input is "path NUL text". The last line that matches decides, so a negated
 * line that matches everything always decides at the end.
 */
#include <string.h>

#include "fuzz.h"
#include "base/mem.h"
#include "fs/gitignore.h"

static enum gitignore_verdict
judge(const char *text, struct slice path, bool is_folder)
{
	struct gitignore *gitignore = gitignore_create(slice_of(text), ".gitignore");
	const char *quoted = NULL;
	enum gitignore_verdict verdict = gitignore_judge(
		gitignore, path, is_folder, &(size_t){GITIGNORE_BUDGET}, &quoted);

	CHECK((verdict != GITIGNORE_NO_MATCH) == (quoted != NULL));
	if (quoted)
		CHECK(slice_starts(slice_of(quoted), ".gitignore: ") &&
			(strncmp(quoted + 12, "!", 1) == 0) == (verdict == GITIGNORE_INCLUDED));
	gitignore_destroy(gitignore);
	return verdict;
}

/* A line, and the same line with '!' before it, have opposite verdicts. */
static void
check_line(struct slice line, struct slice path, bool is_folder)
{
	char *text = mem_copy(line.at, line.length), *back = mem_format("!%s", text);
	enum gitignore_verdict verdict;

	if (*text != '#' && *text != '!' && !slice_starts(slice_of(text), "\xef\xbb\xbf")) {
		verdict = judge(text, path, is_folder);
		CHECK(verdict != GITIGNORE_INCLUDED);
		CHECK((verdict == GITIGNORE_EXCLUDED) ==
			(judge(back, path, is_folder) == GITIGNORE_INCLUDED));
	}
	free(text);
	free(back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = {(const char *)data, size};
	struct slice path = fuzz_take_text(&rest), line;
	struct gitignore *gitignore;
	const char *quoted;
	char *all;

	if (!rest.at || path.length == 0)
		return 0;
	gitignore = gitignore_create(rest, "sub/.gitignore");
	/* Any verdict is allowed here. */
	gitignore_judge(gitignore, path, false, &(size_t){GITIGNORE_BUDGET}, &quoted);
	gitignore_judge(gitignore, path, true, &(size_t){GITIGNORE_BUDGET}, &quoted);
	gitignore_destroy(gitignore);
	all = mem_format("%.*s\n!*\n", (int)strnlen(rest.at, rest.length), rest.at);
	if (path.at[path.length - 1] != '/')
		CHECK(judge(all, path, false) == GITIGNORE_INCLUDED);
	free(all);
	for (int i = 0; i < 4 && slice_split(&rest, '\n', &line); i++)
		check_line(line, path, data[0] % 2);
	return 0;
}
