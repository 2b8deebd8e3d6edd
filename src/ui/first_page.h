/*
 * first_page: opens the first page in the browser when the server has started, unless a tab of an earlier run shows it
 * and comes back within a second.
 */
#ifndef FIRST_PAGE_H
#define FIRST_PAGE_H

#include "base/loop.h"
#include "live/hub.h"
#include "ui/browser.h"
#include "ui/terminal.h"

struct first_page;

struct first_page_options {
	struct loop *loop;
	struct browser *browser;
	struct terminal *terminal;
	const char *url;
	/* The path of url as the user wrote it. "/" stands for any page of the site. */
	const char *path;
};

enum { FIRST_PAGE_WAIT_MS = 1000 };

/* To be called before the sandbox is entered. Keeps pointers until the page was opened. Never NULL. */
struct first_page *first_page_create(const struct first_page_options *options);
void first_page_destroy(struct first_page *first_page); /* NULL is fine */

/* A page has connected. If it is the one on this machine, no other is opened, and a line says so. NULL is fine. */
void first_page_note(struct first_page *first_page, const struct hub_arrival *arrival);

#endif
