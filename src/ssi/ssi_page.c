/*
 * ssi_page: see ssi_page.h. Owns nothing. As in Apache, #if has no stack: what lies within a branch that
 * is not shown is only counted, and where something is shown, one #endif ends all.
 */
#include "ssi/ssi_page.h"

#include "ssi/ssi_elements.h"
#include "ssi/ssi_expression.h"

/* ---- if ---- */

/* The condition of #if or #elif; NULL, after an error, when it has none. */
static const struct ssi_attribute *
find_condition(struct ssi_file *file, const struct ssi_directive *directive)
{
	const struct ssi_attribute *attribute = directive->attributes;

	if (directive->count == 1 && attribute->value.at &&
		slice_is_nocase(attribute->name, "expr"))
		return attribute;
	ssi_file_fail(file, "#%.*s has one attribute: expr=\"...\"", (int)directive->name.length,
		directive->name.at);
	return NULL;
}

static enum ssi_expression_verdict
evaluate(struct ssi_file *file, const struct ssi_attribute *condition)
{
	struct buf text = {0}, why = {0};
	enum ssi_expression_verdict verdict;

	ssi_parser_add_value(condition, &text);
	verdict = ssi_expression_evaluate(
		file->page->variables, buf_slice(&text), ssi_file_time_format(file), &why);
	if (verdict == SSI_EXPRESSION_WRONG)
		ssi_file_fail(file, "the condition %.*s is wrong: %s", (int)text.length,
			buf_slice(&text).at, why.bytes);
	buf_finish(&text);
	buf_finish(&why);
	return verdict;
}

/* After a wrong condition nothing is shown up to the #endif. */
static void
branch(struct ssi_file *file, const struct ssi_attribute *condition)
{
	enum ssi_expression_verdict verdict = condition ? evaluate(file, condition)
							: SSI_EXPRESSION_WRONG;

	file->is_printing = verdict == SSI_EXPRESSION_TRUE;
	file->has_branch = verdict != SSI_EXPRESSION_FALSE;
}

static void
follow_if(struct ssi_file *file, const struct ssi_directive *directive)
{
	file->open_count++;
	if (!file->is_printing)
		file->skipped++;
	else
		branch(file, find_condition(file, directive));
}

static void
follow_elif(struct ssi_file *file, const struct ssi_directive *directive)
{
	const struct ssi_attribute *condition;

	if (file->skipped)
		return;
	condition = find_condition(file, directive);
	if (condition && file->has_branch)
		file->is_printing = false;
	else
		branch(file, condition);
}

/* Returns false, after an error, when a directive has attributes that must not have any. */
static bool
is_bare(struct ssi_file *file, const struct ssi_directive *directive)
{
	if (directive->count == 0)
		return true;
	if (file->is_printing)
		ssi_file_fail(file, "#%.*s has no attributes", (int)directive->name.length,
			directive->name.at);
	return false;
}

static void
follow_else(struct ssi_file *file, const struct ssi_directive *directive)
{
	if (file->skipped || !is_bare(file, directive))
		return;
	file->is_printing = !file->has_branch;
	file->has_branch = true;
}

static void
follow_endif(struct ssi_file *file, const struct ssi_directive *directive)
{
	file->open_count -= file->open_count > 0;
	if (file->skipped)
		file->skipped--;
	else if (is_bare(file, directive))
		file->is_printing = file->has_branch = true;
}

/* ---- the page ---- */

static void
follow_directive(struct ssi_file *file, const struct ssi_directive *directive)
{
	struct slice name = directive->name;

	if (slice_is_nocase(name, "if"))
		follow_if(file, directive);
	else if (slice_is_nocase(name, "elif"))
		follow_elif(file, directive);
	else if (slice_is_nocase(name, "else"))
		follow_else(file, directive);
	else if (slice_is_nocase(name, "endif"))
		follow_endif(file, directive);
	else if (file->is_printing)
		ssi_elements_follow(file, directive);
}

static bool
is_within_limits(struct ssi_file *file)
{
	struct ssi_page *page = file->page;

	if (++page->directive_count > SSI_PAGE_DIRECTIVES_MAX)
		ssi_file_stop(file, "the page has more than 20,000 directives, and ends here");
	if (page->variables->work > SSI_VARIABLES_WORK_MAX)
		ssi_file_stop(
			file, "the page uses the values of its variables too often, and ends here");
	return !page->is_stopped;
}

static void
follow(struct ssi_file *file)
{
	struct ssi_directive directive;
	size_t at = 0;
	bool is_any;

	do {
		is_any = ssi_parser_next(file->text, &at, &directive);
		file->at = directive.at;
		if (file->is_printing)
			ssi_file_add_of(file, file->name, file->text, directive.before);
		if (!is_any || !is_within_limits(file))
			break;
		if (directive.is_finished)
			follow_directive(file, &directive);
		else if (file->is_printing)
			ssi_file_fail(file, "the --> of this directive is missing");
	} while (!file->page->is_stopped);
	file->at = file->text.length;
	if (!file->page->is_stopped && file->open_count)
		ssi_file_tell(file, "an #endif is missing");
}

void
ssi_page_make(const struct ssi_page_options *options, struct ssi_variables *variables,
	const char *name, struct slice text, struct buf *bytes)
{
	struct ssi_page page = {
		.options = options,
		.variables = variables,
		.bytes = bytes,
		.follow = follow,
	};
	struct ssi_file file;

	ssi_file_init(&file, &page, name, text);
	follow(&file);
	ssi_file_finish(&file);
}
