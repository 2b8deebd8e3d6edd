/*
 * htaccess: see htaccess.h. Owns all texts and patterns. A section that does not count is skipped with
 * all that is in it.
 */
#include "rules/htaccess.h"

#include <stdlib.h>

#include "base/mem.h"
#include "fs/path.h"
#include "rules/directive.h"
#include "rules/htaccess_words.h"

enum { NESTED_MAX = 16 };

enum section {
	SECTION_COUNTS,
	SECTION_SKIPPED,
	SECTION_FILES,
};

struct reading {
	struct htaccess *file;
	struct rule_source *source;
	unsigned line;
	enum section open[NESTED_MAX];
	size_t depth, skipped; /* skipped: how many of the open ones do not count */
	size_t files;          /* the section of files that is open: 0 for none */
};

void
htaccess_destroy(struct htaccess *file)
{
	if (!file)
		return;
	for (size_t i = 0; i < file->count; i++) {
		struct htaccess_directive *directive = &file->directives[i];

		free(directive->first);
		free(directive->second);
		pattern_destroy(directive->pattern);
		header_rule_finish(&directive->header);
	}
	for (size_t i = 0; i < file->section_count; i++)
		pattern_destroy(file->sections[i]);
	rewrite_rules_finish(&file->rewrite);
	free(file->directives);
	free(file->folder);
	free(file);
}

/* ---- sections ---- */

/* Whether <IfModule> finds its module: "mod_rewrite.c", "rewrite_module". */
static bool
has_module(struct slice name)
{
	static const char *const modules[] = {"rewrite", "alias", "headers", "mime", "dir",
		"autoindex", "negotiation", "authz_core", "authz_host", "access_compat"};
	bool is_negated = slice_starts(name, "!"), is_known = false;

	if (is_negated)
		slice_drop(&name, 1);
	if (slice_starts_nocase(name, "mod_") && slice_ends_nocase(name, ".c"))
		name = (struct slice){name.at + 4, name.length - 6};
	else if (slice_ends_nocase(name, "_module"))
		name.length -= 7;
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
		is_known |= slice_is_nocase(name, modules[i]);
	return is_known != is_negated;
}

static bool
lists_get(struct slice methods)
{
	struct buf word = {0};
	bool has_get = false;

	while (htaccess_take_word(&methods, &word))
		has_get |= slice_is_nocase(buf_slice(&word), "GET");
	buf_finish(&word);
	return has_get;
}

/* "<Files NAME>", "<Files ~ PATTERN>", "<FilesMatch PATTERN>" */
static enum section
open_files(struct reading *reading, bool is_pattern, struct slice arguments)
{
	struct htaccess *file = reading->file;
	char why[PATTERN_WHY_SIZE] = "there are too many of them";
	struct buf word = {0};
	struct pattern *pattern = NULL;

	htaccess_take_word(&arguments, &word);
	if (!is_pattern && slice_is(buf_slice(&word), "~")) {
		is_pattern = true;
		htaccess_take_word(&arguments, &word);
	}
	if (file->section_count < HTACCESS_SECTIONS_MAX && !reading->files)
		pattern = is_pattern ? pattern_create(buf_slice(&word), false, why)
				     : pattern_create_wildcards(buf_slice(&word), why);
	if (!pattern)
		rule_source_note(reading->source, reading->line,
			"the section for files \"%s\" is not followed: %s", word.bytes, why);
	buf_finish(&word);
	if (!pattern)
		return SECTION_SKIPPED;
	file->sections[file->section_count++] = pattern;
	reading->files = file->section_count;
	return SECTION_FILES;
}

static enum section
open_section(struct reading *reading, struct slice name, struct slice arguments)
{
	if (slice_is_nocase(name, "IfModule")) {
		if (has_module(slice_trim(arguments)))
			return SECTION_COUNTS;
		if (!slice_starts(slice_trim(arguments), "!"))
			rule_source_note(reading->source, reading->line,
				"what is in <IfModule %.*s> is left out", (int)arguments.length,
				arguments.at);
		return SECTION_SKIPPED;
	}
	if (slice_is_nocase(name, "Files") || slice_is_nocase(name, "FilesMatch"))
		return open_files(reading, slice_is_nocase(name, "FilesMatch"), arguments);
	if (slice_is_nocase(name, "Limit"))
		return lists_get(arguments) ? SECTION_COUNTS : SECTION_SKIPPED;
	if (slice_is_nocase(name, "LimitExcept"))
		return lists_get(arguments) ? SECTION_SKIPPED : SECTION_COUNTS;
	if (slice_is_nocase(name, "RequireAny") || slice_is_nocase(name, "RequireAll"))
		return SECTION_COUNTS;
	rule_source_note(reading->source, reading->line, "what is in <%.*s %.*s> is left out",
		(int)name.length, name.at, (int)arguments.length, arguments.at);
	return SECTION_SKIPPED;
}

static void
begin_section(struct reading *reading, struct slice line)
{
	enum section section = SECTION_SKIPPED;
	struct slice name;

	slice_drop(&line, 1);
	if (slice_ends(line, ">"))
		line.length--;
	slice_split(&line, ' ', &name);
	if (!line.at)
		line = SLICE_LITERAL("");
	if (!reading->skipped && reading->depth < NESTED_MAX)
		section = open_section(reading, name, slice_trim(line));
	if (reading->depth < NESTED_MAX)
		reading->open[reading->depth] = section;
	reading->depth++;
	reading->skipped += section == SECTION_SKIPPED;
}

static void
end_section(struct reading *reading)
{
	enum section section = SECTION_SKIPPED;

	if (!reading->depth)
		return;
	reading->depth--;
	if (reading->depth < NESTED_MAX)
		section = reading->open[reading->depth];
	reading->skipped -= section == SECTION_SKIPPED;
	if (section == SECTION_FILES)
		reading->files = 0;
}

/* ---- directives ---- */

static void
add_directive(struct reading *reading, struct slice name, struct slice arguments)
{
	struct htaccess *file = reading->file;
	struct htaccess_directive directive = {.line = reading->line, .section = reading->files};

	if (rewrite_rules_know(name)) {
		if (reading->files)
			rule_source_note(reading->source, reading->line,
				"%.*s is not followed in a section for files", (int)name.length,
				name.at);
		else
			rewrite_rules_add(
				&file->rewrite, name, arguments, reading->line, reading->source);
		file->has_rewrite |= !reading->files;
		return;
	}
	if (!directive_read(&directive, name, arguments, reading->source) ||
		file->count == HTACCESS_DIRECTIVES_MAX) {
		free(directive.first);
		free(directive.second);
		pattern_destroy(directive.pattern);
		header_rule_finish(&directive.header);
		return;
	}
	file->directives = mem_grow(
		file->directives, file->count, &file->capacity, sizeof(directive));
	file->directives[file->count++] = directive;
}

static void
read_line(struct reading *reading, struct slice line)
{
	size_t length = 0;

	if (slice_starts(line, "</")) {
		end_section(reading);
	} else if (slice_starts(line, "<")) {
		begin_section(reading, line);
	} else if (!reading->skipped) {
		struct slice name;

		while (length < line.length && !is_space(line.at[length]))
			length++;
		name = (struct slice){line.at, length};
		slice_drop(&line, length);
		add_directive(reading, name, slice_trim(line));
	}
}

struct htaccess *
htaccess_create(struct slice text, struct slice name, struct rule_source *source)
{
	struct htaccess *file = mem_zero(sizeof(*file));
	struct reading reading = {.file = file, .source = source};
	struct htaccess_lines lines = {.text = text};
	struct slice folder = path_parent(name);
	struct buf line = {0};

	file->folder = folder.length ? mem_format("%.*s/", (int)folder.length, folder.at)
				     : mem_text("");
	while (htaccess_take_line(&lines, &line)) {
		reading.line = lines.number;
		read_line(&reading, buf_slice(&line));
	}
	buf_finish(&line);
	return file;
}
