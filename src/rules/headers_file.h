/*
 * headers_file: the file _headers of Netlify and Cloudflare Pages.
 *
 *     /path/:name
 *       Name: value
 *       ! Name
 *
 * All rules that match a request apply, in the order of the file. A field that several of them set
 * gets a list of their values; "!" removes it.
 */
#ifndef HEADERS_FILE_H
#define HEADERS_FILE_H

#include "http/fields.h"
#include "rules/rule_notes.h"
#include "rules/rule_request.h"

enum {
	HEADERS_FILE_RULES_MAX = 500, /* further ones are not read */
	HEADERS_FILE_LINE_MAX = 4000, /* bytes */
};

struct headers_file;

/* Parses text, which has no NUL. What is not followed is told by source. Never NULL. */
struct headers_file *headers_file_create(struct slice text, struct rule_source *source);
void headers_file_destroy(struct headers_file *file); /* NULL is fine */

/*
 * Changes the fields of the response to request. type is the value of its Content-Type that the file asks for, absent
 * when it asks for none; valid until the file is destroyed.
 */
void headers_file_apply(const struct headers_file *file, const struct rule_request *request,
	struct fields *fields, struct slice *type);

#endif
