/*
 * https_setup: joins TLS (net/tls.h) with what gives it a certificate: files that the user names, which are read again
 * when they have changed, or else the authority of this machine's user (certificates/local_certificate.h).
 */
#ifndef HTTPS_SETUP_H
#define HTTPS_SETUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"
#include "net/tls.h"
#include "settings/config.h"

struct https_setup;

/*
 * Sets *setup, if config->tls.is_on; else to NULL. Keeps pointers to loop and to texts of config. Returns false after one
 * log line that says what is wrong with the certificate; if --https is of a settings file, that is left out, and it
 * returns true. To be called before the sandbox is entered, while signals are blocked.
 */
bool https_setup_create(struct https_setup **setup, struct loop *loop, struct config *config);
/* Closes all connections. NULL is allowed. */
void https_setup_destroy(struct https_setup *setup);

/*
 * For the sandbox (privdrop.h): the settings files of config and, with --https, the files that --cert and --key name.
 * The caller frees the list. https_setup_open_file() opens one by its index there; its context is config. Then
 * https_setup_set_opener() says how the files are opened from now on; NULL for setup is allowed.
 */
const char **https_setup_files(const struct config *config);
int https_setup_open_file(const void *context, size_t index);
void https_setup_set_opener(
	struct https_setup *setup, int (*open)(void *context, const char *path), void *context);

/*
 * The authority's certificate (DER), with --lan and without --cert: phones get it; else absent. Its SHA-256 in
 * hexadecimal, or NULL. NULL for setup is allowed; both are valid as long as it.
 */
struct slice https_setup_phone_certificate(const struct https_setup *setup);
const char *https_setup_fingerprint(const struct https_setup *setup);

/* For http1_accept(); NULL for NULL. Valid as long as setup. */
struct tls *https_setup_tls(const struct https_setup *setup);

#endif
