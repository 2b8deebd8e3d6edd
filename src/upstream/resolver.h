/*
 * resolver: looks up the addresses of names without ever waiting.
 *
 * A look-up needs files that the sandbox hides, and takes as long as the name server likes. So a
 * helper process, which is started before the sandbox is entered, makes a process for each look-up.
 * The helper knows the names; it is only told which of them to look up. It ends with this process.
 */
#ifndef RESOLVER_H
#define RESOLVER_H

#include <stdbool.h>

#include "base/loop.h"
#include "net/connector.h"

struct resolver;

struct resolver_name {
	const char *host;
	const char *port; /* decimal digits */
};

/* Called with the addresses of a name; with none when there are none. */
typedef void resolver_fn(void *context, size_t index, const struct connector_addresses *addresses);

/*
 * Sets the addresses of a name that needs no look-up and returns true: an address as text, and
 * localhost with all names below it, which is this machine (RFC 6761 6.3).
 */
bool resolver_knows(const struct resolver_name *name, struct connector_addresses *addresses);

/*
 * Starts the helper process. Keeps pointers to loop, names and context. Returns NULL with errno when
 * there can be no process.
 */
struct resolver *resolver_create(struct loop *loop, const struct resolver_name *names, size_t count,
	resolver_fn *fn, void *context);
/* Ends the helper and its look-ups; their function is not called. NULL is allowed. */
void resolver_destroy(struct resolver *resolver);

/*
 * Begins to look up the name at index, unless that is being done. The function is called later.
 * Returns false when the helper cannot do it.
 */
bool resolver_ask(struct resolver *resolver, size_t index);

#endif
