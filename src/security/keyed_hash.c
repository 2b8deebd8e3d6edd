/*
 * keyed_hash: see keyed_hash.h. The names v0 to v3 are those of the paper.
 */
#define _GNU_SOURCE
#include "security/keyed_hash.h"

#include <unistd.h>

struct state {
	uint64_t v0, v1, v2, v3;
};

static uint64_t
rotate(uint64_t word, unsigned bits)
{
	return word << bits | word >> (64 - bits);
}

static void
mix(struct state *state, int rounds)
{
	while (rounds-- > 0) {
		state->v0 += state->v1;
		state->v2 += state->v3;
		state->v1 = rotate(state->v1, 13) ^ state->v0;
		state->v3 = rotate(state->v3, 16) ^ state->v2;
		state->v0 = rotate(state->v0, 32);
		state->v2 += state->v1;
		state->v0 += state->v3;
		state->v1 = rotate(state->v1, 17) ^ state->v2;
		state->v3 = rotate(state->v3, 21) ^ state->v0;
		state->v2 = rotate(state->v2, 32);
	}
}

static void
absorb(struct state *state, uint64_t word)
{
	state->v3 ^= word;
	mix(state, 2);
	state->v0 ^= word;
}

/* At most eight bytes, the first one lowest. */
static uint64_t
read_word(const char *bytes, size_t count)
{
	uint64_t word = 0;

	for (size_t i = 0; i < count; i++)
		word |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
	return word;
}

uint64_t
keyed_hash_word(const uint64_t key[2], struct slice bytes)
{
	struct state state = {
		.v0 = key[0] ^ 0x736f6d6570736575,
		.v1 = key[1] ^ 0x646f72616e646f6d,
		.v2 = key[0] ^ 0x6c7967656e657261,
		.v3 = key[1] ^ 0x7465646279746573,
	};
	size_t whole = bytes.length & ~(size_t)7, rest = bytes.length - whole;

	for (size_t at = 0; at < whole; at += 8)
		absorb(&state, read_word(bytes.at + at, 8));
	absorb(&state,
		(uint64_t)bytes.length << 56 | (rest ? read_word(bytes.at + whole, rest) : 0));
	state.v2 ^= 0xff;
	mix(&state, 4);
	return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

bool
keyed_hash_make_key(struct keyed_hash_key *key)
{
	return getentropy(key, sizeof(*key)) == 0;
}

struct keyed_hash
keyed_hash_of(const struct keyed_hash_key *key, struct slice bytes)
{
	return (struct keyed_hash){{
		keyed_hash_word(key->words, bytes),
		keyed_hash_word(key->words + 2, bytes),
	}};
}

bool
keyed_hash_equal(const struct keyed_hash *one, const struct keyed_hash *other)
{
	return ((one->words[0] ^ other->words[0]) | (one->words[1] ^ other->words[1])) == 0;
}
