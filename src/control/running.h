/*
 * running: the servers of this user that run now, as they say it themselves over their control sockets.
 *
 * A server that was suspended (Ctrl-Z) does not answer. Its process, its port and a hash of its folder
 * are known, and the folder itself from what its process has open.
 */
#ifndef RUNNING_H
#define RUNNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A site of --vhost. */
struct running_site {
	char *name;
	char *root; /* its folder */
};

struct running_server {
	uint64_t hash; /* of its folder: control_socket_is_of */
	pid_t pid;     /* 0: not known */
	uint16_t port; /* of its pages; 0: not known */
	bool is_suspended;
	char *root; /* its folder; NULL: it has not answered, and the folder was not found */
	/* Of a server that has answered; else NULL and 0. */
	char *url;
	size_t pages;               /* that are open */
	struct running_site *sites; /* of --vhost */
	size_t site_count;
};

struct running {
	struct running_server *items; /* by port */
	size_t count;
};

enum { RUNNING_WAIT_MS = 1000 };

/* Asks all servers at once, and waits for their answers for RUNNING_WAIT_MS at most. */
void running_find(struct running *running);
void running_finish(struct running *running);

/* Whether a process is suspended. False if it is 0, or cannot be seen. */
bool running_is_suspended(pid_t pid);

/*
 * Who has this port: "the liveserve that serves /home/ada/site"; NULL if it is no liveserve of this
 * user. May take as long as running_find. If folder is not NULL, *folder is set to the folder, or to
 * NULL if it is not known. The caller frees both.
 */
char *running_on_port(uint16_t port, char **folder);

enum running_verdict {
	RUNNING_STOPPED, /* it has ended */
	RUNNING_GONE,    /* it had ended before it was asked */
	RUNNING_SILENT,  /* it was asked, but it has not ended */
};

/*
 * Asks a server to end, and waits until its process is gone, for five seconds at most. If it is
 * suspended, it is continued first. No process gets a signal that is not the server itself, also when
 * the server has ended and its number belongs to another process.
 */
enum running_verdict running_stop(const struct running_server *server);

#endif
