/*
 * rule_set: see rule_set.h. Owns nothing but the memory of a decision. The rules of _redirects come first,
 * and once. Then the .htaccess files decide in rounds: each rewriting begins a new one.
 */
#include "rules/rule_set.h"

#include <string.h>

#include "base/loop.h"
#include "fs/path.h"
#include "rules/htaccess_words.h"

void
rule_decision_finish(struct rule_decision *decision)
{
	buf_finish(&decision->target);
	buf_finish(&decision->explanation);
	buf_finish(&decision->path);
	buf_finish(&decision->query);
	buf_finish(&decision->variables);
	buf_finish(&decision->name);
	rewrite_result_finish(&decision->result);
	rule_request_finish(&decision->round);
}

/* ---- the files of a name ---- */

/* Sets chain to the .htaccess files for name; that of a folder ends with a slash. */
static void
find_chain(struct rule_files *files, struct slice name, uint64_t deadline_us,
	struct htaccess_chain *chain)
{
	size_t folders = 0;

	*chain = (struct htaccess_chain){.deadline_us = deadline_us};
	for (size_t i = 0; i <= name.length && folders <= HTACCESS_CHAIN_MAX; i++) {
		const struct htaccess *file;

		if (i > 0 && name.at[i - 1] != '/')
			continue;
		folders++;
		file = rule_files_htaccess(files, (struct slice){name.at, i});
		if (file)
			htaccess_chain_add(chain, file, path_base(name));
	}
}

bool
rule_set_is_any(struct rule_files *files, const struct rule_request *request)
{
	struct slice name = buf_slice(&request->name);
	size_t folders = 0;

	rule_files_begin(files);
	if (rule_files_redirects(files) || rule_files_headers(files))
		return true;
	for (size_t i = 0; i <= name.length && folders <= HTACCESS_CHAIN_MAX; i++) {
		if (i > 0 && name.at[i - 1] != '/')
			continue;
		folders++;
		if (rule_files_htaccess(files, (struct slice){name.at, i}))
			return true;
	}
	return false;
}

/* ---- _redirects ---- */

static void
refuse(struct rule_decision *decision, int status)
{
	decision->verdict = RULE_REFUSE;
	decision->status = status;
}

static void
refuse_proxy(struct rule_decision *decision, const struct redirects_answer *answer)
{
	refuse(decision, 502);
	buf_addf(&decision->explanation,
		"By line %u of _redirects the host asks another server for this: %s. A file of the "
		"site decides nothing about other servers here. To have it, start liveserve with "
		"--proxy.",
		answer->line, answer->target.bytes);
}

/* Returns false when no rule of _redirects applies. */
static bool
decide_by_redirects(struct rule_files *files, const struct rule_request *request,
	struct rule_decision *decision)
{
	const struct redirects_file *file = rule_files_redirects(files);
	struct redirects_answer answer = {.target = decision->target};
	enum redirects_verdict verdict = file ? redirects_file_find(file, request, &answer)
					      : REDIRECTS_NONE;

	decision->target = answer.target;
	switch (verdict) {
	case REDIRECTS_NONE:
		return false;
	case REDIRECTS_REDIRECT:
		decision->verdict = RULE_REDIRECT;
		decision->status = answer.status < 400 && answer.status >= 300 ? answer.status
									       : 302;
		break;
	case REDIRECTS_REWRITE:
	case REDIRECTS_PAGE:
		decision->verdict = RULE_REWRITE;
		decision->status = answer.status;
		break;
	case REDIRECTS_PROXY:
		refuse_proxy(decision, &answer);
		break;
	}
	return true;
}

/* ---- .htaccess ---- */

/* The request of the next round: path is decoded, query without '?'. */
static bool
begin_round(struct rule_decision *decision, const struct rule_request *request, struct slice path,
	const struct buf *query, bool has_query)
{
	buf_clear(&decision->path);
	while (slice_starts(path, "/"))
		slice_drop(&path, 1);
	url_from_path(path, &decision->path);
	buf_clear(&decision->query);
	if (has_query) {
		buf_add_char(&decision->query, '?');
		buf_add_slice(&decision->query, buf_slice(query));
	}
	decision->sent = *request->request;
	decision->sent.address = request->request->path;
	decision->sent.path = buf_slice(&decision->path);
	decision->sent.query = has_query ? buf_slice(&decision->query) : (struct slice){0};
	return rule_request_read(&decision->round, &decision->sent, request->site) == URL_OK;
}

static void
fail(struct rule_decision *decision, const struct htaccess *file, unsigned line, const char *why)
{
	refuse(decision, 500);
	buf_addf(&decision->explanation, "%s.htaccess", file->folder);
	if (line)
		buf_addf(&decision->explanation, ":%u", line);
	buf_addf(&decision->explanation, ": %s", why);
}

static bool
fail_if_costly(struct rule_decision *decision)
{
	if (decision->chain.costly)
		fail(decision, decision->chain.costly, decision->chain.costly_line,
			"a pattern takes too long to compare with this address.");
	return decision->chain.costly;
}

/* Returns whether a redirect of mod_alias decides. */
static bool
decide_by_alias(struct rule_decision *decision)
{
	struct buf path = {0}, target = {0};
	struct slice query = rule_request_query(decision->round.request);
	int status;

	buf_add_char(&path, '/');
	buf_add_slice(&path, buf_slice(&decision->round.name));
	status = htaccess_chain_redirect(&decision->chain, buf_slice(&path), query, &target);
	buf_finish(&path);
	if (status >= 400) {
		refuse(decision, status);
	} else if (status) {
		decision->verdict = RULE_REDIRECT;
		decision->status = status;
		buf_clear(&decision->target);
		buf_add_slice(&decision->target, buf_slice(&target));
	}
	buf_finish(&target);
	return fail_if_costly(decision) || status;
}

/* Whether the site has this file. If not, name is cut to length. */
static bool
is_file(const struct rule_decision *decision, struct buf *name, size_t length)
{
	const struct rule_site *site = decision->round.site;

	if (rule_name_is_file(site->look(site->context, name->bytes)) ||
		site->has_language(
			site->context, name->bytes, htaccess_chain_languages(&decision->chain)))
		return true;
	name->length = length;
	name->bytes[length] = '\0';
	return false;
}

/* The same as add_index() for the names in the list of DirectoryIndex. One of them may be a path of the site. */
static bool
add_listed_index(const struct rule_decision *decision, const char *list, struct buf *name)
{
	struct slice rest = slice_of(list);
	size_t length = name->length;
	struct buf word = {0}, path = {0};
	bool is_found = false;

	while (!is_found && htaccess_take_word(&rest, &word)) {
		struct slice text = buf_slice(&word);

		if (!slice_starts(text, "/")) {
			buf_add_slice(name, text);
			is_found = is_file(decision, name, length);
			continue;
		}
		slice_drop(&text, 1);
		buf_clear(&path);
		buf_reserve(&path, 0);
		buf_add_slice(&path, text);
		is_found = is_file(decision, &path, 0);
		if (is_found) {
			buf_clear(name);
			buf_add_slice(name, buf_slice(&path));
		}
	}
	buf_finish(&word);
	buf_finish(&path);
	return is_found;
}

/* Adds the first index that the folder of this round has to its name. Returns false when it has none. */
static bool
add_index(const struct rule_decision *decision, const struct index_names *indexes, struct buf *name)
{
	const char *list = htaccess_chain_index(&decision->chain), *index;
	size_t length = name->length;

	if (list)
		return add_listed_index(decision, list, name);
	for (size_t i = 0; (index = index_names_get(indexes, i)); i++) {
		buf_add_text(name, index);
		if (is_file(decision, name, length))
			return true;
	}
	return false;
}

/* The last step of a request that no rule rewrites any more. Returns whether another round is needed: for an index. */
static bool
finish_name(const struct index_names *indexes, struct rule_decision *decision)
{
	const struct rule_site *site = decision->round.site;
	struct buf *name = &decision->name;
	const char *fallback = htaccess_chain_fallback(&decision->chain);
	bool is_folder = !decision->round.name.length ||
			 slice_ends(buf_slice(&decision->round.name), "/");

	buf_clear(name);
	buf_reserve(name, 0);
	buf_add_slice(name, buf_slice(&decision->round.name));
	if (is_folder && site->look(site->context, name->bytes) == RULE_NAME_FOLDER) {
		if (add_index(decision, indexes, name))
			return true;
		if (htaccess_chain_lists(&decision->chain) == 0)
			refuse(decision, 403);
	}
	if (fallback && decision->verdict == RULE_PASS &&
		!site->shows(site->context, name->bytes) &&
		site->look(site->context, name->bytes) != RULE_NAME_FOLDER &&
		!site->has_language(
			site->context, name->bytes, htaccess_chain_languages(&decision->chain))) {
		buf_clear(name);
		buf_add_text(name, fallback + 1);
		return true;
	}
	return false;
}

static bool
lacks_slash(const struct rule_decision *decision)
{
	const struct rule_site *site = decision->round.site;
	const struct buf *name = &decision->round.name;

	return name->length && !slice_ends(buf_slice(name), "/") &&
	       site->look(site->context, name->bytes) == RULE_NAME_FOLDER;
}

/* What mod_rewrite says in this round. Sets the decision, or leads to the next round (true). */
static bool
rewrite_round(struct rule_decision *decision, const struct rule_request *request, unsigned round,
	bool is_index)
{
	const struct htaccess *file = htaccess_chain_rewrite(&decision->chain);
	const struct rewrite_input input = {.request = &decision->round,
		.query = rule_request_query(decision->round.request),
		.deadline_us = decision->deadline_us,
		.round = round,
		.variables = &decision->variables};
	struct rewrite_result *result = &decision->result;
	enum rewrite_verdict verdict = REWRITE_NONE;

	if (file && !result->is_end)
		verdict = rewrite_apply(file, &input, result);
	if (verdict == REWRITE_FAILED) {
		fail(decision, file, result->line,
			"these rules take too long, or go round and round, for this address.");
		return false;
	}
	if (verdict == REWRITE_STATUS) {
		refuse(decision, result->status);
		return false;
	}
	/* httpd, too, only looks whether an index is forbidden or another name. */
	if (verdict == REWRITE_REDIRECT && is_index)
		verdict = REWRITE_NONE;
	if (verdict == REWRITE_REDIRECT) {
		decision->verdict = RULE_REDIRECT;
		decision->status = result->status;
		buf_clear(&decision->target);
		buf_add_slice(&decision->target, buf_slice(&result->path));
		return false;
	}
	/* A folder gets its slash first. */
	if (decide_by_alias(decision) || verdict == REWRITE_NONE || lacks_slash(decision))
		return false;
	if (round >= RULE_SET_ROUNDS) {
		fail(decision, file, result->line,
			"this rule rewrites its own result, again and again. A condition such as "
			"\"RewriteCond %{REQUEST_FILENAME} !-f\" above it ends that, or the flag "
			"[END].");
		return false;
	}
	if (!begin_round(decision, request, buf_slice(&result->path), &result->query,
		    result->has_query)) {
		refuse(decision, 400);
		return false;
	}
	return true;
}

/* Whether the folder that was asked for shows its index without a rule: then the request stays as it is. */
static bool
is_plain_index(const struct rule_decision *decision, const struct rule_request *request,
	const struct index_names *indexes)
{
	struct slice name = buf_slice(&decision->round.name), folder = buf_slice(&request->name);
	struct slice query = decision->sent.query;

	return !htaccess_chain_index(&decision->chain) &&
	       (!folder.length || slice_ends(folder, "/")) && name.length > folder.length &&
	       memcmp(name.at, folder.at, folder.length) == 0 &&
	       index_names_have(indexes, path_base(name)) &&
	       name.length == folder.length + path_base(name).length &&
	       slice_equal(query, request->request->query);
}

/* A name that is rewritten, or that stands for the index of a folder, is shown in place of the request's. */
static void
decide_by_htaccess(struct rule_files *files, const struct rule_request *request,
	const struct index_names *indexes, struct rule_decision *decision)
{
	bool goes_on = true;
	unsigned indexed = 0;

	decision->result.is_end = false;
	buf_clear(&decision->variables);
	begin_round(decision, request, buf_slice(&request->name), NULL, false);
	decision->sent.query = request->request->query;
	for (unsigned round = 0; goes_on; round++) {
		find_chain(files, buf_slice(&decision->round.name), decision->deadline_us,
			&decision->chain);
		if (htaccess_chain_denies(&decision->chain))
			refuse(decision, 403);
		if (fail_if_costly(decision) || decision->verdict != RULE_PASS)
			return;
		goes_on = rewrite_round(decision, request, round, indexed);
		if (goes_on || decision->verdict != RULE_PASS)
			continue;
		goes_on = finish_name(indexes, decision);
		if (!goes_on)
			break;
		if (++indexed > 2) {
			goes_on = false;
			continue;
		}
		struct buf query = {0};

		buf_add_slice(&query, rule_request_query(decision->round.request));
		begin_round(decision, request, buf_slice(&decision->name), &query,
			decision->sent.query.at);
		buf_finish(&query);
	}
	if (decision->verdict != RULE_PASS ||
		slice_equal(buf_slice(&decision->round.name), buf_slice(&request->name)) ||
		is_plain_index(decision, request, indexes))
		return;
	decision->verdict = RULE_REWRITE;
	buf_clear(&decision->target);
	buf_add_slice(&decision->target, buf_slice(&decision->path));
	buf_add_slice(&decision->target, decision->sent.query);
}

/* ---- deciding ---- */

void
rule_set_decide(struct rule_files *files, const struct rule_request *request,
	const struct index_names *indexes, struct rule_decision *decision)
{
	decision->verdict = RULE_PASS;
	decision->status = 200;
	decision->chain.count = 0;
	decision->has_page = false;
	decision->deadline_us = loop_now() + RULE_SET_TIME_MAX_US;
	buf_clear(&decision->explanation);
	if (rule_files_have_name(buf_slice(&request->name))) {
		refuse(decision, 404);
		return;
	}
	if (!decide_by_redirects(files, request, decision))
		decide_by_htaccess(files, request, indexes, decision);
}

struct rule_file
rule_set_file(const struct rule_decision *decision)
{
	const struct buf *name = &decision->round.name;
	bool is_folder = !name->length || slice_ends(buf_slice(name), "/");

	if (!decision->chain.count)
		return (struct rule_file){0};
	return (struct rule_file){
		.name = name->bytes,
		.type = is_folder
				? NULL
				: htaccess_chain_type(&decision->chain, path_base(buf_slice(name))),
		.has_no_index = is_folder && htaccess_chain_index(&decision->chain),
	};
}

enum rule_verdict
rule_set_error_page(const struct rule_decision *decision, int status, struct buf *target)
{
	const char *page = htaccess_chain_error(&decision->chain, status);

	buf_clear(target);
	if (!page)
		return RULE_PASS;
	for (const char *at = page; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return RULE_PASS;
	buf_add_text(target, page);
	if (*page == '/')
		return RULE_REWRITE;
	return strstr(page, "://") ? RULE_REDIRECT : RULE_REFUSE;
}

void
rule_set_show_page(struct rule_files *files, struct slice path, struct rule_decision *decision)
{
	struct buf *name = &decision->name;

	buf_clear(name);
	buf_reserve(name, 0);
	if (url_to_path(path, name) != URL_OK)
		return;
	find_chain(files, buf_slice(name), decision->deadline_us, &decision->chain);
	decision->has_page = true;
}

/* ---- fields ---- */

static void
set_type(struct fields *fields, struct slice type)
{
	fields_drop(fields, SLICE_LITERAL("Content-Type"));
	fields_add(fields, SLICE_LITERAL("Content-Type"), type);
}

void
rule_set_add_fields(struct rule_files *files, const struct rule_request *request,
	const struct rule_decision *decision, int status, bool has_file, struct fields *fields)
{
	const struct headers_file *headers = rule_files_headers(files);
	bool is_redirect = status >= 300 && status < 400 && status != 304;
	struct slice type = {0};

	if (has_file || decision->has_page)
		htaccess_chain_set_type(&decision->chain,
			path_base(buf_slice(
				decision->has_page ? &decision->name : &decision->round.name)),
			fields);
	htaccess_chain_add_fields(
		&decision->chain, status < 300 || status == 304 || decision->has_page, fields);
	if (!headers || is_redirect)
		return;
	headers_file_apply(headers, request, fields, &type);
	if (type.length && has_file)
		set_type(fields, type);
}
