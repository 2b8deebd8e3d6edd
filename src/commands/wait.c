/*
 * wait: see wait.h. The server answers when something is so (page_waits.h); after some seconds without that it is asked
 * again, until the time is over. Then it is asked how things stand.
 */
#define _GNU_SOURCE
#include "commands/wait.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/log.h"
#include "control/control_api.h"
#include "control/control_client.h"
#include "control/wrong_option.h"

enum {
	TIMEOUT_S = 30,
	TIMEOUT_MAX_S = 24 * 3600,
	ANSWER_S = 5, /* the server answers at once */
	ASK_S = 20,   /* the server pauses a request for less */
};

static const char usage[] =
	"Usage: liveserve wait [--since=N] [--timeout=SECONDS] [--json] [FOLDER]\n\n"
	"Waits until every open page of the liveserve that serves FOLDER, or a folder above\n"
	"it, shows the newest files: it has loaded again or was updated in place. Prints the\n"
	"errors of the pages with their places, and what did not load.\n\n"
	"  --since=N          first wait for a state newer than N, which is \"newest\" in\n"
	"                     liveserve status --json\n"
	"  --timeout=SECONDS  wait no longer than that (30); 0 only looks\n"
	"  --json             print one object, for programs\n\n"
	"Exit code: 0 all pages are in order, 1 a page is in trouble, 2 no page is open,\n"
	"3 no server answers, 4 the time is over, 5 the command line is wrong.\n"
	"To serve a folder of that name: liveserve ./wait";

struct line {
	uint64_t since, timeout_s;
	bool as_json;
	const char *folder;
};

/* ---- the command line ---- */

/* Reads the number of "--name=12". Returns false when argument is another option. */
static bool
read_option(const char *argument, const char *name, uint64_t most, uint64_t *number, bool *is_wrong)
{
	size_t length = strlen(name);

	if (strncmp(argument, name, length) != 0 || (argument[length] && argument[length] != '='))
		return false;
	*is_wrong = !argument[length] || !slice_number(slice_of(argument + length + 1), number) ||
		    *number > most;
	if (*is_wrong)
		log_error("%s needs a whole number up to %" PRIu64 ": %s=5", name, most, name);
	return true;
}

/* Logs the reason and returns false when the command line is wrong. */
static bool
read_argument(struct line *line, const char *argument, bool may_be_option)
{
	static const char *const options[] = {"--since", "--timeout", "--json", NULL};
	bool is_wrong = false;

	if (may_be_option && strcmp(argument, "--json") == 0) {
		line->as_json = true;
	} else if (may_be_option &&
		   (read_option(argument, "--since", INT64_MAX, &line->since, &is_wrong) ||
			   read_option(argument, "--timeout", TIMEOUT_MAX_S, &line->timeout_s,
				   &is_wrong))) {
		return !is_wrong;
	} else if (may_be_option && argument[0] == '-' && argument[1]) {
		wrong_option_log("wait", argument, options);
		return false;
	} else if (line->folder) {
		log_error("one folder is enough: \"%s\" is one too many", argument);
		return false;
	} else {
		line->folder = argument;
	}
	return true;
}

static bool
read_line(struct line *line, int count, char **arguments)
{
	bool may_be_option = true;

	*line = (struct line){.timeout_s = TIMEOUT_S};
	for (int i = 2; i < count; i++) {
		if (may_be_option && strcmp(arguments[i], "--") == 0)
			may_be_option = false;
		else if (!read_argument(line, arguments[i], may_be_option))
			return false;
	}
	if (!line->folder)
		line->folder = ".";
	return true;
}

/* ---- asking ---- */

static uint64_t
seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec;
}

/* Asks whether the pages have answered question number; returns as control_client_get does. */
static int
ask(const struct line *line, uint64_t number, uint64_t wait_s, struct buf *body)
{
	struct buf target = {0};
	int status;

	buf_addf(&target, CONTROL_API_WAIT "/%" PRIu64 "/%" PRIu64 "%s%s", number, line->since,
		wait_s ? "" : "/now", line->as_json ? ".json" : "");
	buf_clear(body);
	status = control_client_get(
		line->folder, target.bytes, wait_s ? (unsigned)wait_s : ANSWER_S, body);
	buf_finish(&target);
	return status;
}

/* Asks until the answer is more than "not yet", or the time is over. */
static int
ask_until(const struct line *line, uint64_t number, struct buf *body)
{
	uint64_t end = seconds_now() + line->timeout_s;

	for (;;) {
		uint64_t now = seconds_now(), rest = now < end ? end - now : 0;
		int status = ask(line, number, rest < ASK_S ? rest : ASK_S, body);
		bool is_late = status == CONTROL_CLIENT_NO_ANSWER && rest && rest <= ASK_S;

		if (rest == 0 || (status != 202 && !is_late))
			return status;
	}
}

static int
report_failure(const struct line *line, int status)
{
	if (status == CONTROL_CLIENT_NO_SERVER)
		log_error("no liveserve of yours serves a folder that contains \"%s\"; start one "
			  "with: liveserve FOLDER",
			line->folder);
	else if (status == CONTROL_CLIENT_NO_ANSWER)
		log_error("the running liveserve does not answer, or has ended; restart it");
	else if (status != CONTROL_CLIENT_SUSPENDED)
		log_error("the running liveserve is another version; restart it");
	return WAIT_NO_SERVER;
}

/* Returns the exit code. */
static int
report(const struct line *line, int status, const struct buf *body)
{
	static const struct {
		int status, code;
	} codes[] = {{200, WAIT_SETTLED}, {409, WAIT_TROUBLE}, {410, WAIT_NO_PAGE},
		{202, WAIT_TIME_OVER}};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].status == status) {
			control_client_print(buf_slice(body), stdout);
			return codes[i].code;
		}
	return report_failure(line, status);
}

int
wait_run(int count, char **arguments)
{
	struct line line;
	struct buf body = {0};
	uint64_t number = 0;
	int status, code;

	if (count > 2 && (strcmp(arguments[2], "--help") == 0 || strcmp(arguments[2], "-h") == 0)) {
		puts(usage);
		return 0;
	}
	if (!read_line(&line, count, arguments))
		return WAIT_WRONG_LINE;
	status = control_client_get(line.folder, CONTROL_API_WAIT "/ask", ANSWER_S, &body);
	if (status == 201 &&
		slice_number(
			(struct slice){body.bytes, body.length ? body.length - 1 : 0}, &number))
		status = ask_until(&line, number, &body);
	else if (status == 201)
		status = 0;
	code = report(&line, status, &body);
	buf_finish(&body);
	return code;
}
