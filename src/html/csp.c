/*
 * csp: see csp.h. Everything is forbidden that is not listed here.
 */
#include "html/csp.h"

static void
add(struct response *response, const char *style_hash, const char *form_action)
{
	struct buf value = {0};

	buf_addf(&value,
		"default-src 'none'; script-src 'self'; connect-src 'self'; "
		"img-src 'self'; base-uri 'none'; form-action %s",
		form_action);
	if (style_hash)
		buf_addf(&value, "; style-src 'sha256-%s'", style_hash);
	response_field(response, "Content-Security-Policy", buf_slice(&value));
	buf_finish(&value);
}

void
csp_add(struct response *response, const char *style_hash)
{
	add(response, style_hash, "'none'");
}

void
csp_add_with_form(struct response *response, const char *style_hash)
{
	add(response, style_hash, "'self'");
}
