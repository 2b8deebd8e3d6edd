/*
 * hash: see hash.h. libxxhash is compiled in from its header: for the usual short keys, a call into
 * a library would take longer than the hash itself.
 */
#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t
hash_bytes(struct slice bytes)
{
	return XXH3_64bits(bytes.at, bytes.length);
}

uint64_t
hash_more(uint64_t hash, struct slice bytes)
{
	return XXH3_64bits_withSeed(bytes.at, bytes.length, hash);
}
