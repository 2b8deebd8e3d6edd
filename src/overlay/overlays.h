/*
 * overlays: the texts that editors have laid over files of the served folder: what a person has typed and not saved.
 *
 * Each text is an anonymous file in memory, so who opens a file gets one that is like a file of the disk. Of one file
 * there may be texts of several editors; the one that was laid last counts. Nothing is written to the disk.
 */
#ifndef OVERLAYS_H
#define OVERLAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct overlays;

enum {
	OVERLAYS_TEXT_MAX = 8 * 1024 * 1024,   /* bytes of a text */
	OVERLAYS_BYTES_MAX = 64 * 1024 * 1024, /* of all texts */
	OVERLAYS_MAX = 128,                    /* texts; each has a descriptor */
};

/* The text that counts. */
struct overlay {
	const void *owner; /* the editor that has laid it */
	int file;          /* its descriptor; others open it by overlays_open() */
	size_t length;
	uint64_t hash;     /* of its bytes */
	uint64_t since;    /* a number of the caller's, of the first text over this file */
	bool is_saved;     /* the editor has saved it, and the disk is to be looked at */
	bool has_new_disk; /* the file on the disk has changed under it */
};

/* Never NULL. */
struct overlays *overlays_create(void);
void overlays_destroy(struct overlays *overlays); /* NULL is fine */

enum overlays_verdict {
	OVERLAYS_LAID,
	OVERLAYS_TOO_LARGE, /* more than OVERLAYS_TEXT_MAX */
	OVERLAYS_TOO_MANY,  /* more than OVERLAYS_BYTES_MAX or OVERLAYS_MAX */
	OVERLAYS_FAILED,    /* the system gives no memory or descriptor: errno */
};

/*
 * Lays text over the file at path, in place of an earlier one of this owner. since: see struct overlay. After any verdict
 * but OVERLAYS_LAID nothing has changed.
 */
enum overlays_verdict overlays_lay(struct overlays *overlays, const void *owner, const char *path,
	struct slice text, uint64_t since);

/* Removes the text of owner from the file at path; of all owners if it is NULL. Returns whether there was one. */
bool overlays_remove(struct overlays *overlays, const void *owner, const char *path);

/* The text that counts for the file at path belongs to nobody from now on. */
void overlays_disown(struct overlays *overlays, const char *path);

/* What counts for the file at path; NULL when nothing lies over it. Valid until the next change of overlays. */
struct overlay *overlays_find(const struct overlays *overlays, const char *path);
/* Whether there is only one text over the file at path. */
bool overlays_is_only(const struct overlays *overlays, const char *path);

/* The path of a file with a text of owner, of any owner if it is NULL; NULL when there is none. Valid as above. */
const char *overlays_next(const struct overlays *overlays, const void *owner);
/* The path of a file whose text is_saved; NULL when there is none. Valid as above. */
const char *overlays_saved(const struct overlays *overlays);

/* Whether there is no text at all. */
bool overlays_are_empty(const struct overlays *overlays);

/* Whether overlays_open() opens anything: false while a request is answered that must not see unsaved text. */
void overlays_set_visible(struct overlays *overlays, bool is_visible);

/*
 * Opens the text over the file at path for reading, from its beginning. Returns -1 when there is none, or nothing is
 * visible. All descriptors of one text have one offset, so each reader that uses it reads to the end before the next
 * one opens it. The caller closes it.
 */
int overlays_open(const struct overlays *overlays, const char *path);

/* The state of the text over the file at path: another number when its bytes are others. Returns false as overlays_open(). */
bool overlays_state(const struct overlays *overlays, const char *path, uint64_t *state);

#endif
