/*
 * access_log: a line for each request that was answered, also a malformed one: in a file, on standard output, or as events of
 * --log-format=json.
 *
 * It stands between an engine and the handler that answers. A line is written when the response has ended, with the
 * bytes of its body that were sent by then, so a transfer that was broken off shows as fewer bytes. Lines are
 * collected and written at the end of each round of the loop, by one call.
 */
#ifndef ACCESS_LOG_H
#define ACCESS_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"
#include "fs/root.h"
#include "http/response.h"
#include "ui/terminal.h"

struct access_log;

struct access_log_settings {
	bool is_on;
	const char
		*file; /* where lines are appended (log_file.h); NULL: standard output has them */
};

struct access_log_options {
	struct access_log_settings settings;
	struct loop *loop;
	struct terminal *terminal;
	bool has_events;           /* standard output gets JSON, also if there is a file */
	bool has_users;            /* requests are answered after a password was given */
	struct root *const *roots; /* the folders that are served or watched */
	size_t root_count;
};

/*
 * Keeps pointers to loop and terminal. To be called before the sandbox is entered. Sets *log to NULL if it is off.
 * Returns false after an error line about the file.
 */
bool access_log_create(struct access_log **log, const struct access_log_options *options);
/* To be called when no engine is left. NULL is allowed. */
void access_log_destroy(struct access_log *log);

/*
 * Puts itself before handler: what that answers is logged, but for the requests of the owner (connection_limit.h). Nothing happens
 * if log is NULL, so then a request costs nothing.
 */
void access_log_wrap(struct access_log *log, struct response_handler *handler);

/*
 * For the sandbox (privdrop.h): the path of the file and the folder in which it may be made again; NULL if there is
 * no file. access_log_open() opens it; access_log_set_opener() says how it is opened from now on. NULL for log is
 * allowed.
 */
const char *access_log_path(const struct access_log *log);
const char *access_log_folder(const struct access_log *log);
int access_log_open(const struct access_log *log);
void access_log_set_opener(
	struct access_log *log, int (*open)(void *context, const char *path), void *context);

#endif
