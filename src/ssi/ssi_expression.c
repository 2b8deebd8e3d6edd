/*
 * ssi_expression: see ssi_expression.h. Owns nothing. It reads and evaluates in one pass: each function
 * takes one rule of the grammar off the front of the text. The side of && or || that does not matter is
 * read all the same, because a mistake in it counts.
 */
#include "ssi/ssi_expression.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "names/pattern.h"

#include "ssi/ssi_word.h"

struct reader {
	struct ssi_word_reader words;
	unsigned depth;
	bool is_skipping; /* what is read does not matter */
};

static bool
fail(struct reader *reader, const char *what)
{
	return ssi_word_fail(&reader->words, what);
}

static bool
is_wrong(const struct reader *reader)
{
	return reader->words.is_wrong;
}

/* ---- comparisons ---- */

enum order { LESS, EQUAL, GREATER };

/* Which results of a comparison make each of them true. */
static const struct comparison {
	const char *name;
	bool is_for_numbers;
	bool holds[3]; /* by enum order */
} comparisons[] = {
	{"==", false, {false, true, false}},
	{"!=", false, {true, false, true}},
	{"<=", false, {true, true, false}},
	{">=", false, {false, true, true}},
	{"=", false, {false, true, false}},
	{"<", false, {true, false, false}},
	{">", false, {false, false, true}},
	{"-eq", true, {false, true, false}},
	{"-ne", true, {true, false, true}},
	{"-lt", true, {true, false, false}},
	{"-le", true, {true, true, false}},
	{"-gt", true, {false, false, true}},
	{"-ge", true, {false, true, true}},
};

static bool
takes(struct reader *reader, const struct comparison *comparison)
{
	const char *name = comparison->name;

	if (!comparison->is_for_numbers)
		return ssi_word_take(&reader->words, name);
	return ssi_word_take_name(&reader->words, name) ||
	       ssi_word_take_name(&reader->words, name + 1);
}

/* The comparison at the front, which is taken; NULL when there is none. */
static const struct comparison *
take_comparison(struct reader *reader)
{
	for (size_t i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++)
		if (takes(reader, &comparisons[i]))
			return &comparisons[i];
	return NULL;
}

static enum order
compare(bool are_numbers, const char *a, const char *b)
{
	long long x = are_numbers ? strtoll(a, NULL, 10) : strcmp(a, b);
	long long y = are_numbers ? strtoll(b, NULL, 10) : 0;

	return x < y ? LESS : x > y ? GREATER : EQUAL;
}

/* $0 to $9 are what the groups have matched. */
static void
set_captures(struct reader *reader, const struct pattern_groups *groups)
{
	static_assert((int)SSI_VARIABLES_CAPTURES == (int)PATTERN_GROUPS, "both are $0 to $9");
	char *captures[SSI_VARIABLES_CAPTURES] = {0};

	for (size_t i = 0; i < SSI_VARIABLES_CAPTURES; i++)
		if (groups->items[i].at)
			captures[i] = mem_copy(groups->items[i].at, groups->items[i].length);
	ssi_variables_set_captures(reader->words.variables, captures);
}

static bool
finds(struct reader *reader, const struct pattern *pattern, const struct buf *word)
{
	struct pattern_groups groups = {0};
	enum pattern_verdict verdict = pattern_find(pattern, buf_slice(word), &groups);

	if (verdict == PATTERN_TOO_COSTLY)
		return fail(reader, "its regular expression takes too long");
	if (verdict == PATTERN_YES)
		set_captures(reader, &groups);
	return verdict == PATTERN_YES;
}

/* Whether word matches the regular expression that follows. */
static bool
matches(struct reader *reader, const struct buf *word)
{
	char why[PATTERN_WHY_SIZE];
	struct pattern *pattern;
	struct slice text;
	bool ignores_case, is_found;

	if (!ssi_word_take_pattern(&reader->words, &text, &ignores_case))
		return false;
	pattern = pattern_create(text, ignores_case, why);
	if (!pattern) {
		fail(reader, "in its regular expression, ");
		buf_add_text(reader->words.why, why);
		return false;
	}
	is_found = !reader->is_skipping && finds(reader, pattern, word);
	pattern_destroy(pattern);
	return is_found;
}

static bool
is_in_list(struct reader *reader, const struct buf *word)
{
	bool is_in = false;

	if (!ssi_word_take(&reader->words, "{"))
		return fail(reader, "a list in { } is expected after \"in\"");
	do {
		struct buf item = {0};

		ssi_word_read(&reader->words, &item);
		is_in |= slice_equal(buf_slice(word), buf_slice(&item));
		buf_finish(&item);
	} while (!is_wrong(reader) && ssi_word_take(&reader->words, ","));
	if (!is_wrong(reader) && !ssi_word_take(&reader->words, "}"))
		return fail(reader, "the } of a list is missing");
	return is_in;
}

/* What follows the first word of a comparison. */
static bool
compare_word(struct reader *reader, const struct buf *word)
{
	struct ssi_word_reader *words = &reader->words;
	const struct comparison *comparison;
	struct buf other = {0};
	bool holds;

	if (ssi_word_take(words, "=~"))
		return matches(reader, word);
	if (ssi_word_take(words, "!~"))
		return !matches(reader, word);
	if (ssi_word_take_name(words, "in"))
		return is_in_list(reader, word);
	comparison = take_comparison(reader);
	if (!comparison)
		return fail(reader, "a comparison is expected after its first value");
	ssi_word_read(words, &other);
	holds = comparison->holds[compare(comparison->is_for_numbers, word->bytes, other.bytes)];
	buf_finish(&other);
	return holds;
}

static bool
is_set(struct slice text)
{
	static const char *const off[] = {"", "off", "false", "no", "0"};

	for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++)
		if (slice_is_nocase(text, off[i]))
			return false;
	return true;
}

/* -n, -z or -T; 0 when there is none. */
static char
take_test(struct reader *reader)
{
	static const char *const tests[] = {"-n", "-z", "-T"};

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (ssi_word_take_name(&reader->words, tests[i]))
			return tests[i][1];
	return 0;
}

static bool
read_comparison(struct reader *reader)
{
	char test = take_test(reader);
	struct buf word = {0};
	bool holds = false;

	ssi_word_read(&reader->words, &word);
	if (is_wrong(reader))
		holds = false;
	else if (test == 'T')
		holds = is_set(buf_slice(&word));
	else if (test)
		holds = (word.length == 0) == (test == 'z');
	else
		holds = compare_word(reader, &word);
	buf_finish(&word);
	return holds;
}

/* ---- conditions ---- */

static bool read_or(struct reader *reader);

static bool
read_inner(struct reader *reader)
{
	struct ssi_word_reader *words = &reader->words;
	bool holds;

	if (ssi_word_take(words, "(")) {
		holds = read_or(reader);
		if (!is_wrong(reader) && !ssi_word_take(words, ")"))
			return fail(reader, "a ) is missing");
		return holds;
	}
	if (ssi_word_take_name(words, "true"))
		return true;
	if (ssi_word_take_name(words, "false"))
		return false;
	return read_comparison(reader);
}

static bool
read_not(struct reader *reader)
{
	bool is_not = false;

	while (ssi_word_take_not(&reader->words))
		is_not = !is_not;
	return read_inner(reader) != is_not;
}

static bool
read_and(struct reader *reader)
{
	bool holds = read_not(reader), was_skipping = reader->is_skipping;

	while (!is_wrong(reader) && (ssi_word_take(&reader->words, "&&") ||
					    ssi_word_take_name(&reader->words, "and"))) {
		reader->is_skipping |= !holds;
		holds = read_not(reader) && holds;
	}
	reader->is_skipping = was_skipping;
	return holds;
}

static bool
read_or(struct reader *reader)
{
	bool holds, was_skipping = reader->is_skipping;

	if (reader->depth++ == SSI_EXPRESSION_DEPTH_MAX)
		return fail(reader, "its parentheses are nested too deep");
	holds = read_and(reader);
	while (!is_wrong(reader) &&
		(ssi_word_take(&reader->words, "||") || ssi_word_take_name(&reader->words, "or"))) {
		reader->is_skipping |= holds;
		holds = read_and(reader) || holds;
	}
	reader->is_skipping = was_skipping;
	reader->depth--;
	return holds;
}

enum ssi_expression_verdict
ssi_expression_evaluate(struct ssi_variables *variables, struct slice text, const char *time_format,
	struct buf *why)
{
	struct reader reader = {
		.words = {.variables = variables,
			.rest = text,
			.time_format = time_format,
			.why = why},
	};
	bool holds;

	if (text.length > SSI_EXPRESSION_LENGTH_MAX) {
		fail(&reader, "it is too long");
		return SSI_EXPRESSION_WRONG;
	}
	holds = read_or(&reader);
	if (!is_wrong(&reader) && !ssi_word_is_at_end(&reader.words))
		fail(&reader, "nothing may follow the condition");
	if (is_wrong(&reader))
		return SSI_EXPRESSION_WRONG;
	return holds ? SSI_EXPRESSION_TRUE : SSI_EXPRESSION_FALSE;
}
