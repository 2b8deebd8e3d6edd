/*
 * kept_files: small files that were requested more than once, open and ready to be sent again.
 *
 * An answer from here is as true as one from the disk:
 *
 * - Which file a name leads to is known from the kernel's events. A kept file has no link in its name,
 *   and each folder on the way to it is watched. The kernel queues an event before the call that
 *   causes it returns to the writer. So the queue is read once after all requests of a batch were
 *   received (kept_files_begin), and a file is used only if no event concerns its name
 *   (watch_is_unchanged).
 * - What is in the file is known from its open descriptor, which is asked once in a batch. Bytes that
 *   are kept are read again and compared, which is as fast as fstat(2). So it does not matter whether
 *   they were changed by write(2), through a memory mapping or by another name of the file. That
 *   fstat(2) is not enough for them: a mapping changes the times only when a page is written for the
 *   first time since the kernel has cleaned it, and on tmpfs not even then. Of a larger file nothing
 *   is kept but its descriptor; its entity tag is its state, so that is what is compared.
 *
 * Nothing is kept where events do not tell: where everything is polled, on file systems that other
 * machines write to, behind links, in folders without a watch, until the walk after a loss of events;
 * nothing that is made of several files; and nothing of other file systems than that of the root, so that those can be unmounted. One change
 * is not noticed at once: a file system that is mounted over a folder hides files there without an
 * event. (Then changes in that folder are not reported either.)
 */
#ifndef KEPT_FILES_H
#define KEPT_FILES_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/loop.h"
#include "http/request.h"
#include "http/response.h"
#include "site/file_response.h"
#include "site/mounts.h"

struct kept_files;

enum {
	KEPT_FILES_MAX = 128,               /* files; fewer if the process may open only a few */
	KEPT_FILES_BYTES = 2 * 1024 * 1024, /* memory of all of them, about */
	KEPT_FILES_SIZE_MAX = 256 * 1024,   /* bytes of one file */
	/* After this time without a request for any of them, or twice of it, all are forgotten. */
	KEPT_FILES_IDLE_MS = 2000,
};

/* Keeps all pointers. Never NULL. */
struct kept_files *kept_files_create(struct loop *loop, const struct mounts *mounts,
	const struct file_response_options *options);
/* NULL is fine. */
void kept_files_destroy(struct kept_files *kept);

/* To be called when requests were received, before they are answered. */
void kept_files_begin(struct kept_files *kept);

/* Forgets all files. Returns whether there were any: then descriptors have become free. */
bool kept_files_clear(struct kept_files *kept);

/*
 * Answers a GET or HEAD with 200 or 304 if the file for the path of request is kept. The body borrows
 * from it until the next call of a function of kept. Returns the file's name in the site, which is
 * valid as long; NULL, without a change of response, when the disk has to be asked.
 */
const char *kept_files_respond(
	struct kept_files *kept, const struct request *request, struct response *response);

/*
 * To be called when file_response_make() has answered a request for which kept_files_respond() had no
 * answer, with the same argument. place and name (in the site) are where the file was found; no other
 * name was tried before, and there is no link in place->name. The second time it keeps the file, and
 * takes the descriptor of the response's body, which then borrows it.
 */
void kept_files_keep(struct kept_files *kept, const struct file_response *response,
	const struct mounts_place *place, const char *name);

#endif
