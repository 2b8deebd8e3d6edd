/*
 * headers_file: see headers_file.h. Owns its rules, each with its fields in the order of the file.
 */
#include "rules/headers_file.h"

#include <stdlib.h>

#include "base/mem.h"
#include "rules/header_rule.h"
#include "rules/path_pattern.h"

struct rule {
	char *pattern;
	struct header_rule *headers;
	size_t count, capacity;
};

struct headers_file {
	struct rule *rules;
	size_t count, capacity;
};

void
headers_file_destroy(struct headers_file *file)
{
	if (!file)
		return;
	for (size_t i = 0; i < file->count; i++) {
		struct rule *rule = &file->rules[i];

		for (size_t j = 0; j < rule->count; j++)
			header_rule_finish(&rule->headers[j]);
		free(rule->headers);
		free(rule->pattern);
	}
	free(file->rules);
	free(file);
}

/* ---- reading ---- */

/* Returns false when the line is no pattern; then the lines below it have no rule. */
static bool
add_rule(struct headers_file *file, struct slice line, unsigned number, struct rule_source *source)
{
	char *pattern = file->count < HEADERS_FILE_RULES_MAX ? path_pattern_read(line) : NULL;

	if (!pattern) {
		rule_source_note(source, number,
			file->count < HEADERS_FILE_RULES_MAX ? "this is neither a path, such as "
							       "/assets/*, nor an indented field, "
							       "such as \"X-Name: value\""
							     : "there are too many rules");
		return false;
	}
	file->rules = mem_grow(file->rules, file->count, &file->capacity, sizeof(*file->rules));
	file->rules[file->count++] = (struct rule){.pattern = pattern};
	return true;
}

/* "Name: value" or "! Name" */
static void
add_header(struct rule *rule, struct slice line, unsigned number, struct rule_source *source)
{
	struct header_rule header = {.action = HEADER_APPEND};
	const char *why = NULL;
	struct slice name = {0};

	if (slice_starts(line, "!")) {
		slice_drop(&line, 1);
		header.action = HEADER_UNSET;
		name = slice_trim(line);
		line = SLICE_LITERAL("");
	} else {
		slice_split(&line, ':', &name);
		name = slice_trim(name);
		if (!line.at)
			why = "has no value: a field is \"Name: value\"";
	}
	line = slice_trim(line);
	header.name = mem_copy(name.at, name.length);
	header.value = mem_copy(line.at ? line.at : "", line.length);
	if (!why && (header.action == HEADER_UNSET || !slice_is_nocase(name, "Content-Type")))
		why = header_rule_refusal(header.name, header.value);
	if (!why && slice_is_nocase(name, "Content-Type"))
		why = header_rule_refusal("X-Type", header.value);
	if (why) {
		rule_source_note(source, number, "%s %s", header.name, why);
		header_rule_finish(&header);
		return;
	}
	rule->headers = mem_grow(rule->headers, rule->count, &rule->capacity, sizeof(header));
	rule->headers[rule->count++] = header;
}

struct headers_file *
headers_file_create(struct slice text, struct rule_source *source)
{
	struct headers_file *file = mem_zero(sizeof(*file));
	bool has_rule = false;
	struct slice line;

	for (unsigned number = 1; slice_split(&text, '\n', &line); number++) {
		bool is_indented = line.length && (line.at[0] == ' ' || line.at[0] == '\t');

		if (slice_ends(line, "\r"))
			line.length--;
		line = slice_trim(line);
		if (!line.length || line.at[0] == '#')
			continue;
		if (line.length > HEADERS_FILE_LINE_MAX)
			rule_source_note(source, number, "the line is too long");
		else if (!is_indented)
			has_rule = add_rule(file, line, number, source);
		else if (has_rule)
			add_header(&file->rules[file->count - 1], line, number, source);
		else
			rule_source_note(source, number, "there is no path above this field");
	}
	return file;
}

/* ---- applying ---- */

/* What the rules of this file have set so far; each field then replaces that of the response. */
static void
apply_rule(const struct rule *rule, const struct path_match *match, struct fields *response,
	struct fields *set, struct slice *type)
{
	struct buf value = {0};

	for (size_t i = 0; i < rule->count; i++) {
		const struct header_rule *header = &rule->headers[i];

		if (slice_is_nocase(slice_of(header->name), "Content-Type")) {
			*type = slice_of(header->value);
			continue;
		}
		if (header->action == HEADER_UNSET) {
			header_rule_apply(header, SLICE_LITERAL(""), response);
			fields_drop(set, slice_of(header->name));
			continue;
		}
		buf_clear(&value);
		buf_reserve(&value, 0);
		path_pattern_fill(slice_of(header->value), match, &value);
		header_rule_apply(header, buf_slice(&value), set);
	}
	buf_finish(&value);
}

void
headers_file_apply(const struct headers_file *file, const struct rule_request *request,
	struct fields *fields, struct slice *type)
{
	struct fields set = {0};

	*type = (struct slice){0};
	for (size_t i = 0; i < file->count; i++) {
		struct path_match match = {.host = rule_request_host(request->request)};

		if (path_pattern_matches(file->rules[i].pattern, buf_slice(&request->path), &match))
			apply_rule(&file->rules[i], &match, fields, &set, type);
	}
	for (size_t i = 0; i < set.count; i++) {
		struct field field = fields_at(&set, i);
		const struct header_rule replace = {
			.action = HEADER_SET, .name = mem_copy(field.name.at, field.name.length)};

		header_rule_apply(&replace, field.value, fields);
		free(replace.name);
	}
	fields_finish(&set);
}
