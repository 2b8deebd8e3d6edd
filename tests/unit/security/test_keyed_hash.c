/*
 * SipHash-2-4 by the values of its paper and its reference implementation.
 */
#include "support/test.h"

#include <string.h>

#include "security/keyed_hash.h"

/* The bytes 0, 1, 2 and so on, and the key of the paper. */
static const char bytes[] = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f";
static const uint64_t key[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

static void
known_values(void **state)
{
	static const struct {
		size_t length;
		uint64_t hash;
	} rows[] = {
		{0, 0x726fdb47dd0e0e31},
		{1, 0x74f839c593dc67fd},
		{7, 0xab0200f58b01d137},
		{8, 0x93f5f5799a932462},
		{15, 0xa129ca6149be45e5},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (keyed_hash_word(key, (struct slice){bytes, rows[i].length}) != rows[i].hash)
			fail_msg("%zu bytes", rows[i].length);
}

static void
two_keys_make_two_words(void **state)
{
	struct keyed_hash_key one, other;
	struct keyed_hash a, b, c;

	(void)state;
	assert_true(keyed_hash_make_key(&one));
	assert_true(keyed_hash_make_key(&other));
	assert_memory_not_equal(&one, &other, sizeof(one));
	a = keyed_hash_of(&one, SLICE_LITERAL("secret"));
	b = keyed_hash_of(&one, SLICE_LITERAL("secret"));
	c = keyed_hash_of(&other, SLICE_LITERAL("secret"));
	assert_true(keyed_hash_equal(&a, &b));
	assert_false(keyed_hash_equal(&a, &c));
	assert_true(a.words[0] != a.words[1]);
	b.words[1] ^= 1;
	assert_false(keyed_hash_equal(&a, &b));
	b = a;
	b.words[0] ^= (uint64_t)1 << 63;
	assert_false(keyed_hash_equal(&a, &b));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_values),
		cmocka_unit_test(two_keys_make_two_words),
	};

	return cmocka_run_group_tests_name("keyed_hash", tests, NULL, NULL);
}
