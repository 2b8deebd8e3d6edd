/*
 * qemu: whether its user mode runs this test, as ./dev arm64 does (the variable is set in tests/CMakeLists.txt).
 * As of 7.2, it does not know some calls and socket options of the kernel, and a program that cannot be started
 * seems to have been started.
 */
#ifndef QEMU_H
#define QEMU_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* The exit code of a test of which nothing can run. */
enum { QEMU_SKIPPED = 77 };

/* True in qemu. It says why the test is skipped then: what it needs and qemu has not. */
static inline bool
qemu_lacks(const char *what)
{
	if (!getenv("LIVESERVE_TEST_IN_QEMU"))
		return false;
	fprintf(stderr, "in qemu: no %s\n", what);
	return true;
}

#endif
