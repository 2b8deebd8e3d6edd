/*
 * packet_source: see packet_source.h.
 *
 * It owns one end of a socket pair whose other end is the child's standard output, and for a network of
 * its own the sockets outside. Its one idea: the children are told to end by the socket alone. So they end
 * also when this process is killed, and in the sandbox, where it can send no signals.
 */
#define _GNU_SOURCE
#include "capture/packet_source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "capture/capture_child.h"
#include "capture/capture_run.h"
#include "capture/dumpcap.h"
#include "capture/network_namespace.h"
#include "capture/packet_blocks.h"
#include "fs/path.h"

enum {
	START_MS = 10000, /* for a child to write its first block */
	END_MS = 5000,    /* for it to write the rest and to end */
	REASON_MAX = 300,
};

struct packet_source {
	struct packet_source_options options;
	enum packet_source_kind kind;
	struct loop_source packets, control;
	int fd, control_fd, errors; /* -1: closed */
	pid_t child;
	int sockets
		[LISTENER_SOCKETS_MAX]; /* those of the listener; with an own network, those outside */
	size_t socket_count;
	struct packet_blocks blocks;
	char *helper; /* the path of liveserve-capture; NULL: it is not there */
	bool has_ended;
	bool has_swapped; /* the listener has the sockets inside */
};

static const char *const names[] = {
	[PACKET_SOURCE_HELPER] = "liveserve-capture",
	[PACKET_SOURCE_DUMPCAP] = "dumpcap",
	[PACKET_SOURCE_OWN_NETWORK] = "own network",
};

/* ---- the program liveserve-capture ---- */

/* Beside this program, or where it is installed. The caller frees; NULL when it is not there. */
static char *
find_helper(void)
{
	static const char *const places[] = {
		"liveserve-capture",
		"../libexec/liveserve/liveserve-capture",
		PACKET_SOURCE_LIBEXEC "/liveserve/liveserve-capture",
	};
	char *self = realpath("/proc/self/exe", NULL), *folder = NULL, *found = NULL;
	struct slice parent = path_parent(slice_of(self ? self : ""));

	folder = mem_copy(parent.at, parent.length);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !found; i++) {
		char *path = path_join(folder, places[i]);

		found = realpath(path, NULL);
		free(path);
	}
	free(folder);
	free(self);
	return found;
}

/* ---- children ---- */

static void
read_sockets(const struct packet_source *source, struct watched_sockets *sockets)
{
	for (size_t i = 0; i < source->socket_count; i++)
		watched_sockets_add_own(sockets, source->sockets[i]);
}

_Noreturn static void
run_helper(const struct packet_source *source, const struct capture_child_fds *fds)
{
	char *count = mem_format("%zu", source->socket_count);

	capture_child_begin(fds);
	execl(source->helper, "liveserve-capture", count, (char *)NULL);
	dprintf(STDERR_FILENO, "%s: %s\n", source->helper, strerror(errno));
	_exit(1);
}

_Noreturn static void
run_dumpcap(const struct packet_source *source, struct capture_child_fds *fds)
{
	struct watched_sockets sockets = {0};
	char *filter;

	read_sockets(source, &sockets);
	filter = dumpcap_filter(&sockets);
	fds->count = 0;
	capture_child_begin(fds);
	dumpcap_run(dumpcap_interface(&sockets), filter);
}

_Noreturn static void
run_own_network(const struct packet_source *source, struct capture_child_fds *fds, int control)
{
	int outside[LISTENER_SOCKETS_MAX];
	const struct network_namespace_options options = {
		.control = CAPTURE_CHILD_FIRST + (int)fds->count,
		.outside = outside,
		.count = fds->count,
		.confine_capture = source->options.confine_capture,
		.confine_relay = source->options.confine_relay,
	};

	for (size_t i = 0; i < fds->count; i++)
		outside[i] = CAPTURE_CHILD_FIRST + (int)i;
	fds->others[fds->count++] = control;
	capture_child_begin(fds);
	network_namespace_run(&options);
}

_Noreturn static void
run_child(const struct packet_source *source, int output, int control, int errors)
{
	struct capture_child_fds fds = {
		.output = output, .errors = errors, .count = source->socket_count};

	memcpy(fds.others, source->sockets, source->socket_count * sizeof(fds.others[0]));
	if (source->kind == PACKET_SOURCE_HELPER)
		run_helper(source, &fds);
	if (source->kind == PACKET_SOURCE_DUMPCAP)
		run_dumpcap(source, &fds);
	run_own_network(source, &fds, control);
}

/* ---- starting ---- */

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Whether the child has written something in time. It stays in the socket. */
static bool
has_begun(const struct packet_source *source)
{
	struct pollfd output = {.fd = source->fd, .events = POLLIN};
	char byte;

	return poll(&output, 1, START_MS) == 1 && recv(source->fd, &byte, 1, MSG_PEEK) == 1;
}

/* Returns false when the system gives no process or descriptors. */
static bool
start_child(struct packet_source *source)
{
	int output[2] = {-1, -1}, control[2] = {-1, -1}, errors[2] = {-1, -1};
	bool has_fds = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, output) == 0 &&
		       socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) == 0 &&
		       pipe2(errors, O_CLOEXEC | O_NONBLOCK) == 0;

	source->child = has_fds ? fork() : -1;
	if (source->child == 0)
		run_child(source, output[1], control[1], errors[1]);
	close_fd(&output[1]);
	close_fd(&control[1]);
	close_fd(&errors[1]);
	source->fd = output[0];
	source->control_fd = control[0];
	source->errors = errors[0];
	return source->child > 0;
}

/* Ends the child, and logs why this kind cannot be used. */
static void
give_up(struct packet_source *source)
{
	char reason[REASON_MAX];
	ssize_t length;

	if (source->child > 0) {
		close_fd(&source->control_fd);
		shutdown(source->fd, SHUT_RDWR);
		if (source->kind != PACKET_SOURCE_DUMPCAP) /* it ends dumpcap first */
			kill(source->child, SIGKILL);
		waitpid(source->child, NULL, 0);
	}
	length = source->errors < 0 ? -1 : read(source->errors, reason, sizeof(reason));
	while (length > 0 && reason[length - 1] == '\n')
		length--;
	if (log_is_enabled(LOG_VERBOSE)) {
		struct buf line = {0};

		log_add_short(
			&line, (struct slice){reason, length > 0 ? (size_t)length : 0}, REASON_MAX);
		log_verbose("cannot capture by %s: %s", names[source->kind],
			line.length ? line.bytes : "it has ended");
		buf_finish(&line);
	}
	close_fd(&source->fd);
	close_fd(&source->control_fd);
	close_fd(&source->errors);
}

static bool
try_kind(struct packet_source *source, enum packet_source_kind kind)
{
	int inside[LISTENER_SOCKETS_MAX];

	source->kind = kind;
	if (kind == PACKET_SOURCE_HELPER && !source->helper)
		return false;
	if (!start_child(source) || !has_begun(source) ||
		(kind == PACKET_SOURCE_OWN_NETWORK && !network_namespace_receive(source->control_fd,
							      inside, source->socket_count))) {
		give_up(source);
		return false;
	}
	if (kind != PACKET_SOURCE_OWN_NETWORK) {
		close_fd(&source->control_fd);
		return true;
	}
	listener_swap(source->options.listener, inside);
	memcpy(source->sockets, inside, sizeof(inside));
	source->has_swapped = true;
	return true;
}

/* ---- the end ---- */

static void
leave_loop(struct packet_source *source, struct loop_source *from)
{
	if (from->fn)
		loop_remove(source->options.loop, from);
	from->fn = NULL;
}

static void
tell_end(struct packet_source *source)
{
	if (source->has_ended)
		return;
	source->has_ended = true;
	source->options.heard(source->options.context, (struct slice){0});
}

/* The listener gets its sockets back, so that the server goes on. */
static void
swap_back(struct packet_source *source)
{
	if (!source->has_swapped)
		return;
	source->has_swapped = false;
	listener_swap(source->options.listener, source->sockets);
	for (size_t i = 0; i < source->socket_count; i++)
		close(source->sockets[i]);
}

/* The network has ended, and with it what captures in it. */
static void
control_ready(void *context, unsigned events)
{
	struct packet_source *source = context;

	(void)events;
	leave_loop(source, &source->control);
	swap_back(source);
	shutdown(source->fd, SHUT_WR);
}

/* ---- packets ---- */

static void
packets_ready(void *context, unsigned events)
{
	struct packet_source *source = context;
	struct slice blocks;

	(void)events;
	if (!packet_blocks_receive(&source->blocks, source->fd, PACKET_SOURCE_TURN)) {
		leave_loop(source, &source->packets);
		tell_end(source);
		return;
	}
	blocks = packet_blocks_take(&source->blocks);
	if (blocks.length)
		source->options.heard(source->options.context, blocks);
}

static bool
enter_loop(struct packet_source *source)
{
	struct loop *loop = source->options.loop;

	return loop_add(loop, &source->packets, source->fd, LOOP_READ, packets_ready, source) &&
	       (source->control_fd < 0 || loop_add(loop, &source->control, source->control_fd,
						  LOOP_READ, control_ready, source));
}

/* ---- from outside ---- */

static void
log_advice(const struct packet_source *source)
{
	char *helper = source->helper ? path_quote(source->helper) : NULL;

	if (helper)
		log_error("this user may not see packets here; allow it once by: sudo setcap "
			  "cap_net_raw+ep %s",
			helper);
	else
		log_error("this user may not see packets here, and the program liveserve-capture "
			  "is not installed; install all of liveserve, or Wireshark's dumpcap by: "
			  "sudo apt install wireshark-common");
	free(helper);
}

struct packet_source *
packet_source_create(const struct packet_source_options *options)
{
	struct packet_source *source = mem_zero(sizeof(*source));
	bool works = false;

	source->options = *options;
	source->fd = source->control_fd = source->errors = -1;
	source->helper = find_helper();
	source->socket_count = listener_sockets(options->listener, source->sockets);
	for (int kind = 0; kind < PACKET_SOURCE_KINDS && !works; kind++)
		works = try_kind(source, (enum packet_source_kind)kind);
	if (!works)
		log_advice(source);
	if (works && enter_loop(source))
		return source;
	source->has_ended = true; /* heard is not called */
	packet_source_destroy(source);
	return NULL;
}

/* Waits until fd can be read, or END_MS are over. */
static bool
waits_for(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	return poll(&poll_fd, 1, END_MS) == 1;
}

/* Reads what is left. The child ends when it sees that nothing is sent to it any more. */
static void
read_rest(struct packet_source *source)
{
	shutdown(source->fd, SHUT_WR);
	while (!source->has_ended && waits_for(source->fd))
		packets_ready(source, LOOP_READ);
	tell_end(source);
}

/* The sockets outside are free when the child has closed them. */
static void
end_own_network(struct packet_source *source)
{
	char byte;

	if (source->control_fd < 0)
		return;
	shutdown(source->control_fd, SHUT_WR);
	if (waits_for(source->control_fd) && recv(source->control_fd, &byte, 1, 0) != 0)
		log_verbose("the network of liveserve's own has not ended well");
}

void
packet_source_destroy(struct packet_source *source)
{
	if (!source)
		return;
	if (source->fd >= 0)
		read_rest(source);
	leave_loop(source, &source->packets);
	leave_loop(source, &source->control);
	end_own_network(source);
	if (source->has_swapped)
		for (size_t i = 0; i < source->socket_count; i++)
			close(source->sockets[i]);
	close_fd(&source->fd);
	close_fd(&source->control_fd);
	close_fd(&source->errors);
	if (source->child > 0)
		waitpid(source->child, NULL, WNOHANG);
	packet_blocks_finish(&source->blocks);
	free(source->helper);
	free(source);
}

enum packet_source_kind
packet_source_kind(const struct packet_source *source)
{
	return source->kind;
}

const char *
packet_source_describe(const struct packet_source *source)
{
	static const char own_network[] =
		"captured in a network of liveserve's own: copies of the connections, with the "
		"same ports, but their own times";
	static const char *const texts[] = {
		[PACKET_SOURCE_HELPER] = "captured by liveserve-capture",
		[PACKET_SOURCE_DUMPCAP] = "captured by dumpcap, up to a quarter of a second late",
		[PACKET_SOURCE_OWN_NETWORK] = own_network,
	};

	return texts[source->kind];
}

uint64_t
packet_source_lost(const struct packet_source *source)
{
	return source->blocks.lost;
}

bool
packet_source_has_ended(const struct packet_source *source)
{
	return source->has_ended;
}
