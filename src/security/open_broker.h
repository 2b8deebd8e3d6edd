/*
 * open_broker: a second process of this program that stays outside of the sandbox, and opens what
 * the process inside cannot open.
 *
 * The broker can only call the one function that it was created with, so that function decides what
 * can be opened. It keeps no other descriptors than that function needs, and it ends when the first
 * process ends, for whatever reason.
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
	 * closed, or -1 with errno. The arguments may be anything: the process inside may have
	 * been taken over.
	 */
	int (*open)(void *context, unsigned id, const char *name);
	void *context;   /* of both; the broker has a copy of this process's memory */
	const int *kept; /* descriptors that stay open in the broker */
	size_t kept_count;
};

/*
 * Starts the broker process. Signals that are blocked here are blocked there. Returns NULL with
 * errno. Borrows options.
 */
struct open_broker *open_broker_create(const struct open_broker_options *options);
/* Ends the process. NULL is fine. */
void open_broker_destroy(struct open_broker *broker);

/*
 * Has the broker open something, and waits for its reply. Returns a descriptor that the caller
 * closes, or -1 with the errno of the broker; EACCES when the broker has ended.
 */
int open_broker_open(struct open_broker *broker, unsigned id, const char *name);

#endif
