/*
 * landlock: see landlock.h. It owns the descriptor of a ruleset. The C library has no functions for
 * Landlock, and the kernel's header may be older than the kernel, so newer access rights are
 * defined here.
 */
#define _GNU_SOURCE
#include "security/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

#define READ_RIGHTS ((uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR))

/* The number of access rights by the version of the ABI. They are the lowest bits. */
enum {
	RIGHTS_1 = 13, /* from LANDLOCK_ACCESS_FS_EXECUTE to LANDLOCK_ACCESS_FS_MAKE_SYM */
	RIGHTS_2 = 14, /* and to link or rename into other folders */
	RIGHTS_3 = 15, /* and to truncate */
	RIGHTS_5 = 16, /* and ioctl(2) on devices */
};

/* Rights on the network, from version 4 on: to bind and to connect TCP sockets. */
enum { BIND_TCP = 1, CONNECT_TCP = 2 };

/* From version 6 on: no abstract Unix socket, and no process, outside of the sandbox is reached. */
enum { SCOPE_ABSTRACT_SOCKETS = 1, SCOPE_SIGNALS = 2 };

/* As in the kernel's header of version 6. An older kernel accepts the members if they are 0. */
struct ruleset_attributes {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};

struct landlock {
	int ruleset; /* descriptor, or -1 */
};

/* All access rights that the kernel knows. */
static uint64_t
all_rights(long version)
{
	int count = version >= 5   ? RIGHTS_5
		    : version >= 3 ? RIGHTS_3
		    : version == 2 ? RIGHTS_2
				   : RIGHTS_1;

	return (UINT64_C(1) << count) - 1;
}

static struct landlock *
create(uint64_t net_rights)
{
	struct landlock *landlock = mem_zero(sizeof(*landlock));
	struct ruleset_attributes attributes = {0};
	long version = syscall(
		SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	landlock->ruleset = -1;
	if (version < 1)
		goto fail;
	attributes.handled_access_fs = all_rights(version);
	attributes.handled_access_net = version >= 4 ? net_rights : 0;
	attributes.scoped = version >= 6 ? SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS : 0;
	landlock->ruleset = (int)syscall(
		SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0);
	if (landlock->ruleset < 0)
		goto fail;
	return landlock;

fail:
	landlock_destroy(landlock);
	return NULL;
}

struct landlock *
landlock_create(void)
{
	return create(BIND_TCP | CONNECT_TCP);
}

struct landlock *
landlock_create_for_client(void)
{
	return create(BIND_TCP);
}

struct landlock *
landlock_create_for_relay(void)
{
	return create(0);
}

void
landlock_destroy(struct landlock *landlock)
{
	int error = errno;

	if (!landlock)
		return;
	if (landlock->ruleset >= 0)
		close(landlock->ruleset);
	free(landlock);
	errno = error;
}

static void
add_rule(struct landlock *landlock, int fd, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};

	syscall(SYS_landlock_add_rule, landlock->ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

void
landlock_allow(struct landlock *landlock, int fd)
{
	struct stat state;

	/* The kernel refuses a rule for a file that has rights for folders. */
	if (fstat(fd, &state) == 0)
		add_rule(landlock, fd,
			S_ISDIR(state.st_mode) ? READ_RIGHTS : LANDLOCK_ACCESS_FS_READ_FILE);
}

void
landlock_allow_path(struct landlock *landlock, const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd < 0)
		return;
	landlock_allow(landlock, fd);
	close(fd);
}

static void
allow_folder(struct landlock *landlock, const char *folder, uint64_t rights)
{
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	add_rule(landlock, fd, rights);
	close(fd);
}

void
landlock_allow_removal(struct landlock *landlock, const char *folder)
{
	allow_folder(landlock, folder, LANDLOCK_ACCESS_FS_REMOVE_FILE);
}

void
landlock_allow_writing(struct landlock *landlock, const char *folder)
{
	allow_folder(landlock, folder, LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_WRITE_FILE);
}

bool
landlock_enter(struct landlock *landlock)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       syscall(SYS_landlock_restrict_self, landlock->ruleset, 0) == 0;
}
