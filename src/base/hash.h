/*
 * hash: a 64-bit hash of bytes (XXH3), for tables and for comparing contents.
 *
 * Two different contents have the same hash with a chance of 1 in 2^64. An attacker can make such
 * contents, so this is no protection. The hash of the same bytes is the same in every run and on
 * every machine.
 */
#ifndef HASH_H
#define HASH_H

#include <stdint.h>

#include "base/slice.h"

uint64_t hash_bytes(struct slice bytes);

/*
 * Hashes several pieces: hash is that of the pieces before. The result also depends on where one
 * piece ends and the next begins.
 */
uint64_t hash_more(uint64_t hash, struct slice bytes);

#endif
