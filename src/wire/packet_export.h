/*
 * packet_export: the packets of a store as a capture file that Wireshark opens (pcapng).
 */
#ifndef PACKET_EXPORT_H
#define PACKET_EXPORT_H

#include "wire/packet_store.h"

struct packet_export_options {
	bool has_keys;     /* the secrets of HTTPS are in it */
	bool has_comments; /* each packet has its sentence as its comment */
	const char *how;   /* how it was captured, as the comment of the file; or NULL */
};

/*
 * Writes all packets whose bytes are there to a new file in memory. Sets *length. Returns its descriptor,
 * which the caller closes; -1 with errno.
 */
int packet_export_write(const struct packet_store *store,
	const struct packet_export_options *options, uint64_t *length);

#endif
