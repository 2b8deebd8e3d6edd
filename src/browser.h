/*
 * browser: opens a page in the person's own browser.
 *
 * Room: things. Owns the programs that it has started until they end; they outlive it.
 */
#ifndef BROWSER_H
#define BROWSER_H

#include "launch.h"

struct browser;

/* Keeps what options point to. */
struct browser *browser_create(const struct launch_options *options);
void browser_destroy(struct browser *browser);

/*
 * Starts the first program that can show url. When none can, or the one that was started says so
 * within a few seconds, that is a notice with the URL in it, not a failure.
 */
void browser_open(struct browser *browser, const char *url);

/* After SIGCHLD: looks which of them have ended. */
void browser_reap(struct browser *browser);

#endif
