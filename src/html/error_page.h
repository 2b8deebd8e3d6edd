/*
 * error_page: the short pages that explain a status.
 *
 * Every such page has the script tag, so the page for a missing file reloads when the file is
 * created.
 */
#ifndef ERROR_PAGE_H
#define ERROR_PAGE_H

#include "html/script_tag.h"
#include "http/response.h"

/*
 * Responds with status and a short page. explanation is a sentence in plain text, or absent; it is
 * escaped here. Keeps the fields that response already has, and reads its depth.
 */
void error_page_respond(struct response *response, const struct script_tag *tag, int status,
	struct slice explanation);

/*
 * The same without the script, which would ask this address for changes. items are the items of a list (LI) in HTML,
 * or empty.
 */
void error_page_with_links(
	struct response *response, int status, struct slice explanation, struct slice items);

/*
 * Responds with 404. links is a list of links in HTML to similar names (suggestions_find), or
 * empty. The page says that it reloads when the file is created.
 */
void error_page_missing(
	struct response *response, const struct script_tag *tag, struct slice links);

#endif
