/*
 * authenticator: decides whether a request has the name and password of a user (RFC 7617).
 *
 * A password that was right once is remembered, as a keyed hash, and costs no second check. Any
 * other one is checked in a thread of its own, one at a time, while its request is paused. So
 * wrong passwords hold nobody up. After some wrong ones from an address, further ones from there
 * have to wait (tries.h); those that are remembered do not.
 */
#ifndef AUTHENTICATOR_H
#define AUTHENTICATOR_H

#include <stdbool.h>

#include "base/loop.h"
#include "http/request.h"
#include "http/response.h"

struct authenticator;

enum {
	AUTHENTICATOR_QUEUE_MAX = 256,     /* passwords that wait to be checked, in all */
	AUTHENTICATOR_QUEUE_PEER_MAX = 64, /* and from one address */
	AUTHENTICATOR_WAIT_MS = 6 * 1000,  /* until a password is not checked any more */
	AUTHENTICATOR_LENGTH_MAX = 1024,   /* bytes of name and password; nobody has longer ones */
};

/*
 * Reads the users of the file at path (htpasswd_create). Keeps a pointer to loop. Returns NULL
 * after an error about the file.
 */
struct authenticator *authenticator_create(struct loop *loop, const char *path);
/* No request may be paused any more: http1 is destroyed before. NULL is allowed. */
void authenticator_destroy(struct authenticator *authenticator);

/* Whether the request has a name and password that are known to be right. Never waits. */
bool authenticator_knows(const struct authenticator *authenticator, const struct request *request);

enum authenticator_verdict {
	AUTHENTICATOR_WRONG,    /* no password, or a wrong one: 401 */
	AUTHENTICATOR_TOO_MANY, /* too many wrong ones or too many at once: 429 */
	AUTHENTICATOR_PAUSED,   /* nothing to be done: response is paused until more is known */
};

/*
 * What a request gets that authenticator_knows does not know. Without a password that can be parsed
 * that is AUTHENTICATOR_WRONG, at once and for free. Otherwise the password is checked, and response
 * is paused. Requests with the same name and password share one check. The password of a name that
 * does not exist takes as long as any.
 *
 * With AUTHENTICATOR_TOO_MANY, *retry_after_s is the number of seconds after which a client may try
 * again. It is the verdict when the queue is full or a check would begin too late; on a wrong password that came so soon after other
 * wrong ones that its check had to wait; and on one that is known to be wrong, but sent again and
 * again.
 */
enum authenticator_verdict authenticator_check(struct authenticator *authenticator,
	const struct request *request, struct response *response, unsigned *retry_after_s);

#endif
