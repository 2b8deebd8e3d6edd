/*
 * csp: the Content-Security-Policy of the pages that the program writes itself.
 *
 * All text from outside is escaped in such a page. If an escape is missing because of a bug, the
 * policy prevents that the text runs as a script.
 */
#ifndef CSP_H
#define CSP_H

#include "http/response.h"

/*
 * Adds a Content-Security-Policy (CSP 3) that allows what the script tag needs and no other script,
 * and the <style> element whose SHA-256, in base64, is style_hash (NULL: no style at all).
 */
void csp_add(struct response *response, const char *style_hash);

/* The same for a page that has a form, which may be sent to this server. */
void csp_add_with_form(struct response *response, const char *style_hash);

#endif
