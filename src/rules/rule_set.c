/*
 * rule_set: see rule_set.h. Owns nothing. The rules of _redirects come first.
 */
#include "rules/rule_set.h"

#include "rules/header_rule.h"

void
rule_decision_finish(struct rule_decision *decision)
{
	buf_finish(&decision->target);
	buf_finish(&decision->explanation);
}

bool
rule_set_is_any(struct rule_files *files, const struct rule_request *request)
{
	(void)request;
	return rule_files_redirects(files) || rule_files_headers(files);
}

/* ---- deciding ---- */

static void
refuse_proxy(struct rule_decision *decision, const struct redirects_answer *answer)
{
	decision->verdict = RULE_REFUSE;
	decision->status = 502;
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
		decision->status = answer.status < 400 ? answer.status : 302;
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

void
rule_set_decide(struct rule_files *files, const struct rule_request *request,
	struct rule_decision *decision)
{
	decision->verdict = RULE_PASS;
	decision->status = 200;
	buf_clear(&decision->explanation);
	if (rule_files_have_name(buf_slice(&request->name))) {
		decision->verdict = RULE_REFUSE;
		decision->status = 404;
		return;
	}
	decide_by_redirects(files, request, decision);
}

/* ---- fields ---- */

static void
set_type(struct fields *fields, struct slice type)
{
	fields_drop(fields, SLICE_LITERAL("Content-Type"));
	fields_add(fields, SLICE_LITERAL("Content-Type"), type);
}

void
rule_set_add_fields(struct rule_files *files, const struct rule_request *request, int status,
	bool has_file, struct fields *fields)
{
	const struct headers_file *headers = rule_files_headers(files);
	bool is_redirect = status >= 300 && status < 400 && status != 304;
	struct slice type;

	if (!headers || is_redirect)
		return;
	headers_file_apply(headers, request, fields, &type);
	if (type.length && has_file)
		set_type(fields, type);
}
