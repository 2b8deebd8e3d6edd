/*
 * rewrite: see rewrite.h. Owns the texts of one call. What httpd keeps as a path in the file system is a
 * name in the site here; a target that begins with a slash is a path of a URL until the next round.
 */
#define _GNU_SOURCE
#include "rules/rewrite.h"

#include <stdlib.h>
#include <string.h>

#include "base/loop.h"
#include "rules/rewrite_text.h"

enum {
	ROUNDS_MAX = 100,    /* of [N] */
	URI_MAX = 16 * 1024, /* bytes that a path may grow to */
};

struct rewriting {
	const struct htaccess *file;
	const struct rewrite_input *input;
	struct rewrite_result *result;
	struct buf uri; /* a name in the site, or with is_url what a target says */
	bool is_url;    /* it begins with a slash, or with http:// */
	bool is_redirect;
	bool is_unescaped; /* the rule that wrote it has [NE] */
	bool has_changed;
	struct buf filename, subject, condition_subject;
	struct rewrite_text names;
	bool has_failed;
};

void
rewrite_result_finish(struct rewrite_result *result)
{
	buf_finish(&result->path);
	buf_finish(&result->query);
}

/* ---- names of files ---- */

static enum rule_name_kind
look(const struct rewriting *rewriting, const char *name)
{
	const struct rule_site *site = rewriting->input->request->site;

	return site->look(site->context, name);
}

/*
 * What httpd finds in the file system for the path: it ends behind the first part that is no folder. The rest is
 * the path info.
 */
static void
write_filename(struct rewriting *rewriting)
{
	struct buf *text = &rewriting->filename;
	const char *name = rewriting->input->request->name.bytes;
	const size_t root = sizeof(REWRITE_TEXT_ROOT) - 1;

	buf_add_text(text, REWRITE_TEXT_ROOT);
	for (const char *at = name; *at;) {
		const char *slash = strchr(at, '/');
		size_t length = slash ? (size_t)(slash - at) : strlen(at);

		buf_add(text, at, length);
		at += length;
		if (!slash || look(rewriting, text->bytes + root) != RULE_NAME_FOLDER)
			break;
		buf_add_char(text, '/');
		at++;
	}
}

/* What a path of a condition is: its name below the root, without ".." */
static enum rule_name_kind
kind_of(const struct rewriting *rewriting, struct slice path)
{
	struct buf url = {0}, name = {0};
	enum rule_name_kind kind = RULE_NAME_NONE;
	bool is_folder_name = slice_ends(path, "/");

	/* The folder itself may be named without its slash. */
	if (slice_starts(path, REWRITE_TEXT_ROOT))
		slice_drop(&path, sizeof(REWRITE_TEXT_ROOT) - 1);
	else if (slice_is(path, "/document-root"))
		path.length = 0;
	else
		return RULE_NAME_NONE;
	url_from_path(path, &url);
	buf_reserve(&name, 0);
	if (url_to_path(buf_slice(&url), &name) == URL_OK) {
		while (slice_ends(buf_slice(&name), "/"))
			name.bytes[--name.length] = '\0';
		kind = name.length ? look(rewriting, name.bytes) : RULE_NAME_FOLDER;
		if (rule_name_is_file(kind) && is_folder_name)
			kind = RULE_NAME_NONE;
	}
	buf_finish(&url);
	buf_finish(&name);
	return kind;
}

/* ---- patterns ---- */

static bool
finds(struct rewriting *rewriting, const struct pattern *pattern, struct slice subject,
	struct pattern_groups *groups)
{
	enum pattern_verdict verdict = pattern_find(pattern, subject, groups);

	if (verdict == PATTERN_TOO_COSTLY || loop_now() > rewriting->input->deadline_us)
		rewriting->has_failed = true;
	return verdict == PATTERN_YES;
}

/* ---- conditions ---- */

static bool
matches(struct rewriting *rewriting, const struct rewrite_condition *condition, struct buf *subject)
{
	struct pattern_groups groups;

	if (!finds(rewriting, condition->pattern, buf_slice(subject), &groups))
		return false;
	if (condition->is_negated)
		return true;
	/* The groups point into the subject, which so is kept for the next texts. */
	struct buf old = rewriting->condition_subject;
	rewriting->condition_subject = *subject;
	*subject = old;
	rewriting->names.condition = groups;
	return true;
}

static bool
holds(struct rewriting *rewriting, const struct rewrite_condition *condition)
{
	struct buf subject = {0}, text = {0};
	enum rule_name_kind kind = RULE_NAME_NONE;
	bool result = false;

	rewrite_text_fill(&rewriting->names, condition->subject, false, &subject);
	subject.bytes[subject.length] = '\0';
	if (condition->text)
		rewrite_text_fill(&rewriting->names, condition->text, false, &text);
	if (condition->test >= REWRITE_IS_FILE && condition->test <= REWRITE_EXISTS)
		kind = kind_of(rewriting, buf_slice(&subject));
	if (text.bytes)
		text.bytes[text.length] = '\0';
	switch (condition->test) {
	case REWRITE_MATCHES:
		result = matches(rewriting, condition, &subject);
		break;
	case REWRITE_IS_FILE:
		result = rule_name_is_file(kind);
		break;
	case REWRITE_HAS_BYTES:
		result = kind == RULE_NAME_FILE;
		break;
	case REWRITE_IS_FOLDER:
		result = kind == RULE_NAME_FOLDER;
		break;
	case REWRITE_EXISTS:
		result = kind != RULE_NAME_NONE;
		break;
	case REWRITE_NEVER:
		break;
	default:
		result = rewrite_condition_compares(condition, buf_slice(&subject), text.bytes);
		break;
	}
	buf_finish(&subject);
	buf_finish(&text);
	return result != condition->is_negated;
}

static bool
all_hold(struct rewriting *rewriting, const struct rewrite_rule *rule)
{
	const struct rewrite_condition *conditions = rule->count ? &rewriting->file->rewrite
									    .conditions[rule->first]
								 : NULL;

	for (size_t i = 0; i < rule->count; i++) {
		bool is_true = holds(rewriting, &conditions[i]);

		if (rewriting->has_failed || (!is_true && !conditions[i].is_or))
			return false;
		while (is_true && i < rule->count && conditions[i].is_or)
			i++;
	}
	return true;
}

/* ---- targets ---- */

static bool
is_address(struct slice text)
{
	return slice_starts_nocase(text, "http://") || slice_starts_nocase(text, "https://") ||
	       slice_starts_nocase(text, "ftp://") || slice_starts_nocase(text, "mailto:");
}

/* Splits the query off the target; without one, that of the request stays. */
static void
split_query(struct rewriting *rewriting, const struct rewrite_rule *rule, struct buf *target)
{
	const char *mark = memchr(target->bytes, '?', target->length);
	struct rewrite_result *result = rewriting->result;
	struct buf query = {0};

	if (rule->flags & REWRITE_QUERY_DISCARD) {
		buf_clear(&result->query);
		result->has_query = false;
	}
	if (!mark)
		return;
	buf_add_text(&query, mark + 1);
	target->length = (size_t)(mark - target->bytes);
	target->bytes[target->length] = '\0';
	if (rule->flags & REWRITE_QUERY_APPEND && result->has_query && result->query.length) {
		if (query.length)
			buf_add_char(&query, '&');
		buf_add_slice(&query, buf_slice(&result->query));
	}
	buf_finish(&result->query);
	result->query = query;
	result->has_query = query.length;
}

/* An address of this server itself is a path of it. */
static void
drop_own_address(const struct rewriting *rewriting, struct buf *target)
{
	struct slice authority = rewriting->input->request->request->authority;
	struct slice text = buf_slice(target);
	bool is_https = rewriting->input->request->request->scheme == REQUEST_HTTPS;
	const char *scheme = is_https ? "https://" : "http://";

	if (!slice_starts_nocase(text, scheme))
		return;
	slice_drop(&text, strlen(scheme));
	if (text.length > authority.length && text.at[authority.length] == '/' &&
		slice_equal_nocase((struct slice){text.at, authority.length}, authority))
		buf_drop(target, strlen(scheme) + authority.length);
}

/* Puts the target of a rule in the place of the path. */
static void
take_target(struct rewriting *rewriting, const struct rewrite_rule *rule)
{
	struct buf target = {0};

	rewrite_text_fill(
		&rewriting->names, rule->target, rule->flags & REWRITE_ESCAPE_GROUPS, &target);
	target.bytes[target.length] = '\0';
	rewriting->has_failed |= target.length > URI_MAX || memchr(target.bytes, 0, target.length);
	split_query(rewriting, rule, &target);
	if (!rule->status)
		drop_own_address(rewriting, &target);
	rewriting->is_redirect = rule->status || is_address(buf_slice(&target));
	rewriting->result->status = rule->status ? rule->status : 302;
	rewriting->is_url = is_address(buf_slice(&target)) || target.bytes[0] == '/';
	rewriting->is_unescaped = rule->flags & REWRITE_NO_ESCAPE;
	rewriting->has_changed = true;
	buf_clear(&rewriting->uri);
	if (!rewriting->is_url)
		buf_add_text(&rewriting->uri, rewriting->file->folder);
	buf_add_slice(&rewriting->uri, buf_slice(&target));
	buf_clear(&rewriting->filename);
	if (!rewriting->is_url)
		buf_add_text(&rewriting->filename, REWRITE_TEXT_ROOT);
	buf_add_slice(&rewriting->filename, buf_slice(&rewriting->uri));
	buf_finish(&target);
}

/* The name or path for Location or the next round: a name of the folder below RewriteBase, if there is one. */
static void
write_path(const struct rewriting *rewriting, struct buf *path)
{
	const struct htaccess *file = rewriting->file;
	struct slice uri = buf_slice(&rewriting->uri);

	buf_clear(path);
	if (!rewriting->is_url && file->rewrite.base && slice_starts(uri, file->folder)) {
		buf_add_text(path, file->rewrite.base);
		slice_drop(&uri, strlen(file->folder));
	} else if (!rewriting->is_url) {
		buf_add_char(path, '/');
	}
	buf_add_slice(path, uri);
}

static void
write_location(struct rewriting *rewriting)
{
	struct rewrite_result *result = rewriting->result;
	struct buf path = {0}, *location = &result->path;
	bool is_own_query = slice_equal(buf_slice(&result->query), rewriting->input->query);
	struct slice rest;
	size_t plain = 0;

	write_path(rewriting, &path);
	rest = buf_slice(&path);
	/* "//host" would be another host. */
	while (slice_starts(rest, "//"))
		slice_drop(&rest, 1);
	buf_clear(location);
	if (is_address(rest)) {
		const char *host = memmem(rest.at, rest.length, "://", 3);

		plain = host ? (size_t)(host - rest.at) + 3 : rest.length;
		while (plain < rest.length && rest.at[plain] != '/')
			plain++;
	}
	rule_add_checked(location, (struct slice){rest.at, plain});
	slice_drop(&rest, plain);
	if (rewriting->is_unescaped)
		rule_add_checked(location, rest);
	else
		rule_add_escaped(location, rest);
	if (result->has_query) {
		buf_add_char(location, '?');
		if (is_own_query || rewriting->is_unescaped)
			rule_add_checked(location, buf_slice(&result->query));
		else
			rule_add_escaped(location, buf_slice(&result->query));
	}
	buf_finish(&path);
}

/* ---- rules ---- */

enum step {
	STEP_MISSED,
	STEP_MATCHED,
	STEP_STATUS, /* an error ends it */
};

static void
set_variables(struct rewriting *rewriting, const struct rewrite_rule *rule)
{
	for (const char *text = rule->variables; text && *text; text += strlen(text) + 1) {
		struct buf value = {0};

		rewrite_text_fill(&rewriting->names, text, false, &value);
		if (rewriting->input->variables->length < URI_MAX) {
			buf_add(rewriting->input->variables, value.bytes,
				strnlen(value.bytes, value.length));
			buf_add_char(rewriting->input->variables, '\0');
		}
		buf_finish(&value);
	}
}

static enum step
apply_rule(struct rewriting *rewriting, const struct rewrite_rule *rule)
{
	const char *folder = rewriting->file->folder;
	struct slice subject = buf_slice(&rewriting->uri);

	if (rule->flags & REWRITE_UNFOLLOWED)
		return STEP_MISSED;
	if (!rewriting->is_url && slice_starts(subject, folder))
		slice_drop(&subject, strlen(folder));
	buf_clear(&rewriting->subject);
	buf_add_slice(&rewriting->subject, subject);
	buf_reserve(&rewriting->subject, 0);
	rewriting->names.rule = rewriting->names.condition = (struct pattern_groups){0};
	if (finds(rewriting, rule->pattern, buf_slice(&rewriting->subject),
		    &rewriting->names.rule) == rule->is_negated)
		return STEP_MISSED;
	rewriting->names.filename = buf_slice(&rewriting->filename);
	rewriting->names.query = buf_slice(&rewriting->result->query);
	if (rewriting->has_failed || !all_hold(rewriting, rule))
		return STEP_MISSED;
	set_variables(rewriting, rule);
	rewriting->result->line = rule->line;
	if (rule->status >= 400) {
		rewriting->result->status = rule->status;
		return STEP_STATUS;
	}
	if (!(rule->flags & REWRITE_ONLY_MATCH))
		take_target(rewriting, rule);
	return STEP_MATCHED;
}

/* The rule behind the one at index, which was applied. */
static size_t
behind(const struct rewrite_rules *rules, size_t index, enum step step)
{
	const struct rewrite_rule *rule = &rules->rules[index];

	if (step == STEP_MATCHED)
		return index + 1 + rule->skip;
	while (index < rules->count && rules->rules[index].flags & REWRITE_CHAIN)
		index++;
	return index + 1;
}

static enum step
apply_rules(struct rewriting *rewriting)
{
	const struct rewrite_rules *rules = &rewriting->file->rewrite;
	unsigned rounds = 0;

	for (size_t i = 0; i < rules->count && !rewriting->has_failed;) {
		const struct rewrite_rule *rule = &rules->rules[i];
		enum step step = apply_rule(rewriting, rule);

		if (step == STEP_STATUS)
			return step;
		if (step == STEP_MATCHED && rule->flags & REWRITE_LAST) {
			rewriting->result->is_end = rule->flags & REWRITE_END;
			break;
		}
		if (step == STEP_MATCHED && rule->flags & REWRITE_NEXT) {
			rewriting->has_failed |= ++rounds > ROUNDS_MAX;
			i = 0;
		} else {
			i = behind(rules, i, step);
		}
	}
	return STEP_MATCHED;
}

static enum rewrite_verdict
conclude(struct rewriting *rewriting, enum step step)
{
	struct rewrite_result *result = rewriting->result;

	if (rewriting->has_failed)
		return REWRITE_FAILED;
	if (step == STEP_STATUS)
		return REWRITE_STATUS;
	if (!rewriting->has_changed)
		return REWRITE_NONE;
	if (rewriting->is_redirect) {
		write_location(rewriting);
		return REWRITE_REDIRECT;
	}
	/* httpd, too, takes the same name for no change. */
	if (!rewriting->is_url && slice_equal(buf_slice(&rewriting->uri),
					  buf_slice(&rewriting->input->request->name)))
		return REWRITE_NONE;
	write_path(rewriting, &result->path);
	return REWRITE_TO;
}

enum rewrite_verdict
rewrite_apply(const struct htaccess *file, const struct rewrite_input *input,
	struct rewrite_result *result)
{
	struct rewriting rewriting = {.file = file, .input = input, .result = result};
	enum rewrite_verdict verdict;

	rewriting.names.input = input;
	result->is_end = false;
	result->status = 0;
	result->has_query = input->query.at;
	buf_clear(&result->query);
	buf_reserve(&result->query, 0);
	buf_add_slice(&result->query, input->query.at ? input->query : SLICE_LITERAL(""));
	buf_add_slice(&rewriting.uri, buf_slice(&input->request->name));
	write_filename(&rewriting);
	verdict = conclude(&rewriting, apply_rules(&rewriting));
	buf_finish(&rewriting.uri);
	buf_finish(&rewriting.filename);
	buf_finish(&rewriting.subject);
	buf_finish(&rewriting.condition_subject);
	return verdict;
}
