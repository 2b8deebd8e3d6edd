/*
 * seccomp: a filter of system calls (seccomp(2)), for what Landlock does not restrict.
 *
 * After seccomp_enter() this process and its threads cannot
 * - change the mode, owner, times or attributes of a file, empty one, or make, link or rename one;
 * - start a program or another process, send a signal to another process, or touch its memory;
 * - type into the terminal: of ioctl(2) only what the program needs is left;
 * - open a port, or, unless the options say so, a connection.
 * A refused call fails with EPERM (open and openat: EACCES), as if the user had no right to it. Calls
 * that are newer than this filter fail with ENOSYS, as on an older kernel.
 *
 * What the filter cannot see is memory. openat2(2) passes its flags in memory, so it is left to
 * Landlock, which does not restrict O_TRUNC before version 3 of its ABI (Linux 6.2).
 */
#ifndef SECCOMP_H
#define SECCOMP_H

#include <stdbool.h>

struct seccomp_options {
	bool connects; /* the process opens connections to other servers, by IP */
	/* A checker in the process (LeakSanitizer) forks, and traces its parent, when it ends. */
	bool is_checked;
	/* The process only carries bytes between TCP sockets: all calls are refused that this does not need. */
	bool is_relay;
	/* The process only signs what comes through a socket that is open, and asks for this machine's addresses. */
	bool is_signer;
};

/*
 * Restricts all threads of this process for good. Returns false with errno when there is no filter:
 * ENOTSUP when this program has none for the architecture, else what the kernel says.
 */
bool seccomp_enter(const struct seccomp_options *options);

#endif
