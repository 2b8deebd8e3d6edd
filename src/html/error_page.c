/*
 * error_page: see error_page.h.
 */
#include "html/error_page.h"

#include <string.h>

#include "html/client_script.h"
#include "http/conditional.h"
#include "http/status.h"
#include "base/log.h"
#include "http/url.h"
#include "html/escape.h"

void
pages_add_tag(struct buf *html, const struct journal *journal, bool is_xml, const char *file,
	const char *nonce)
{
	buf_add_text(html, "<script ");
	if (is_xml)
		buf_add_text(html, "xmlns=\"http://www.w3.org/1999/xhtml\" ");
	buf_add_text(html, "src=\"" PAGES_SCRIPT "\" data-version=\"");
	buf_add_text(html, journal_epoch(journal));
	buf_add_char(html, '.');
	buf_add_number(html, journal_number(journal));
	if (file) {
		buf_add_text(html, "\" data-file=\"");
		url_from_path(slice_of(file), html);
	}
	if (nonce) {
		buf_add_text(html, "\" nonce=\"");
		buf_add_text(html, nonce);
	}
	if (log_console() != LOG_CONSOLE_ERRORS)
		buf_add_text(html, log_console() == LOG_CONSOLE_ALL ? "\" data-console=\"all"
								    : "\" data-console=\"none");
	buf_add_text(html, "\"></script>");
}

void
pages_add_policy(struct response *response, const char *hash)
{
	struct buf value = {0};

	buf_add_text(&value, "default-src 'none'; script-src 'self'; connect-src 'self'; "
			     "img-src 'self'; base-uri 'none'; form-action 'none'");
	if (hash)
		buf_addf(&value, "; style-src 'sha256-%s'", hash);
	response_field(response, "Content-Security-Policy", buf_slice(&value));
	buf_finish(&value);
}

static const char style[] =
	":root{color-scheme:light dark}body{font:1.05rem/1.6 system-ui,sans-serif;"
	"max-width:34rem;margin:18vh auto;padding:0 1.5rem}h1{font-size:1.5rem;font-weight:600}"
	"p{overflow-wrap:anywhere}";
/* Of the above; a test says the right one. */
static const char style_hash[] = "DrmSUslNbwlMxZ52hG6P9KvW9HOWKbyNSh9JiAFgphM=";

/* details is HTML of ours. */
static void
answer_page(
	struct response *response, const struct journal *journal, int status, struct slice details)
{
	const char *reason = status_reason(status);
	struct buf html = {0};

	buf_add_text(&html, "<!DOCTYPE html>\n<html lang=\"en\" data-liveserve=\"reload\"><head>");
	pages_add_tag(&html, journal, false, NULL, NULL);
	buf_addf(&html,
		"<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
		"<title>%d %s</title>\n<style>%s</style></head>\n<body><h1>%d %s</h1>\n",
		status, reason, style, status, reason);
	buf_add_slice(&html, details);
	buf_add_text(&html, "</body></html>\n");
	response_field(response, "Cache-Control", slice_of("no-store"));
	pages_add_policy(response, style_hash);
	response_text(response, status, "text/html; charset=utf-8", buf_slice(&html));
	buf_finish(&html);
}

void
pages_error(struct response *response, const struct journal *journal, int status,
	struct slice explanation)
{
	struct buf details = {0};

	if (explanation.length) {
		buf_add_text(&details, "<p>");
		escape_html(explanation, &details);
		buf_add_text(&details, "</p>\n");
	}
	answer_page(response, journal, status, buf_slice(&details));
	buf_finish(&details);
}

void
pages_missing(struct response *response, const struct journal *journal, struct slice near)
{
	struct buf details = {0};

	buf_add_text(&details, "<p>There is no such file here. When there is, this page shows it "
			       "by itself.</p>\n");
	if (near.length) {
		buf_add_text(&details, "<p>Did you mean ");
		buf_add_slice(&details, near);
		buf_add_text(&details, "?</p>\n");
	}
	answer_page(response, journal, 404, buf_slice(&details));
	buf_finish(&details);
}

static void
answer_script(struct response *response, const struct request *request,
	const struct client_script *script)
{
	const struct conditional_validators validators = {.etag = script->etag};

	response_field(response, "ETag", slice_of(script->etag));
	response_field(response, "Cache-Control", slice_of("no-cache"));
	pages_add_policy(response, NULL);
	if (conditional_evaluate(request, &validators) == CONDITIONAL_NOT_MODIFIED)
		response_status(response, 304);
	else
		response_text(response, 200, "text/javascript; charset=utf-8",
			(struct slice){script->text, script->length});
}

static const struct client_script *
find_script(struct slice name)
{
	const struct client_script *script = client_scripts;

	while (script->name && !slice_is(name, script->name))
		script++;
	return script->name ? script : NULL;
}

void
pages_answer(
	struct response *response, const struct journal *journal, const struct request *request)
{
	const struct client_script *script;
	struct slice name = request->path;

	name.at += strlen(PAGES_FOLDER);
	name.length -= strlen(PAGES_FOLDER);
	script = find_script(name);
	if (script)
		answer_script(response, request, script);
	else
		pages_error(response, journal, 404,
			slice_of("liveserve has no page of its own by this name."));
}

void
pages_answer_livereload(struct response *response, const struct request *request)
{
	answer_script(response, request, find_script(slice_of(&PAGES_LIVERELOAD[1])));
}
