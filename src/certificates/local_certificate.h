/*
 * local_certificate: the certificate of --https when the user names none: signed by the authority of this machine's
 * user (signer.h), and always for what clients ask for.
 *
 * There is no timer. Each handshake asks whether the certificate still does; if it is due for renewal, or not for
 * the address that the client has connected to, because the machine's addresses have changed, the signer makes
 * another one before it is sent.
 */
#ifndef LOCAL_CERTIFICATE_H
#define LOCAL_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "net/tls.h"

struct local_certificate;

/*
 * Starts the signer and gets the first certificate. hosts are those of signer_create(). Returns NULL after one log
 * line. To be called before the sandbox is entered, while signals are blocked.
 */
struct local_certificate *local_certificate_create(const char *const *hosts, size_t count);
/* Ends the signer. NULL is allowed. */
void local_certificate_destroy(struct local_certificate *local);

/* Sets the certificate and the key of options; valid until local_certificate_refresh() returns true. */
void local_certificate_put(const struct local_certificate *local, struct tls_options *options);

/*
 * For tls_options.greeted: whether there is another certificate now, which local_certificate_put() gives. A name
 * below localhost counts only if the client is on this machine.
 */
bool local_certificate_refresh(struct local_certificate *local, const struct tls_client *client);

/* Whether the certificate is for this host: a name, or an address as text. */
bool local_certificate_is_for(const struct local_certificate *local, const char *host);

/* The certificate of the authority (DER), valid as long as local. */
struct slice local_certificate_authority(const struct local_certificate *local);

#endif
