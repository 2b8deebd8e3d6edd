/*
 * csp: see csp.h. Everything is forbidden that is not listed here.
 */
#include "html/csp.h"

void
csp_add(struct response *response, const char *style_hash)
{
	struct buf value = {0};

	buf_add_text(&value, "default-src 'none'; script-src 'self'; connect-src 'self'; "
			     "img-src 'self'; base-uri 'none'; form-action 'none'");
	if (style_hash)
		buf_addf(&value, "; style-src 'sha256-%s'", style_hash);
	response_field(response, "Content-Security-Policy", buf_slice(&value));
	buf_finish(&value);
}
