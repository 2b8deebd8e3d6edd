/*
 * named_certificate: the files that --cert and --key name, and whether they have changed.
 *
 * There is no timer and no watch: each handshake asks.
 */
#ifndef NAMED_CERTIFICATE_H
#define NAMED_CERTIFICATE_H

#include <stdbool.h>
#include <sys/stat.h>

struct named_certificate {
	const char *cert, *key;
	struct stat cert_state, key_state; /* zeroes: the file is not there */
};

/* Keeps pointers to both paths. To be called before the files are read. */
void named_certificate_init(struct named_certificate *named, const char *cert, const char *key);

/*
 * Whether one of the files is another one, or has been written to, since the last call. To be called before they are
 * read again: a file that changes meanwhile has then changed at the next call.
 */
bool named_certificate_has_changed(struct named_certificate *named);

#endif
