/*
 * phone_page: see phone_page.h. It has no state. The page has no script, and loads nothing.
 */
#include "html/phone_page.h"

#include "html/escape.h"

/* Safari on iOS offers to install the one; the other is saved as a file, from where Android installs it. */
#define FOR_IOS "/__liveserve/authority.cer"
#define FOR_ANDROID "/__liveserve/authority.crt"

static const char before_link[] =
	"<!doctype html>\n"
	"<html lang=\"en\">\n"
	"<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<title>Certificate for this site</title>\n"
	"<style>\n"
	"body { font: 1.1em/1.5 system-ui, sans-serif; margin: 1.5em auto; max-width: 34em; "
	"padding: 0 1em }\n"
	"li { margin: .5em 0 }\n"
	"a { overflow-wrap: anywhere }\n"
	"@media (prefers-color-scheme: dark) { body { background: #181818; color: #ddd } a { "
	"color: #8bf } }\n"
	"</style>\n"
	"<h1>Certificate for this site</h1>\n"
	"<p>This site uses HTTPS, with a certificate of the computer that it is on. Your phone "
	"shows a\n"
	"warning until you have installed that certificate. It counts only for names and addresses "
	"that\n"
	"are not in the internet.</p>\n"
	"<p><strong>Before you install it:</strong> your phone shows its fingerprint (SHA-256) in "
	"the\n"
	"details of the certificate. It must be the one that liveserve shows in the terminal.</p>\n"
	"<h2>iPhone and iPad</h2>\n"
	"<ol>\n"
	"<li>In Safari, <a href=\"" FOR_IOS "\">load the certificate</a>, and tap <em>Allow</em>.\n"
	"<li>In <em>Settings, General, VPN &amp; Device Management</em>, tap the liveserve "
	"authority, compare\n"
	"its fingerprint under <em>More Details</em>, and tap <em>Install</em>.\n"
	"<li>In <em>Settings, General, About, Certificate Trust Settings</em>, switch it on.\n"
	"</ol>\n"
	"<h2>Android</h2>\n"
	"<ol>\n"
	"<li><a href=\"" FOR_ANDROID "\">Load the certificate</a>: the file liveserve.crt.\n"
	"<li>In <em>Settings</em>, search for <em>CA certificate</em>; on most phones it is under "
	"<em>Security\n"
	"&amp; privacy, Encryption &amp; credentials, Install a certificate</em>. Tap <em>Install "
	"anyway</em>, and\n"
	"choose liveserve.crt.\n"
	"<li>Under <em>Trusted credentials, User</em>, tap the liveserve authority, and compare "
	"its\n"
	"fingerprint. If it is another one, remove it there.\n"
	"<li>Firefox also needs: <em>Settings, About Firefox</em>, tap the logo five times; then "
	"<em>Settings,\n"
	"Secret Settings, Use third party CA certificates</em>.\n"
	"</ol>\n"
	"<h2>Then</h2>\n"
	"<p>Open the site: <a href=\"";

bool
phone_page_is_for(const struct request *request)
{
	return (request->method == REQUEST_GET || request->method == REQUEST_HEAD) &&
	       (slice_is(request->path, PHONE_PAGE_PATH) || slice_is(request->path, FOR_IOS) ||
		       slice_is(request->path, FOR_ANDROID));
}

/* Adds "https://HOST/", HTML-escaped. */
static void
add_site(struct buf *html, struct slice authority)
{
	buf_add_text(html, "https://");
	escape_html(authority, html);
	buf_add_char(html, '/');
}

static void
respond_page(struct response *response, const struct request *request)
{
	struct buf html = {0};

	buf_add_text(&html, before_link);
	add_site(&html, request->authority);
	buf_add_text(&html, "\">");
	add_site(&html, request->authority);
	buf_add_text(&html, "</a></p>\n");
	response_field(response, "Content-Security-Policy",
		SLICE_LITERAL("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
			      "form-action 'none'; frame-ancestors 'none'"));
	response_text(response, 200, "text/html; charset=utf-8", buf_slice(&html));
	buf_finish(&html);
}

void
phone_page_respond(
	struct response *response, const struct request *request, struct slice certificate)
{
	response_field(response, "Cache-Control", SLICE_LITERAL("no-store"));
	if (slice_is(request->path, PHONE_PAGE_PATH)) {
		respond_page(response, request);
		return;
	}
	if (slice_is(request->path, FOR_ANDROID))
		response_field(response, "Content-Disposition",
			SLICE_LITERAL("attachment; filename=\"liveserve.crt\""));
	response_text(response, 200, "application/x-x509-ca-cert", certificate);
}
