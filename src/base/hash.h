/*
 * hash: a 64-bit hash of bytes (XXH3), for tables and for telling contents apart.
 *
 * Two different contents have the same hash with a chance of 1 in 2^64, unless somebody makes them
 * on purpose: this is no protection against an attacker. The hash of the same bytes is the same in
 * every run and on every machine.
 */
#ifndef HASH_H
#define HASH_H

#include <stdint.h>

#include "base/slice.h"

uint64_t hash_bytes(struct slice bytes);

/*
 * Continues a hash: of several pieces, with the hash of those before it. Where one piece ends and
 * the next begins counts, too.
 */
uint64_t hash_more(uint64_t hash, struct slice bytes);

#endif
