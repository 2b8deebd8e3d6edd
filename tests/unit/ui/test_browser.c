/*
 * The process that opens pages for a server in the sandbox, and what it refuses when that server
 * has been taken over.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/capture.h"
#include "support/clock.h"
#include "support/folder.h"
#include "ui/browser.h"

static struct loop *loop;
static char *program;

static int
enter(void **state)
{
	char *folder;

	(void)state;
	folder_enter();
	folder = getcwd(NULL, 0);
	folder_write("calls", "");
	folder_write("browser", "#!/bin/sh\ncd \"${0%/*}\" && echo \"$@\" >>calls\n");
	assert_return_code(chmod("browser", 0700), errno);
	program = mem_format("%s/browser", folder);
	free(folder);
	loop = loop_create();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	loop_destroy(loop);
	free(program);
	folder_leave();
	return 0;
}

static const char *
calls(void)
{
	static char text[10000];
	FILE *file = fopen("calls", "re");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

static bool
is_called(void *context)
{
	return strstr(calls(), context);
}

/* This process's end of the socket to the broker. */
static int
find_socket(void)
{
	for (int fd = 3; fd < 100; fd++) {
		int type = 0;
		socklen_t length = sizeof(type);

		if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 &&
			type == SOCK_SEQPACKET)
			return fd;
	}
	fail_msg("there is no broker");
	return -1;
}

/* Sends a request as an attacker in this process would. Returns the errno in the reply. */
static int
request(unsigned id, const char *path)
{
	char packet[4096];
	int socket = find_socket(), error = -1;
	size_t length = sizeof(id) + strlen(path) + 1;

	memcpy(packet, &id, sizeof(id));
	memcpy(packet + sizeof(id), path, strlen(path) + 1);
	assert_int_equal(send(socket, packet, length, 0), length);
	assert_int_equal(recv(socket, &error, sizeof(error), 0), sizeof(error));
	return error;
}

static void
opens_only_pages_of_this_server(void **state)
{
	static const char *const wrong[] = {"", "http://evil.example/", "https://evil.example/",
		"httpd", "@evil.example/", ".evil.example/", ":1/", "//evil.example/",
		"/\\evil.example/", "/a\nb", "/a\tb", "/\x7f", "-x", "file:///etc/passwd"};
	const struct browser_options options = {.browser = program};
	struct browser *browser = browser_create(loop, &options);
	char *long_path = mem_array(3000, 1);

	(void)state;
	browser_start_broker(browser, "http://localhost:9000/");
	memset(long_path, 'x', 2999);
	*long_path = '/';
	for (size_t i = 0; i < ROWS(wrong); i++)
		if (request(0, wrong[i]) != EINVAL)
			fail_msg("%s is opened", wrong[i]);
	assert_int_equal(request(0, long_path), EINVAL);
	assert_int_equal(request(1, "/"), EINVAL);
	assert_int_equal(request(0, "/a b?c"), 0);
	clock_wait(loop, is_called, clock_text("a b?c\n"));
	assert_string_equal(calls(), "http://localhost:9000/a b?c\n");
	assert_int_equal(request(0, "/'$(x)\xe2\x80\x99;d?e=1&f#g%20"), 0);
	clock_wait(loop, is_called, clock_text("g%20\n"));
	assert_non_null(strstr(calls(), "9000/%27%24%28x%29%E2%80%99%3Bd?e=1&f#g%20\n"));
	free(long_path);
	browser_destroy(browser);
}

static void
opens_pages_by_their_url(void **state)
{
	const struct browser_options options = {.browser = program};
	struct browser *browser = browser_create(loop, &options);

	(void)state;
	browser_start_broker(browser, "http://localhost:9000/");
	browser_open(browser, "http://localhost:9000/");
	clock_wait(loop, is_called, clock_text("9000/\n"));
	capture_begin(2);
	browser_open(browser, "http://localhost:9001/");
	assert_non_null(strstr(capture_end(), "no browser could be opened"));
	assert_string_equal(calls(), "http://localhost:9000/\n");
	browser_destroy(browser);
}

/* A launcher that waits has the rights from before the sandbox, so it needs no broker. */
static void
opens_what_was_prepared(void **state)
{
	const struct browser_options options = {.browser = program};
	struct browser *browser = browser_create(loop, &options);

	(void)state;
	browser_open_prepared(browser);
	browser_prepare(browser, "http://localhost:9000/forgotten");
	browser_forget_prepared(browser);
	browser_open_prepared(browser);
	browser_prepare(browser, "http://localhost:9000/replaced");
	browser_prepare(browser, "http://localhost:9000/'$(x)");
	browser_start_broker(browser, "http://localhost:9000/");
	browser_open_prepared(browser);
	clock_wait(loop, is_called, clock_text("(x)\n"));
	browser_open_prepared(browser);
	browser_open(browser, "http://localhost:9000/last");
	clock_wait(loop, is_called, clock_text("last\n"));
	assert_string_equal(calls(), "http://localhost:9000/'$(x)\nhttp://localhost:9000/last\n");
	browser_prepare(browser, "http://localhost:9000/never");
	browser_destroy(browser);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(opens_only_pages_of_this_server),
		TEST(opens_pages_by_their_url),
		TEST(opens_what_was_prepared),
	};

	return cmocka_run_group_tests_name("browser", tests, NULL, NULL);
}
