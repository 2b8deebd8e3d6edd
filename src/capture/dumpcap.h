/*
 * dumpcap: captures by the program dumpcap of Wireshark, where it is installed and the user may use it.
 */
#ifndef DUMPCAP_H
#define DUMPCAP_H

#include "capture/watched_sockets.h"

/*
 * The filter, in the language of pcap-filter(7), for the packets of the sockets. The caller frees.
 */
char *dumpcap_filter(const struct watched_sockets *sockets);

/* The interface that has them all: "lo" or "any". */
const char *dumpcap_interface(const struct watched_sockets *sockets);

/*
 * To be called in a child, after capture_child_begin(): starts dumpcap with the standard streams of this
 * process, and ends it when the reader of standard output, a socket, has closed it or will send nothing
 * more. Ends with dumpcap.
 */
_Noreturn void dumpcap_run(const char *interface, const char *filter);

#endif
