/*
 * packet_source: where the packets of the listening sockets come from. It tries three kinds in order:
 *
 *  1. liveserve-capture, our own small program, if it has the capability CAP_NET_RAW;
 *  2. dumpcap of Wireshark, if it is installed and the user may use it;
 *  3. a network of the server's own (network_namespace.h), where the system allows that to every user.
 *
 * Each is a child process that writes pcapng into a socket. It ends with this process, however that ends.
 */
#ifndef PACKET_SOURCE_H
#define PACKET_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"
#include "base/slice.h"
#include "net/listener.h"

struct packet_source;

enum { PACKET_SOURCE_TURN = 256 * 1024 }; /* bytes that are read in one turn of the loop */

enum packet_source_kind {
	PACKET_SOURCE_HELPER,
	PACKET_SOURCE_DUMPCAP,
	PACKET_SOURCE_OWN_NETWORK,
	PACKET_SOURCE_KINDS,
};

/*
 * Gets whole blocks of pcapng, borrowed, as they come; the first is a section. Empty bytes come once:
 * nothing follows.
 */
typedef void packet_source_fn(void *context, struct slice blocks);

struct packet_source_options {
	struct loop *loop;
	struct listener *listener; /* it listens already */
	packet_source_fn *heard;
	void *context;
	/* Give up the rights of a child that captures, and of one that carries connections. */
	bool (*confine_capture)(void);
	bool (*confine_relay)(void);
};

/*
 * Starts capturing, and waits until it works. To be called before the sandbox is entered. Keeps pointers
 * to loop and listener; of PACKET_SOURCE_OWN_NETWORK the listener's sockets are others then. heard is called
 * by the loop, never by this function. Returns NULL after an error line that says what would help.
 */
struct packet_source *packet_source_create(const struct packet_source_options *options);

/*
 * Asks the child for what is left, passes that on, and waits until the child has closed everything, for
 * some seconds at most. heard is called with empty bytes if it was not before. NULL is allowed.
 */
void packet_source_destroy(struct packet_source *source);

enum packet_source_kind packet_source_kind(const struct packet_source *source);
/* How it is captured, and what that means, in a few words after which no full stop stands. */
const char *packet_source_describe(const struct packet_source *source);
/* Packets that were lost, as far as is known now. */
uint64_t packet_source_lost(const struct packet_source *source);
bool packet_source_has_ended(const struct packet_source *source);

#endif
