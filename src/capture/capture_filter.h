/*
 * capture_filter: the BPF program that lets only the packets of the watched sockets into a capture.
 */
#ifndef CAPTURE_FILTER_H
#define CAPTURE_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>

#include "capture/watched_sockets.h"

enum { CAPTURE_FILTER_MAX = 4096 }; /* instructions; the kernel takes no more (BPF_MAXINSNS) */

struct capture_filter {
	struct sock_filter code[CAPTURE_FILTER_MAX];
	unsigned short length;
	bool is_loopback_only; /* all sockets are of loopback, so only that interface is captured */
};

/*
 * Writes the program for the sockets. It lets through TCP packets of IPv4 and IPv6
 *  - on loopback: those with the port of a socket at either end, and with its address at that end
 *    unless the socket listens on all addresses;
 *  - elsewhere: those that come in for an address of this machine and a port, or go out from them, and
 *    only for sockets that listen there.
 * Each packet of loopback comes through once. is_own_network: all is loopback, and addresses do not count.
 */
void capture_filter_write(
	struct capture_filter *filter, const struct watched_sockets *sockets, bool is_own_network);

#endif
