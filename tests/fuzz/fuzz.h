/*
 * fuzz: what every fuzz target includes. A target takes any bytes and checks what its module
 * promises about them; that nothing crashes is the sanitizers' to see.
 *
 * Each is built in two ways: with libFuzzer, which makes up the bytes (`./dev fuzz`), and with
 * replay.c, which feeds it the files of corpus/ (a test of `./dev test`). Bytes that found a fault
 * stay in corpus/ for good.
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

/* A promise that was not kept ends the program, and the fuzzer keeps the bytes. */
#define CHECK(promise)                                                                        \
	do {                                                                                  \
		if (!(promise)) {                                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #promise); \
			abort();                                                              \
		}                                                                             \
	} while (0)

/* The bytes up to the next NUL, which parts the texts of an input; absent when there are no more.
 */
static inline struct slice
fuzz_take_text(struct slice *rest)
{
	struct slice text = {NULL, 0};

	slice_split(rest, '\0', &text);
	return text;
}

#endif
