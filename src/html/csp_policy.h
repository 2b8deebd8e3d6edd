/*
 * csp_policy: what the Content-Security-Policy in the head of a response (CSP 3) says about the script
 * tag of its document.
 */
#ifndef CSP_POLICY_H
#define CSP_POLICY_H

#include <stdbool.h>

#include "base/slice.h"

/* Who asks: the address that the browser has for the document. */
struct csp_policy_self {
	struct slice authority; /* "localhost:9000" */
	bool is_https;
};

/* Zeroed is what no policy says. */
struct csp_policy {
	bool is_there;
	struct slice nonce;  /* with which scripts are allowed; absent when there is none */
	const char *forbids; /* the directive that forbids the script or its connection; or NULL */
};

/*
 * Reads a value of the field Content-Security-Policy, which may have several policies. Called for
 * each such field of a head, it adds them up: a script needs the permission of all. nonce points into
 * value, and forbids is static memory ("script-src").
 */
void csp_policy_read(
	struct csp_policy *policy, struct slice value, const struct csp_policy_self *self);

#endif
