/*
 * open_broker: a second process of this program that stays outside of the sandbox, and opens files
 * for the process inside.
 *
 * The broker only calls the function that it was created with, and that function decides what can
 * be opened. The broker keeps only the descriptors that the function needs. It ends when the first
 * process ends, for any reason.
 */
#ifndef OPEN_BROKER_H
#define OPEN_BROKER_H

#include <stdbool.h>
#include <stddef.h>

struct open_broker;

struct open_broker_options {
	const char *process; /* the broker's name in lists of processes */
	/* Called once in the broker, before the first request; or NULL. */
	void (*prepare)(void *context);
	/*
	 * Called in the broker for each request. Returns a descriptor, which is sent and then
	 * closed, or -1 with errno. It must check its arguments: an attacker may control the
	 * process inside.
	 */
	int (*open)(void *context, unsigned id, const char *name);
	void *context;   /* of both functions, in the broker's copy of this memory */
	const int *kept; /* descriptors that stay open in the broker */
	size_t kept_count;
};

/*
 * Starts the broker process, which inherits the blocked signals. Borrows options. Returns NULL with
 * errno.
 */
struct open_broker *open_broker_create(const struct open_broker_options *options);
/* Ends the broker process. NULL is allowed. */
void open_broker_destroy(struct open_broker *broker);

/*
 * Sends id and name to the broker's open function, and blocks until its reply. Returns a descriptor
 * that the caller closes, or -1 with errno as the function left it; EACCES when the broker has
 * ended.
 */
int open_broker_open(struct open_broker *broker, unsigned id, const char *name);

#endif
