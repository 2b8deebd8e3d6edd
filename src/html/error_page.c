/*
 * error_page: see error_page.h. A page is one text; its style is allowed by hash, so it needs no
 * nonce.
 */
#include "html/error_page.h"

#include "html/csp.h"
#include "html/escape.h"
#include "http/status.h"

static const char style[] =
	":root{color-scheme:light dark}body{font:1.05rem/1.6 system-ui,sans-serif;"
	"max-width:34rem;margin:18vh auto;padding:0 1.5rem}h1{font-size:1.5rem;font-weight:600}"
	"p{overflow-wrap:anywhere}";
/* SHA-256 of style, in base64. When it is wrong, a test prints the right one. */
static const char style_hash[] = "DrmSUslNbwlMxZ52hG6P9KvW9HOWKbyNSh9JiAFgphM=";

/* tag can be NULL. details is HTML, escaped already. */
static void
respond(struct response *response, const struct script_tag *tag, int status, struct slice details)
{
	const struct script_tag_attributes attributes = {.is_own = true, .depth = response->depth};
	const char *reason = status_reason(status);
	struct buf html = {0};

	buf_add_text(&html, "<!DOCTYPE html>\n<html lang=\"en\" data-liveserve=\"reload\"><head>");
	if (tag)
		script_tag_add(tag, &attributes, &html);
	buf_addf(&html,
		"<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
		"<title>%d %s</title>\n<style>%s</style></head>\n<body><h1>%d %s</h1>\n",
		status, reason, style, status, reason);
	buf_add_slice(&html, details);
	buf_add_text(&html, "</body></html>\n");
	response_field(response, "Cache-Control", SLICE_LITERAL("no-store"));
	csp_add(response, style_hash);
	response_text(response, status, "text/html; charset=utf-8", buf_slice(&html));
	buf_finish(&html);
}

void
error_page_respond(struct response *response, const struct script_tag *tag, int status,
	struct slice explanation)
{
	struct buf details = {0};

	if (explanation.length) {
		buf_add_text(&details, "<p>");
		escape_html(explanation, &details);
		buf_add_text(&details, "</p>\n");
	}
	respond(response, tag, status, buf_slice(&details));
	buf_finish(&details);
}

void
error_page_with_links(
	struct response *response, int status, struct slice explanation, struct slice items)
{
	struct buf details = {0};

	buf_add_text(&details, "<p>");
	escape_html(explanation, &details);
	buf_add_text(&details, "</p>\n");
	if (items.length) {
		buf_add_text(&details, "<ul>\n");
		buf_add_slice(&details, items);
		buf_add_text(&details, "</ul>\n");
	}
	respond(response, NULL, status, buf_slice(&details));
	buf_finish(&details);
}

void
error_page_missing(struct response *response, const struct script_tag *tag, struct slice links)
{
	struct buf details = {0};

	buf_add_text(&details, "<p>There is no such file here. When there is, this page shows it "
			       "by itself.</p>\n");
	if (links.length) {
		buf_add_text(&details, "<p>Did you mean ");
		buf_add_slice(&details, links);
		buf_add_text(&details, "?</p>\n");
	}
	respond(response, tag, 404, buf_slice(&details));
	buf_finish(&details);
}
