/*
 * capture_run: the work of a process that captures: packets out of a ring, as pcapng into a pipe. It is
 * all that liveserve-capture does, and what the capturing process of an own network does.
 */
#ifndef CAPTURE_RUN_H
#define CAPTURE_RUN_H

#include <stdbool.h>

#include "capture/watched_sockets.h"

enum {
	/*
	 * A packet is passed on if the sockets were seen to listen at most this long after it came.
	 * So a process that was stopped for longer leaves out what came meanwhile.
	 */
	CAPTURE_TRUST_MS = 500,
};

struct capture_options {
	struct watched_sockets *sockets; /* closed at the end */
	int output;                      /* a pipe or a socket; becomes non-blocking */
	const char *comment;             /* in the file: how it was captured; NULL: none */
	bool is_own_network;             /* all traffic of this network is the user's own */
	/* Called when the ring is open, before anything is read from it: gives up all rights. */
	bool (*confine)(void);
};

/*
 * Captures until the reader has closed its end of output or will send nothing more (shutdown(2), on a
 * socket), or one of the sockets does not listen any more. When it starts, a section and an interface are
 * written, and at the end a block with the counts of packets received and lost; also meanwhile, once a
 * second, when more were lost.
 *
 * Returns NULL at the end; or why it could not begin: the call that failed, with errno.
 */
const char *capture_run(const struct capture_options *options);

/*
 * For confine: gives up the bounding set and all capabilities, and sets no_new_privs and "not dumpable".
 * Returns false with errno.
 */
bool capture_drop_capabilities(void);

#endif
