/*
 * port_owner: see port_owner.h. The kernel lists all listening sockets with user and inode (proc(5),
 * /proc/net/tcp); the descriptors of a process name the inodes of its sockets.
 */
#define _GNU_SOURCE
#include "net/port_owner.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum { STATE_LISTEN = 0x0a, LINE_SIZE = 512 };

struct listening {
	unsigned uid;
	unsigned long inode;
};

/* Looks for a listening socket in one of the lists. */
static bool
find_socket(const char *list, uint16_t port, struct listening *found)
{
	FILE *file = fopen(list, "re");
	char line[LINE_SIZE];
	bool is_found = false;

	while (file && !is_found && fgets(line, sizeof(line), file)) {
		unsigned local, state;

		/* sl local remote state queues timer retransmits uid timeout inode */
		is_found = sscanf(line, "%*d: %*[0-9A-Fa-f]:%x %*s %x %*s %*s %*s %u %*s %lu",
				   &local, &state, &found->uid, &found->inode) == 4 &&
			   local == port && state == STATE_LISTEN;
	}
	if (file)
		fclose(file);
	return is_found;
}

/* Whether a process has the socket. Those of other users cannot be looked into. */
static bool
has_socket(const char *pid, unsigned long inode)
{
	char folder[64], target[64], wanted[64];
	const struct dirent *entry;
	bool is_found = false;
	DIR *listing;

	snprintf(folder, sizeof(folder), "/proc/%.20s/fd", pid);
	snprintf(wanted, sizeof(wanted), "socket:[%lu]", inode);
	listing = opendir(folder);
	while (listing && !is_found && (entry = readdir(listing))) {
		ssize_t length = readlinkat(
			dirfd(listing), entry->d_name, target, sizeof(target) - 1);

		target[length > 0 ? length : 0] = '\0';
		is_found = strcmp(target, wanted) == 0;
	}
	if (listing)
		closedir(listing);
	return is_found;
}

/* "node (process 1234)". */
static char *
describe(const char *pid)
{
	char path[64], name[LINE_SIZE] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	file = fopen(path, "re");
	if (file && !fgets(name, sizeof(name), file))
		name[0] = '\0';
	if (file)
		fclose(file);
	name[strcspn(name, "\n")] = '\0';
	return mem_format("%s (process %s)", *name ? name : "a program", pid);
}

static char *
find_process(unsigned long inode)
{
	DIR *listing = opendir("/proc");
	const struct dirent *entry;
	char *who = NULL;

	while (listing && !who && (entry = readdir(listing)))
		if (isdigit((unsigned char)*entry->d_name) && has_socket(entry->d_name, inode))
			who = describe(entry->d_name);
	if (listing)
		closedir(listing);
	return who;
}

char *
port_owner(uint16_t port)
{
	struct listening found;
	const struct passwd *user;
	char *who;

	if (!find_socket("/proc/net/tcp", port, &found) &&
		!find_socket("/proc/net/tcp6", port, &found))
		return NULL;
	who = find_process(found.inode);
	if (who || found.uid == geteuid())
		return who;
	user = getpwuid(found.uid);
	return user ? mem_format("a program of the user %s", user->pw_name)
		    : mem_format("a program of the user %u", found.uid);
}
