/*
 * browser: opens a page in the person's own browser.
 *
 * Room: things. No shell in between.
 */
#ifndef BROWSER_H
#define BROWSER_H

/* Starts xdg-open with url. A browser that cannot start is a notice, not a failure. */
void browser_open(const char *url);

#endif
