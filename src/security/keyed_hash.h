/*
 * keyed_hash: a hash of bytes that nobody can predict or invert without its key (SipHash-2-4, see
 * "SipHash: a fast short-input PRF" by Aumasson and Bernstein).
 *
 * For remembering a secret without keeping it: with a random key, the hash is of no use outside of
 * this process. base/hash is faster, but has no key.
 */
#ifndef KEYED_HASH_H
#define KEYED_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct keyed_hash_key {
	uint64_t words[4]; /* two keys of 128 bits */
};

/* 128 bits: the hashes under both keys. */
struct keyed_hash {
	uint64_t words[2];
};

/* Makes a random key. Returns false with errno when the kernel gives no random bytes. */
bool keyed_hash_make_key(struct keyed_hash_key *key);

struct keyed_hash keyed_hash_of(const struct keyed_hash_key *key, struct slice bytes);

/* Compares in a time that does not depend on the contents. */
bool keyed_hash_equal(const struct keyed_hash *one, const struct keyed_hash *other);

/* SipHash-2-4 under the key of two words, little endian. Exported for its test. */
uint64_t keyed_hash_word(const uint64_t key[2], struct slice bytes);

#endif
