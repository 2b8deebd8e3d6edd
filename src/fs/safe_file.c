/*
 * safe_file: see safe_file.h. Its one idea: a walk with a stack of open folders. It follows links by
 * itself, and ".." goes back to the folder below on the stack. So the walk cannot leave the folder
 * that it began in, even while others rename folders, and it sees each folder that it goes through.
 */
#define _GNU_SOURCE
#include "fs/safe_file.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "fs/path.h"

enum { FOLDERS_MAX = 64, LINKS_MAX = 40 };

struct walk {
	const struct safe_file *file;
	int folders[FOLDERS_MAX]; /* open; the first is the one that the walk must not leave */
	size_t depth;
	unsigned links; /* that were followed */
	int error;      /* why the folders so far are not safe; 0: they are */
	char *rest;     /* of the name, owned */
};

/* ---- who may write ---- */

static bool
is_trusted_owner(const struct stat *state)
{
	return state->st_uid == geteuid() || state->st_uid == 0;
}

/* Whether an access control list gives rights to others. Its mask looks like the rights of a group. */
static bool
has_access_list(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return getxattr(path, "system.posix_acl_access", NULL, 0) > 0;
}

/*
 * Whether only the user is in the group. A system that gives each user a group of their own lets
 * that group write to all new files (umask 002). root has no such group.
 */
static bool
is_private_group(gid_t group)
{
	const struct passwd *user = getpwuid(geteuid());
	const struct group *found = getgrgid(group);
	bool is_named = user && found && strcmp(user->pw_name, found->gr_name) == 0;

	if (geteuid() == 0 || (group != geteuid() && !is_named))
		return false;
	for (char **member = found ? found->gr_mem : NULL; member && *member; member++)
		if (!user || strcmp(*member, user->pw_name) != 0)
			return false;
	return true;
}

static bool
is_shared(int fd, const struct stat *state)
{
	if (state->st_mode & S_IWOTH)
		return true;
	return (state->st_mode & S_IWGRP) &&
	       (has_access_list(fd) || !is_private_group(state->st_gid));
}

static int
judge_folder(int fd)
{
	struct stat state;

	if (fstat(fd, &state) < 0)
		return errno;
	if (!is_trusted_owner(&state))
		return SAFE_FILE_FOREIGN_FOLDER;
	return is_shared(fd, &state) ? SAFE_FILE_SHARED_FOLDER : 0;
}

/* Closes fd and returns -1 when the file is not safe. */
static int
judge_file(int fd, enum safe_file_place place)
{
	struct stat state;
	int error = 0;

	if (fd < 0)
		return -1;
	if (fstat(fd, &state) < 0)
		error = errno;
	else if (S_ISDIR(state.st_mode))
		error = EISDIR;
	else if (!S_ISREG(state.st_mode))
		error = SAFE_FILE_SPECIAL;
	else if (!is_trusted_owner(&state))
		error = SAFE_FILE_FOREIGN;
	else if (place != SAFE_FILE_HOME && is_shared(fd, &state))
		error = SAFE_FILE_SHARED;
	if (error == 0)
		return fd;
	close(fd);
	errno = error;
	return -1;
}

/* ---- the walk ---- */

static bool
push(struct walk *walk, int folder)
{
	if (folder < 0)
		return false;
	if (walk->depth == FOLDERS_MAX) {
		close(folder);
		errno = ENAMETOOLONG;
		return false;
	}
	if (walk->error == 0)
		walk->error = judge_folder(folder);
	walk->folders[walk->depth++] = folder;
	return true;
}

static void
pop_to(struct walk *walk, size_t depth)
{
	while (walk->depth > depth)
		close(walk->folders[--walk->depth]);
}

static bool
begin(struct walk *walk)
{
	const struct safe_file *file = walk->file;
	int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;

	if (file->place == SAFE_FILE_ABOVE)
		flags |= O_NOFOLLOW;
	return push(walk, open(*file->folder ? file->folder : ".", flags));
}

/* Takes the next segment off the rest of the name. Returns false with errno; EISDIR at the end. */
static bool
take_segment(struct walk *walk, char segment[static NAME_MAX + 1])
{
	const char *start = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(start, "/");

	errno = length ? ENAMETOOLONG : EISDIR;
	if (length == 0 || length > NAME_MAX)
		return false;
	memcpy(segment, start, length);
	segment[length] = '\0';
	memmove(walk->rest, start + length, strlen(start + length) + 1);
	return true;
}

/* The rest of an absolute target, seen from the first folder; NULL when it leads elsewhere. */
static const char *
below_first(const struct walk *walk, const char *target)
{
	char link[32], first[PATH_MAX];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", walk->folders[0]);
	length = readlink(link, first, sizeof(first) - 1);
	if (length <= 0)
		return NULL;
	first[length] = '\0';
	return path_below(target, first);
}

/* Puts the target of an open link in front of the rest. Returns false with errno. */
static bool
follow(struct walk *walk, int fd)
{
	char target[PATH_MAX], *rest;
	const char *way;
	ssize_t length = readlinkat(fd, "", target, sizeof(target) - 1);

	if (length < 0)
		return false;
	target[length] = '\0';
	errno = walk->file->place == SAFE_FILE_ABOVE ? SAFE_FILE_LINK : ELOOP;
	if (walk->file->place == SAFE_FILE_ABOVE || ++walk->links > LINKS_MAX)
		return false;
	way = *target == '/' ? below_first(walk, target) : target;
	if (!way) {
		errno = SAFE_FILE_OUTSIDE;
		return false;
	}
	if (*target == '/')
		pop_to(walk, 1);
	rest = mem_format("%s/%s", way, walk->rest);
	free(walk->rest);
	walk->rest = rest;
	return true;
}

/* Opens the file called name. Never opens a device or the file of another user. */
static int
open_last(const struct walk *walk, const char *name, int place)
{
	int fd = judge_file(fcntl(place, F_DUPFD_CLOEXEC, 0), walk->file->place);

	if (fd < 0)
		return -1;
	close(fd);
	if (walk->error) {
		errno = walk->error;
		return -1;
	}
	fd = openat(walk->folders[walk->depth - 1], name,
		O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return judge_file(fd, walk->file->place);
}

enum step { STEP_ON, STEP_FILE, STEP_FAILED };

static enum step
go_up(struct walk *walk)
{
	errno = SAFE_FILE_OUTSIDE;
	if (walk->depth == 1)
		return STEP_FAILED;
	pop_to(walk, walk->depth - 1);
	return STEP_ON;
}

/* Goes through one segment. With STEP_FILE, *fd is the file. */
static enum step
step(struct walk *walk, const char *segment, int *fd)
{
	int place;
	struct stat state;
	enum step result = STEP_FILE;

	if (strcmp(segment, ".") == 0)
		return STEP_ON;
	if (strcmp(segment, "..") == 0)
		return go_up(walk);
	place = openat(walk->folders[walk->depth - 1], segment, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (place < 0 || fstat(place, &state) < 0) {
		result = STEP_FAILED;
	} else if (S_ISLNK(state.st_mode)) {
		result = follow(walk, place) ? STEP_ON : STEP_FAILED;
	} else if (S_ISDIR(state.st_mode)) {
		return push(walk, place) ? STEP_ON : STEP_FAILED;
	} else if (walk->rest[strspn(walk->rest, "/")]) {
		errno = ENOTDIR;
		result = STEP_FAILED;
	} else {
		*fd = open_last(walk, segment, place);
	}
	if (place >= 0)
		file_abandon(place);
	return result;
}

static int
open_by_walk(const struct safe_file *file)
{
	struct walk walk = {.file = file, .rest = mem_text(file->name)};
	char segment[NAME_MAX + 1];
	enum step result;
	int fd = -1, error;

	if (begin(&walk))
		do {
			result = take_segment(&walk, segment) ? step(&walk, segment, &fd)
							      : STEP_FAILED;
		} while (result == STEP_ON);
	error = errno;
	pop_to(&walk, 0);
	free(walk.rest);
	errno = error;
	return fd;
}

static int
open_at_home(const struct safe_file *file)
{
	char *path = path_join(file->folder, file->name);
	int place = judge_file(open(path, O_PATH | O_CLOEXEC), file->place), fd = -1, error;

	if (place >= 0) {
		close(place);
		fd = judge_file(
			open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), file->place);
	}
	error = errno;
	free(path);
	errno = error;
	return fd;
}

int
safe_file_open(const struct safe_file *file)
{
	return file->place == SAFE_FILE_HOME ? open_at_home(file) : open_by_walk(file);
}

/* ---- words ---- */

bool
safe_file_is_refused(int error)
{
	return error >= SAFE_FILE_FOREIGN;
}

/* The folders that the file lies in, as words of a shell. The caller frees. */
static char *
quote_folders(const struct safe_file *file)
{
	const char *slash = strrchr(file->name, '/');
	char *folder = path_quote(*file->folder ? file->folder : "."), *name, *path, *inner, *both;

	if (!slash)
		return folder;
	name = mem_copy(file->name, (size_t)(slash - file->name));
	path = path_join(file->folder, name);
	inner = path_quote(path);
	both = mem_format("%s %s", folder, inner);
	free(inner);
	free(path);
	free(name);
	free(folder);
	return both;
}

/* A folder that is meant for all users, such as /tmp, has to keep its mode. The caller frees. */
static char *
refuse_shared_folder(const struct safe_file *file, const char *path, const char *folders)
{
	struct stat state;
	bool is_sticky = stat(*file->folder ? file->folder : ".", &state) == 0 &&
			 (state.st_mode & S_ISVTX);

	if (is_sticky && (file->place == SAFE_FILE_ABOVE || state.st_uid != geteuid()))
		return mem_format("%s is not used: other users may write to its folder; if you "
				  "trust what is in it, move it to a folder in which only you can "
				  "write",
			path);
	return mem_format("%s is not used: other users may write to its folder; if you trust what "
			  "is in it, forbid that: chmod go-w %s",
		path, folders);
}

char *
safe_file_refusal(const struct safe_file *file, int error)
{
	char *path = path_join(file->folder, file->name), *word = path_quote(path);
	char *folders = quote_folders(file), *text;
	unsigned user = geteuid();

	switch (error) {
	case SAFE_FILE_FOREIGN:
		text = mem_format("%s is not used: it belongs to another user; if you trust what "
				  "is in it, make it yours: chown %u %s",
			path, user, word);
		break;
	case SAFE_FILE_SHARED:
		text = mem_format("%s is not used: other users may write to it; if you trust what "
				  "is in it, forbid that: chmod go-w %s",
			path, word);
		break;
	case SAFE_FILE_FOREIGN_FOLDER:
		text = mem_format("%s is not used: its folder belongs to another user; if you "
				  "trust what is in it, make it yours: chown %u %s",
			path, user, folders);
		break;
	case SAFE_FILE_SHARED_FOLDER:
		text = refuse_shared_folder(file, path, folders);
		break;
	case SAFE_FILE_LINK:
		text = mem_format("%s is not used: a link leads to it, and above the served folder "
				  "no link is followed; put the file itself there",
			path);
		break;
	case SAFE_FILE_OUTSIDE:
		text = mem_format("%s is not used: a link leads to it out of the served folder; "
				  "put the file itself there",
			path);
		break;
	default:
		text = mem_format("%s is not used: it is not a plain file; put one there", path);
		break;
	}
	free(folders);
	free(word);
	free(path);
	return text;
}
