/*
 * inotify: see inotify.h. Owns the descriptor of the inotify instance.
 */
#define _GNU_SOURCE
#include "watch/inotify.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/mem.h"

/* IN_DONT_FOLLOW must not be set: a folder is named through /proc/self/fd, which is a link. */
static const uint32_t NAMES_MASK = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
				   IN_ONLYDIR | IN_MASK_ADD;
static const uint32_t FOLDER_MASK = NAMES_MASK | IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB |
				    IN_EXCL_UNLINK;

struct inotify {
	struct loop *loop;
	struct loop_source source;
	int fd;
	inotify_hint_fn *fn;
	void *context;
};

static bool
translate(uint32_t mask, enum inotify_hint *hint)
{
	static const struct {
		uint32_t mask;
		enum inotify_hint hint;
	} hints[] = {
		{IN_Q_OVERFLOW, INOTIFY_OVERFLOW},
		{IN_IGNORED | IN_UNMOUNT, INOTIFY_ENDED},
		{IN_CLOSE_WRITE, INOTIFY_COMPLETE},
		{IN_MOVED_TO, INOTIFY_ARRIVED},
		{IN_CREATE, INOTIFY_CREATED},
		{IN_DELETE | IN_MOVED_FROM, INOTIFY_GONE},
		{IN_MODIFY, INOTIFY_WRITING},
		{IN_ATTRIB, INOTIFY_TOUCHED},
	};

	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		if (mask & hints[i].mask) {
			*hint = hints[i].hint;
			return true;
		}
	}
	return false;
}

/*
 * Returns whether there were any. It reads a hundred at most: handling them takes about a
 * millisecond, and then others get their turn.
 */
static bool
read_events(struct inotify *inotify)
{
	char events[4 * 1024] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t length = read(inotify->fd, events, sizeof(events));

	for (ssize_t at = 0; at < length;) {
		const struct inotify_event *event = (const void *)(events + at);
		enum inotify_hint hint;

		if (translate(event->mask, &hint))
			inotify->fn(inotify->context, event->wd, hint,
				event->len ? event->name : "", event->mask & IN_ISDIR);
		at += (ssize_t)sizeof(*event) + event->len;
	}
	return length > 0;
}

static void
events_arrive(void *context, unsigned ready)
{
	(void)ready;
	read_events(context);
}

bool
inotify_read_events(struct inotify *inotify, uint64_t end)
{
	while (read_events(inotify))
		if (loop_now() >= end)
			return false;
	return true;
}

struct inotify *
inotify_create(struct loop *loop, inotify_hint_fn *fn, void *context)
{
	struct inotify *inotify = mem_zero(sizeof(*inotify));

	inotify->loop = loop;
	inotify->fn = fn;
	inotify->context = context;
	inotify->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (inotify->fd < 0)
		goto fail;
	if (!loop_add(loop, &inotify->source, inotify->fd, LOOP_READ, events_arrive, inotify))
		goto fail;
	return inotify;

fail:
	inotify_destroy(inotify);
	return NULL;
}

void
inotify_destroy(struct inotify *inotify)
{
	int error = errno;

	if (!inotify)
		return;
	if (inotify->fd >= 0) {
		loop_remove(inotify->loop, &inotify->source);
		close(inotify->fd);
	}
	free(inotify);
	errno = error;
}

static int
add_watch(struct inotify *inotify, int folder, uint32_t mask)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", folder);
	return inotify_add_watch(inotify->fd, path, mask);
}

int
inotify_watch(struct inotify *inotify, int folder)
{
	return add_watch(inotify, folder, FOLDER_MASK);
}

int
inotify_watch_names(struct inotify *inotify, int folder)
{
	return add_watch(inotify, folder, NAMES_MASK);
}

void
inotify_unwatch(struct inotify *inotify, int number)
{
	inotify_rm_watch(inotify->fd, number);
}

bool
inotify_works_in(int folder)
{
	static const unsigned silent[] = {
		V9FS_MAGIC, NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC,
		FUSE_SUPER_MAGIC, 0x786f4256, /* vboxsf, which has no name in <linux/magic.h> */
	};
	struct statfs system;

	if (fstatfs(folder, &system) < 0)
		return true;
	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
		if ((unsigned)system.f_type == silent[i])
			return false;
	return true;
}
