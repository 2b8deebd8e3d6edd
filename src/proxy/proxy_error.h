/*
 * proxy_error: the response of this server when there is none of an upstream.
 */
#ifndef PROXY_ERROR_H
#define PROXY_ERROR_H

#include "base/buf.h"
#include "html/script_tag.h"

/*
 * Adds a whole response to text, after which the connection is closed: an error page with sentence,
 * without the page if the request was HEAD. depth: request_depth() of the request. Returns the length of the page.
 */
size_t proxy_error_add(struct buf *text, const struct script_tag *script_tag, int status,
	const char *sentence, bool is_head, size_t depth);

#endif
