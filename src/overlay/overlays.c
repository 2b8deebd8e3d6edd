/*
 * overlays: see overlays.h. Owns the texts, in one list, the last that was laid first. There are few.
 */
#define _GNU_SOURCE
#include "overlay/overlays.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"

struct text {
	struct text *next;
	char *path;
	struct overlay overlay;
};

struct overlays {
	struct text *first;
	size_t count, bytes;
	bool is_hidden;
};

struct overlays *
overlays_create(void)
{
	return mem_zero(sizeof(struct overlays));
}

/* place points to the text, in the list. */
static void
drop(struct overlays *overlays, struct text **place)
{
	struct text *text = *place;

	*place = text->next;
	overlays->count--;
	overlays->bytes -= text->overlay.length;
	close(text->overlay.file);
	free(text->path);
	free(text);
}

void
overlays_destroy(struct overlays *overlays)
{
	if (!overlays)
		return;
	while (overlays->first)
		drop(overlays, &overlays->first);
	free(overlays);
}

/* The place in the list of the first text over path, of owner if it is not NULL. It holds NULL when there is none. */
static struct text **
find_place(struct overlays *overlays, const void *owner, const char *path)
{
	struct text **place = &overlays->first;

	while (*place &&
		((owner && (*place)->overlay.owner != owner) || strcmp((*place)->path, path) != 0))
		place = &(*place)->next;
	return place;
}

static struct text *
find(const struct overlays *overlays, const char *path)
{
	struct text *text = overlays->first;

	while (text && strcmp(text->path, path) != 0)
		text = text->next;
	return text;
}

/* Returns a descriptor, or -1 with errno. */
static int
write_file(struct slice text)
{
	int file = memfd_create("liveserve-draft", MFD_CLOEXEC);

	for (size_t done = 0; file >= 0 && done < text.length;) {
		ssize_t written = write(file, text.at + done, text.length - done);

		if (written > 0) {
			done += (size_t)written;
		} else if (written == 0 || errno != EINTR) {
			int error = written ? errno : ENOSPC;

			close(file);
			errno = error;
			return -1;
		}
	}
	return file;
}

enum overlays_verdict
overlays_lay(struct overlays *overlays, const void *owner, const char *path, struct slice text,
	uint64_t since)
{
	struct text **place = find_place(overlays, owner, path), *laid;
	const struct text *former = find(overlays, path);
	size_t replaced = *place ? (*place)->overlay.length : 0;
	int file;

	if (text.length > OVERLAYS_TEXT_MAX)
		return OVERLAYS_TOO_LARGE;
	if (overlays->bytes - replaced + text.length > OVERLAYS_BYTES_MAX ||
		(!*place && overlays->count == OVERLAYS_MAX))
		return OVERLAYS_TOO_MANY;
	file = write_file(text);
	if (file < 0)
		return OVERLAYS_FAILED;
	laid = mem_zero(sizeof(*laid));
	laid->path = mem_text(path);
	laid->overlay = (struct overlay){
		.owner = owner,
		.file = file,
		.length = text.length,
		.hash = hash_bytes(text),
		.since = former ? former->overlay.since : since,
		.has_new_disk = former && former->overlay.has_new_disk,
	};
	if (*place)
		drop(overlays, place);
	laid->next = overlays->first;
	overlays->first = laid;
	overlays->count++;
	overlays->bytes += text.length;
	return OVERLAYS_LAID;
}

bool
overlays_remove(struct overlays *overlays, const void *owner, const char *path)
{
	struct text **place = find_place(overlays, owner, path);
	bool was_there = *place;

	while (*place) {
		drop(overlays, place);
		place = find_place(overlays, owner, path);
	}
	return was_there;
}

void
overlays_disown(struct overlays *overlays, const char *path)
{
	struct text *text = find(overlays, path);

	if (text)
		text->overlay.owner = overlays; /* which no editor is */
}

struct overlay *
overlays_find(const struct overlays *overlays, const char *path)
{
	struct text *text = find(overlays, path);

	return text ? &text->overlay : NULL;
}

bool
overlays_is_only(const struct overlays *overlays, const char *path)
{
	size_t count = 0;

	for (const struct text *text = overlays->first; text; text = text->next)
		count += strcmp(text->path, path) == 0;
	return count == 1;
}

const char *
overlays_next(const struct overlays *overlays, const void *owner)
{
	for (const struct text *text = overlays->first; text; text = text->next)
		if (!owner || text->overlay.owner == owner)
			return text->path;
	return NULL;
}

const char *
overlays_saved(const struct overlays *overlays)
{
	for (const struct text *text = overlays->first; text; text = text->next)
		if (text->overlay.is_saved)
			return text->path;
	return NULL;
}

bool
overlays_are_empty(const struct overlays *overlays)
{
	return !overlays->first;
}

void
overlays_set_visible(struct overlays *overlays, bool is_visible)
{
	overlays->is_hidden = !is_visible;
}

static const struct overlay *
find_visible(const struct overlays *overlays, const char *path)
{
	return overlays->first && !overlays->is_hidden ? overlays_find(overlays, path) : NULL;
}

int
overlays_open(const struct overlays *overlays, const char *path)
{
	const struct overlay *overlay = find_visible(overlays, path);
	int file = overlay ? fcntl(overlay->file, F_DUPFD_CLOEXEC, 3) : -1;

	if (file >= 0)
		lseek(file, 0, SEEK_SET);
	return file;
}

bool
overlays_state(const struct overlays *overlays, const char *path, uint64_t *state)
{
	const struct overlay *overlay = find_visible(overlays, path);

	if (overlay)
		*state = overlay->hash ? overlay->hash : 1;
	return overlay;
}
