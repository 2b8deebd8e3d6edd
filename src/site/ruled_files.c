/*
 * ruled_files: see ruled_files.h. Owns the memory of one decision; borrows the parts. A rule changes the
 * path of a request, and static_files answers it as any other: so a rule opens nothing by itself.
 */
#include "site/ruled_files.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "fs/hidden_names.h"
#include "html/csp_policy.h"
#include "html/error_page.h"
#include "http/media_type.h"
#include "rules/rule_set.h"

struct ruled_files {
	struct static_files *static_files;
	struct mounts *mounts;
	const struct script_tag *script_tag;
	struct rule_files *rule_files;
	struct rule_site site;
	struct rule_request request;
	struct rule_decision decision;
	struct buf error_page;
	bool has_told_policy;
};

/* ---- what rules ask about the site ---- */

static enum rule_name_kind
look(void *context, const char *name)
{
	const struct ruled_files *ruled = context;
	struct mounts_place place = {0};
	struct stat state;

	if (hidden_path(slice_of(name)))
		return RULE_NAME_NONE;
	while (mounts_find(ruled->mounts, name, &place)) {
		watch_before_open(place.watch, place.name);
		if (!root_stat(place.root, place.name, &state))
			continue;
		if (S_ISREG(state.st_mode))
			return state.st_size ? RULE_NAME_FILE : RULE_NAME_EMPTY;
		if (S_ISDIR(state.st_mode))
			return RULE_NAME_FOLDER;
	}
	return RULE_NAME_NONE;
}

static bool
shows(void *context, const char *name)
{
	const struct ruled_files *ruled = context;
	struct buf tried = {0};
	struct shown_names shown;
	bool is_shown;

	buf_add_text(&tried, name);
	is_shown = !shown_names_is_folder(&tried) && look(context, name) == RULE_NAME_FOLDER;
	shown = shown_names_of(static_files_names(ruled->static_files), &tried);
	while (!is_shown && shown_names_next(&shown))
		is_shown = rule_name_is_file(look(context, tried.bytes));
	buf_finish(&tried);
	return is_shown;
}

static bool
has_language(void *context, const char *name, enum request_languages said)
{
	const struct ruled_files *ruled = context;
	struct request request = *ruled->request.request;

	request.languages = said;
	return !hidden_path(slice_of(name)) &&
	       static_files_have_language(ruled->static_files, &request, name);
}

/* Opens a file with rules. Its folder is watched before, so a later change of it is reported. */
static int
open_rules(void *context, const char *name)
{
	const struct ruled_files *ruled = context;
	struct mounts_place place = {0};

	while (mounts_find(ruled->mounts, name, &place)) {
		struct stat state;
		int file;

		watch_before_open(place.watch, place.name);
		file = root_open(place.root, place.name);
		if (file < 0) {
			watch_open_failed(place.watch, place.name);
		} else if (fstat(file, &state) == 0 && S_ISREG(state.st_mode)) {
			watch_opened(place.watch, place.name, file, &state);
			return file;
		} else {
			close(file);
		}
	}
	return -1;
}

/* ---- the object ---- */

struct ruled_files *
ruled_files_create(struct static_files *static_files, struct mounts *mounts,
	const struct script_tag *script_tag, struct rule_files *rule_files)
{
	struct ruled_files *ruled;

	if (!rule_files)
		return NULL;
	ruled = mem_zero(sizeof(*ruled));
	ruled->static_files = static_files;
	ruled->mounts = mounts;
	ruled->script_tag = script_tag;
	ruled->rule_files = rule_files;
	ruled->site = (struct rule_site){
		.look = look, .shows = shows, .has_language = has_language, .context = ruled};
	rule_files_set_opener(rule_files, open_rules, ruled);
	return ruled;
}

void
ruled_files_destroy(struct ruled_files *ruled)
{
	if (!ruled)
		return;
	rule_files_set_opener(ruled->rule_files, NULL, NULL);
	rule_request_finish(&ruled->request);
	rule_decision_finish(&ruled->decision);
	buf_finish(&ruled->error_page);
	free(ruled);
}

/* ---- answering ---- */

/* Not kept by browsers: another project may use the same port later, and the rule may change. */
static void
redirect(const struct ruled_files *ruled, struct response *response)
{
	response_field(response, "Location", buf_slice(&ruled->decision.target));
	response_field(response, "Cache-Control", SLICE_LITERAL("no-store"));
	response_text(response, ruled->decision.status, "text/plain; charset=utf-8",
		SLICE_LITERAL("See the other address.\n"));
}

/* The request with another path and query, as the rules want it. They point into target. */
static struct request
rewritten(const struct request *request, struct slice target)
{
	struct request other = *request;
	struct slice path;

	other.address = request->address.at ? request->address : request->path;
	other.query = (struct slice){0};
	for (size_t i = 0; i < target.length && !other.query.at; i++)
		if (target.at[i] == '?' || target.at[i] == '#')
			other.query = (struct slice){target.at + i, target.length - i};
	path = (struct slice){target.at, target.length - other.query.length};
	other.path = path;
	if (slice_starts(other.query, "#"))
		other.query = (struct slice){0};
	return other;
}

/* An error has its page whole, and no cache may store it, whatever was asked for. */
static void
respond_with_status(
	struct ruled_files *ruled, struct request request, int status, struct response *response)
{
	static const enum request_field conditions[] = {REQUEST_IF_MATCH, REQUEST_IF_NONE_MATCH,
		REQUEST_IF_MODIFIED_SINCE, REQUEST_IF_UNMODIFIED_SINCE, REQUEST_IF_RANGE,
		REQUEST_RANGE};

	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
		request.fields[conditions[i]] = (struct slice){0};
	request.more_count = 0;
	static_files_respond(ruled->static_files, &request, response);
	if (response->waiters || response->status != 200)
		return;
	response->status = status;
	response_drop_field(response, SLICE_LITERAL("ETag"));
	response_drop_field(response, SLICE_LITERAL("Last-Modified"));
	response_drop_field(response, SLICE_LITERAL("Accept-Ranges"));
	response_drop_field(response, SLICE_LITERAL("Cache-Control"));
	response_field(response, "Cache-Control", SLICE_LITERAL("no-store"));
}

static void
refuse(struct ruled_files *ruled, struct response *response)
{
	error_page_respond(response, ruled->script_tag, ruled->decision.status,
		buf_slice(&ruled->decision.explanation));
}

/*
 * An error of the site itself, not of a rule that goes wrong: the site's own page for it (ErrorDocument). Where that
 * page is missing, the error stays as it is.
 */
static void
respond_with_error_page(
	struct ruled_files *ruled, const struct request *request, struct response *response)
{
	int status = response->status;
	struct request other;

	switch (rule_set_error_page(&ruled->decision, status, &ruled->error_page)) {
	case RULE_REWRITE:
		other = rewritten(request, buf_slice(&ruled->error_page));
		/* These were said of another file. */
		other.has_no_index = false;
		other.media_type = NULL;
		response_clear(response);
		respond_with_status(ruled, other, status, response);
		if (response->waiters)
			return;
		if (response->status == status) {
			rule_set_show_page(ruled->rule_files, other.path, &ruled->decision);
			return;
		}
		response_clear(response);
		ruled->decision.status = status;
		refuse(ruled, response);
		break;
	case RULE_REDIRECT:
		response_clear(response);
		ruled->decision.status = 302;
		buf_clear(&ruled->decision.target);
		buf_add_slice(&ruled->decision.target, buf_slice(&ruled->error_page));
		redirect(ruled, response);
		break;
	case RULE_REFUSE:
		response_clear(response);
		response_field(response, "Cache-Control", SLICE_LITERAL("no-store"));
		response_text(response, status, "text/html; charset=utf-8",
			buf_slice(&ruled->error_page));
		break;
	case RULE_PASS:
		break;
	}
}

static void
respond_by_decision(
	struct ruled_files *ruled, const struct request *request, struct response *response)
{
	const struct rule_decision *decision = &ruled->decision;
	struct request other;

	switch (decision->verdict) {
	case RULE_PASS:
		static_files_respond(ruled->static_files, request, response);
		break;
	case RULE_REWRITE:
		other = rewritten(request, buf_slice(&decision->target));
		if (decision->status == 200)
			static_files_respond(ruled->static_files, &other, response);
		else
			respond_with_status(ruled, other, decision->status, response);
		break;
	case RULE_REDIRECT:
		redirect(ruled, response);
		break;
	case RULE_REFUSE:
		refuse(ruled, response);
		break;
	}
	if (!response->waiters && response->status >= 400 && !decision->explanation.length)
		respond_with_error_page(ruled, request, response);
}

/* Whether the rules add a Content-Security-Policy to what is shown. One that forbids our script is told once. */
static bool
has_policy(struct ruled_files *ruled)
{
	const struct request *request = ruled->request.request;
	const struct csp_policy_self self = {request->authority, request->scheme == REQUEST_HTTPS};
	struct csp_policy policy = {0};
	struct fields fields = {0};
	struct slice value;

	rule_set_add_fields(
		ruled->rule_files, &ruled->request, &ruled->decision, 200, false, &fields);
	value = fields_get(&fields, SLICE_LITERAL("Content-Security-Policy"));
	if (value.at)
		csp_policy_read(&policy, value, &self);
	if (policy.forbids && !ruled->has_told_policy) {
		ruled->has_told_policy = true;
		log_notice(
			"the Content-Security-Policy in the site's own rules forbids the script of "
			"liveserve (%s): such a page follows no changes, unless --no-host-rules is "
			"given",
			policy.forbids);
	}
	fields_finish(&fields);
	return policy.is_there;
}

/*
 * What kind of file the rules make of another: only whether it is a document, and of which syntax, makes a difference to its
 * bytes. The name of the type is written later (rule_set_add_fields).
 */
static const struct media_type *
kind_of(const char *type)
{
	static const struct media_type html = {"text/html", true, MEDIA_TYPE_HTML},
				       xml = {"application/xhtml+xml", true, MEDIA_TYPE_XML_PAGE},
				       text = {"text/plain", true, MEDIA_TYPE_PLAIN},
				       binary = {
					       "application/octet-stream", false, MEDIA_TYPE_PLAIN};
	struct slice rest = slice_of(type), essence;

	slice_split(&rest, ';', &essence);
	essence = slice_trim(essence);
	return slice_is_nocase(essence, "text/html") ? &html
	       : slice_is_nocase(essence, "application/xhtml+xml") ||
			       slice_is_nocase(essence, "image/svg+xml")
		       ? &xml
	       : slice_starts_nocase(essence, "text/") ? &text
						       : &binary;
}

static void
add_file(struct request *request, struct rule_file file)
{
	request->has_no_index = file.has_no_index;
	if (!file.type)
		return;
	request->media_type = kind_of(file.type);
	request->typed_name = file.name;
}

/* Whether rules are about the request. If so, ruled->request is set. */
static bool
has_rules(struct ruled_files *ruled, const struct request *request)
{
	struct rule_files *files = ruled->rule_files;

	if (rule_files_have_none(files, request->path) ||
		rule_request_read(&ruled->request, request, &ruled->site) != URL_OK)
		return false;
	if (rule_set_is_any(files, &ruled->request))
		return true;
	/* In another spelling, dots may lead out of the folder. */
	if (slice_equal(request->path, buf_slice(&ruled->request.path)))
		rule_files_note_none(files, request->path);
	return false;
}

void
ruled_files_respond(struct ruled_files *ruled, struct static_files *static_files,
	const struct request *request, struct response *response)
{
	struct rule_files *files = ruled ? ruled->rule_files : NULL;
	struct request sent;

	if (!ruled || !has_rules(ruled, request)) {
		static_files_respond(static_files, request, response);
		return;
	}
	rule_set_decide(
		files, &ruled->request, &static_files_names(static_files)->index, &ruled->decision);
	sent = *request;
	sent.has_policy = has_policy(ruled);
	sent.languages = htaccess_chain_languages(&ruled->decision.chain);
	sent.language_priority = htaccess_chain_language_priority(&ruled->decision.chain);
	add_file(&sent, rule_set_file(&ruled->decision));
	respond_by_decision(ruled, &sent, response);
	if (!response->waiters)
		rule_set_add_fields(files, &ruled->request, &ruled->decision, response->status,
			response->status == 200 || response->status == 206, &response->fields);
}
