/*
 * redirects_file: see redirects_file.h. Owns its rules. Patterns are compared in the canonical form of
 * paths, so it does not matter how a request or a rule has escaped a letter.
 */
#include "rules/redirects_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rules/path_pattern.h"

enum { PARAMETERS = 8 }; /* of the query, in one rule */

struct parameter {
	char *key, *value; /* value ":name" is a placeholder */
};

struct rule {
	char *from; /* of path_pattern_read */
	char *to;
	int status;
	bool is_forced;
	unsigned line;
	struct parameter parameters[PARAMETERS];
	size_t parameter_count;
	char *languages, *cookies; /* lists; or NULL */
	bool is_elsewhere;         /* it depends on what only the host knows */
};

struct redirects_file {
	struct rule *rules;
	size_t count, capacity;
};

static void
rule_finish(struct rule *rule)
{
	free(rule->from);
	free(rule->to);
	free(rule->languages);
	free(rule->cookies);
	for (size_t i = 0; i < rule->parameter_count; i++) {
		free(rule->parameters[i].key);
		free(rule->parameters[i].value);
	}
}

void
redirects_file_destroy(struct redirects_file *file)
{
	if (!file)
		return;
	for (size_t i = 0; i < file->count; i++)
		rule_finish(&file->rules[i]);
	free(file->rules);
	free(file);
}

/* ---- reading ---- */

/* Takes the next word of a line; a comment ends the line. Returns false at the end. */
static bool
take_word(struct slice *line, struct slice *word)
{
	size_t length = 0;

	*line = slice_trim(*line);
	if (!line->length || line->at[0] == '#')
		return false;
	while (length < line->length && line->at[length] != ' ' && line->at[length] != '\t')
		length++;
	*word = (struct slice){line->at, length};
	slice_drop(line, length);
	return true;
}

static bool
is_address(struct slice word)
{
	return slice_starts(word, "/") || slice_starts_nocase(word, "http://") ||
	       slice_starts_nocase(word, "https://");
}

static bool
has_control_byte(struct slice text)
{
	for (size_t i = 0; i < text.length; i++)
		if (((unsigned char)text.at[i] < ' ' && text.at[i] != '\t') || text.at[i] == 0x7f)
			return true;
	return false;
}

/* "id=:id", in front of the address. */
static bool
add_parameter(struct rule *rule, struct slice word)
{
	struct parameter *parameter = &rule->parameters[rule->parameter_count];
	struct slice key;

	if (rule->parameter_count == PARAMETERS || !memchr(word.at, '=', word.length))
		return false;
	slice_split(&word, '=', &key);
	parameter->key = mem_copy(key.at, key.length);
	parameter->value = mem_copy(word.at, word.length);
	rule->parameter_count++;
	return true;
}

/* "301", "200!". Returns false for anything else. */
static bool
read_status(struct rule *rule, struct slice word)
{
	static const int known[] = {
		200, 301, 302, 303, 307, 308, 400, 401, 403, 404, 410, 500, 503};
	uint64_t status;

	rule->is_forced = slice_ends(word, "!");
	word.length -= rule->is_forced;
	if (!slice_number(word, &status))
		return false;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if ((int)status == known[i] && status < 1000)
			rule->status = known[i];
	return rule->status;
}

static void
add_list(char **list, struct slice value)
{
	free(*list);
	*list = mem_copy(value.at, value.length);
}

/* "Language=de,en". Returns false for what is no condition. */
static bool
add_condition(struct rule *rule, struct slice word, struct rule_source *source)
{
	struct slice key = {0};

	if (!memchr(word.at, '=', word.length))
		return false;
	slice_split(&word, '=', &key);
	if (slice_is_nocase(key, "Language")) {
		add_list(&rule->languages, word);
	} else if (slice_is_nocase(key, "Cookie")) {
		add_list(&rule->cookies, word);
	} else if (slice_is_nocase(key, "Country") || slice_is_nocase(key, "Role")) {
		rule->is_elsewhere = true;
		rule_source_note(source, rule->line,
			"a rule with %.*s= never applies here, because only the host knows that",
			(int)key.length, key.at);
	} else {
		return false;
	}
	return true;
}

/* Reads what follows FROM. Returns why it is no rule, or NULL. */
static const char *
read_rest(struct rule *rule, struct slice line, struct rule_source *source)
{
	struct slice word = {0};

	while (take_word(&line, &word) && !is_address(word))
		if (!add_parameter(rule, word))
			return "what comes before the second address has to be NAME=VALUE";
	if (!is_address(word))
		return "there is no second address";
	rule->to = mem_copy(word.at, word.length);
	while (take_word(&line, &word)) {
		if (rule->status || !read_status(rule, word)) {
			if (!add_condition(rule, word, source))
				return "after the second address come a status, such as 301 or "
				       "200!, "
				       "and conditions such as Language=de";
		}
	}
	if (!rule->status)
		rule->status = 301;
	return NULL;
}

static void
note_proxy(const struct rule *rule, struct rule_source *source)
{
	if (rule->status == 200 && rule->to[0] != '/')
		rule_source_note(source, rule->line,
			"%s would be asked for this; a file of the site decides nothing about "
			"other "
			"servers, so start with --proxy=ROUTE=URL",
			rule->to);
}

static void
read_line(
	struct redirects_file *file, struct slice line, unsigned number, struct rule_source *source)
{
	struct rule rule = {.line = number};
	const char *why = NULL;
	struct slice from = {0};

	if (!take_word(&line, &from))
		return;
	rule.from = path_pattern_read(from);
	if (has_control_byte(from) || has_control_byte(line))
		why = "it has control characters";
	else if (from.length + line.length > REDIRECTS_LINE_MAX)
		why = "the line is too long";
	else if (file->count == REDIRECTS_RULES_MAX)
		why = "there are too many rules";
	else if (!rule.from)
		why = "it has to begin with a path, such as /old, or an address with https://";
	else
		why = read_rest(&rule, line, source);
	if (why) {
		rule_source_note(source, number, "this is no rule: %s", why);
		rule_finish(&rule);
		return;
	}
	note_proxy(&rule, source);
	file->rules = mem_grow(file->rules, file->count, &file->capacity, sizeof(rule));
	file->rules[file->count++] = rule;
}

struct redirects_file *
redirects_file_create(struct slice text, struct rule_source *source)
{
	struct redirects_file *file = mem_zero(sizeof(*file));
	struct slice line;

	for (unsigned number = 1; slice_split(&text, '\n', &line); number++) {
		if (slice_ends(line, "\r"))
			line.length--;
		read_line(file, line, number, source);
	}
	return file;
}

/* ---- matching ---- */

/* The value of a parameter of the query; absent when there is none. */
static struct slice
query_value(struct slice query, const char *key)
{
	struct slice pair, name;

	while (slice_split(&query, '&', &pair)) {
		slice_split(&pair, '=', &name);
		if (slice_is(name, key))
			return pair.at ? pair : SLICE_LITERAL("");
	}
	return (struct slice){0};
}

static bool
has_parameters(const struct rule *rule, struct slice query, struct path_match *match)
{
	for (size_t i = 0; i < rule->parameter_count; i++) {
		const struct parameter *parameter = &rule->parameters[i];
		struct slice value = query_value(query, parameter->key);

		if (!value.at)
			return false;
		if (parameter->value[0] != ':') {
			if (!slice_is(value, parameter->value))
				return false;
		} else if (match->count < PATH_PATTERN_NAMES) {
			match->items[match->count].name = slice_of(parameter->value + 1);
			match->items[match->count].value = value;
			match->count++;
		}
	}
	return true;
}

/* Adds what of the query is not read by the rule, if the target has no query of its own. */
static void
pass_query(const struct rule *rule, struct slice query, struct buf *target)
{
	char mark = '?';
	struct slice pair;

	if (memchr(target->bytes, '?', target->length) ||
		memchr(target->bytes, '#', target->length))
		return;
	while (slice_split(&query, '&', &pair)) {
		struct slice rest = pair, key;
		bool is_read = false;

		slice_split(&rest, '=', &key);
		for (size_t i = 0; i < rule->parameter_count; i++)
			is_read |= slice_is(key, rule->parameters[i].key);
		if (is_read)
			continue;
		buf_add_char(target, mark);
		mark = '&';
		buf_add_slice(target, pair);
	}
}

/* Adds text; each byte that may not be in a header field or a URL is percent-encoded. */
static void
add_url(struct buf *url, struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (c <= ' ' || c >= 0x7f || strchr("\"<>\\^`{|}", c))
			buf_addf(url, "%%%02X", c);
		else
			buf_add_char(url, (char)c);
	}
}

static void
write_target(const struct rule *rule, const struct rule_request *request,
	const struct path_match *match, struct buf *target)
{
	struct buf text = {0};

	buf_reserve(&text, 0);
	path_pattern_fill(slice_of(rule->to), match, &text);
	pass_query(rule, rule_request_query(request->request), &text);
	buf_clear(target);
	/* "//host" would be another host: a splat at the front must not make one. */
	if (rule->to[0] == '/' && rule->to[1] != '/')
		while (slice_starts(buf_slice(&text), "//"))
			buf_drop(&text, 1);
	add_url(target, buf_slice(&text));
	buf_finish(&text);
}

/* The path of an address, up to its query. */
static struct slice
path_of(struct slice url)
{
	size_t length = 0;

	while (length < url.length && url.at[length] != '?' && url.at[length] != '#')
		length++;
	return (struct slice){url.at, length};
}

static bool
differs_by_slash(struct slice a, struct slice b)
{
	struct slice longer = a.length > b.length ? a : b, shorter = a.length > b.length ? b : a;

	return longer.length == shorter.length + 1 && slice_ends(longer, "/") &&
	       memcmp(longer.at, shorter.at, shorter.length) == 0;
}

/* Whether the browser would ask for the same again. */
static bool
is_loop(const struct rule_request *request, struct slice target)
{
	const struct request *sent = request->request;

	return slice_equal(path_of(target), buf_slice(&request->path)) &&
	       target.length == path_of(target).length + sent->query.length;
}

static bool
applies(const struct rule *rule, const struct rule_request *request, struct slice path,
	struct path_match *match)
{
	const struct request *sent = request->request;

	*match = (struct path_match){.host = rule_request_host(sent)};
	return !rule->is_elsewhere && path_pattern_matches(rule->from, path, match) &&
	       has_parameters(rule, rule_request_query(sent), match) &&
	       (!rule->languages || rule_request_prefers(sent, slice_of(rule->languages))) &&
	       (!rule->cookies || rule_request_has_cookie(sent, slice_of(rule->cookies)));
}

static enum redirects_verdict
verdict_of(const struct rule *rule)
{
	if (rule->status >= 300 && rule->status < 400)
		return REDIRECTS_REDIRECT;
	if (rule->to[0] != '/')
		return rule->status == 200 ? REDIRECTS_PROXY : REDIRECTS_REDIRECT;
	return rule->status == 200 ? REDIRECTS_REWRITE : REDIRECTS_PAGE;
}

/* The same path with a slash at its end, or without it. */
static void
toggle_slash(struct slice path, struct buf *other)
{
	buf_clear(other);
	buf_add_slice(other, path);
	if (path.length > 1 && slice_ends(path, "/"))
		other->length--;
	else
		buf_add_char(other, '/');
}

enum redirects_verdict
redirects_file_find(const struct redirects_file *file, const struct rule_request *request,
	struct redirects_answer *answer)
{
	enum redirects_verdict verdict = REDIRECTS_NONE;
	struct slice path = buf_slice(&request->path);
	struct buf other = {0};
	int is_shown = -1; /* not known yet */

	toggle_slash(path, &other);
	for (size_t i = 0; i < file->count && verdict == REDIRECTS_NONE; i++) {
		const struct rule *rule = &file->rules[i];
		struct path_match match;
		bool is_exact = applies(rule, request, path, &match);

		if (!is_exact && !applies(rule, request, buf_slice(&other), &match))
			continue;
		if (!rule->is_forced && is_shown < 0)
			is_shown = request->site->shows(
				request->site->context, request->name.bytes);
		if (!rule->is_forced && is_shown)
			continue;
		write_target(rule, request, &match, &answer->target);
		verdict = verdict_of(rule);
		if (verdict == REDIRECTS_REDIRECT &&
			(is_loop(request, buf_slice(&answer->target)) ||
				(!is_exact && differs_by_slash(
						      path_of(buf_slice(&answer->target)), path))))
			verdict = REDIRECTS_NONE;
		answer->status = rule->status;
		answer->line = rule->line;
	}
	buf_finish(&other);
	return verdict;
}
