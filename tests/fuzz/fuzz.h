/*
 * fuzz: included by every fuzz target. A target takes any bytes and checks what its module promises
 * about them. The sanitizers check that nothing crashes.
 *
 * Each target is built in two ways: with libFuzzer, which generates the bytes (`./dev fuzz`), and
 * with replay.c, which reads the files of corpus/ (a test of `./dev test`). An input that has found
 * a fault stays in corpus/.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise ends the program, and the fuzzer keeps the bytes. */
#define CHECK(promise)                                                                        \
	do {                                                                                  \
		if (!(promise)) {                                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #promise); \
			abort();                                                              \
		}                                                                             \
	} while (0)

/* The bytes up to the next NUL, which separates the texts of an input; absent at the end. */
static inline struct slice
fuzz_take_text(struct slice *rest)
{
	struct slice text = {NULL, 0};

	slice_split(rest, '\0', &text);
	return text;
}

#endif
