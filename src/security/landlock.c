/*
 * landlock: see landlock.h. The C library has no functions for Landlock; the kernel's header may be
 * older than the kernel, so what came later is named here.
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

#define READING ((uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR))

/* Everything that can be done to a file or folder is in one of the first bits. */
enum {
	RIGHTS_1 = 13, /* from LANDLOCK_ACCESS_FS_EXECUTE to LANDLOCK_ACCESS_FS_MAKE_SYM */
	RIGHTS_2 = 14, /* and linking or renaming into other folders */
	RIGHTS_3 = 15, /* and truncating */
	RIGHTS_5 = 16, /* and ioctl(2) of devices */
};

struct sandbox {
	int rules;
};

/* The rights that the kernel knows, by the version of its interface. */
static uint64_t
all_rights(long version)
{
	int count = version >= 5   ? RIGHTS_5
		    : version >= 3 ? RIGHTS_3
		    : version == 2 ? RIGHTS_2
				   : RIGHTS_1;

	return (UINT64_C(1) << count) - 1;
}

struct sandbox *
sandbox_create(void)
{
	struct sandbox *sandbox = mem_zero(sizeof(*sandbox));
	struct landlock_ruleset_attr what = {0};
	long version = syscall(
		SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	sandbox->rules = -1;
	if (version < 1)
		goto fail;
	what.handled_access_fs = all_rights(version);
	sandbox->rules = (int)syscall(SYS_landlock_create_ruleset, &what, sizeof(what), 0);
	if (sandbox->rules < 0)
		goto fail;
	return sandbox;

fail:
	sandbox_destroy(sandbox);
	return NULL;
}

void
sandbox_destroy(struct sandbox *sandbox)
{
	int error = errno;

	if (!sandbox)
		return;
	if (sandbox->rules >= 0)
		close(sandbox->rules);
	free(sandbox);
	errno = error;
}

static void
add_rule(struct sandbox *sandbox, int fd, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};

	syscall(SYS_landlock_add_rule, sandbox->rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

void
sandbox_allow(struct sandbox *sandbox, int fd)
{
	struct stat state;

	/* Rights of folders only make the kernel refuse a rule for a file. */
	if (fstat(fd, &state) == 0)
		add_rule(sandbox, fd,
			S_ISDIR(state.st_mode) ? READING : LANDLOCK_ACCESS_FS_READ_FILE);
}

void
sandbox_allow_path(struct sandbox *sandbox, const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd < 0)
		return;
	sandbox_allow(sandbox, fd);
	close(fd);
}

void
sandbox_allow_removal(struct sandbox *sandbox, const char *folder)
{
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	add_rule(sandbox, fd, LANDLOCK_ACCESS_FS_REMOVE_FILE);
	close(fd);
}

bool
sandbox_enter(struct sandbox *sandbox)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       syscall(SYS_landlock_restrict_self, sandbox->rules, 0) == 0;
}
