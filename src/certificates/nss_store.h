/*
 * nss_store: a database of certificates as Chromium and Firefox have them (NSS), changed by certutil.
 *
 * Our certificate has the nickname NSS_STORE_NICKNAME in it; nothing else is touched.
 */
#ifndef NSS_STORE_H
#define NSS_STORE_H

#include "base/buf.h"

#define NSS_STORE_NICKNAME "liveserve authority"

enum store_verdict {
	STORE_CHANGED,
	STORE_UNCHANGED,  /* it was so before */
	STORE_NO_PROGRAM, /* certutil is not installed */
	STORE_FAILED,
};

/*
 * Makes the database in folder trust the certificate of the file, and no older one of ours, as an authority for
 * servers. A database that is missing is made. After STORE_FAILED why has the reason.
 */
enum store_verdict nss_store_add(const char *folder, const char *certificate, struct buf *why);

/* Takes every certificate of ours out of it. */
enum store_verdict nss_store_remove(const char *folder, struct buf *why);

#endif
