/*
 * pattern: see pattern.h. The only module that knows PCRE2. It is not compiled to machine code, because
 * the sandbox forbids that.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "names/pattern.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum {
	STEPS_MAX = 100000,  /* a millisecond or so */
	DEPTH_MAX = 2000,    /* of groups that are open at the same time */
	HEAP_MAX_KIB = 1024, /* memory of a comparison */
};

struct pattern {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
};

struct pattern *
pattern_create(struct slice text, bool ignores_case, char why[PATTERN_WHY_SIZE])
{
	uint32_t options = PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_UTF |
			   PCRE2_NEVER_BACKSLASH_C | (ignores_case ? PCRE2_CASELESS : 0);
	struct pattern *pattern;
	pcre2_code *code = NULL;
	PCRE2_SIZE at = 0;
	int error = 0;

	if (text.length > PATTERN_LENGTH_MAX) {
		snprintf(why, PATTERN_WHY_SIZE, "it is too long");
		return NULL;
	}
	code = pcre2_compile((PCRE2_SPTR)text.at, text.length, options, &error, &at, NULL);
	if (!code) {
		if (pcre2_get_error_message(error, (PCRE2_UCHAR *)why, PATTERN_WHY_SIZE) < 0)
			snprintf(why, PATTERN_WHY_SIZE, "error %d", error);
		return NULL;
	}
	pattern = mem_zero(sizeof(*pattern));
	pattern->code = code;
	pattern->data = pcre2_match_data_create(PATTERN_GROUPS, NULL);
	pattern->limits = pcre2_match_context_create(NULL);
	if (!pattern->data || !pattern->limits)
		mem_exhausted();
	pcre2_set_match_limit(pattern->limits, STEPS_MAX);
	pcre2_set_depth_limit(pattern->limits, DEPTH_MAX);
	pcre2_set_heap_limit(pattern->limits, HEAP_MAX_KIB);
	return pattern;
}

struct pattern *
pattern_create_wildcards(struct slice text, char why[PATTERN_WHY_SIZE])
{
	struct buf regular = {0};
	struct pattern *pattern;

	buf_add_char(&regular, '^');
	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] == '*')
			buf_add_text(&regular, ".*");
		else if (text.at[i] == '?')
			buf_add_char(&regular, '.');
		else if (strchr("\\^$.|()[]{}+", text.at[i]))
			buf_addf(&regular, "\\%c", text.at[i]);
		else
			buf_add_char(&regular, text.at[i]);
	}
	buf_add_char(&regular, '$');
	pattern = pattern_create(buf_slice(&regular), false, why);
	buf_finish(&regular);
	return pattern;
}

void
pattern_destroy(struct pattern *pattern)
{
	if (!pattern)
		return;
	pcre2_match_context_free(pattern->limits);
	pcre2_match_data_free(pattern->data);
	pcre2_code_free(pattern->code);
	free(pattern);
}

enum pattern_verdict
pattern_find(const struct pattern *pattern, struct slice subject, struct pattern_groups *groups)
{
	const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(pattern->data);
	int count = pcre2_match(pattern->code, (PCRE2_SPTR)(subject.at ? subject.at : ""),
		subject.length, 0, 0, pattern->data, pattern->limits);

	if (count < 0)
		return count == PCRE2_ERROR_NOMATCH ? PATTERN_NO : PATTERN_TOO_COSTLY;
	if (!groups)
		return PATTERN_YES;
	*groups = (struct pattern_groups){0};
	for (size_t i = 0; i < PATTERN_GROUPS && (count == 0 || i < (size_t)count); i++)
		if (offsets[2 * i] != PCRE2_UNSET && offsets[2 * i + 1] >= offsets[2 * i])
			groups->items[i] = (struct slice){
				(subject.at ? subject.at : "") + offsets[2 * i],
				offsets[2 * i + 1] - offsets[2 * i]};
	return PATTERN_YES;
}
