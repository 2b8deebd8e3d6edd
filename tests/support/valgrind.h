/*
 * valgrind: whether it runs this test. It is slow, takes descriptors for itself and, as of 3.19, does
 * not know openat2(2).
 */
#ifndef VALGRIND_H
#define VALGRIND_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static inline bool
valgrind_runs(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload && strstr(preload, "vgpreload");
}

#endif
