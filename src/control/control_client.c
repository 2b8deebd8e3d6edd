/*
 * control_client: see control_client.h. The server is found by its folder: from the path that is asked about
 * upwards, the first folder for which one runs.
 */
#define _GNU_SOURCE
#include "control/control_client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/file.h"
#include "control/control_socket.h"
#include "control/control_api.h"
#include "base/log.h"
#include "http/url.h"
#include "fs/path.h"

enum { ANSWER_S = 5 };

struct command {
	const char *name;
	const char *method;
	const char *question;      /* the path of a URL */
	const char *json_question; /* the one that --json asks; NULL: there is no --json */
	bool names_path;           /* behind the question comes the path of PATH */
	bool needs_path;           /* else it is the current folder */
	const char *usage;
};

static const struct command commands[] = {
	{"why", "GET", CONTROL_API_WHY, NULL, true, true,
		"Usage: liveserve why PATH\n\n"
		"Asks the liveserve that serves a folder above PATH how PATH is watched, which "
		"pages\n"
		"use it and what its last change came to. To serve a folder of that name: "
		"liveserve "
		"./why"},
	{"reload", "POST", CONTROL_API_RELOAD, NULL, true, false,
		"Usage: liveserve reload [PATH]\n\n"
		"Makes the pages that use the file PATH show it anew, as if it had changed. "
		"Without\n"
		"PATH, every page of the liveserve that serves this folder, or one above it, "
		"reloads.\n"
		"To serve a folder of that name: liveserve ./reload"},
	{"status", "GET", CONTROL_API_STATUS, CONTROL_API_STATUS_JSON, false, false,
		"Usage: liveserve status [--json] [FOLDER]\n\n"
		"Prints where the liveserve that serves FOLDER (this one), or one above it, is "
		"open,\n"
		"how many pages are, and what is watched. --json: as one object, for programs.\n"
		"To serve a folder of that name: liveserve ./status"},
};

static const struct command *
find_command(int count, char **arguments)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (count > 1 && strcmp(arguments[1], commands[i].name) == 0)
			return &commands[i];
	return NULL;
}

bool
control_client_is_given(int count, char **arguments)
{
	return find_command(count, arguments);
}

/* ---- finding the server ---- */

/* Adds path from the root of the file system, without "/" in front, ".", ".." and double slashes.
 */
static bool
add_absolute(struct buf *absolute, const char *path)
{
	char *here = *path == '/' ? NULL : getcwd(NULL, 0);
	struct buf whole = {0}, url = {0};
	bool is_path;

	if (here)
		buf_addf(&whole, "%s/", here);
	buf_add_text(&whole, path);
	url_from_path(buf_slice(&whole), &url);
	is_path = (here || *path == '/') && url_to_path(buf_slice(&url), absolute) == URL_OK;
	buf_finish(&whole);
	buf_finish(&url);
	free(here);
	return is_path;
}

static int
connect_to_folder(struct slice absolute)
{
	struct buf path = {0};
	char *real;
	int fd;

	buf_add_char(&path, '/');
	buf_add_slice(&path, absolute);
	real = realpath(path.bytes, NULL);
	fd = real ? control_socket_connect(real) : -1;
	free(real);
	buf_finish(&path);
	return fd;
}

/* Returns a socket, and in name what absolute is called below the folder; -1 when there is no
 * server. */
static int
find_server(struct slice absolute, struct slice *name)
{
	struct slice folder = absolute;

	for (;;) {
		int fd = connect_to_folder(folder);
		size_t length = folder.length;

		if (length < absolute.length && absolute.at[length] == '/')
			length++;
		*name = (struct slice){absolute.at + length, absolute.length - length};
		if (fd >= 0 || folder.length == 0)
			return fd;
		folder = path_parent(folder);
	}
}

/* ---- asking ---- */

/* What is asked of which server. */
struct question {
	const struct command *command;
	const char *path; /* NULL: none was given */
	bool as_json;
};

static bool
send_question(int fd, const struct question *question, struct slice name)
{
	const struct command *command = question->command;
	struct timeval limit = {.tv_sec = ANSWER_S};
	struct buf text = {0};
	bool sent;

	buf_addf(&text, "%s %s", command->method,
		question->as_json ? command->json_question : command->question);
	if (command->names_path)
		url_from_path(question->path ? name : slice_of(""), &text);
	buf_add_text(&text, " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	sent = send(fd, text.bytes, text.length, MSG_NOSIGNAL) == (ssize_t)text.length;
	buf_finish(&text);
	return sent;
}

/* Returns false when the server broke off. */
static bool
read_answer(int fd, struct buf *response)
{
	return file_read(fd, SIZE_MAX, response) && strstr(response->bytes, "\r\n\r\n");
}

/* Returns the exit code. */
static int
ask(int fd, const struct question *question, struct slice name)
{
	struct buf response = {0};
	const char *body;
	int code = 1;

	if (!send_question(fd, question, name) || !read_answer(fd, &response)) {
		log_error("the running liveserve does not answer (%s); stop it and start it anew",
			errno ? strerror(errno) : "it broke off");
	} else {
		body = strstr(response.bytes, "\r\n\r\n") + 4;
		code = slice_starts(buf_slice(&response), "HTTP/1.1 200 ") ? 0 : 1;
		fputs(body, code == 0 ? stdout : stderr);
	}
	buf_finish(&response);
	return code;
}

static int
find_and_ask(const struct question *question)
{
	const char *path = question->path ? question->path : ".";
	struct buf absolute = {0};
	struct slice name = {NULL, 0};
	int fd = -1, code = 1;

	if (*path && add_absolute(&absolute, path)) {
		buf_add_text(&absolute, "");
		fd = find_server(buf_slice(&absolute), &name);
	}
	if (fd >= 0) {
		code = ask(fd, question, name);
		close(fd);
	} else {
		log_error("no liveserve of yours serves a folder that \"%s\" lies in; start one "
			  "with: liveserve FOLDER",
			path);
	}
	buf_finish(&absolute);
	return code;
}

/* Returns false, after a sentence, when the line is wrong. */
static bool
read_line(struct question *question, int count, char **arguments)
{
	const struct command *command = question->command;
	bool is_option = true;

	for (int i = 2; i < count; i++) {
		const char *argument = arguments[i];

		if (is_option && strcmp(argument, "--") == 0) {
			is_option = false;
		} else if (is_option && command->json_question && strcmp(argument, "--json") == 0) {
			question->as_json = true;
		} else if (is_option && argument[0] == '-' && argument[1]) {
			log_error("%s has no option %s; see liveserve %s --help", command->name,
				argument, command->name);
			return false;
		} else if (question->path) {
			log_error("one path is enough: \"%s\" is one too many", argument);
			return false;
		} else {
			question->path = argument;
		}
	}
	if (command->needs_path && !question->path)
		log_error("%s needs a path: liveserve %s index.html", command->name, command->name);
	return question->path || !command->needs_path;
}

int
control_client_run(int count, char **arguments)
{
	struct question question = {.command = find_command(count, arguments)};

	if (!question.command)
		return 2;
	if (count > 2 && (strcmp(arguments[2], "--help") == 0 || strcmp(arguments[2], "-h") == 0)) {
		puts(question.command->usage);
		return 0;
	}
	return read_line(&question, count, arguments) ? find_and_ask(&question) : 2;
}
