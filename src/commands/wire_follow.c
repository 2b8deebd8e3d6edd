/*
 * wire_follow: see wire_follow.h. It asks again and again for what is new; the server answers when there is
 * something.
 */
#define _GNU_SOURCE
#include "commands/wire_follow.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "control/control_api.h"
#include "control/control_client.h"

enum { WAIT_S = 60, OK = 200 }; /* the server waits for less than a minute */

/* Prints what has come. Returns false when it is no answer of ours, or nobody reads what is printed. */
static bool
print_answer(struct slice body, uint64_t *next)
{
	struct slice number;

	if (!slice_split(&body, '\n', &number) || !slice_number(number, next)) {
		log_error("the running liveserve is another version; restart it");
		return false;
	}
	control_client_print(body, stdout);
	return fflush(stdout) == 0;
}

/* Returns the exit code. */
static int
report_failure(const char *folder, int status, const struct buf *body, bool has_begun)
{
	if (status == CONTROL_CLIENT_NO_SERVER && has_begun)
		return 0;
	if (status == CONTROL_CLIENT_NO_SERVER)
		log_error("no liveserve of yours serves a folder that contains \"%s\"; start one "
			  "with: liveserve --wire FOLDER, or give a capture file",
			folder);
	else if (status == CONTROL_CLIENT_NO_ANSWER)
		log_error("the running liveserve does not answer; restart it");
	else if (status != CONTROL_CLIENT_SUSPENDED)
		log_error("%.*s", (int)strcspn(buf_slice(body).at, "\n"), buf_slice(body).at);
	return 1;
}

/* Asks for the rows from next on. */
static int
ask(const char *folder, uint64_t next, bool explains, struct buf *body)
{
	struct buf target = {0};
	int status;

	buf_clear(body);
	buf_addf(&target, CONTROL_API_WIRE "/%" PRIu64 "%s", next, explains ? "/explain" : "");
	status = control_client_get(folder, target.bytes, WAIT_S, body);
	/* A server that ends closes its connections first. */
	if (status == CONTROL_CLIENT_NO_ANSWER)
		status = control_client_get(folder, target.bytes, WAIT_S, body);
	buf_finish(&target);
	return status;
}

int
wire_follow_run(const char *folder, bool explains)
{
	struct buf body = {0};
	uint64_t next = 1;
	bool has_begun = false;
	int status, code = 1;

	while ((status = ask(folder, next, explains, &body)) == OK) {
		has_begun = true;
		if (!print_answer(buf_slice(&body), &next))
			break;
	}
	if (status != OK)
		code = report_failure(folder, status, &body, has_begun);
	buf_finish(&body);
	return code;
}
