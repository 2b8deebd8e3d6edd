/*
 * signer: see signer.h.
 *
 * It owns one end of a socket pair; the process has the other. A request is one packet: a public key, then names, each
 * followed by a line feed. The answer is one packet as well, whose first byte says what follows it. Its one idea: a
 * request cannot name anything that another machine could be.
 */
#define _GNU_SOURCE
#include "certificates/signer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "certificates/authority.h"
#include "certificates/authority_files.h"
#include "certificates/own_names.h"
#include "security/confinement.h"

enum {
	PACKET_MAX = 32 * 1024,
	PATIENCE_S = 20, /* then the process hangs; making a key takes less on any machine */
	SOCKET = STDERR_FILENO + 1,
};

/* The first byte of an answer. */
enum answer {
	ANSWER_CERTIFICATE = 'c', /* the last one, followed by its bytes */
	ANSWER_NOTICE = 'n',      /* a sentence for the user; more follows */
	ANSWER_FAILED = 'e',      /* the last one, followed by a sentence for the user */
};

struct signer {
	int socket; /* -1: the process has ended */
	struct buf authority;
};

/* ---- in the process ---- */

struct signing {
	struct authority *authority;
	struct own_names names; /* that it was started with, and that would count */
	const char *const *hosts;
	size_t host_count;
};

static void
send_answer(enum answer kind, struct slice text)
{
	struct buf packet = {0};

	buf_add_char(&packet, (char)kind);
	buf_add(&packet, text.at, text.length < PACKET_MAX - 1 ? text.length : PACKET_MAX - 1);
	if (send(SOCKET, packet.bytes, packet.length, MSG_NOSIGNAL) < 0)
		_exit(0);
	buf_finish(&packet);
}

/* A log_sink_fn: the server prints what this process has to say. An error is the last answer. */
static void
send_sentence(void *context, enum log_level level, const char *sentence)
{
	(void)context;
	if (level <= LOG_NORMAL)
		send_answer(level == LOG_QUIET ? ANSWER_FAILED : ANSWER_NOTICE, slice_of(sentence));
}

/* Only the socket stays open. */
static void
close_others(int socket)
{
	int kept = fcntl(socket, F_DUPFD_CLOEXEC, SOCKET + 1);
	int null;

	if (kept < 0 || dup2(kept, SOCKET) < 0)
		_exit(1);
	null = open("/dev/null",
		O_RDWR | O_CLOEXEC); /* another number than SOCKET, which is in use now */
	for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
		if (null < 0 || dup2(null, stream) < 0)
			close(stream);
	file_close_range(SOCKET + 1, ~0U);
}

/* Takes over the names for which a certificate would count; the user hears of the others. */
static void
choose_names(struct signing *signing)
{
	struct own_names machine = {0}, given = {0};

	own_names_add_machine(&machine);
	for (size_t i = 0; i < machine.count; i++)
		if (authority_permits(signing->authority, machine.items[i]))
			own_names_add(&signing->names, strchr(machine.items[i], ':') + 1);
	for (size_t i = 0; i < signing->host_count; i++) {
		bool is_right = own_names_add(&given, signing->hosts[i]);

		if (is_right && given.count == 0)
			continue;
		if (is_right && authority_permits(signing->authority, given.items[0]))
			own_names_add(&signing->names, signing->hosts[i]);
		else
			log_notice("the certificate of --https is not for \"%s\": the authority "
				   "on this machine counts only for names that are not in the "
				   "internet, such as name.test and name.localhost; for this one "
				   "give a certificate by --cert=FILE and --key=FILE",
				signing->hosts[i]);
		own_names_finish(&given);
	}
	own_names_finish(&machine);
}

/* Adds what a request names, if every machine calls itself so. */
static void
add_requested(struct own_names *names, struct slice rest)
{
	struct slice line;

	for (int i = 0; i < SIGNER_MORE_MAX && slice_split(&rest, '\n', &line); i++) {
		char *host = mem_copy(line.at, line.length);

		if (strlen(host) == line.length && own_names_is_loopback(host))
			own_names_add(names, host);
		free(host);
	}
}

/* The names for a certificate that is signed now. */
static void
gather(const struct signing *signing, struct slice requested, struct own_names *names)
{
	struct own_names addresses = {0};

	for (size_t i = 0; i < signing->names.count; i++)
		own_names_add(names, strchr(signing->names.items[i], ':') + 1);
	own_names_add_interfaces(&addresses);
	for (size_t i = 0; i < addresses.count; i++)
		if (authority_permits(signing->authority, addresses.items[i]))
			own_names_add(names, strchr(addresses.items[i], ':') + 1);
	add_requested(names, requested);
	own_names_finish(&addresses);
}

static void
answer_request(const struct signing *signing, struct slice request)
{
	struct slice requested = request;
	struct own_names names = {0};
	struct buf result = {0};
	time_t now = time(NULL);

	buf_add_text(&result, "");
	slice_drop(&requested, authority_key_length(request));
	gather(signing, requested, &names);
	if (!authority_files_counts(signing->authority, now, &result))
		send_answer(ANSWER_FAILED, buf_slice(&result));
	else if (authority_sign(signing->authority, request,
			 (const char *const *)(void *)names.items, names.count, now, &result))
		send_answer(ANSWER_CERTIFICATE, buf_slice(&result));
	else
		send_answer(ANSWER_FAILED, slice_of("OpenSSL signs no certificate for --https"));
	buf_finish(&result);
	own_names_finish(&names);
}

/* The first answer: the authority's certificate. */
static void
introduce(const struct signing *signing)
{
	struct buf bytes = {0};

	authority_add_certificate(signing->authority, &bytes);
	send_answer(ANSWER_CERTIFICATE, buf_slice(&bytes));
	buf_finish(&bytes);
}

static void
say_new(void)
{
	char *path = authority_files_certificate();

	log_notice("made an authority of your own for --https, %s; browsers show no warning after: "
		   "liveserve trust",
		path);
	free(path);
}

/* This process has a copy of the server's memory, and soon the key, so no other process may read that. */
static _Noreturn void
run(struct signing *signing, int socket, pid_t parent)
{
	static char packet[PACKET_MAX];
	ssize_t length;
	bool is_new;

	prctl(PR_SET_NAME, "liveserve-sign");
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	close_others(socket);
	log_set_sink(send_sentence, NULL);
	signing->authority = authority_files_load(time(NULL), &is_new);
	if (!signing->authority)
		_exit(1);
	if (is_new)
		say_new();
	choose_names(signing);
	if (!confinement_of_signer()) {
		log_error("the process that signs certificates for --https cannot give up its "
			  "rights: %s",
			strerror(errno));
		_exit(1);
	}
	introduce(signing);
	while ((length = recv(SOCKET, packet, sizeof(packet), 0)) > 0 ||
		(length < 0 && errno == EINTR))
		if (length > 0)
			answer_request(signing, (struct slice){packet, (size_t)length});
	_exit(0);
}

/* ---- in the server ---- */

static void
log_ended(struct signer *signer)
{
	log_error("the process that signs certificates for --https has ended; restart liveserve");
	close(signer->socket);
	signer->socket = -1;
}

/* Adds a NUL to the packet and returns its length; 0 when the process has ended, or hangs. */
static size_t
receive(const struct signer *signer, char packet[PACKET_MAX + 1])
{
	ssize_t length;

	do
		length = recv(signer->socket, packet, PACKET_MAX, 0);
	while (length < 0 && errno == EINTR);
	packet[length > 0 ? length : 0] = '\0';
	return length > 0 ? (size_t)length : 0;
}

/* Adds the bytes of the certificate. Returns false after a log line. */
static bool
await(struct signer *signer, struct buf *certificate)
{
	char *packet = mem_zero(PACKET_MAX + 1);
	size_t length;
	bool is_done = false;

	while ((length = receive(signer, packet)) > 0 && packet[0] == ANSWER_NOTICE)
		log_notice("%s", packet + 1);
	if (length == 0)
		log_ended(signer);
	else if (packet[0] == ANSWER_CERTIFICATE)
		is_done = true;
	else
		log_error("%s", packet + 1);
	if (is_done)
		buf_add(certificate, packet + 1, length - 1);
	free(packet);
	return is_done;
}

static bool
start(struct signer *signer, struct signing *signing)
{
	const struct timeval patience = {.tv_sec = PATIENCE_S};
	pid_t parent = getpid(), child;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return false;
	child = fork();
	if (child == 0)
		run(signing, ends[1], parent);
	close(ends[1]);
	signer->socket = ends[0];
	setsockopt(signer->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return child > 0;
}

struct signer *
signer_create(const char *const *hosts, size_t count)
{
	struct signer *signer = mem_zero(sizeof(*signer));
	struct signing signing = {.hosts = hosts, .host_count = count};

	signer->socket = -1;
	if (!start(signer, &signing))
		log_error("cannot start the process that signs certificates for --https: %s",
			strerror(errno));
	else if (await(signer, &signer->authority))
		return signer;
	signer_destroy(signer);
	return NULL;
}

void
signer_destroy(struct signer *signer)
{
	if (!signer)
		return;
	if (signer->socket >= 0)
		close(signer->socket);
	buf_finish(&signer->authority);
	free(signer);
}

struct slice
signer_authority(const struct signer *signer)
{
	return buf_slice(&signer->authority);
}

bool
signer_sign(struct signer *signer, struct slice key, const char *const *more, size_t more_count,
	struct buf *certificate)
{
	struct buf request = {0};
	bool is_sent;

	if (signer->socket < 0)
		return false;
	buf_add_slice(&request, key);
	for (size_t i = 0; i < more_count && i < SIGNER_MORE_MAX; i++)
		buf_addf(&request, "%s\n", more[i]);
	is_sent = request.length <= PACKET_MAX &&
		  send(signer->socket, request.bytes, request.length, MSG_NOSIGNAL) >= 0;
	buf_finish(&request);
	if (!is_sent)
		log_ended(signer);
	return is_sent && await(signer, certificate);
}
