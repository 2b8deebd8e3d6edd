/*
 * browser: opens a page in the person's own browser.
 *
 * Room: things. What it starts is no child of this process and outlives it. A process in between
 * looks after the first moments, so that one program that cannot show the page makes room for the
 * next.
 */
#ifndef BROWSER_H
#define BROWSER_H

#include "ui/browser_command.h"
#include "base/loop.h"

struct browser;

/* Keeps a pointer to loop and what options point to. */
struct browser *browser_create(struct loop *loop, const struct browser_options *options);
void browser_destroy(struct browser *browser);

/*
 * Starts the first program that can show url. When none can, or the last one that was started says
 * so within a few seconds, that is a notice with the URL in it, not a failure.
 */
void browser_open(struct browser *browser, const char *url);

/* Before this process goes into a sandbox, where no browser could live: it can be opened still. */
void browser_stay_outside(struct browser *browser);

#endif
