/*
 * safe_file: opens a settings file only when nobody but the user and root can have written it.
 *
 * Settings decide what this program does. So a settings file has to be a plain file of the user or
 * of root, and has to lie in folders of the user or of root. Nobody else may have the right to
 * write to the file or to these folders. The right of the user's private group does no harm: a
 * group that has the number or the name of the user, and no other member. A sticky folder such as
 * /tmp is not safe, because others can make files in it.
 *
 * Each segment of the name is opened by itself, and what is judged is the open descriptor. So
 * nothing can be exchanged between the check and the use.
 */
#ifndef SAFE_FILE_H
#define SAFE_FILE_H

#include <stdbool.h>

/* Where a file is found. This decides about links. */
enum safe_file_place {
	SAFE_FILE_INSIDE, /* in the served folder: links are followed as long as they stay in it */
	SAFE_FILE_ABOVE,  /* in a folder above: no link is followed */
	/* In the home folder: links may lead anywhere. Only the file itself is judged, by its owner. */
	SAFE_FILE_HOME,
};

struct safe_file {
	const char *folder; /* "" is the current folder */
	const char *name;   /* in the folder; may contain '/' */
	enum safe_file_place place;
};

/* Reasons not to use a file that is there. They are larger than every number of errno(3). */
enum safe_file_error {
	SAFE_FILE_FOREIGN = 10000, /* the file belongs to another user */
	SAFE_FILE_SHARED,          /* another user may write to the file */
	SAFE_FILE_FOREIGN_FOLDER,  /* the same two for a folder that it lies in */
	SAFE_FILE_SHARED_FOLDER,
	SAFE_FILE_LINK,    /* a link leads to it, and the place is above */
	SAFE_FILE_OUTSIDE, /* a link to it leads out of the folder */
	SAFE_FILE_SPECIAL, /* it is a device, a FIFO or a socket */
};

/*
 * Opens the file for reading. Returns a descriptor that the caller closes, or -1 with errno, which
 * is an error of open(2) or one of the reasons above. A file that is missing is always ENOENT or
 * ENOTDIR; a folder in its place is EISDIR. Never blocks on a FIFO.
 */
int safe_file_open(const struct safe_file *file);

/* Whether an errno is one of the reasons above. */
bool safe_file_is_refused(int error);

/*
 * "PATH is not used: why; what the user can do", for one of the reasons above. The caller frees.
 */
char *safe_file_refusal(const struct safe_file *file, int error);

#endif
