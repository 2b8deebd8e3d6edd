/*
 * network_namespace: a network of the server's own, in which it may capture without any right on the
 * machine (user_namespaces(7), network_namespaces(7)).
 *
 * A child process enters a new user namespace and a new network namespace, listens in there on the same
 * addresses as the server does outside, and gives these sockets to the server. Sockets stay in the
 * namespace in which they were made, so the server accepts connections from them as always. The child
 * keeps the sockets outside. For each connection there it makes one inside, from the same address and
 * port, and carries the bytes. A second child captures inside.
 *
 * So the packets are real, but those of a copy of each connection: acknowledgements and times may differ
 * from those outside.
 */
#ifndef NETWORK_NAMESPACE_H
#define NETWORK_NAMESPACE_H

#include <stdbool.h>
#include <stddef.h>

struct network_namespace_options {
	int control; /* a connected Unix socket (SOCK_SEQPACKET); the server has the other end */
	const int *outside; /* listening sockets */
	size_t count;
	/* Give up the rights of the process that captures, and of the one that carries bytes. */
	bool (*confine_capture)(void);
	bool (*confine_relay)(void);
};

/*
 * To be called in a child, after capture_child_begin(). The packets go to standard output as pcapng. Ends
 * when the server has closed its end of control. If it cannot be done, it ends with a sentence on
 * standard error.
 */
_Noreturn void network_namespace_run(const struct network_namespace_options *options);

/*
 * In the server: receives the listening sockets inside, one for each outside, in their order; the caller
 * closes them. Returns false when the child has ended without them.
 */
bool network_namespace_receive(int control, int *inside, size_t count);

#endif
