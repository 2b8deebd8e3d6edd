/*
 * pages: many open pages, all waiting for the same save.
 *
 *   pages PORT COUNT PATH SUBPROTOCOL FILE WORD [MESSAGE]
 *
 * Opens COUNT WebSockets at PATH, says the message on each, prints how many microseconds that took
 * and waits for a line on stdin for each round. Then it saves FILE, a document or a style sheet, and
 * prints the microseconds until half of the pages and until the last of them had a message with
 * WORD in it, or -1 and how many had none within ten seconds.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "client.h"

#define NOBODY_SAYS "not said by anybody"

enum { EVENTS_MAX = 256, GIVE_UP_MS = 10 * 1000 };

/* Reads from the pages until as many messages with the word have come, or until it is quiet for so
 * long. Notes when the first half of them was here; returns how many came. */
static int
hear(int epoll, const char *word, int wanted, int quiet_ms, int64_t *half_us)
{
	struct epoll_event events[EVENTS_MAX];
	char chunk[CLIENT_CHUNK_SIZE];
	int heard = 0;
	int ready;

	while (heard < wanted && (ready = epoll_wait(epoll, events, EVENTS_MAX, quiet_ms)) > 0)
		for (int i = 0; i < ready; i++) {
			size_t length = (size_t)client_read(events[i].data.fd, chunk);
			bool has_word = false;

			client_count_messages(chunk, length, word, &has_word);
			heard += has_word;
			if (has_word && heard == wanted / 2)
				*half_us = client_now_us();
		}
	return heard;
}

/* Reads meanwhile what those say that are open: pings must be answered. */
static int
open_pages(int count, uint16_t port, const char *const *speaks, const char *message)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	int64_t half_us;

	for (int i = 0; i < count; i++) {
		int page = client_open_socket(port, speaks[0], speaks[1]);
		struct epoll_event event = {.events = EPOLLIN, .data.fd = page};

		if (message)
			client_say(page, message);
		if (epoll_ctl(epoll, EPOLL_CTL_ADD, page, &event) < 0)
			client_fail("cannot wait for a page");
		if (i % 64 == 0)
			hear(epoll, NOBODY_SAYS, count, 0, &half_us);
	}
	return epoll;
}

int
main(int argc, char **argv)
{
	if (argc < 7)
		return 2;

	client_raise_descriptor_limit();

	int count = atoi(argv[2]);
	const char *file = argv[5], *word = argv[6];
	bool is_sheet = strstr(file, ".css");
	int64_t begun_us = client_now_us();
	int epoll = open_pages(
		count, (uint16_t)atoi(argv[1]), (const char *const *)argv + 3, argv[7]);
	int64_t half_us = 0;
	char line[64], content[64];
	int round = 0;

	printf("%lld\n", (long long)(client_now_us() - begun_us));
	hear(epoll, NOBODY_SAYS, count, 1000, &half_us);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		snprintf(content, sizeof(content),
			is_sheet ? "/* %d */ body { color: #222 }\n" : "<!doctype html><p>%d\n",
			round++);
		int64_t saved_us = client_save(file, content, false);
		int heard = hear(epoll, word, count, GIVE_UP_MS, &half_us);
		if (heard == count)
			printf("%lld %lld\n", (long long)(half_us - saved_us),
				(long long)(client_now_us() - saved_us));
		else
			printf("-1 %d\n", count - heard);
		fflush(stdout);
	}
	return 0;
}
