/*
 * rewrite_rules: see rewrite_rules.h. Owns the texts and patterns. A rule that cannot be followed stays
 * in its place, and never applies: other rules count on it (S, C).
 */
#include "rules/rewrite_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/status.h"
#include "rules/htaccess_words.h"
#include "rules/rewrite_text.h"

void
rewrite_rules_finish(struct rewrite_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		pattern_destroy(rules->rules[i].pattern);
		free(rules->rules[i].target);
		free(rules->rules[i].variables);
	}
	for (size_t i = 0; i < rules->condition_count; i++) {
		pattern_destroy(rules->conditions[i].pattern);
		free(rules->conditions[i].subject);
		free(rules->conditions[i].text);
	}
	free(rules->rules);
	free(rules->conditions);
	free(rules->base);
	*rules = (struct rewrite_rules){0};
}

bool
rewrite_rules_know(struct slice name)
{
	return slice_starts_nocase(name, "Rewrite");
}

/* ---- comparing ---- */

/* Below, at or above 0, as strcmp(3). */
static int
compare_texts(struct slice a, struct slice b)
{
	size_t least = a.length < b.length ? a.length : b.length;
	int order = least ? memcmp(a.at, b.at, least) : 0;

	return order ? order : (a.length > b.length) - (a.length < b.length);
}

/* The number at the front of text, with its sign; 0 when there is none. */
static long
number_of(struct slice text)
{
	char digits[20] = "";

	if (text.length)
		memcpy(digits, text.at,
			text.length < sizeof(digits) ? text.length : sizeof(digits) - 1);
	return strtol(digits, NULL, 10);
}

bool
rewrite_condition_compares(
	const struct rewrite_condition *condition, struct slice subject, const char *text)
{
	struct slice other = slice_of(text);
	long a = number_of(subject), b = number_of(other);

	switch (condition->test) {
	case REWRITE_EQUALS:
		return condition->ignores_case ? slice_equal_nocase(subject, other)
					       : slice_equal(subject, other);
	case REWRITE_LESS:
		return compare_texts(subject, other) < 0;
	case REWRITE_GREATER:
		return compare_texts(subject, other) > 0;
	case REWRITE_NUMBER_EQUALS:
		return a == b;
	case REWRITE_NUMBER_LESS:
		return a < b;
	case REWRITE_NUMBER_GREATER:
		return a > b;
	default:
		return false;
	}
}

/* ---- flags ---- */

struct reading {
	struct rewrite_rules *rules;
	unsigned line;
	struct rule_source *source;
};

static void
add_variable(struct rewrite_rule *rule, struct slice text)
{
	struct buf all = {0};
	const char *old = rule->variables;

	while (old && *old) {
		buf_add(&all, old, strlen(old) + 1);
		old += strlen(old) + 1;
	}
	buf_add_slice(&all, text);
	buf_add(&all, "\0", 2);
	free(rule->variables);
	rule->variables = buf_take(&all);
}

/* "R", "R=301", "R=permanent". Returns false when it is no status. */
static bool
read_status(struct rewrite_rule *rule, struct slice value)
{
	static const struct {
		const char *word;
		int status;
	} words[] = {{"permanent", 301}, {"temp", 302}, {"seeother", 303}};
	uint64_t number;

	rule->status = value.length ? 0 : 302;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (slice_is_nocase(value, words[i].word))
			rule->status = words[i].status;
	if (slice_number(value, &number) && number >= 300 && number < 600 && number != 304 &&
		status_is_known((int)number))
		rule->status = (int)number;
	return rule->status != 0;
}

static bool
read_plain_flag(struct rewrite_rule *rule, struct slice name)
{
	static const struct {
		const char *name, *word;
		unsigned flags;
	} rows[] = {
		{"L", "last", REWRITE_LAST},
		{"END", "end", REWRITE_LAST | REWRITE_END},
		{"C", "chain", REWRITE_CHAIN},
		{"N", "next", REWRITE_NEXT},
		{"NE", "noescape", REWRITE_NO_ESCAPE},
		{"QSA", "qsappend", REWRITE_QUERY_APPEND},
		{"QSD", "qsdiscard", REWRITE_QUERY_DISCARD},
		{"PT", "passthrough", REWRITE_LAST},
		{"B", "B", REWRITE_ESCAPE_GROUPS},
		{"NC", "nocase", 0},
		{"NS", "nosubreq", 0},
		{"DPI", "discardpath", 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (slice_is_nocase(name, rows[i].name) || slice_is_nocase(name, rows[i].word)) {
			rule->flags |= rows[i].flags;
			return true;
		}
	return false;
}

/* Flags that change nothing of what is shown here: only a note. */
static bool
is_beside_the_point(struct slice name)
{
	static const char *const names[] = {"CO", "cookie", "H", "handler", "T", "type", "BCTLS",
		"BNP", "UnsafeAllow3F", "UnsafePrefixStat", "UNC"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_is_nocase(name, names[i]))
			return true;
	return false;
}

/* Returns false when the rule cannot be followed because of this flag. */
static bool
read_flag(struct rewrite_rule *rule, struct slice flag, const struct reading *reading)
{
	struct slice name = {0};
	uint64_t number;

	slice_split(&flag, '=', &name);
	if (read_plain_flag(rule, name))
		return true;
	if (slice_is_nocase(name, "F") || slice_is_nocase(name, "forbidden")) {
		rule->status = 403;
	} else if (slice_is_nocase(name, "G") || slice_is_nocase(name, "gone")) {
		rule->status = 410;
	} else if (slice_is_nocase(name, "R") || slice_is_nocase(name, "redirect")) {
		return read_status(rule, flag);
	} else if (slice_is_nocase(name, "S") || slice_is_nocase(name, "skip")) {
		if (!slice_number(flag, &number) || number > REWRITE_RULES_MAX)
			return false;
		rule->skip = (unsigned)number;
	} else if (slice_is_nocase(name, "E") || slice_is_nocase(name, "env")) {
		add_variable(rule, flag);
	} else if (is_beside_the_point(name)) {
		rule_source_note(reading->source, reading->line, "the flag %.*s is not followed",
			(int)name.length, name.at);
	} else {
		return false;
	}
	return true;
}

static bool
has_flag(struct slice flags, const char *short_name, const char *long_name)
{
	struct slice flag;

	while (slice_split(&flags, ',', &flag))
		if (slice_is_nocase(slice_trim(flag), short_name) ||
			slice_is_nocase(slice_trim(flag), long_name))
			return true;
	return false;
}

/* What is in "[...]"; absent, after a note, when it is no list of flags. */
static struct slice
read_brackets(const struct buf *word, const struct reading *reading)
{
	struct slice flags = buf_slice(word);

	if (slice_starts(flags, "[") && slice_ends(flags, "]"))
		return (struct slice){flags.at + 1, flags.length - 2};
	rule_source_note(reading->source, reading->line,
		"\"%s\" is not a list of flags in brackets", word->bytes);
	return (struct slice){0};
}

/* ---- conditions ---- */

/* Returns false when the condition is of a kind that is not followed. */
static bool
read_test(struct rewrite_condition *condition, struct slice text)
{
	static const struct {
		const char *name;
		enum rewrite_test test;
	} files[] = {{"-f", REWRITE_IS_FILE}, {"-F", REWRITE_IS_FILE}, {"-s", REWRITE_HAS_BYTES},
		{"-d", REWRITE_IS_FOLDER}, {"-U", REWRITE_EXISTS}, {"-l", REWRITE_NEVER},
		{"-L", REWRITE_NEVER}, {"-h", REWRITE_NEVER}, {"-x", REWRITE_NEVER}},
	  texts[] = {{"=", REWRITE_EQUALS}, {"<", REWRITE_LESS}, {">", REWRITE_GREATER},
		  {"-eq", REWRITE_NUMBER_EQUALS}, {"-lt", REWRITE_NUMBER_LESS},
		  {"-gt", REWRITE_NUMBER_GREATER}};
	char why[PATTERN_WHY_SIZE];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (slice_is(text, files[i].name)) {
			condition->test = files[i].test;
			return true;
		}
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (slice_starts(text, texts[i].name)) {
			condition->test = texts[i].test;
			slice_drop(&text, strlen(texts[i].name));
			condition->text = mem_copy(text.at, text.length);
			/* "<=" and ">=" are the opposites of the others. */
			return text.length == 0 || text.at[0] != '=' || i == 0;
		}
	condition->pattern = pattern_create(text, condition->ignores_case, why);
	return condition->pattern;
}

static void
add_condition(const struct reading *reading, struct slice arguments)
{
	struct rewrite_rules *rules = reading->rules;
	struct rewrite_condition condition = {0};
	struct buf subject = {0}, test = {0}, word = {0};
	struct slice flags = {0}, text;
	bool is_whole = htaccess_take_raw_word(&arguments, &subject) &&
			htaccess_take_raw_word(&arguments, &test);

	if (is_whole && htaccess_take_raw_word(&arguments, &word))
		flags = read_brackets(&word, reading);
	text = buf_slice(&test);
	condition.is_negated = is_whole && slice_starts(text, "!");
	if (condition.is_negated)
		slice_drop(&text, 1);
	condition.ignores_case = has_flag(flags, "NC", "nocase");
	condition.is_or = has_flag(flags, "OR", "ornext");
	if (!is_whole || slice_is_nocase(buf_slice(&subject), "expr") ||
		rewrite_text_unknown(subject.bytes).at ||
		rules->condition_count == REWRITE_CONDITIONS_MAX || !read_test(&condition, text)) {
		rule_source_note(reading->source, reading->line,
			"a rule with the condition \"%s %s\" is not followed",
			is_whole ? subject.bytes : "", is_whole ? test.bytes : "");
		rules->is_unfollowed = true;
		free(condition.text);
	} else {
		condition.subject = buf_take(&subject);
		rules->conditions = mem_grow(rules->conditions, rules->condition_count,
			&rules->condition_capacity, sizeof(condition));
		rules->conditions[rules->condition_count++] = condition;
	}
	buf_finish(&subject);
	buf_finish(&test);
	buf_finish(&word);
}

/* ---- rules ---- */

/* Returns why the rule cannot be followed, or NULL. */
static const char *
read_rule(struct rewrite_rule *rule, struct slice text, struct slice flags,
	const struct reading *reading)
{
	static char why[PATTERN_WHY_SIZE];
	struct slice flag;

	rule->is_negated = slice_starts(text, "!");
	if (rule->is_negated)
		slice_drop(&text, 1);
	rule->pattern = pattern_create(text, has_flag(flags, "NC", "nocase"), why);
	if (!rule->pattern)
		return why;
	while (slice_split(&flags, ',', &flag))
		if (!read_flag(rule, slice_trim(flag), reading))
			return "it has a flag that is not followed";
	return NULL;
}

static void
add_rule(const struct reading *reading, struct slice arguments)
{
	struct rewrite_rules *rules = reading->rules;
	struct rewrite_rule rule = {.line = reading->line, .first = rules->taken};
	struct buf pattern = {0}, target = {0}, word = {0};
	struct slice flags = {0};
	const char *why = NULL;

	rule.count = rules->condition_count - rules->taken;
	rules->taken = rules->condition_count;
	if (!htaccess_take_raw_word(&arguments, &pattern) ||
		!htaccess_take_raw_word(&arguments, &target))
		why = "a rule is a pattern and a path";
	else if (htaccess_take_raw_word(&arguments, &word))
		flags = read_brackets(&word, reading);
	if (!why && rewrite_text_unknown(target.bytes).at)
		why = "its path has a variable that is not known here";
	if (!why)
		why = read_rule(&rule, buf_slice(&pattern), flags, reading);
	if (slice_is(buf_slice(&target), "-"))
		rule.flags |= REWRITE_ONLY_MATCH;
	if (why)
		rule_source_note(
			reading->source, reading->line, "this rule is not followed: %s", why);
	if (why || rules->is_unfollowed)
		rule.flags |= REWRITE_UNFOLLOWED;
	rules->is_unfollowed = false;
	rule.target = buf_take(&target);
	buf_finish(&pattern);
	buf_finish(&word);
	rules->rules = mem_grow(rules->rules, rules->count, &rules->capacity, sizeof(rule));
	rules->rules[rules->count++] = rule;
}

static void
set_base(struct rewrite_rules *rules, struct slice arguments)
{
	struct buf base = {0};

	free(rules->base);
	rules->base = NULL;
	if (htaccess_take_raw_word(&arguments, &base) && base.bytes[0] == '/') {
		if (!slice_ends(buf_slice(&base), "/"))
			buf_add_char(&base, '/');
		rules->base = buf_take(&base);
	}
	buf_finish(&base);
}

void
rewrite_rules_add(struct rewrite_rules *rules, struct slice name, struct slice arguments,
	unsigned line, struct rule_source *source)
{
	const struct reading reading = {rules, line, source};

	if (slice_is_nocase(name, "RewriteEngine")) {
		rules->has_state = true;
		rules->is_on = slice_is_nocase(slice_trim(arguments), "on");
	} else if (slice_is_nocase(name, "RewriteBase")) {
		set_base(rules, arguments);
	} else if (slice_is_nocase(name, "RewriteCond")) {
		add_condition(&reading, arguments);
	} else if (slice_is_nocase(name, "RewriteRule") && rules->count < REWRITE_RULES_MAX) {
		add_rule(&reading, arguments);
	} else {
		rule_source_note(source, line, "%.*s is not followed", (int)name.length, name.at);
	}
}
