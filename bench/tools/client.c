#define _GNU_SOURCE
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TEXT = 0x81, PING = 0x89, PONG = 0x8a, MASKED = 0x80, LENGTH = 0x7f, LENGTH_FOLLOWS = 126 };

/* The text "2", to be answered by "3". */
#define ENGINE_PING "\x81\x01\x32"

void
client_fail(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
	exit(1);
}

void
client_raise_descriptor_limit(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int64_t
client_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* Returns a socket, or -1 when nobody listens. */
static int
connect_to(uint16_t port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (server < 0)
		client_fail("no socket");
	if (connect(server, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(server);
		return -1;
	}
	setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	return server;
}

/* Sends the request and reads the head of the answer, byte by byte so that nothing behind it is
 * lost. */
static void
ask(int server, const char *request, const char *status)
{
	char head[8192];
	size_t length = 0;
	size_t size = strlen(request);

	if (write(server, request, size) != (ssize_t)size)
		client_fail("cannot send the request");
	while (length < 4 || memcmp(head + length - 4, "\r\n\r\n", 4) != 0) {
		if (length == sizeof(head) || read(server, head + length, 1) != 1)
			client_fail("no answer to the request");
		length++;
	}
	if (strncmp(head, "HTTP/1.", 7) != 0 || strncmp(head + 9, status, 3) != 0) {
		fprintf(stderr, "%s: not answered with %s: %.*s", program_invocation_short_name,
			status, (int)length, head);
		exit(1);
	}
}

bool
client_get(uint16_t port, const char *target)
{
	char request[256];
	int server = connect_to(port);

	if (server < 0)
		return false;
	snprintf(request, sizeof(request),
		"GET %s HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n", target, port);
	ask(server, request, "200");
	close(server);
	return true;
}

int
client_open_socket(uint16_t port, const char *path, const char *subprotocol)
{
	char request[1024];
	int server = connect_to(port);

	if (server < 0)
		client_fail("cannot connect");
	snprintf(request, sizeof(request),
		"GET %s HTTP/1.1\r\nHost: localhost:%d\r\nOrigin: http://localhost:%d\r\n"
		"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: bGl2ZXNlcnZlIGJlbmNoIQ==\r\n%s%s%s\r\n",
		path, port, port, *subprotocol ? "Sec-WebSocket-Protocol: " : "", subprotocol,
		*subprotocol ? "\r\n" : "");
	ask(server, request, "101");
	return server;
}

/* The mask is zero, so the payload is itself. */
static void
send_frame(int socket, int kind, const void *payload, size_t length)
{
	char frame[6 + 125] = {(char)kind, (char)(MASKED | length)};

	memcpy(frame + 6, payload, length);
	if (send(socket, frame, 6 + length, MSG_NOSIGNAL) != (ssize_t)(6 + length))
		client_fail("cannot send a message");
}

void
client_say(int socket, const char *text)
{
	send_frame(socket, TEXT, text, strlen(text));
}

ssize_t
client_read(int socket, char *chunk)
{
	ssize_t length = read(socket, chunk, CLIENT_CHUNK_SIZE);

	if (length >= 2 && (unsigned char)chunk[0] == PING) {
		send_frame(socket, PONG, chunk + 2, chunk[1] & LENGTH);
		return 0;
	}
	if (length == 0)
		errno = ECONNRESET;
	if (length <= 0)
		client_fail("the socket was closed");
	if (memmem(chunk, (size_t)length, ENGINE_PING, 3))
		client_say(socket, "3");
	return length;
}

unsigned
client_count_messages(const char *chunk, size_t length, const char *word, bool *has_word)
{
	unsigned count = 0;

	*has_word = memmem(chunk, length, word, strlen(word));
	for (size_t at = 0; at + 2 <= length; count++) {
		size_t payload = chunk[at + 1] & LENGTH;

		at += 2;
		if (payload == LENGTH_FOLLOWS) {
			payload = (unsigned char)chunk[at] << 8 | (unsigned char)chunk[at + 1];
			at += 2;
		}
		at += payload;
	}
	return count;
}

int64_t
client_save(const char *file, const char *content, bool by_rename)
{
	static int replaced = -1;
	char temporary[4096];
	const char *written = file;
	int64_t saved_us;

	if (by_rename) {
		int folder = (int)(strrchr(file, '/') + 1 - file);
		snprintf(temporary, sizeof(temporary), "%.*s.%s.saving", folder, file,
			file + folder);
		written = temporary;
	}
	int fd = open(written, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, content, strlen(content)) < 0)
		client_fail(written);
	if (by_rename) {
		/* Neither writing the new file nor deleting the old one shall be part of rename(2).
		 */
		fdatasync(fd);
		close(fd);
		if (replaced >= 0)
			close(replaced);
		replaced = open(file, O_RDONLY | O_CLOEXEC);
		saved_us = client_now_us();
		if (rename(temporary, file) < 0)
			client_fail(file);
	} else {
		saved_us = client_now_us();
		close(fd);
	}
	return saved_us;
}
