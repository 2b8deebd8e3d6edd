/*
 * https_setup: joins TLS (net/tls.h) with what gives it a certificate: files that the user names, or else the
 * authority of this machine's user (certificates/local_certificate.h).
 */
#ifndef HTTPS_SETUP_H
#define HTTPS_SETUP_H

#include "base/loop.h"
#include "net/tls.h"
#include "settings/config.h"

struct https_setup;

/*
 * For config->tls.is_on. Keeps pointers to loop and to texts of config. Returns NULL after one log line that says
 * what is wrong with the certificate. To be called before the sandbox is entered, while signals are blocked.
 */
struct https_setup *https_setup_create(struct loop *loop, const struct config *config);
/* Closes all connections. NULL is allowed. */
void https_setup_destroy(struct https_setup *setup);

/* For http1_accept(); NULL for NULL. Valid as long as setup. */
struct tls *https_setup_tls(const struct https_setup *setup);

#endif
