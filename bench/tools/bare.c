/*
 * bare: the floor under save-to-message. From inotify to a WebSocket with nothing in between.
 *
 *   bare PORT FOLDER
 *
 * Watches one folder and sends one text frame, the name, to every WebSocket at 127.0.0.1:PORT when a
 * file in it was closed after writing or moved in; names that begin with a dot are left out. What
 * liveserve needs beyond this is what it does beyond it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"

enum { CLIENTS_MAX = 16384 };

static int clients[CLIENTS_MAX];
static size_t client_count;

static int
listen_on(const char *port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(port)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		listen(listener, SOMAXCONN) < 0) {
		perror("bare: cannot listen");
		exit(1);
	}
	return listener;
}

static int
watch_folder(const char *folder)
{
	int watcher = inotify_init1(IN_CLOEXEC);

	if (inotify_add_watch(watcher, folder, IN_CLOSE_WRITE | IN_MOVED_TO) < 0) {
		perror("bare: cannot watch");
		exit(1);
	}
	return watcher;
}

/* Waits for the whole request, which comes in one piece from whoever measures here. */
static bool
agree(int client)
{
	static const char key_header[] = "\r\nSec-WebSocket-Key: ";
	char request[4096], answer[256], proof[64];
	unsigned char hash[SHA_DIGEST_LENGTH], agreed[2 * sizeof(hash)];
	ssize_t length = read(client, request, sizeof(request) - 1);

	if (length <= 0)
		return false;
	request[length] = '\0';
	const char *key = strcasestr(request, key_header);
	if (!key)
		return false;
	snprintf(proof, sizeof(proof), "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
		key + strlen(key_header));
	SHA1((unsigned char *)proof, strlen(proof), hash);
	EVP_EncodeBlock(agreed, hash, sizeof(hash));
	length = snprintf(answer, sizeof(answer),
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		agreed);
	return send(client, answer, (size_t)length, MSG_NOSIGNAL) == length;
}

static void
accept_client(int listener)
{
	int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (client >= 0 && client_count < CLIENTS_MAX && agree(client))
		clients[client_count++] = client;
	else if (client >= 0)
		close(client);
}

/* Clients that went away are dropped by the failing send; bare never reads from them again. */
static void
tell_clients(const char *name)
{
	char frame[128];
	int length = snprintf(frame, sizeof(frame), "\x81%c%.125s", (char)strnlen(name, 125), name);
	size_t i = 0;

	while (i < client_count) {
		if (send(clients[i], frame, (size_t)length, MSG_NOSIGNAL) == length) {
			i++;
			continue;
		}
		close(clients[i]);
		clients[i] = clients[--client_count];
	}
}

static void
read_events(int watcher)
{
	_Alignas(struct inotify_event) char events[16384];
	ssize_t length = read(watcher, events, sizeof(events));

	for (char *at = events; at < events + length;) {
		const struct inotify_event *event = (const struct inotify_event *)at;

		if (event->len && event->name[0] != '.')
			tell_clients(event->name);
		at += sizeof(*event) + event->len;
	}
}

int
main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	client_raise_descriptor_limit();

	struct pollfd polled[] = {
		{.fd = watch_folder(argv[2]), .events = POLLIN},
		{.fd = listen_on(argv[1]), .events = POLLIN},
	};

	while (poll(polled, 2, -1) > 0) {
		if (polled[0].revents)
			read_events(polled[0].fd);
		if (polled[1].revents)
			accept_client(polled[1].fd);
	}
	return 1;
}
