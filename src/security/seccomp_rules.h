/*
 * seccomp_rules: which system calls the filter of seccomp.h refuses, and of which it checks an argument.
 */
#ifndef SECCOMP_RULES_H
#define SECCOMP_RULES_H

#include <linux/audit.h>

/* The layout of the arguments that seccomp.c reads is that of 64-bit machines with the low half first. */
#if defined(__x86_64__) && defined(__LP64__)
#define SECCOMP_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__AARCH64EL__) && defined(__LP64__)
#define SECCOMP_ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define SECCOMP_ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

#ifdef SECCOMP_ARCHITECTURE

/* Calls with a higher number are SECCOMP_MISSING. So are those of x32, which have a high bit set. */
enum { SECCOMP_CALLS = 463 };

enum seccomp_action {
	SECCOMP_ALLOW,
	SECCOMP_REFUSE,
	SECCOMP_MISSING, /* the kernel seems not to have the call */
	SECCOMP_OWN_PROCESS,
	SECCOMP_OWN_LIMITS,
	SECCOMP_OPEN,
	SECCOMP_OPENAT,
	SECCOMP_UNLINKAT,
	SECCOMP_IOCTL,
	SECCOMP_FCNTL,
	SECCOMP_CLONE,
	SECCOMP_SOCKET,
	SECCOMP_INTERNET_SOCKET,
};

/* Sets the action (enum seccomp_action) of each call, by its number. */
void seccomp_rules_write(unsigned char actions[SECCOMP_CALLS]);

/* The same for a process that carries bytes between TCP sockets: only what that needs is allowed. */
void seccomp_rules_write_for_relay(unsigned char actions[SECCOMP_CALLS]);

/* The same for a process that signs certificates. */
void seccomp_rules_write_for_signer(unsigned char actions[SECCOMP_CALLS]);

#endif
#endif
