/*
 * capture_run: see capture_run.h. It owns the ring, and the bytes that the reader has not taken yet.
 *
 * Its one idea: a packet is passed on only if the sockets were seen to listen soon after it came. "Soon"
 * matters: whoever runs this process may stop it (SIGSTOP), shut the socket down, wait until another user
 * has served on the port, and listen again. So there are two times: since clean_from_ns the sockets were
 * seen to listen at short intervals, and packets before that are left out.
 */
#define _GNU_SOURCE
#include "capture/capture_run.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "capture/capture_filter.h"
#include "capture/packet_ring.h"
#include "capture/pcapng_write.h"

#define MILLISECOND_NS UINT64_C(1000000)
#define SECOND_NS (1000 * MILLISECOND_NS)

enum {
	SNAP_LENGTH = 256 * 1024,
	INTERFACES_MAX = 64,
	LOOK_MS = 100,        /* how often the sockets are looked at while there is work */
	LAST_BYTES_MS = 1000, /* how long the reader has for what is left at the end */
};

struct capture {
	const struct capture_options *options;
	struct packet_ring ring;
	struct buf bytes; /* to be written */
	struct {
		int index;
		uint32_t link;
	} interfaces[INTERFACES_MAX];
	unsigned interface_count;
	uint64_t clean_from_ns, clean_to_ns; /* see above; since 1970 */
	uint64_t left_out;                   /* packets that came before clean_from_ns */
	uint64_t told_lost, told_ns;
	bool is_ending; /* the reader wants the rest */
	bool is_over;   /* nothing more may be passed on, or nobody reads */
};

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

/* ---- rights ---- */

bool
capture_drop_capabilities(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[2] = {{0}};

	/* Fails at the first number that the kernel does not know. Without CAP_SETPCAP it fails at once. */
	for (unsigned long capability = 0; capability <= CAP_LAST_CAP + 32; capability++)
		if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
			break;
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && syscall(SYS_capset, &head, none) == 0;
}

/* ---- packets ---- */

/* The number of the interface in the file; a new one is described first. */
static bool
find_interface(struct capture *capture, int index, uint32_t link, uint32_t *number)
{
	char name[IF_NAMESIZE] = "";
	unsigned i = 0;

	while (i < capture->interface_count &&
		(capture->interfaces[i].index != index || capture->interfaces[i].link != link))
		i++;
	*number = i;
	if (i < capture->interface_count)
		return true;
	if (i == INTERFACES_MAX)
		return false;
	capture->interfaces[i].index = index;
	capture->interfaces[i].link = link;
	capture->interface_count++;
	pcapng_write_interface(
		&capture->bytes, link, SNAP_LENGTH, if_indextoname((unsigned)index, name));
	return true;
}

/* A packet_ring_fn. Links with other headers than Ethernet's are left out: IP stands alone then. */
static void
add_packet(void *context, const struct packet_ring_packet *from)
{
	struct capture *capture = context;
	bool is_ethernet = from->link == ARPHRD_ETHER || from->link == ARPHRD_LOOPBACK;
	struct pcapng_packet packet = {
		.time_ns = from->time_ns,
		.wire_length = from->wire_length,
		.bytes = from->bytes,
	};

	if (from->time_ns < capture->clean_from_ns ||
		!find_interface(capture, from->interface,
			is_ethernet ? PCAPNG_LINK_ETHERNET : PCAPNG_LINK_RAW,
			&packet.interface_id)) {
		capture->left_out++;
		return;
	}
	if (!is_ethernet && from->link_header <= packet.bytes.length) {
		slice_drop(&packet.bytes, from->link_header);
		packet.wire_length -= (uint32_t)from->link_header;
	}
	pcapng_write_packet(&capture->bytes, &packet);
}

static uint64_t
lost(const struct capture *capture)
{
	return capture->ring.dropped + capture->left_out;
}

static void
tell_counts(struct capture *capture)
{
	capture->told_lost = lost(capture);
	capture->told_ns = now_ns();
	pcapng_write_statistics(
		&capture->bytes, 0, capture->told_ns, capture->ring.received, capture->told_lost);
}

/* Counts once a second, and tells the counts when more were lost. */
static void
count(struct capture *capture)
{
	if (now_ns() - capture->told_ns < SECOND_NS)
		return;
	packet_ring_count(&capture->ring);
	if (lost(capture) != capture->told_lost)
		tell_counts(capture);
	capture->told_ns = now_ns();
}

/* ---- sockets and reader ---- */

/*
 * Returns false when a socket does not listen any more, or others have connections at its port, as may be
 * after a time in which nobody looked.
 */
static bool
look_at_sockets(struct capture *capture)
{
	const struct watched_sockets *sockets = capture->options->sockets;
	uint64_t now = now_ns(), trust = CAPTURE_TRUST_MS * MILLISECOND_NS;

	if (now - capture->clean_to_ns > trust) {
		if (watched_sockets_are_shared(sockets))
			return false;
		capture->clean_from_ns = now - trust;
	}
	capture->clean_to_ns = now;
	return watched_sockets_listen(sockets);
}

static void
write_bytes(struct capture *capture)
{
	while (capture->bytes.length) {
		ssize_t written = write(
			capture->options->output, capture->bytes.bytes, capture->bytes.length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0 && errno != EAGAIN)
			capture->is_over = true;
		if (written < 0)
			return;
		buf_drop(&capture->bytes, (size_t)written);
	}
}

/*
 * Waits for packets, or while there are bytes to be written for room, and always for the end of the
 * reader. timeout_ms: -1 is none.
 */
static void
wait_for_work(struct capture *capture, int timeout_ms)
{
	struct pollfd fds[] = {
		{.fd = capture->options->output, .events = POLLRDHUP},
		{.fd = capture->ring.fd, .events = POLLIN},
	};
	socklen_t length = sizeof(int);
	int error;

	if (capture->bytes.length) {
		fds[0].events |= POLLOUT;
		fds[1].fd = -1;
	}
	if (poll(fds, 2, timeout_ms) < 0)
		return;
	if (fds[0].revents & (POLLERR | POLLHUP | POLLNVAL))
		capture->is_over = true;
	else if (fds[0].revents & POLLRDHUP)
		capture->is_ending = true;
	/* Such as: the interface is down. poll(2) would report it again and again. */
	if (fds[1].revents & POLLERR)
		getsockopt(capture->ring.fd, SOL_SOCKET, SO_ERROR, &error, &length);
}

/* Reads a block if the bytes of the one before are written. */
static void
read_block(struct capture *capture)
{
	if (capture->bytes.length || !packet_ring_has_block(&capture->ring))
		return;
	if (look_at_sockets(capture))
		packet_ring_read_block(&capture->ring, add_packet, capture);
	else
		capture->is_ending = capture->is_over = true;
}

static void
run(struct capture *capture)
{
	while (!capture->is_ending && !capture->is_over) {
		bool is_busy = capture->bytes.length || packet_ring_has_block(&capture->ring);

		wait_for_work(capture, is_busy ? LOOK_MS : -1);
		if (is_busy && !look_at_sockets(capture))
			return;
		read_block(capture);
		count(capture);
		write_bytes(capture);
	}
}

/* ---- the end ---- */

/* Writes what there is. The reader may need some time for that. */
static void
write_last_bytes(struct capture *capture)
{
	uint64_t end = now_ns() + LAST_BYTES_MS * MILLISECOND_NS;

	write_bytes(capture);
	while (capture->bytes.length && !capture->is_over && now_ns() < end) {
		struct pollfd output = {.fd = capture->options->output, .events = POLLOUT};

		poll(&output, 1, LOOK_MS);
		write_bytes(capture);
	}
}

/* The block that is being filled comes when PACKET_RING_RETIRE_MS are over. */
static void
read_last_blocks(struct capture *capture)
{
	struct pollfd ring = {.fd = capture->ring.fd, .events = POLLIN};

	poll(&ring, 1, 4 * PACKET_RING_RETIRE_MS);
	for (unsigned i = 0; i < PACKET_RING_BLOCKS && !capture->is_over; i++) {
		write_last_bytes(capture);
		read_block(capture);
	}
}

/* The sockets are closed first, so that the port is free when the reader sees the end. */
static void
finish(struct capture *capture)
{
	if (capture->is_ending)
		read_last_blocks(capture);
	capture->is_over = false;
	packet_ring_count(&capture->ring);
	tell_counts(capture);
	write_last_bytes(capture);
	packet_ring_close(&capture->ring);
	watched_sockets_close(capture->options->sockets);
	close(capture->options->output);
	buf_finish(&capture->bytes);
}

/* The first blocks tell the reader that it works. */
static void
begin(struct capture *capture)
{
	uint32_t number;

	capture->clean_to_ns = capture->clean_from_ns = capture->told_ns = now_ns();
	pcapng_write_section(&capture->bytes, "Linux", "liveserve",
		capture->options->comment ? slice_of(capture->options->comment)
					  : (struct slice){0});
	find_interface(capture, (int)if_nametoindex("lo"), PCAPNG_LINK_ETHERNET, &number);
	write_bytes(capture);
}

const char *
capture_run(const struct capture_options *options)
{
	struct capture capture = {.options = options};
	struct capture_filter filter;
	const char *failed;

	capture_filter_write(&filter, options->sockets, options->is_own_network);
	failed = packet_ring_open(&capture.ring, &filter);
	if (failed)
		return failed;
	if (!options->confine()) {
		packet_ring_close(&capture.ring);
		return "giving up rights";
	}
	fcntl(options->output, F_SETFL, fcntl(options->output, F_GETFL) | O_NONBLOCK);
	begin(&capture);
	run(&capture);
	finish(&capture);
	return NULL;
}
