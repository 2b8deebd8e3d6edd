/*
 * A whole `liveserve lsp` between an editor and a running server: each line of the input is a message of the editor, or,
 * behind "<", bytes of the server. "@" is the URI of a folder, which the server serves, and "~" its path. If byte 0 is "!", the rest is
 * what the editor sends, without frames. Whatever comes, the editor gets well-formed messages and the server well-formed
 * lines, no program is started, and no descriptor is left.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "base/log.h"
#include "control/control_socket.h"
#include "jsonrpc/framing.h"
#include "jsonrpc/json_value.h"
#include "lsp/language_server.h"
#include "lsp/starter.h"
#include "ui/browser.h"

enum {
	ROUNDS = 3, /* of the loop behind each message */
	INPUT_MAX = 32 * 1024,
	LINES_MAX = 64,
	DESCRIPTORS = 64, /* are looked at for one that was left */
};

static struct {
	int to_server[2], from_server[2]; /* the editor's pipes */
	int peer;                         /* the running server's end; -1: not connected */
	int second;                       /* of a connection beside it; -1: none */
	struct framing output;            /* to the editor */
	struct buf lines;                 /* to the running server, behind its head */
	struct loop *loop;
} here;

/* The folder has one file. */
static char folder[] = "/dev/shm/liveserve-fuzz-XXXXXX";
static const char sheet[] = "p {\n\tcolor: red\n}\n";

static void
remove_folder(void)
{
	if (chdir(folder) == 0 && unlink("a.css") == 0)
		rmdir(folder);
}

/* Called once for all inputs. */
static void
make_folder(void)
{
	int file;

	CHECK(mkdtemp(folder) && chdir(folder) == 0);
	file = open("a.css", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK(file >= 0 && write(file, sheet, strlen(sheet)) == (ssize_t)strlen(sheet));
	close(file);
	atexit(remove_folder);
	log_set_level(LOG_QUIET);
}

/* ---- what is replaced ---- */

int __wrap_control_socket_connect(const char *root);
bool __wrap_starter_start(struct starter *starter, const char *path);
void __wrap_browser_open(struct browser *browser, const char *url);

int
__wrap_control_socket_connect(const char *root)
{
	int sockets[2];

	if (here.second >= 0 || strcmp(root, folder) != 0)
		return -1;
	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0);
	if (here.peer >= 0) {
		here.second = sockets[0];
	} else {
		here.peer = sockets[0];
		buf_clear(&here.lines);
	}
	return sockets[1];
}

bool
__wrap_starter_start(struct starter *starter, const char *path)
{
	(void)starter;
	CHECK(path[0] == '/');
	errno = ENOMEM;
	return false;
}

void
__wrap_browser_open(struct browser *browser, const char *url)
{
	(void)browser;
	CHECK(url);
}

/* ---- what comes out ---- */

static void
check_object(char *bytes, size_t length, bool is_call)
{
	bool had_nul;
	struct json_value *value = json_value_parse(bytes, length, &had_nul);
	const char *version = json_value_text_member(value, "jsonrpc");

	CHECK(json_value_is_object(value));
	CHECK(!is_call || (version && strcmp(version, "2.0") == 0));
	CHECK(is_call || json_value_text_member(value, "type"));
	json_value_destroy(value);
}

static void
read_output(void)
{
	enum framing_verdict verdict;
	char piece[4096], *content;
	size_t length;
	ssize_t count;

	while ((count = read(here.from_server[0], piece, sizeof(piece))) > 0) {
		framing_feed(&here.output, piece, (size_t)count);
		while ((verdict = framing_next(&here.output, &content, &length)) == FRAMING_MESSAGE)
			check_object(content, length, true);
		CHECK(verdict == FRAMING_MORE);
	}
}

/* The lines behind the head of the request. */
static void
read_lines(void)
{
	char piece[4096], *end;
	ssize_t count;

	if (here.peer < 0)
		return;
	while ((count = recv(here.peer, piece, sizeof(piece), MSG_DONTWAIT)) > 0)
		buf_add(&here.lines, piece, (size_t)count);
	while (here.lines.length && (end = memchr(here.lines.bytes, '\n', here.lines.length))) {
		size_t length = (size_t)(end - here.lines.bytes);

		if (here.lines.bytes[0] == '{')
			check_object(here.lines.bytes, length, false);
		buf_drop(&here.lines, length + 1);
	}
	if (count == 0) {
		close(here.peer);
		here.peer = -1;
	}
}

static void
turn(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		loop_dispatch(here.loop);
		read_output();
		read_lines();
	}
}

/* ---- what goes in ---- */

static void
send_editor(struct slice bytes)
{
	/* The pipe is empty, and has room for INPUT_MAX; who has ended does not read it. */
	if (write(here.to_server[1], bytes.at, bytes.length) < 0)
		CHECK(errno == EAGAIN);
	turn();
}

static void
send_peer(struct slice line)
{
	if (here.peer >= 0) {
		send(here.peer, line.at, line.length, MSG_NOSIGNAL | MSG_DONTWAIT);
		send(here.peer, "\n", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	}
	turn();
}

static void
add_names(struct buf *message, struct slice line)
{
	for (size_t i = 0; i < line.length; i++)
		if (line.at[i] == '@' || line.at[i] == '~')
			buf_addf(message, "%s%s", line.at[i] == '@' ? "file://" : "", folder);
		else
			buf_add_char(message, line.at[i]);
}

static void
take_line(struct slice line)
{
	struct buf content = {0}, message = {0};

	buf_add_text(&content, "");
	add_names(&content, line);
	if (content.length && content.bytes[0] == '<') {
		send_peer((struct slice){content.bytes + 1, content.length - 1});
	} else if (content.length < INPUT_MAX) {
		framing_add(&message, buf_slice(&content));
		send_editor(buf_slice(&message));
	}
	buf_finish(&content);
	buf_finish(&message);
}

static size_t
count_descriptors(void)
{
	size_t count = 0;

	for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++)
		count += fcntl(descriptor, F_GETFD) >= 0;
	return count;
}

static void
converse(struct slice input)
{
	struct language_server_options options = {
		.input = here.to_server[0], .output = here.from_server[1], .version = "1"};
	struct language_server *server = language_server_create(here.loop, &options);
	struct slice line;
	int code;

	CHECK(server);
	if (slice_starts(input, "!")) {
		slice_drop(&input, 1);
		send_editor(input);
	} else {
		for (int i = 0; i < LINES_MAX && slice_split(&input, '\n', &line); i++)
			take_line(line);
	}
	close(here.to_server[1]);
	turn();
	code = language_server_exit_code(server);
	CHECK(code == 0 || code == 1);
	language_server_destroy(server);
	read_output();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool is_made;
	size_t open_before;

	if (size == 0 || size > INPUT_MAX)
		return 0;
	if (!is_made)
		make_folder();
	is_made = true;
	open_before = count_descriptors();
	here.loop = loop_create();
	here.peer = here.second = -1;
	CHECK(pipe2(here.to_server, O_CLOEXEC | O_NONBLOCK) == 0);
	CHECK(pipe2(here.from_server, O_CLOEXEC | O_NONBLOCK) == 0);
	converse((struct slice){(const char *)data, size});
	if (here.peer >= 0)
		close(here.peer);
	if (here.second >= 0)
		close(here.second);
	close(here.to_server[0]);
	close(here.from_server[0]);
	close(here.from_server[1]);
	loop_destroy(here.loop);
	framing_finish(&here.output);
	here.output = (struct framing){0};
	buf_finish(&here.lines);
	CHECK(count_descriptors() == open_before);
	return 0;
}
