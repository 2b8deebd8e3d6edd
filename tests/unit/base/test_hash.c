#include "support/test.h"

#include <string.h>

#include "base/hash.h"
#include "base/map.h"

/* A published value of XXH3: it is the same on every machine. */
static void
known(void **state)
{
	(void)state;
	assert_true(hash_bytes((struct slice){NULL, 0}) == 0x2d06800538d394c2u);
}

static void
more(void **state)
{
	struct slice text = SLICE_LITERAL("0123456789");

	(void)state;
	assert_true(hash_more(5, text) == hash_more(5, text));
	assert_true(hash_more(5, text) != hash_more(6, text));
	assert_true(hash_more(hash_more(1, slice_of("a")), slice_of("b")) !=
		    hash_more(hash_more(1, slice_of("b")), slice_of("a")));
	assert_true(hash_more(1, (struct slice){NULL, 0}) != hash_more(2, (struct slice){NULL, 0}));
}

static void
different_bytes(void **state)
{
	static const char bytes[64] = {0};
	_Alignas(8) char twice[2][32] = {"0123456789abcdefghijklm", ""};
	struct map seen = {0};

	(void)state;
	memcpy(twice[1] + 1, twice[0], 24);
	/* at any address */
	assert_true(hash_bytes((struct slice){twice[0], 24}) ==
		    hash_bytes((struct slice){twice[1] + 1, 24}));
	/* zeroes of every length, and every single bit, change the hash */
	for (size_t length = 0; length <= sizeof(bytes); length++) {
		uint64_t hash = hash_bytes((struct slice){bytes, length});

		map_set(&seen, (struct slice){(const char *)&hash, sizeof(hash)}, &seen);
	}
	for (size_t bit = 0; bit < 24 * 8; bit++) {
		uint64_t hash;

		twice[0][bit / 8] = (char)(twice[0][bit / 8] ^ (1 << bit % 8));
		hash = hash_bytes((struct slice){twice[0], 24});
		twice[0][bit / 8] = (char)(twice[0][bit / 8] ^ (1 << bit % 8));
		map_set(&seen, (struct slice){(const char *)&hash, sizeof(hash)}, &seen);
	}
	assert_int_equal(seen.entries.count, sizeof(bytes) + 1 + 24 * 8);
	map_finish(&seen);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(known),
		cmocka_unit_test(more),
		cmocka_unit_test(different_bytes),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
