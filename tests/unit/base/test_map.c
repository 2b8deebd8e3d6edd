#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "base/map.h"

static void
empty(void **state)
{
	struct map map = {0};
	struct hash_table_place place = {0};

	(void)state;
	assert_null(map_get(&map, slice_of("a")));
	assert_null(map_remove(&map, slice_of("a")));
	assert_null(map_next(&map, &place, NULL));
	map_finish(&map);
	assert_null(map_get(&map, slice_of("a")));
}

static void
set_get_replace_remove(void **state)
{
	struct map map = {0};
	int one, two;
	char key[] = "key";

	(void)state;
	map_set(&map, slice_of(key), &one);
	key[0] = 'x'; /* it was copied */
	assert_null(map_get(&map, slice_of(key)));
	assert_ptr_equal(map_get(&map, slice_of("key")), &one);
	map_set(&map, slice_of("key"), &two);
	assert_int_equal(map.entries.count, 1);
	assert_ptr_equal(map_get(&map, slice_of("key")), &two);
	assert_null(map_remove(&map, slice_of("ke")));
	assert_ptr_equal(map_remove(&map, slice_of("key")), &two);
	assert_null(map_remove(&map, slice_of("key")));
	assert_int_equal(map.entries.count, 0);
	map_finish(&map);
	assert_int_equal(map.entries.capacity, 0);
}

static void
keys_are_any_bytes(void **state)
{
	static const struct slice keys[] = {
		{"", 0},
		{"\0", 1},
		{"\0\0", 2},
		{"a", 1},
		{"a\0", 2},
		{"a\0b", 3},
		{"a\0c", 3},
		{"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8", 8},
		{"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\0", 9},
	};
	int values[ROWS(keys)];
	struct map map = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(keys); i++)
		map_set(&map, keys[i], &values[i]);
	assert_int_equal(map.entries.count, ROWS(keys));
	for (size_t i = 0; i < ROWS(keys); i++)
		assert_ptr_equal(map_get(&map, keys[i]), &values[i]);
	map_finish(&map);
}

/* Random numbers, the same in every run. */
static uint32_t
random_below(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)*seed * below >> 32);
}

enum { KEYS_MAX = 300 };

/* The model that a map is compared with: values[i] is the value of "key i". */
struct model {
	char *values[KEYS_MAX];
	size_t count;
};

static struct slice
key_of(uint32_t i)
{
	static char key[16];

	snprintf(key, sizeof(key), "key %u", i);
	return slice_of(key);
}

static void
check_values(const struct map *map, const struct model *model, uint32_t keys)
{
	assert_int_equal(map->entries.count, model->count);
	for (uint32_t i = 0; i < keys; i++)
		assert_ptr_equal(map_get(map, key_of(i)), model->values[i]);
}

static void
check_steps(const struct map *map, const struct model *model)
{
	struct hash_table_place place = {0};
	struct slice key;
	size_t seen = 0;
	char *value;

	for (; (value = map_next(map, &place, &key)); seen++)
		assert_ptr_equal(map_get(map, key), value);
	assert_int_equal(seen, model->count);
}

static void
change_one(struct map *map, struct model *model, uint32_t keys, uint32_t *seed)
{
	static char memory[1000];
	uint32_t i = random_below(seed, keys);

	if (random_below(seed, 2)) {
		char *value = &memory[random_below(seed, sizeof(memory))];

		map_set(map, key_of(i), value);
		model->count += !model->values[i];
		model->values[i] = value;
	} else {
		assert_ptr_equal(map_remove(map, key_of(i)), model->values[i]);
		model->count -= model->values[i] != NULL;
		model->values[i] = NULL;
	}
}

/* Few keys make a small and full table, in which runs of entries often go over its end. */
static void
compare_with_model(uint32_t keys, int steps, uint32_t seed)
{
	struct map map = {0};
	struct model model = {0};

	for (int step = 0; step < steps; step++) {
		change_one(&map, &model, keys, &seed);
		check_values(&map, &model, keys);
		check_steps(&map, &model);
	}
	map_finish(&map);
}

static void
like_an_array(void **state)
{
	(void)state;
	for (uint32_t seed = 0; seed < 40; seed++)
		compare_with_model(10, 200, seed);
	compare_with_model(40, 2000, 1);
	compare_with_model(KEYS_MAX, 1000, 2);
}

/* Fills a table and removes the entries in several orders: the others are found each time. */
static void
removal_keeps_the_rest(void **state)
{
	static char values[KEYS_MAX];

	(void)state;
	for (uint32_t first = 0; first < 10; first++) {
		struct map map = {0};

		for (uint32_t i = 0; i < 10; i++)
			map_set(&map, key_of(i), &values[i]);
		for (uint32_t gone = 0; gone < 10; gone++) {
			assert_ptr_equal(map_remove(&map, key_of((first + gone) % 10)),
				&values[(first + gone) % 10]);
			for (uint32_t i = 0; i < 10; i++)
				assert_ptr_equal(map_get(&map, key_of((first + i) % 10)),
					i <= gone ? NULL : &values[(first + i) % 10]);
		}
		map_finish(&map);
	}
}

/* A table with few entries does not grow, however often they change. */
static void
changes_do_not_grow_the_table(void **state)
{
	struct map map = {0};
	int value;

	(void)state;
	for (uint32_t i = 0; i < 10000; i++) {
		map_set(&map, key_of(i), &value);
		assert_ptr_equal(map_remove(&map, key_of(i)), &value);
	}
	assert_true(map.entries.capacity <= 16);
	map_finish(&map);
}

/* What a burst of keys has needed is given back. */
static void
memory_shrinks(void **state)
{
	struct map map = {0};
	int value;

	(void)state;
	for (uint32_t i = 0; i < 100 * 1000; i++)
		map_set(&map, key_of(i), &value);
	for (uint32_t i = 5; i < 100 * 1000; i++)
		assert_ptr_equal(map_remove(&map, key_of(i)), &value);
	for (uint32_t i = 0; i < 5; i++)
		assert_ptr_equal(map_get(&map, key_of(i)), &value);
	assert_true(map.entries.capacity <= 64);
	map_finish(&map);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty),
		cmocka_unit_test(set_get_replace_remove),
		cmocka_unit_test(keys_are_any_bytes),
		cmocka_unit_test(like_an_array),
		cmocka_unit_test(removal_keeps_the_rest),
		cmocka_unit_test(changes_do_not_grow_the_table),
		cmocka_unit_test(memory_shrinks),
	};

	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
