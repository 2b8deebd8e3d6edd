/*
 * running: see running.h. It owns the connections while it waits for the answers.
 *
 * Its one idea: nothing is written down about a server, so nothing can be out of date. Whether it runs
 * is known from its socket, and everything else from its answer. If it does not answer, its folder is
 * that one of the folders that its process has open of which the socket's name has the hash.
 */
#define _GNU_SOURCE
#include "control/running.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/loop.h"
#include "base/mem.h"
#include "control/control_api.h"
#include "control/control_socket.h"

enum {
	ANSWER_MAX = 64 * 1024, /* bytes of an answer */
	STOP_WAIT_MS = 5000,
	STOP_LOOK_MS = 20, /* between two looks, where the kernel does not tell of the end */
};

/* ---- asking ---- */

/* A server and the answer that is being read. */
struct question {
	struct running_server server;
	int fd; /* -1: the answer is complete, or there is none */
	struct buf answer;
};

struct questions {
	struct question *items;
	size_t count;
};

/* proc(5): the state follows the name, which is in brackets. */
bool
running_is_suspended(pid_t pid)
{
	char path[32], line[512] = "";
	const char *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = pid > 0 ? fopen(path, "re") : NULL;
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	end = strrchr(line, ')');
	return end && end[1] == ' ' && (end[2] == 'T' || end[2] == 't');
}

static bool
send_request(int fd, const char *method, const char *endpoint)
{
	char *text = mem_format(
		"%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", method, endpoint);
	size_t length = strlen(text);
	bool is_sent = send(fd, text, length, MSG_NOSIGNAL) == (ssize_t)length;

	free(text);
	return is_sent;
}

static void
end_question(struct question *question)
{
	if (question->fd >= 0)
		close(question->fd);
	question->fd = -1;
}

/* A control_socket_found_fn. A server that is just getting its second name is found twice. */
static void
ask(void *context, const struct control_socket_found *found)
{
	struct questions *questions = context;
	struct question *question;

	for (size_t i = 0; i < questions->count; i++) {
		const struct running_server *server = &questions->items[i].server;

		if (found->pid && server->pid == found->pid && server->port == found->port &&
			server->hash == found->hash) {
			close(found->fd);
			return;
		}
	}
	questions->items = mem_resize(
		questions->items, (questions->count + 1) * sizeof(*questions->items));
	question = &questions->items[questions->count++];
	*question = (struct question){
		.server = {.hash = found->hash, .pid = found->pid, .port = found->port},
		.fd = found->fd,
	};
	question->server.is_suspended = running_is_suspended(found->pid);
	if (question->server.is_suspended ||
		!send_request(found->fd, "GET", CONTROL_API_STATUS_JSON))
		end_question(question);
}

/* Reads what has come. The answer is complete when the server closes the connection. */
static void
read_answer(struct question *question)
{
	char bytes[4096];
	ssize_t got = recv(question->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (got > 0 && question->answer.length + (size_t)got <= ANSWER_MAX)
		buf_add(&question->answer, bytes, (size_t)got);
	else if (got >= 0 || (errno != EAGAIN && errno != EINTR))
		end_question(question);
}

static void
read_answers(struct questions *questions)
{
	struct pollfd *waiting = mem_array(questions->count + 1, sizeof(*waiting));
	uint64_t end_us = loop_now() + RUNNING_WAIT_MS * 1000, now_us;
	size_t open = questions->count;

	while (open && (now_us = loop_now()) < end_us) {
		open = 0;
		for (size_t i = 0; i < questions->count; i++) {
			waiting[i] = (struct pollfd){questions->items[i].fd, POLLIN, 0};
			open += questions->items[i].fd >= 0;
		}
		if (!open ||
			poll(waiting, questions->count, (int)((end_us - now_us) / 1000 + 1)) <= 0)
			continue;
		for (size_t i = 0; i < questions->count; i++)
			if (waiting[i].revents)
				read_answer(&questions->items[i]);
	}
	free(waiting);
}

static char *
text_member(const cJSON *object, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

	return text ? mem_text(text) : NULL;
}

/* The path of the folder that is open as descriptor, if it is that of the server. The caller frees. */
static char *
open_folder(const struct running_server *server, const char *descriptor)
{
	static const char deleted[] = " (deleted)";
	char *link = mem_format("/proc/%d/fd/%s", (int)server->pid, descriptor);
	char path[PATH_MAX];
	ssize_t length = readlink(link, path, sizeof(path) - 1);

	free(link);
	if (length <= 0)
		return NULL;
	path[length] = '\0';
	if (control_socket_is_of(server->hash, path))
		return mem_text(path);
	if (!slice_ends(slice_of(path), deleted))
		return NULL;
	path[length - (ssize_t)strlen(deleted)] = '\0';
	return control_socket_is_of(server->hash, path) ? mem_text(path) : NULL;
}

/* The folder of a server that has not answered, or NULL. The caller frees. */
static char *
find_root(const struct running_server *server)
{
	char *folder = mem_format("/proc/%d/fd", (int)server->pid), *root = NULL;
	DIR *listing = server->pid > 0 ? opendir(folder) : NULL;
	const struct dirent *entry;

	while (listing && !root && (entry = readdir(listing)))
		root = open_folder(server, entry->d_name);
	if (listing)
		closedir(listing);
	free(folder);
	return root;
}

static void
understand_sites(struct running_server *server, const cJSON *sites)
{
	const cJSON *site;

	server->sites = mem_array((size_t)cJSON_GetArraySize(sites) + 1, sizeof(*server->sites));
	cJSON_ArrayForEach(site, sites)
	{
		struct running_site read = {text_member(site, "name"), text_member(site, "root")};

		if (read.name && read.root) {
			server->sites[server->site_count++] = read;
			continue;
		}
		free(read.name);
		free(read.root);
	}
}

static void
understand(struct question *question)
{
	struct running_server *server = &question->server;
	struct buf *answer = &question->answer;
	const cJSON *pages;
	const char *body;
	cJSON *json;

	buf_add_text(answer, ""); /* terminates it */
	body = strstr(answer->bytes, "\r\n\r\n");
	json = body && slice_starts(buf_slice(answer), "HTTP/1.1 200 ") ? cJSON_Parse(body) : NULL;
	server->root = text_member(json, "root");
	server->url = text_member(json, "url");
	pages = cJSON_GetObjectItemCaseSensitive(json, "pages");
	if (cJSON_IsNumber(pages) && pages->valueint > 0)
		server->pages = (size_t)pages->valueint;
	understand_sites(server, cJSON_GetObjectItemCaseSensitive(json, "sites"));
	cJSON_Delete(json);
	if (!server->root)
		server->root = find_root(server);
}

static int
compare_ports(const void *one, const void *other)
{
	const struct running_server *a = one, *b = other;

	return (a->port > b->port) - (a->port < b->port);
}

void
running_find(struct running *running)
{
	struct questions questions = {0};

	control_socket_find_all(ask, &questions);
	read_answers(&questions);
	*running = (struct running){
		.items = mem_array(questions.count + 1, sizeof(*running->items)),
		.count = questions.count,
	};
	for (size_t i = 0; i < questions.count; i++) {
		understand(&questions.items[i]);
		end_question(&questions.items[i]);
		running->items[i] = questions.items[i].server;
		buf_finish(&questions.items[i].answer);
	}
	free(questions.items);
	qsort(running->items, running->count, sizeof(*running->items), compare_ports);
}

void
running_finish(struct running *running)
{
	for (size_t i = 0; i < running->count; i++) {
		struct running_server *server = &running->items[i];

		for (size_t k = 0; k < server->site_count; k++) {
			free(server->sites[k].name);
			free(server->sites[k].root);
		}
		free(server->sites);
		free(server->root);
		free(server->url);
	}
	free(running->items);
	*running = (struct running){0};
}

char *
running_on_port(uint16_t port, char **folder)
{
	struct running running;
	char *who = NULL;

	if (folder)
		*folder = NULL;
	running_find(&running);
	for (size_t i = 0; i < running.count && !who; i++) {
		const struct running_server *server = &running.items[i];

		if (server->port != port)
			continue;
		if (server->root)
			who = mem_format("the liveserve that serves %s%s", server->root,
				server->is_suspended ? " and is suspended"
				: server->url        ? ""
						     : " and does not answer");
		else
			who = mem_format("a liveserve that %s, process %d",
				server->is_suspended ? "is suspended" : "does not answer",
				(int)server->pid);
		if (folder && server->root)
			*folder = mem_text(server->root);
	}
	running_finish(&running);
	return who;
}

/* ---- stopping ---- */

/* Like the functions of the C library, which older ones do not have. */
static int
open_process(pid_t pid)
{
	return pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
}

static void
signal_process(int process, int number)
{
	if (process >= 0)
		syscall(SYS_pidfd_send_signal, process, number, NULL, 0);
}

/* The other end of a connection is closed when its process has ended. */
static bool
has_ended(int fd)
{
	struct pollfd state = {.fd = fd, .events = POLLRDHUP};

	return poll(&state, 1, 0) > 0 && state.revents & (POLLHUP | POLLERR | POLLRDHUP);
}

/* The server to be stopped, as it is found now. */
struct search {
	const struct running_server *server;
	int fd;
};

/* A control_socket_found_fn. */
static void
take_same(void *context, const struct control_socket_found *found)
{
	struct search *search = context;
	const struct running_server *server = search->server;

	if (search->fd < 0 && found->hash == server->hash && found->pid == server->pid &&
		found->port == server->port)
		search->fd = found->fd;
	else
		close(found->fd);
}

/*
 * Waits for the end of the process or, where that cannot be waited for, until the server is not found
 * any more.
 */
static bool
wait_for_end(const struct running_server *server, int process)
{
	struct pollfd end = {.fd = process, .events = POLLIN};
	uint64_t end_us = loop_now() + STOP_WAIT_MS * 1000;

	if (process >= 0)
		return poll(&end, 1, STOP_WAIT_MS) > 0;
	while (loop_now() < end_us) {
		struct search search = {server, -1};

		control_socket_find_all(take_same, &search);
		if (search.fd < 0)
			return true;
		close(search.fd);
		poll(NULL, 0, STOP_LOOK_MS);
	}
	return false;
}

enum running_verdict
running_stop(const struct running_server *server)
{
	struct search search = {server, -1};
	enum running_verdict verdict = RUNNING_GONE;
	int process;

	control_socket_find_all(take_same, &search);
	if (search.fd < 0)
		return RUNNING_GONE;
	process = open_process(server->pid);
	/*
	 * The connection is still open after the process was opened. So the server had not ended, and
	 * its number was its own.
	 */
	if (!has_ended(search.fd) && send_request(search.fd, "POST", CONTROL_API_STOP)) {
		if (running_is_suspended(server->pid))
			signal_process(process, SIGCONT);
		verdict = wait_for_end(server, process) ? RUNNING_STOPPED : RUNNING_SILENT;
	}
	if (process >= 0)
		close(process);
	close(search.fd);
	return verdict;
}
