/*
 * confinement: how the processes beside the server give up their rights: those that get the packets, and the one
 * that signs certificates.
 */
#ifndef CONFINEMENT_H
#define CONFINEMENT_H

#include <stdbool.h>

/*
 * For a process that captures and has all descriptors that it needs: no capability, no file, no other
 * process. Returns false with errno when the capabilities stay. A kernel without Landlock is no failure.
 */
bool confinement_of_capture(void);

/*
 * The same for a process that carries connections: it may bind and connect TCP sockets. Beside that, a filter
 * of system calls (security/seccomp.h) leaves it only what it needs; a kernel without filters is no failure.
 */
bool confinement_of_relay(void);

/*
 * The same for the process that signs certificates: no file, no program, no connection; it may ask the kernel for the
 * addresses of this machine. Other processes of the user can neither trace it nor read its memory.
 */
bool confinement_of_signer(void);

#endif
