/*
 * capture_child: what a child of the server does first when it is to capture.
 */
#ifndef CAPTURE_CHILD_H
#define CAPTURE_CHILD_H

#include <stddef.h>

enum {
	CAPTURE_CHILD_FDS_MAX = 20,
	CAPTURE_CHILD_FIRST = 3, /* the number of the first of the descriptors */
};

struct capture_child_fds {
	int output; /* becomes standard output */
	int errors; /* becomes standard error */
	int others[CAPTURE_CHILD_FDS_MAX];
	size_t count; /* of others, which become CAPTURE_CHILD_FIRST and those after it */
};

/*
 * To be called in the new process. From then on it has only these descriptors, open over an exec, and
 * /dev/null as standard input; default signals; and a session of its own, so that Ctrl-C stops only the
 * server, which then ends the child. Other processes cannot read its copy of the server's memory.
 */
void capture_child_begin(const struct capture_child_fds *fds);

#endif
