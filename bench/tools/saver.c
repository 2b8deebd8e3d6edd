/*
 * saver: one open page and the editor beside it.
 *
 *   saver PORT PATH SUBPROTOCOL MESSAGE...
 *
 * Opens a WebSocket and says the messages. Then for each line
 *
 *   place|rename WORD FILE CONTENT
 *
 * on stdin it saves the file and waits up to two seconds for a message with WORD in it. It answers
 * with one line: the microseconds from save to message (-1: none came), how many messages had come
 * uncalled for since the last line, and how many others came before the right one. It is a C
 * program so that the figures hold no wake-up of a Node runtime.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

enum { GIVE_UP_US = 2000 * 1000 };

struct page {
	int socket;
	unsigned uncalled;
};

/* Returns when the message was here, or -1. */
static int64_t
await(struct page *page, const char *word, unsigned *others)
{
	struct pollfd polled = {.fd = page->socket, .events = POLLIN};
	int64_t until_us = client_now_us() + GIVE_UP_US;
	char chunk[CLIENT_CHUNK_SIZE];
	bool is_here = false;

	while (poll(&polled, 1, (int)((until_us - client_now_us()) / 1000)) > 0) {
		int64_t came_us = client_now_us();
		size_t length = (size_t)client_read(page->socket, chunk);
		unsigned count = client_count_messages(chunk, length, word, &is_here);

		if (is_here) {
			page->uncalled += count - 1;
			return came_us;
		}
		*others += count;
	}
	return -1;
}

static void
save(struct page *page, char *line)
{
	char way[8], word[32], file[1024];
	int content_at = 0;
	unsigned uncalled = page->uncalled;
	unsigned others = 0;

	if (sscanf(line, "%7s %31s %1023s %n", way, word, file, &content_at) != 3)
		client_fail("not understood");
	page->uncalled = 0;
	int64_t saved_us = client_save(file, line + content_at, strcmp(way, "rename") == 0);
	int64_t came_us = await(page, word, &others);
	printf("%lld %u %u\n", came_us < 0 ? -1LL : (long long)(came_us - saved_us), uncalled,
		others);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	if (argc < 4)
		return 2;

	uint16_t port = (uint16_t)atoi(argv[1]);
	struct page page = {.socket = client_open_socket(port, argv[2], argv[3])};
	struct pollfd polled[] = {
		{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = page.socket, .events = POLLIN},
	};
	char chunk[CLIENT_CHUNK_SIZE], line[4096];
	bool unused;

	for (int i = 4; i < argc; i++)
		client_say(page.socket, argv[i]);
	setvbuf(stdin, NULL, _IONBF, 0);
	while (poll(polled, 2, -1) > 0) {
		if (polled[1].revents) {
			size_t length = (size_t)client_read(page.socket, chunk);
			page.uncalled += client_count_messages(chunk, length, "", &unused);
		} else {
			if (!fgets(line, sizeof(line), stdin))
				return 0;
			save(&page, line);
		}
	}
	return 1;
}
