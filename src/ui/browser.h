/*
 * browser: opens a page in the person's browser.
 *
 * The browser is not a child of this process and outlives it. A launcher process starts it: it tries
 * one command after the other. If a program fails within its first seconds, the next one is tried.
 */
#ifndef BROWSER_H
#define BROWSER_H

#include "base/loop.h"
#include "ui/browser_command.h"

struct browser;

/* Keeps a pointer to loop and to what options point to. Never NULL. */
struct browser *browser_create(struct loop *loop, const struct browser_options *options);
/* The browsers stay open. NULL is fine. */
void browser_destroy(struct browser *browser);

/*
 * Opens url (http or https); returns at once. When every command has failed, a notice in the log
 * asks the person to open the URL.
 */
void browser_open(struct browser *browser, const char *url);

/*
 * Starts a launcher that waits: browser_open_prepared() has it open url, also in the sandbox, and
 * browser_forget_prepared() ends it; so does browser_destroy(). Without a prepared URL these do nothing.
 */
void browser_prepare(struct browser *browser, const char *url);
void browser_open_prepared(struct browser *browser);
void browser_forget_prepared(struct browser *browser);

/*
 * Starts a broker process, which opens pages from now on. To be called before this process enters
 * its sandbox, where it cannot start a browser. The broker opens only pages of one server: first_url
 * ("http://localhost:9000/") is the URL of its first page. From then on a URL of another server makes
 * browser_open() fail. Keeps a pointer to first_url.
 */
void browser_start_broker(struct browser *browser, const char *first_url);

#endif
