/*
 * ssi_parts: which files each page with server-side includes is made of.
 *
 * If one of them changes, the page counts as changed, so that it is updated where it is open. A file that
 * was asked for but is not there counts, too: it may be created later.
 */
#ifndef SSI_PARTS_H
#define SSI_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "watch/change.h"

struct ssi_parts;

/* Of all pages. The page that was requested longest ago is forgotten first. */
enum { SSI_PARTS_BYTES_MAX = 4 * 1024 * 1024 };

/* What is known of one page. */
struct ssi_parts_page {
	struct buf names; /* of its parts in the site, each with a NUL */
	/* Another request for the page may lead to other parts. */
	bool varies;
	uint64_t complaints; /* a hash of what was wrong in it; 0: nothing */
};

struct ssi_parts *ssi_parts_create(void);
/* NULL is fine. */
void ssi_parts_destroy(struct ssi_parts *parts);

/*
 * To be called when the page called name (in the site) was made. If it varies, or did before, what was
 * known of it stays. Takes page->names.
 */
void ssi_parts_set(struct ssi_parts *parts, const char *name, struct ssi_parts_page *page);

/* The page called name has no parts any more. */
void ssi_parts_remove(struct ssi_parts *parts, const char *name);

/* Valid until the next call. NULL when nothing is known. */
const struct ssi_parts_page *ssi_parts_find(const struct ssi_parts *parts, const char *name);

/*
 * Adds to changes, as modified, all pages that are made of a file in it. If pages were forgotten, it is
 * not known which they are: then further_count grows.
 */
void ssi_parts_add(const struct ssi_parts *parts, struct changes *changes);

/* Calls add with the name of each page that is made of the file called part. */
void ssi_parts_find_pages(const struct ssi_parts *parts, struct slice part,
	void (*add)(void *to, struct slice page), void *to);

#endif
