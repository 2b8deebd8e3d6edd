/*
 * Saved files: the first byte of an input is the kind of the file, the rest is the text. A problem
 * is on one of its lines.
 */
#include <string.h>

#include "fuzz.h"
#include "live/syntax_check.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct syntax_problem problem = {0};
	enum syntax_kind kind;
	size_t lines = 1;

	if (size == 0)
		return 0;
	kind = data[0] & 1 ? SYNTAX_JSON : SYNTAX_CSS;
	if (!syntax_check(kind, (struct slice){(const char *)data + 1, size - 1}, &problem))
		return 0;
	for (size_t i = 1; i < size; i++)
		lines += data[i] == '\n' || data[i] == '\r';
	CHECK(problem.line >= 1 && problem.line <= lines);
	CHECK(problem.what && *problem.what);
	return 0;
}
