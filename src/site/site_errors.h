/*
 * site_errors: the answers for what cannot be shown. They are the site's own pages, or else ours.
 *
 * The site's page for a status is the nearest 404.html, 403.html or 500.html: that of the folder of the
 * requested name, or of a folder above. It is followed like any page.
 */
#ifndef SITE_ERRORS_H
#define SITE_ERRORS_H

#include "base/log.h"
#include "site/file_lookup.h"

/* The caller sets fallback. Zeroed is fine. */
struct site_errors {
	const char *fallback; /* the name of the file that is sent for missing documents; or NULL */
	struct log_limit refused;
};

void site_errors_finish(struct site_errors *errors);

/* Responds with the fallback if a document was asked for, and otherwise with 404. */
void site_errors_missing(struct site_errors *errors, struct file_lookup *lookup);

/* The same for the index of a folder that is not to be listed, but with 403. */
void site_errors_unlisted(struct site_errors *errors, struct file_lookup *lookup);

/* Responds with 500: the file that was found cannot be read. */
void site_errors_unreadable(struct site_errors *errors, struct file_lookup *lookup);

/* Responds with what verdict is to a visitor. With FILE_LOOKUP_FOUND it does nothing. */
void site_errors_respond(
	struct site_errors *errors, struct file_lookup *lookup, enum file_lookup_verdict verdict);

#endif
