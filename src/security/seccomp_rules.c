/*
 * seccomp_rules: see seccomp_rules.h. For the server, a call that is in no table is allowed: libraries make
 * many. For a relay and a signer it is refused.
 */
#define _GNU_SOURCE
#include "security/seccomp_rules.h"

#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>

#ifdef SECCOMP_ARCHITECTURE

enum {
	/* From 424 on, a call has the same number on every machine. Headers may be older. */
	CALL_FCHMODAT2 = 452,
	CALL_QUOTACTL_FD = 443,
	CALL_MEMFD_SECRET = 447,
	CALL_PROCESS_MRELEASE = 448,
};

enum { REFUSE = SECCOMP_REFUSE };

struct rule {
	short call;
	unsigned char action; /* enum seccomp_action */
};

/* Calls that change a file or a folder by its name, or what belongs to it. */
static const struct rule file_rules[] = {
#ifdef __x86_64__
	{SYS_open, SECCOMP_OPEN},
	{SYS_creat, REFUSE},
	{SYS_chmod, REFUSE},
	{SYS_chown, REFUSE},
	{SYS_lchown, REFUSE},
	{SYS_utime, REFUSE},
	{SYS_utimes, REFUSE},
	{SYS_futimesat, REFUSE},
	{SYS_mkdir, REFUSE},
	{SYS_rmdir, REFUSE},
	{SYS_rename, REFUSE},
	{SYS_link, REFUSE},
	{SYS_symlink, REFUSE},
	{SYS_mknod, REFUSE},
#endif
#ifdef SYS_renameat
	{SYS_renameat, REFUSE},
#endif
	{SYS_openat, SECCOMP_OPENAT},
	{SYS_unlinkat, SECCOMP_UNLINKAT},
	{SYS_fchmod, REFUSE},
	{SYS_fchmodat, REFUSE},
	{CALL_FCHMODAT2, REFUSE},
	{SYS_fchown, REFUSE},
	{SYS_fchownat, REFUSE},
	{SYS_utimensat, REFUSE},
	{SYS_setxattr, REFUSE},
	{SYS_lsetxattr, REFUSE},
	{SYS_fsetxattr, REFUSE},
	{SYS_removexattr, REFUSE},
	{SYS_lremovexattr, REFUSE},
	{SYS_fremovexattr, REFUSE},
	{SYS_truncate, REFUSE},
	{SYS_ftruncate, REFUSE},
	{SYS_fallocate, REFUSE},
	{SYS_mkdirat, REFUSE},
	{SYS_renameat2, REFUSE},
	{SYS_linkat, REFUSE},
	{SYS_symlinkat, REFUSE},
	{SYS_mknodat, REFUSE},
	{SYS_mq_open, REFUSE},
	{SYS_mq_unlink, REFUSE},
	{SYS_name_to_handle_at, REFUSE},
	{SYS_open_by_handle_at, REFUSE},
	{SYS_fanotify_init, REFUSE},
	{SYS_quotactl, REFUSE},
	{CALL_QUOTACTL_FD, REFUSE},
	{SYS_acct, REFUSE},
};

/* Calls that start programs or processes, or reach into other ones. */
static const struct rule process_rules[] = {
#ifdef __x86_64__
	{SYS_fork, REFUSE},
	{SYS_vfork, REFUSE},
#endif
	{SYS_execve, REFUSE},
	{SYS_execveat, REFUSE},
	{SYS_clone, SECCOMP_CLONE},
	{SYS_clone3, SECCOMP_MISSING}, /* its flags are in memory; the C library then calls clone */
	{SYS_kill, SECCOMP_OWN_PROCESS},
	{SYS_tkill, SECCOMP_OWN_PROCESS},
	{SYS_tgkill, SECCOMP_OWN_PROCESS},
	{SYS_rt_sigqueueinfo, SECCOMP_OWN_PROCESS},
	{SYS_rt_tgsigqueueinfo, SECCOMP_OWN_PROCESS},
	{SYS_pidfd_send_signal, REFUSE},
	{SYS_pidfd_open, REFUSE},
	{SYS_pidfd_getfd, REFUSE},
	{SYS_ptrace, REFUSE},
	{SYS_process_vm_readv, REFUSE},
	{SYS_process_vm_writev, REFUSE},
	{SYS_process_madvise, REFUSE},
	{CALL_PROCESS_MRELEASE, REFUSE},
	{SYS_kcmp, REFUSE},
	{SYS_prlimit64, SECCOMP_OWN_LIMITS},
	{SYS_setpriority, REFUSE},
	{SYS_ioprio_set, REFUSE},
	{SYS_sched_setparam, REFUSE},
	{SYS_sched_setscheduler, REFUSE},
	{SYS_sched_setattr, REFUSE},
	{SYS_sched_setaffinity, REFUSE},
	{SYS_migrate_pages, REFUSE},
	{SYS_move_pages, REFUSE},
	{SYS_shmget, REFUSE},
	{SYS_shmat, REFUSE},
	{SYS_shmctl, REFUSE},
	{SYS_semget, REFUSE},
	{SYS_semop, REFUSE},
	{SYS_semtimedop, REFUSE},
	{SYS_semctl, REFUSE},
	{SYS_msgget, REFUSE},
	{SYS_msgsnd, REFUSE},
	{SYS_msgrcv, REFUSE},
	{SYS_msgctl, REFUSE},
	{SYS_ioctl, SECCOMP_IOCTL},
	{SYS_fcntl, SECCOMP_FCNTL},
	{SYS_socket, SECCOMP_SOCKET},
	{SYS_listen, REFUSE},
};

/* Parts of the kernel that a server never uses. Through io_uring calls go round a filter. */
static const struct rule kernel_rules[] = {
	{SYS_io_uring_setup, REFUSE},
	{SYS_io_uring_enter, REFUSE},
	{SYS_io_uring_register, REFUSE},
	{SYS_bpf, REFUSE},
	{SYS_perf_event_open, REFUSE},
	{SYS_userfaultfd, REFUSE},
	{SYS_add_key, REFUSE},
	{SYS_request_key, REFUSE},
	{SYS_keyctl, REFUSE},
	{SYS_unshare, REFUSE},
	{SYS_setns, REFUSE},
	{SYS_chroot, REFUSE},
	{SYS_pivot_root, REFUSE},
	{SYS_mount, REFUSE},
	{SYS_umount2, REFUSE},
	{SYS_open_tree, REFUSE},
	{SYS_move_mount, REFUSE},
	{SYS_fsopen, REFUSE},
	{SYS_fsconfig, REFUSE},
	{SYS_fsmount, REFUSE},
	{SYS_fspick, REFUSE},
	{SYS_mount_setattr, REFUSE},
	{SYS_swapon, REFUSE},
	{SYS_swapoff, REFUSE},
	{SYS_reboot, REFUSE},
	{SYS_sethostname, REFUSE},
	{SYS_setdomainname, REFUSE},
	{SYS_settimeofday, REFUSE},
	{SYS_clock_settime, REFUSE},
	{SYS_adjtimex, REFUSE},
	{SYS_clock_adjtime, REFUSE},
	{SYS_syslog, REFUSE},
	{SYS_vhangup, REFUSE},
	{SYS_init_module, REFUSE},
	{SYS_finit_module, REFUSE},
	{SYS_delete_module, REFUSE},
	{SYS_kexec_load, REFUSE},
#ifdef SYS_kexec_file_load
	{SYS_kexec_file_load, REFUSE},
#endif
	{CALL_MEMFD_SECRET, REFUSE},
#ifdef __x86_64__
	{SYS_iopl, REFUSE},
	{SYS_ioperm, REFUSE},
	{SYS_modify_ldt, REFUSE},
#endif
};

/* What the C library and checkers of memory ask of any process; and its end. */
static const struct rule child_rules[] = {
	{SYS_clock_gettime, SECCOMP_ALLOW},
	{SYS_fcntl, SECCOMP_FCNTL},
	{SYS_close, SECCOMP_ALLOW},
	{SYS_mmap, SECCOMP_ALLOW},
	{SYS_munmap, SECCOMP_ALLOW},
	{SYS_mremap, SECCOMP_ALLOW},
	{SYS_madvise, SECCOMP_ALLOW},
	{SYS_brk, SECCOMP_ALLOW},
	{SYS_futex, SECCOMP_ALLOW},
	{SYS_getrandom, SECCOMP_ALLOW},
	{SYS_getpid, SECCOMP_ALLOW},
	{SYS_gettid, SECCOMP_ALLOW},
	{SYS_prlimit64, SECCOMP_OWN_LIMITS},
	{SYS_sched_yield, SECCOMP_ALLOW},
	{SYS_sigaltstack, SECCOMP_ALLOW},
	{SYS_rt_sigaction, SECCOMP_ALLOW},
	{SYS_rt_sigprocmask, SECCOMP_ALLOW},
	{SYS_rt_sigreturn, SECCOMP_ALLOW},
	{SYS_restart_syscall, SECCOMP_ALLOW},
	{SYS_kill, SECCOMP_OWN_PROCESS}, /* abort(3) */
	{SYS_tgkill, SECCOMP_OWN_PROCESS},
	{SYS_exit, SECCOMP_ALLOW},
	{SYS_exit_group, SECCOMP_ALLOW},
};

/* What a relay needs: a loop and sockets. */
static const struct rule relay_rules[] = {
#ifdef __x86_64__
	{SYS_epoll_wait, SECCOMP_ALLOW},
#endif
	{SYS_epoll_pwait, SECCOMP_ALLOW},
	{SYS_epoll_create1, SECCOMP_ALLOW},
	{SYS_epoll_ctl, SECCOMP_ALLOW},
	{SYS_eventfd2, SECCOMP_ALLOW},
	{SYS_timerfd_create, SECCOMP_ALLOW},
	{SYS_timerfd_settime, SECCOMP_ALLOW},
	{SYS_read, SECCOMP_ALLOW},
	{SYS_write, SECCOMP_ALLOW},
	{SYS_recvfrom, SECCOMP_ALLOW},
	{SYS_sendto, SECCOMP_ALLOW},
	{SYS_accept4, SECCOMP_ALLOW},
	{SYS_socket, SECCOMP_INTERNET_SOCKET},
	{SYS_bind, SECCOMP_ALLOW},
	{SYS_connect, SECCOMP_ALLOW},
	{SYS_shutdown, SECCOMP_ALLOW},
	{SYS_getsockname, SECCOMP_ALLOW},
	{SYS_getpeername, SECCOMP_ALLOW},
	{SYS_getsockopt, SECCOMP_ALLOW},
	{SYS_setsockopt, SECCOMP_ALLOW},
};

/* What signing needs: one socket that is open, and getifaddrs(3), which asks the kernel by netlink. */
static const struct rule signer_rules[] = {
	{SYS_socket, SECCOMP_SOCKET},
	{SYS_bind, SECCOMP_ALLOW},
	{SYS_getsockname, SECCOMP_ALLOW},
	{SYS_recvfrom, SECCOMP_ALLOW},
	{SYS_recvmsg, SECCOMP_ALLOW},
	{SYS_sendto, SECCOMP_ALLOW},
};

static void
apply(unsigned char *actions, const struct rule *rules, size_t count)
{
	for (size_t i = 0; i < count; i++)
		actions[rules[i].call] = rules[i].action;
}

#define APPLY(actions, rules) apply(actions, rules, sizeof(rules) / sizeof((rules)[0]))

void
seccomp_rules_write(unsigned char actions[SECCOMP_CALLS])
{
	memset(actions, SECCOMP_ALLOW, SECCOMP_CALLS);
	APPLY(actions, file_rules);
	APPLY(actions, process_rules);
	APPLY(actions, kernel_rules);
}

void
seccomp_rules_write_for_relay(unsigned char actions[SECCOMP_CALLS])
{
	memset(actions, REFUSE, SECCOMP_CALLS);
	APPLY(actions, child_rules);
	APPLY(actions, relay_rules);
}

void
seccomp_rules_write_for_signer(unsigned char actions[SECCOMP_CALLS])
{
	memset(actions, REFUSE, SECCOMP_CALLS);
	APPLY(actions, child_rules);
	APPLY(actions, signer_rules);
}

#endif
