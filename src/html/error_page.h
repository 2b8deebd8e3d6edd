/*
 * error_page: the program's own pages: errors, and the script that the tag asks for.
 *
 * Room: site. Every page of ours carries the tag, so a page that was missing appears when its file
 * does. All text from outside is escaped, and if that should fail once, a Content-Security-Policy
 * leaves it without effect.
 */
#ifndef ERROR_PAGE_H
#define ERROR_PAGE_H

#include "base/buf.h"
#include "http/response.h"
#include "live/journal.h"
#include "http/request.h"

/* Where the script is served; everything of ours lives below PAGES_FOLDER. */
#define PAGES_FOLDER "/__liveserve/"
#define PAGES_SCRIPT PAGES_FOLDER "client.js"
/* Where the script of LiveReload is looked for. */
#define PAGES_LIVERELOAD "/livereload.js"

/*
 * Adds the script tag for a document of the HTML syntax (or of XML), with the journal's number in
 * it. file is the name in the site of what the document is made of, when its address does not say;
 * else NULL. nonce is csp_nonce_find's, or NULL.
 */
void pages_add_tag(struct buf *html, const struct journal *journal, bool is_xml, const char *file,
	const char *nonce);

/*
 * Adds the Content-Security-Policy of a page of ours: nothing but the script of the tag, and the
 * style element whose SHA-256 (in base64) is hash; NULL: none.
 */
void pages_add_policy(struct response *response, const char *hash);

/*
 * Answers status with a short page. explanation is a sentence in plain text, or absent; it is
 * escaped. Fields already in answer stay.
 */
void pages_error(struct response *response, const struct journal *journal, int status,
	struct slice explanation);

/*
 * Answers 404. near is a list of links in HTML, made by suggestions_find, or empty. The page appears
 * by itself when its file does, and says so.
 */
void pages_missing(struct response *response, const struct journal *journal, struct slice near);

/* Answers with the script that pages of other servers load. */
void pages_answer_livereload(struct response *response, const struct request *request);

/* Answers a request below PAGES_FOLDER. */
void pages_answer(
	struct response *response, const struct journal *journal, const struct request *request);

#endif
