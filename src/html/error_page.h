/*
 * error_page: the short pages that explain a status.
 *
 * Every such page carries the script tag, so the page of a file that is missing reloads when the
 * file appears.
 */
#ifndef ERROR_PAGE_H
#define ERROR_PAGE_H

#include "html/script_tag.h"
#include "http/response.h"

/*
 * Answers status with a short page. explanation is a sentence in plain text, or absent; it is
 * escaped. Fields that the response has already stay.
 */
void error_page_respond(struct response *response, const struct script_tag *tag, int status,
	struct slice explanation);

/*
 * Answers 404. links is a list of links in HTML to names that are alike (suggestions_find), or
 * empty. The page tells that it reloads when the file appears.
 */
void error_page_missing(
	struct response *response, const struct script_tag *tag, struct slice links);

#endif
