/*
 * seccomp: see seccomp.h.
 *
 * seccomp_rules.h gives each system call an action; this file writes the filter. Its one idea: it is a
 * decision tree over the number of the call. So a call takes few steps. The kernel also walks through
 * the filter once for each number when it is installed.
 */
#define _GNU_SOURCE
#include "security/seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "security/seccomp_rules.h"

#ifdef SECCOMP_ARCHITECTURE

/* A terminal's mode, its size and its foreground, and what libraries ask of descriptors. */
static const uint32_t needed_ioctls[] = {
	TCGETS, TCSETS, TCSETSW, TCSETSF, TIOCGWINSZ, TIOCGPGRP, TIOCGPTN, FIONREAD, FIONBIO,
	FIOCLEX, 0x802c542a /* TCGETS2 */, 0x402c542b /* TCSETS2 */, 0x402c542c /* TCSETSW2 */,
	0x402c542d /* TCSETSF2 */
};

/* They make the kernel send signals to any process. */
static const uint32_t refused_fcntls[] = {F_SETOWN, F_SETOWN_EX, F_SETSIG, F_SETLEASE, F_NOTIFY};

enum { CODE_MAX = 1024 };

#define NEW_NAMESPACES                                                                            \
	((uint32_t)(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | \
		    CLONE_NEWPID | CLONE_NEWNET))

struct filter {
	struct sock_filter code[CODE_MAX];
	unsigned short length;
	unsigned char actions[SECCOMP_CALLS];
	struct seccomp_options options;
	uint32_t process; /* that of the caller */
};

/* ---- instructions ---- */

static void
add(struct filter *filter, unsigned code, uint32_t value, unsigned if_true, unsigned if_false)
{
	filter->code[filter->length++] = (struct sock_filter){
		(uint16_t)code, (uint8_t)if_true, (uint8_t)if_false, value};
}

static void
load(struct filter *filter, size_t offset)
{
	add(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* Loads the low half of an argument. The kernel, too, uses only that of the arguments checked here. */
static void
load_argument(struct filter *filter, unsigned index)
{
	load(filter, offsetof(struct seccomp_data, args) + index * sizeof(uint64_t));
}

static void
allow(struct filter *filter)
{
	add(filter, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

static void
fail_with(struct filter *filter, int error)
{
	add(filter, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)error, 0, 0);
}

static void
allow_if(struct filter *filter, uint32_t value)
{
	add(filter, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
	allow(filter);
}

static void
refuse_if(struct filter *filter, uint32_t value)
{
	add(filter, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
	fail_with(filter, EPERM);
}

/* Fails when the argument has one of these bits. */
static void
refuse_bits(struct filter *filter, uint32_t bits, int error)
{
	add(filter, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
	fail_with(filter, error);
}

/* ---- actions ---- */

static void
refuse(struct filter *filter)
{
	fail_with(filter, EPERM);
}

static void
act_missing(struct filter *filter)
{
	fail_with(filter, ENOSYS);
}

static void
check_process(struct filter *filter)
{
	load_argument(filter, 0);
	allow_if(filter, filter->process);
	refuse(filter);
}

/* 0 is the process that calls. */
static void
check_limits(struct filter *filter)
{
	load_argument(filter, 0);
	allow_if(filter, 0);
	allow_if(filter, filter->process);
	refuse(filter);
}

static void
check_flags_of_open(struct filter *filter, unsigned index)
{
	load_argument(filter, index);
	refuse_bits(filter, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, EACCES);
	allow(filter);
}

static void
check_open(struct filter *filter)
{
	check_flags_of_open(filter, 1);
}

static void
check_openat(struct filter *filter)
{
	check_flags_of_open(filter, 2);
}

static void
check_unlinkat(struct filter *filter)
{
	load_argument(filter, 2);
	allow_if(filter, 0);
	refuse(filter);
}

static void
check_ioctl(struct filter *filter)
{
	load_argument(filter, 1);
	for (size_t i = 0; i < sizeof(needed_ioctls) / sizeof(needed_ioctls[0]); i++)
		allow_if(filter, needed_ioctls[i]);
	refuse(filter);
}

static void
check_fcntl(struct filter *filter)
{
	load_argument(filter, 1);
	for (size_t i = 0; i < sizeof(refused_fcntls) / sizeof(refused_fcntls[0]); i++)
		refuse_if(filter, refused_fcntls[i]);
	allow(filter);
}

static void
check_clone(struct filter *filter)
{
	load_argument(filter, 0);
	refuse_bits(filter, NEW_NAMESPACES, EPERM);
	if (!filter->options.is_checked) {
		add(filter, BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0);
		refuse(filter);
	}
	allow(filter);
}

static void
allow_internet(struct filter *filter)
{
	allow_if(filter, AF_INET);
	allow_if(filter, AF_INET6);
}

static void
check_internet_socket(struct filter *filter)
{
	load_argument(filter, 0);
	allow_internet(filter);
	refuse(filter);
}

/*
 * No Unix sockets: behind them are programs that start others for the user. libwebsockets and
 * getaddrinfo(3) ask the kernel by netlink which addresses there are.
 */
static void
check_socket(struct filter *filter)
{
	load_argument(filter, 0);
	if (filter->options.connects)
		allow_internet(filter);
	add(filter, BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 1, 0);
	refuse(filter);
	load_argument(filter, 2);
	allow_if(filter, NETLINK_ROUTE);
	refuse(filter);
}

/* Each adds the instructions for one action. They end with a return. */
static void (*const write_action[])(struct filter *filter) = {
	[SECCOMP_ALLOW] = allow,
	[SECCOMP_REFUSE] = refuse,
	[SECCOMP_MISSING] = act_missing,
	[SECCOMP_OWN_PROCESS] = check_process,
	[SECCOMP_OWN_LIMITS] = check_limits,
	[SECCOMP_OPEN] = check_open,
	[SECCOMP_OPENAT] = check_openat,
	[SECCOMP_UNLINKAT] = check_unlinkat,
	[SECCOMP_IOCTL] = check_ioctl,
	[SECCOMP_FCNTL] = check_fcntl,
	[SECCOMP_CLONE] = check_clone,
	[SECCOMP_SOCKET] = check_socket,
	[SECCOMP_INTERNET_SOCKET] = check_internet_socket,
};

/* ---- the decision tree ---- */

/* The first call from first on that has another action than first; end when there is none. */
static unsigned
end_of_run(const struct filter *filter, unsigned first, unsigned end)
{
	unsigned next = first + 1;

	while (next < end && filter->actions[next] == filter->actions[first])
		next++;
	return next;
}

/*
 * Where to divide the calls from first to end - 1: between two runs of calls with the same action,
 * near the middle. end when all have the same action.
 */
static unsigned
find_middle(const struct filter *filter, unsigned first, unsigned end)
{
	unsigned middle = end_of_run(filter, first, end), next = middle;

	while (next < end && next - first <= end - next) {
		middle = next;
		next = end_of_run(filter, next, end);
	}
	return middle;
}

/*
 * Makes the instruction at jump, a comparison, jump to the end of the code when it is true. A
 * comparison jumps over 255 instructions at most, and then needs the help of an unconditional jump.
 */
static void
jump_to_end(struct filter *filter, unsigned jump)
{
	struct sock_filter *code = filter->code + jump;
	unsigned distance = filter->length - jump - 1U;

	if (distance <= UINT8_MAX) {
		code->jt = (uint8_t)distance;
		return;
	}
	memmove(code + 2, code + 1, distance * sizeof(*code));
	code->jf = 1;
	code[1] = (struct sock_filter){.code = BPF_JMP | BPF_JA, .k = distance};
	filter->length++;
}

/* Writes the tree for the calls from first to end - 1. Recursive: as deep as the tree. */
static void
write_tree(struct filter *filter, unsigned first, unsigned end)
{
	unsigned middle = find_middle(filter, first, end);
	unsigned jump;

	if (middle == end) {
		write_action[filter->actions[first]](filter);
		return;
	}
	jump = filter->length;
	add(filter, BPF_JMP | BPF_JGE | BPF_K, middle, 0, 0);
	write_tree(filter, first, middle);
	jump_to_end(filter, jump);
	write_tree(filter, middle, end);
}

static void
write_filter(struct filter *filter)
{
	if (filter->options.is_relay)
		seccomp_rules_write_for_relay(filter->actions);
	else if (filter->options.is_signer)
		seccomp_rules_write_for_signer(filter->actions);
	else
		seccomp_rules_write(filter->actions);
	if (filter->options.is_checked)
		filter->actions[SYS_ptrace] = SECCOMP_ALLOW;
	/* The numbers are those of one architecture; the kernel may run programs of two. */
	load(filter, offsetof(struct seccomp_data, arch));
	add(filter, BPF_JMP | BPF_JEQ | BPF_K, SECCOMP_ARCHITECTURE, 1, 0);
	act_missing(filter);
	load(filter, offsetof(struct seccomp_data, nr));
	add(filter, BPF_JMP | BPF_JGE | BPF_K, SECCOMP_CALLS, 0, 1);
	act_missing(filter);
	write_tree(filter, 0, SECCOMP_CALLS);
}

bool
seccomp_enter(const struct seccomp_options *options)
{
	struct filter filter = {.options = *options, .process = (uint32_t)getpid()};
	struct sock_fprog program;

	write_filter(&filter);
	program = (struct sock_fprog){.len = filter.length, .filter = filter.code};
	/* Without SPEC_ALLOW, kernels before 5.16 make the whole process slower (SSBD). */
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		       SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) == 0;
}

#else

bool
seccomp_enter(const struct seccomp_options *options)
{
	(void)options;
	errno = ENOTSUP;
	return false;
}

#endif
