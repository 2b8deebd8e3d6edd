/*
 * A whole connection: http1, router and static_files answer any bytes, which arrive in any
 * pieces. There is one well-formed answer for each request, the same for the same bytes, none of it
 * from outside of the root, and no descriptor is left.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/date.h"
#include "http/http1.h"
#include "site/router.h"

enum { LARGE = 200 * 1000, ROUNDS_MAX = 10000 };

/* The text of a file outside of the root. It has a byte that responses never echo. */
static const char secret[] = "<SECRET\001>";

static struct {
	char *folder;
	struct loop *loop;
	struct mounts *mounts;
	struct router *router;
	struct http1 *http1;
	bool was_upgraded;
} here;

static void
changed(void *context, const struct changes *changes)
{
	(void)context;
	(void)changes;
}

static void
lost(void *context)
{
	(void)context;
}

static void
take_over(void *context, const struct takeover *takeover)
{
	(void)context;
	CHECK(request_get(takeover->request, REQUEST_SEC_WEBSOCKET_KEY).length == 24);
	CHECK(takeover->request->head_length <= takeover->bytes.length);
	here.was_upgraded = true;
	close(takeover->socket);
}

void __wrap_page_sockets_take_over(
	struct page_sockets *page_sockets, enum protocol protocol, struct response *response);

void
__wrap_page_sockets_take_over(
	struct page_sockets *page_sockets, enum protocol protocol, struct response *response)
{
	(void)page_sockets;
	(void)protocol;
	response_take_over(response, take_over, NULL);
}

/* ---- a folder to serve ---- */

static int
remove_one(const char *path, const struct stat *state, int kind, struct FTW *ftw)
{
	(void)state;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void
remove_folder(void)
{
	nftw(here.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
write_file(const char *name, const char *text, size_t length)
{
	int file = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	CHECK(file >= 0 && write(file, text, length) == (ssize_t)length);
	close(file);
}

static void
make_files(void)
{
	static const char page[] = "<!doctype html><html><head><title>x</title></head><p>page";
	char *large = mem_zero(LARGE);

	memset(large, 'x', LARGE);
	CHECK(mkdir("root", 0700) == 0 && mkdir("root/a", 0700) == 0);
	CHECK(mkdir("root/b", 0700) == 0);
	write_file("secret.txt", secret, strlen(secret));
	write_file("root/index.html", page, strlen(page));
	write_file("root/s.css", "p {}", 4);
	write_file("root/a/x.svg", "<svg></svg>", 11);
	write_file("root/b/a <b>.txt", "b", 1);
	write_file("root/l.html", large, LARGE);
	write_file("root/empty.txt", "", 0);
	CHECK(symlink("../secret.txt", "root/out") == 0);
	CHECK(symlink("a", "root/in") == 0 && symlink("loop", "root/loop") == 0);
	free(large);
}

/* Called once for all inputs. */
static void
build(void)
{
	static const struct watch_listener listener = {.changed = changed, .lost = lost};
	static const struct watch_options watch_options = {0};
	static struct script_tag script_tag;
	struct static_files_options files = {.script_tag = &script_tag, .injects = true};
	struct router_options router = {
		.script_tag = &script_tag, .settings.access.host = "localhost"};
	struct response_handler handler;
	struct root *root;

	log_set_level(LOG_QUIET);
	here.folder = mem_text("/tmp/liveserve-fuzz-XXXXXX");
	CHECK(mkdtemp(here.folder) && chdir(here.folder) == 0);
	atexit(remove_folder);
	make_files();
	here.loop = loop_create();
	root = root_create("root");
	here.mounts = mounts_create(here.loop, root, &watch_options, &listener);
	script_tag.journal = journal_create();
	files.loop = here.loop;
	files.mounts = here.mounts;
	files.ssi_parts = ssi_parts_create();
	router.static_files = static_files_create(&files);
	here.router = router_create(&router);
	handler = router_handler(here.router);
	here.http1 = http1_create(here.loop, &handler);
	while (watch_is_walking(mounts_watch(here.mounts)))
		loop_dispatch(here.loop);
}

/* ---- a client ---- */

static bool
is_open(int descriptor)
{
	return fcntl(descriptor, F_GETFD) >= 0;
}

/* Reads the answers so far. Returns false at the end. */
static bool
receive(int client, struct buf *answers)
{
	char piece[65536];
	ssize_t got = recv(client, piece, sizeof(piece), MSG_DONTWAIT);

	if (got > 0)
		buf_add(answers, piece, (size_t)got);
	return got > 0 || (got < 0 && errno == EAGAIN);
}

/* Sends bytes in two pieces and reads until the server ends. */
static void
converse(struct slice bytes, size_t cut, struct buf *answers)
{
	const struct slice pieces[2] = {
		{bytes.at, cut},
		{bytes.at + cut, bytes.length - cut},
	};
	int sockets[2];
	int rounds = 0;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets) == 0);
	http1_accept(here.http1, sockets[0], REQUEST_HTTP, ROUTER_PAGES, (struct peer){.key = 1});
	for (int i = 0; i < 2; i++) {
		size_t sent = 0;

		while (sent < pieces[i].length && ++rounds < ROUNDS_MAX) {
			ssize_t step = send(sockets[1], pieces[i].at + sent,
				pieces[i].length - sent, MSG_NOSIGNAL);

			if (step < 0 && errno == EPIPE)
				break;
			sent += step > 0 ? (size_t)step : 0;
			loop_dispatch(here.loop);
			receive(sockets[1], answers);
		}
	}
	shutdown(sockets[1], SHUT_WR);
	while (receive(sockets[1], answers) && ++rounds < ROUNDS_MAX)
		loop_dispatch(here.loop);
	/* The server lingers until it sees the end of the client. */
	while (is_open(sockets[0]) && ++rounds < ROUNDS_MAX)
		loop_dispatch(here.loop);
	CHECK(rounds < ROUNDS_MAX);
	close(sockets[1]);
}

/* ---- the answers ---- */

static struct slice
take_line(struct slice *rest)
{
	const char *end = memmem(rest->at, rest->length, "\r\n", 2);
	struct slice line;

	CHECK(end);
	line = (struct slice){rest->at, (size_t)(end - rest->at)};
	rest->at += line.length + 2;
	rest->length -= line.length + 2;
	return line;
}

/* One field of an answer: a name, and a value of visible ASCII and spaces. */
static void
check_field(struct slice line, uint64_t *length)
{
	struct slice name, value = line;

	CHECK(slice_split(&value, ':', &name) && value.at && name.length > 0);
	for (size_t i = 0; i < line.length; i++)
		CHECK(line.at[i] >= 0x20 && line.at[i] < 0x7f);
	if (slice_is_nocase(name, "content-length"))
		CHECK(slice_number(slice_trim(value), length));
	CHECK(!slice_starts(name, "Access-Control"));
}

static void
check_answer(struct slice *rest, bool has_body)
{
	struct slice line = take_line(rest);
	uint64_t length = 0;

	CHECK(slice_starts(line, "HTTP/1.1 ") && line.length > 13);
	while ((line = take_line(rest)).length)
		check_field(line, &length);
	if (!has_body)
		return;
	CHECK(length <= rest->length);
	rest->at += length;
	rest->length -= length;
}

/* The answers to the requests in bytes, one after the other, and nothing behind the last. */
static void
check_answers(struct slice bytes, struct slice answers)
{
	CHECK(!memmem(answers.at, answers.length, secret, strlen(secret)));
	for (;;) {
		struct request request;
		int verdict = request_parse(&request, bytes.at, bytes.length);

		if (verdict == REQUEST_INCOMPLETE)
			break;
		if (here.was_upgraded && answers.length == 0)
			return;
		check_answer(
			&answers, verdict != REQUEST_COMPLETE || request.method != REQUEST_HEAD);
		if (verdict != REQUEST_COMPLETE || request.has_body || !request.keep_alive)
			break;
		bytes.at += request.head_length;
		bytes.length -= request.head_length;
	}
	CHECK(answers.length == 0);
}

static void
hide_dates(struct buf *answers)
{
	static const char field[] = "\r\nDate: ";
	char *at = answers->bytes, *end = at + answers->length;

	while (at < end && (at = memmem(at, (size_t)(end - at), field, strlen(field)))) {
		at += strlen(field);
		memset(at, '-', DATE_SIZE - 1);
	}
}

static int
lowest_free_descriptor(void)
{
	int descriptor = dup(STDERR_FILENO);

	close(descriptor);
	return descriptor;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = {(const char *)data, size};
	struct buf at_once = {0}, in_two = {0};
	size_t cut = 0;
	int free_before;

	if (size == 0)
		return 0;
	if (!here.http1)
		build();
	free_before = lowest_free_descriptor();
	here.was_upgraded = false;
	for (size_t i = 0; i < size; i++)
		cut += data[i];
	buf_reserve(&at_once, 1);
	buf_reserve(&in_two, 1);
	converse(bytes, size, &at_once);
	check_answers(bytes, buf_slice(&at_once));
	converse(bytes, cut % (size + 1), &in_two);
	hide_dates(&at_once);
	hide_dates(&in_two);
	CHECK(at_once.length == in_two.length);
	/* The boundary of several ranges is random. */
	if (at_once.length && !strstr(at_once.bytes, "\r\nContent-Type: multipart/"))
		CHECK(memcmp(at_once.bytes, in_two.bytes, in_two.length) == 0);
	CHECK(lowest_free_descriptor() == free_before);
	buf_finish(&at_once);
	buf_finish(&in_two);
	return 0;
}
