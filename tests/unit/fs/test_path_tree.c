#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "fs/path_tree.h"

struct thing {
	struct path_node node;
	int value;
};

static struct path_tree tree;

static int
enter(void **state)
{
	(void)state;
	tree = (struct path_tree){0};
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	path_tree_finish(&tree);
	assert_null(tree.root);
	assert_int_equal(tree.nodes.count, 0);
	return 0;
}

static struct path_node *
add(const char *path)
{
	return path_tree_add(&tree, slice_of(path), sizeof(struct thing));
}

static struct path_node *
find(const char *path)
{
	return path_tree_find(&tree, slice_of(path));
}

static void
assert_path(const struct path_node *node, const char *expected)
{
	struct buf path = {0};

	buf_add_text(&path, "what was there before");
	assert_int_equal(path_tree_path(&tree, node, &path), expected != NULL);
	assert_int_equal(path_tree_has(&tree, node), expected != NULL);
	if (expected)
		assert_string_equal(path.bytes, expected);
	buf_finish(&path);
}

static void
empty(void **state)
{
	struct hash_table_place place = {0};

	(void)state;
	assert_null(find(""));
	assert_null(find("a/b"));
	assert_null(path_tree_next(&tree, &place));
}

static void
parents_are_added(void **state)
{
	struct path_node *node = add("a/b/c.html");

	(void)state;
	assert_int_equal(((struct thing *)node)->value, 0);
	((struct thing *)node)->value = 7;
	assert_ptr_equal(add("a/b/c.html"), node);
	assert_int_equal(tree.nodes.count, 4);
	assert_ptr_equal(find("a/b")->parent, find("a"));
	assert_ptr_equal(find("a")->parent, find(""));
	assert_ptr_equal(path_tree_child(&tree, find("a/b"), slice_of("c.html")), node);
	assert_null(path_tree_child(&tree, find("a"), slice_of("c.html")));
	assert_path(node, "a/b/c.html");
	assert_path(find("a"), "a");
	assert_path(find(""), "");
}

/* One path is not found by another spelling, nor by the beginning of a name. */
static void
other_paths(void **state)
{
	static const char *const others[] = {
		"a/", "/a", "a//b", "A/b", "a/bb", "a/b/", "b", "ab", "a/b/c"};

	(void)state;
	add("a/b");
	for (size_t i = 0; i < ROWS(others); i++)
		if (find(others[i]))
			fail_msg("\"%s\" was found", others[i]);
}

static void
detached_folders(void **state)
{
	struct path_node *folder, *file;

	(void)state;
	file = add("a/b/c");
	add("a/d");
	folder = find("a/b");
	path_tree_detach(&tree, folder);
	assert_null(find("a/b"));
	assert_null(find("a/b/c"));
	assert_non_null(find("a/d"));
	assert_path(file, NULL);
	assert_path(folder, NULL);
	assert_ptr_not_equal(add("a/b/c"), file); /* the same names again */
	assert_path(find("a/b/c"), "a/b/c");
	assert_path(file, NULL);
	path_tree_remove(&tree, file);
	path_tree_remove(&tree, folder);
	assert_path(find("a/b/c"), "a/b/c");
	assert_int_equal(tree.nodes.count, 5);
}

static void
a_detached_root(void **state)
{
	struct path_node *file = add("a");

	(void)state;
	path_tree_detach(&tree, tree.root);
	assert_null(find(""));
	assert_null(find("a"));
	assert_path(file, NULL);
	assert_path(add("a"), "a"); /* path_tree_finish() frees all of them */
}

/* A folder before what it contains, and nothing that lies beside top. */
static void
walk_below_a_node(void **state)
{
	const struct path_node *top, *node;
	int count = 0;

	(void)state;
	add("a/b/c");
	add("a/b/d/e");
	add("a/f");
	add("g/h");
	top = find("a");
	for (node = top; node; node = path_node_next(node, top)) {
		for (const struct path_node *one = node; one != top; one = one->parent)
			assert_non_null(one);
		count++;
	}
	assert_int_equal(count, 6);
	assert_null(path_node_next(find("g/h"), find("g/h")));
}

static void
name_of(char *path, int i)
{
	snprintf(path, 32, "%d/%d/%d", i % 7, i % 100, i);
}

/* While the table grows and shrinks, every node is found, and no call takes long. */
static void
many_nodes(void **state)
{
	enum { COUNT = 20 * 1000 };
	struct hash_table_place place = {0};
	size_t all = 0;
	char path[32];

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		size_t buckets = tree.nodes.bucket_count, nodes = tree.nodes.count;

		name_of(path, i);
		add(path);
		assert_true(tree.nodes.bucket_count - buckets <= tree.nodes.count - nodes);
	}
	while (path_tree_next(&tree, &place))
		all++;
	assert_int_equal(all, tree.nodes.count);
	for (int i = 0; i < COUNT; i++) {
		name_of(path, i);
		assert_path(find(path), path);
	}
	for (int i = 10; i < COUNT; i++) {
		name_of(path, i);
		path_tree_remove(&tree, find(path));
		assert_null(find(path));
	}
	for (int i = 0; i < 10; i++) {
		name_of(path, i);
		assert_path(find(path), path);
	}
	assert_true(tree.nodes.capacity < 8 * tree.nodes.count);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(empty),
		TEST(parents_are_added),
		TEST(other_paths),
		TEST(detached_folders),
		TEST(a_detached_root),
		TEST(walk_below_a_node),
		TEST(many_nodes),
	};

	return cmocka_run_group_tests_name("path_tree", tests, NULL, NULL);
}
