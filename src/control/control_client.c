/*
 * control_client: sends a request to the control socket of a running server.
 *
 * It keeps nothing: each command is one request and one response. Its one idea: the server is found
 * by its folder. The first folder that has a server, or is a site of one (--vhost), is taken, from the given path
 * upwards.
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
#include "base/log.h"
#include "base/mem.h"
#include "control/control_api.h"
#include "control/control_socket.h"
#include "control/running.h"
#include "control/wrong_option.h"
#include "fs/path.h"
#include "http/url.h"

enum { TIMEOUT_S = 5 };

struct command {
	const char *name;
	const char *method;
	const char *endpoint;
	const char *json_endpoint; /* the one for --json; NULL: the command has no --json */
	bool sends_path;           /* the endpoint is followed by PATH */
	bool needs_path;           /* without it PATH is the current folder */
	const char *usage;
};

/* ---- finding the server ---- */

/* Adds the segments of path to name. Returns false when ".." leads above the root. */
static bool
add_segments(struct buf *name, struct slice path)
{
	struct slice segment;

	while (slice_split(&path, '/', &segment)) {
		if (segment.length == 0 || slice_is(segment, "."))
			continue;
		if (slice_is(segment, "..")) {
			if (name->length == 0)
				return false;
			name->length = path_parent(buf_slice(name)).length;
			continue;
		}
		if (name->length)
			buf_add_char(name, '/');
		buf_add_slice(name, segment);
	}
	return true;
}

/*
 * Adds the absolute name of path, without the "/" in front. "." and ".." are resolved by their
 * names, so links stay as they are.
 */
static bool
add_absolute(struct buf *absolute, const char *path)
{
	char *here = *path == '/' ? NULL : getcwd(NULL, 0);
	bool is_path = (here || *path == '/') &&
		       add_segments(absolute, slice_of(here ? here : "")) &&
		       add_segments(absolute, slice_of(path));

	buf_add_text(absolute, ""); /* terminates it, also after ".." */
	free(here);
	return is_path;
}

/* What was found. Zeroed at first. */
struct found {
	struct slice name;      /* of the path below the served folder */
	char *host;             /* the name of the site of --vhost; NULL: the site of no name */
	struct running running; /* read when it is needed */
	bool has_running;
};

static void
found_finish(struct found *found)
{
	free(found->host);
	running_finish(&found->running);
}

/* The same as control_socket_connect for the folder of a site of --vhost. */
static int
connect_to_site(const char *real, struct found *found)
{
	if (!found->has_running)
		running_find(&found->running);
	found->has_running = true;
	for (size_t i = 0; i < found->running.count; i++) {
		const struct running_server *server = &found->running.items[i];

		for (size_t k = 0; k < server->site_count; k++) {
			if (!server->root || strcmp(server->sites[k].root, real) != 0)
				continue;
			found->host = mem_text(server->sites[k].name);
			return control_socket_connect(server->root);
		}
	}
	return -1;
}

static int
connect_to_folder(struct slice absolute, struct found *found)
{
	struct buf path = {0};
	char *real;
	int fd = -1;

	buf_add_char(&path, '/');
	buf_add_slice(&path, absolute);
	real = realpath(path.bytes, NULL);
	if (real)
		fd = control_socket_connect(real);
	if (real && fd < 0)
		fd = connect_to_site(real, found);
	free(real);
	buf_finish(&path);
	return fd;
}

/*
 * Returns a socket that is connected to the server, and sets found->name to the part of absolute below the
 * served folder. Returns -1 when there is no server.
 */
static int
find_server(struct slice absolute, struct found *found)
{
	struct slice folder = absolute;

	for (;;) {
		int fd = connect_to_folder(folder, found);
		size_t length = folder.length;

		if (length < absolute.length && absolute.at[length] == '/')
			length++;
		found->name = (struct slice){absolute.at + length, absolute.length - length};
		if (fd >= 0 || folder.length == 0)
			return fd;
		folder = path_parent(folder);
	}
}

/* ---- request and response ---- */

/* What the command line asks for. */
struct query {
	const struct command *command;
	const char *path; /* NULL: none was given */
	bool as_json;
};

static bool
send_request(int fd, const struct query *query, const struct found *found)
{
	const struct command *command = query->command;
	struct timeval limit = {.tv_sec = TIMEOUT_S};
	struct buf text = {0};
	bool sent;

	buf_addf(&text, "%s %s", command->method,
		query->as_json ? command->json_endpoint : command->endpoint);
	if (command->sends_path)
		url_from_path(query->path ? found->name : slice_of(""), &text);
	buf_addf(&text, " HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
		found->host ? found->host : "localhost");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	sent = send(fd, text.bytes, text.length, MSG_NOSIGNAL) == (ssize_t)text.length;
	buf_finish(&text);
	return sent;
}

/* Returns false when the connection breaks, or the bytes are not a response. */
static bool
read_response(int fd, struct buf *response)
{
	return file_read(fd, SIZE_MAX, response) && strstr(response->bytes, "\r\n\r\n");
}

void
control_client_print(struct slice lines, FILE *stream)
{
	struct buf text = {0};
	struct slice line;

	while (lines.length && slice_split(&lines, '\n', &line)) {
		log_add_printable(&text, line);
		buf_add_char(&text, '\n');
	}
	fwrite(buf_slice(&text).at, 1, text.length, stream);
	buf_finish(&text);
}

/* Logs one sentence and returns true if the server is suspended, so that nobody waits for its answer. */
static bool
is_suspended(int fd)
{
	struct ucred peer = {0};
	socklen_t length = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0 ||
		!running_is_suspended(peer.pid))
		return false;
	log_error("the liveserve for this folder is suspended, process %d; continue it with fg in "
		  "its "
		  "terminal, or with: kill -CONT %d",
		(int)peer.pid, (int)peer.pid);
	return true;
}

/* Returns the exit code. */
static int
exchange(int fd, const struct query *query, const struct found *found)
{
	struct buf response = {0};
	const char *body;
	int code = 1;

	if (is_suspended(fd))
		return code;
	if (!send_request(fd, query, found) || !read_response(fd, &response)) {
		log_error("the running liveserve does not answer (%s); restart it",
			errno ? strerror(errno) : "it closed the connection");
	} else {
		body = strstr(response.bytes, "\r\n\r\n") + 4;
		code = slice_starts(buf_slice(&response), "HTTP/1.1 200 ") ? 0 : 1;
		control_client_print(slice_of(body), code == 0 ? stdout : stderr);
	}
	buf_finish(&response);
	return code;
}

static int
find_and_exchange(const struct query *query)
{
	const char *path = query->path ? query->path : ".";
	struct buf absolute = {0};
	struct found found = {0};
	int fd = -1, code = 1;

	if (*path && add_absolute(&absolute, path))
		fd = find_server(buf_slice(&absolute), &found);
	if (fd >= 0) {
		code = exchange(fd, query, &found);
		close(fd);
	} else {
		log_error("no liveserve of yours serves a folder that contains \"%s\"; start one "
			  "with: liveserve FOLDER",
			path);
	}
	found_finish(&found);
	buf_finish(&absolute);
	return code;
}

/* Logs the reason and returns false when the command line is wrong. */
static bool
read_line(struct query *query, int count, char **arguments)
{
	static const char *const with_json[] = {"--json", NULL};
	const struct command *command = query->command;
	bool is_option = true;

	for (int i = 2; i < count; i++) {
		const char *argument = arguments[i];

		if (is_option && strcmp(argument, "--") == 0) {
			is_option = false;
		} else if (is_option && command->json_endpoint && strcmp(argument, "--json") == 0) {
			query->as_json = true;
		} else if (is_option && argument[0] == '-' && argument[1]) {
			wrong_option_log(command->name, argument,
				command->json_endpoint ? with_json : with_json + 1);
			return false;
		} else if (query->path) {
			log_error("one path is enough: \"%s\" is one too many", argument);
			return false;
		} else {
			query->path = argument;
		}
	}
	if (command->needs_path && !query->path)
		log_error("%s needs a path: liveserve %s index.html", command->name, command->name);
	return query->path || !command->needs_path;
}

static int
run(const struct command *command, int count, char **arguments)
{
	struct query query = {.command = command};

	if (count > 2 && (strcmp(arguments[2], "--help") == 0 || strcmp(arguments[2], "-h") == 0)) {
		puts(command->usage);
		return 0;
	}
	return read_line(&query, count, arguments) ? find_and_exchange(&query) : 2;
}

int
control_client_why(int count, char **arguments)
{
	static const struct command command = {"why", "GET", CONTROL_API_WHY, NULL, true, true,
		"Usage: liveserve why PATH\n\n"
		"Asks the liveserve that serves a folder above PATH how PATH is watched, which\n"
		"pages use it, and what its last change did.\n"
		"To serve a folder of that name: liveserve ./why"};

	return run(&command, count, arguments);
}

int
control_client_reload(int count, char **arguments)
{
	static const struct command command = {"reload", "POST", CONTROL_API_RELOAD, NULL, true,
		false,
		"Usage: liveserve reload [PATH]\n\n"
		"Makes the pages that use the file PATH show it again, as if it had changed.\n"
		"Without PATH, every page of the liveserve that serves this folder, or one above\n"
		"it, reloads.\n"
		"To serve a folder of that name: liveserve ./reload"};

	return run(&command, count, arguments);
}

int
control_client_status(int count, char **arguments)
{
	static const struct command command = {"status", "GET", CONTROL_API_STATUS,
		CONTROL_API_STATUS_JSON, false, false,
		"Usage: liveserve status [--json] [FOLDER]\n\n"
		"Prints the URL of the liveserve that serves FOLDER, or a folder above it, how\n"
		"many pages are open, and what is watched. Without FOLDER: the current folder.\n"
		"With --json: one object, for programs.\n"
		"To serve a folder of that name: liveserve ./status"};

	return run(&command, count, arguments);
}

/* ---- for other commands ---- */

/* Reads the status of "HTTP/1.1 200 OK"; 0 when there is none. */
static int
read_status(struct slice response)
{
	struct slice part;
	uint64_t status;

	slice_split(&response, ' ', &part);
	if (slice_split(&response, ' ', &part) && slice_number(part, &status) && status < 1000)
		return (int)status;
	return 0;
}

static int
get_over(int fd, const char *target, unsigned wait_s, struct buf *body)
{
	struct timeval limit = {.tv_sec = wait_s};
	struct buf text = {0}, response = {0};
	int status = 0;

	buf_addf(&text, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", target);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (send(fd, text.bytes, text.length, MSG_NOSIGNAL) == (ssize_t)text.length &&
		read_response(fd, &response)) {
		status = read_status(buf_slice(&response));
		buf_add_text(body, strstr(response.bytes, "\r\n\r\n") + 4);
	}
	buf_finish(&text);
	buf_finish(&response);
	return status;
}

int
control_client_get(const char *path, const char *target, unsigned wait_s, struct buf *body)
{
	struct buf absolute = {0};
	struct found found = {0};
	int fd = -1, status = CONTROL_CLIENT_NO_SERVER;

	if (*path && add_absolute(&absolute, path))
		fd = find_server(buf_slice(&absolute), &found);
	if (fd >= 0) {
		status = is_suspended(fd) ? CONTROL_CLIENT_SUSPENDED
					  : get_over(fd, target, wait_s, body);
		close(fd);
	}
	found_finish(&found);
	buf_finish(&absolute);
	return status;
}
