/*
 * open_broker: a process of our own that stays outside of the sandbox and opens what the one inside is
 * barred from.
 *
 * Room: things. It only knows the one function it was made with, so that decides what can be had.
 * It holds nothing of ours open but what that needs, and ends when the other process does, however
 * that happens. Asking waits for the answer.
 */
#ifndef OPEN_BROKER_H
#define OPEN_BROKER_H

#include <stdbool.h>
#include <stddef.h>

struct open_broker;

/* What the helper is made of; all of it as it is at open_broker_create. */
struct open_broker_options {
	const char *process; /* its name in lists of processes */
	/* Called in the helper, before anything else; or NULL. */
	void (*begin)(void *context);
	/*
	 * Called in the helper for each question. Returns a descriptor, which is handed over and
	 * then closed, or -1 with errno. number and name may be anything: who asks may be lying.
	 */
	int (*open)(void *context, unsigned number, const char *name);
	void *context;
	const int *kept; /* descriptors that stay open in it */
	size_t kept_count;
};

/* Starts it. Signals that are blocked here are blocked there. Returns NULL with errno. */
struct open_broker *open_broker_create(const struct open_broker_options *work);
/* Ends it. */
void open_broker_destroy(struct open_broker *broker);

/*
 * Has name opened by the work's open. Returns a descriptor that the caller closes, or -1 with the
 * errno of there; EACCES when the helper is no more.
 */
int open_broker_open(struct open_broker *broker, unsigned number, const char *name);

#endif
