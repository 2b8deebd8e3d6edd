/*
 * capture: see capture.h. During the capture the descriptor is that of a file in memory.
 */
#define _GNU_SOURCE
#include "capture.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test.h"

static char text[64 * 1024];
static int captured, original, memory;

void
capture_begin(int fd)
{
	fflush(NULL);
	captured = fd;
	original = dup(fd);
	memory = memfd_create("capture", MFD_CLOEXEC);
	assert_return_code(original, errno);
	assert_return_code(memory, errno);
	assert_return_code(dup2(memory, fd), errno);
}

const char *
capture_end(void)
{
	ssize_t length;

	fflush(NULL);
	dup2(original, captured);
	close(original);
	length = pread(memory, text, sizeof(text) - 1, 0);
	close(memory);
	assert_true(length >= 0);
	text[length] = '\0';
	return text;
}
