/*
 * listing_page: writes the list of a folder as an HTML page or as JSON.
 *
 * The functions may be called in another thread: they use nothing but their arguments.
 */
#ifndef LISTING_PAGE_H
#define LISTING_PAGE_H

#include "base/buf.h"
#include "listing/folder_entries.h"
#include "listing/listing_query.h"

/* What stands around the entries. Everything is borrowed. */
struct listing_page {
	const char *site;        /* the name of the served folder, for the heading */
	const char *shown;       /* the folder's name in the site; "" or with a slash at its end */
	struct slice script_tag; /* goes into the head of the page */
	const struct listing_query *query; /* for the form, and for the links that sort */
	const char *index; /* the file that would be shown in place of an empty list */
};

/* The hash of the page's style, for csp_add_with_form. */
extern const char listing_page_style_hash[];

/*
 * Adds the page. It is sorted by links and filtered by a form (listing_query.h), so it needs no
 * script, and the script of the tag can update it in place.
 */
void listing_page_write(
	const struct listing_page *page, const struct folder_entries *entries, struct buf *html);

/*
 * Adds the same as JSON:
 * [{"name":"a.html","url":"/a.html","type":"file","size":12,"modified":"2026-11-21T06:20:00Z"}].
 * type is "file" or "folder"; the url of a folder ends in a slash. url is exact; in name, invalid
 * UTF-8 is replaced by U+FFFD.
 */
void listing_page_write_json(
	const struct listing_page *page, const struct folder_entries *entries, struct buf *text);

#endif
