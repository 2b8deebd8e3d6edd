/*
 * browser_stores: where the browsers of this user have their databases of certificates (nss_store.h).
 */
#ifndef BROWSER_STORES_H
#define BROWSER_STORES_H

#include <stddef.h>

struct browser_store {
	char *folder;
	char *name; /* "Chromium", "Firefox profile ab12.default", as the user knows it */
};

/* A zeroed struct has none. */
struct browser_stores {
	struct browser_store *items;
	size_t count;
};

/*
 * Finds the databases below home, which is the user's home folder, data ($XDG_DATA_HOME) and settings
 * ($XDG_CONFIG_HOME), each of which can be NULL or "": those of Chromium and its relatives, and of each profile of Firefox
 * and its relatives, also as Snap and Flatpak have them. If there is none of Chromium, but one of these programs is in
 * a folder of path ($PATH, or NULL), the first one is named that it will use; it is to be made.
 */
void browser_stores_find(struct browser_stores *stores, const char *home, const char *data,
	const char *settings, const char *path);
void browser_stores_finish(struct browser_stores *stores);

#endif
