/*
 * path_tree: see path_tree.h. Owns the nodes and a hash table, in which a node is found by its
 * parent node and its name. So the nodes below a detached one need no change: nothing leads to
 * them.
 */
#include "fs/path_tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum { BUCKETS_MIN = 16 };

void
path_tree_finish(struct path_tree *tree)
{
	for (size_t i = 0; i < tree->bucket_count; i++) {
		struct path_node *node = tree->buckets[i];

		while (node) {
			struct path_node *next = node->chain;

			free(node);
			node = next;
		}
	}
	free(tree->buckets);
	*tree = (struct path_tree){0};
}

/* ---- the hash table ---- */

static uint64_t
hash_of(const struct path_node *parent, struct slice name)
{
	return hash_more((uintptr_t)parent, name);
}

static struct path_node **
bucket_of(const struct path_tree *tree, uint64_t hash)
{
	return &tree->buckets[hash & (tree->bucket_count - 1)];
}

static void
resize(struct path_tree *tree, size_t count)
{
	struct path_tree old = *tree;

	tree->bucket_count = count;
	tree->buckets = mem_array(count, sizeof(*tree->buckets));
	for (size_t i = 0; i < old.bucket_count; i++) {
		struct path_node *node = old.buckets[i];

		while (node) {
			struct path_node *next = node->chain;
			struct path_node **bucket = bucket_of(tree, node->hash);

			node->chain = *bucket;
			*bucket = node;
			node = next;
		}
	}
	free(old.buckets);
}

static void
hash_in(struct path_tree *tree, struct path_node *node)
{
	struct path_node **bucket;

	if (tree->count == tree->bucket_count)
		resize(tree, tree->count ? tree->count * 2 : BUCKETS_MIN);
	bucket = bucket_of(tree, node->hash);
	node->chain = *bucket;
	*bucket = node;
	tree->count++;
}

static void
hash_out(struct path_tree *tree, struct path_node *node)
{
	struct path_node **place = bucket_of(tree, node->hash);

	while (*place != node)
		place = &(*place)->chain;
	*place = node->chain;
	tree->count--;
	if (tree->bucket_count > BUCKETS_MIN && tree->count < tree->bucket_count / 8)
		resize(tree, tree->bucket_count / 2);
}

struct path_node *
path_tree_child(const struct path_tree *tree, const struct path_node *parent, struct slice name)
{
	uint64_t hash = hash_of(parent, name);
	struct path_node *node = *bucket_of(tree, hash);

	for (; node; node = node->chain)
		if (node->hash == hash && node->parent == parent &&
			node->name.length == name.length &&
			memcmp(node->name.at, name.at, name.length) == 0)
			break;
	return node;
}

/* ---- the tree ---- */

struct path_node *
path_tree_find(const struct path_tree *tree, struct slice path)
{
	struct path_node *node = tree->root;
	struct slice name;

	if (path.length == 0)
		return node;
	while (node && slice_split(&path, '/', &name))
		node = path_tree_child(tree, node, name);
	return node;
}

struct path_node *
path_tree_add_child(
	struct path_tree *tree, struct path_node *parent, struct slice name, size_t size)
{
	struct path_node *node = mem_zero(size + name.length);
	char *bytes = (char *)node + size;

	if (name.length)
		memcpy(bytes, name.at, name.length);
	node->name = (struct slice){bytes, name.length};
	node->hash = hash_of(parent, name);
	node->parent = parent;
	if (!parent) {
		tree->root = node;
	} else {
		node->next = parent->children;
		if (node->next)
			node->next->previous = node;
		parent->children = node;
	}
	hash_in(tree, node);
	return node;
}

struct path_node *
path_tree_add(struct path_tree *tree, struct slice path, size_t size)
{
	struct path_node *node = tree->root;
	struct slice name;

	if (!node)
		node = path_tree_add_child(tree, NULL, (struct slice){"", 0}, size);
	while (path.length && slice_split(&path, '/', &name)) {
		struct path_node *child = path_tree_child(tree, node, name);

		node = child ? child : path_tree_add_child(tree, node, name, size);
	}
	return node;
}

void
path_tree_detach(struct path_tree *tree, struct path_node *node)
{
	if (node == tree->root)
		tree->root = NULL;
	if (node->next)
		node->next->previous = node->previous;
	if (node->previous)
		node->previous->next = node->next;
	else if (node->parent)
		node->parent->children = node->next;
	node->parent = node->next = node->previous = NULL;
}

void
path_tree_remove(struct path_tree *tree, struct path_node *node)
{
	path_tree_detach(tree, node);
	hash_out(tree, node);
	free(node);
}

bool
path_tree_has(const struct path_tree *tree, const struct path_node *node)
{
	while (node->parent)
		node = node->parent;
	return node == tree->root;
}

bool
path_tree_path(const struct path_tree *tree, const struct path_node *node, struct buf *path)
{
	const struct path_node *one = node;
	size_t length = 0;
	char *end;

	buf_clear(path);
	for (; one->parent; one = one->parent)
		length += one->name.length + (one->parent->parent ? 1 : 0);
	if (one != tree->root)
		return false;
	buf_reserve(path, length);
	path->length = length;
	end = path->bytes + length;
	*end = '\0';
	for (one = node; one->parent; one = one->parent) {
		end -= one->name.length;
		memcpy(end, one->name.at, one->name.length);
		if (one->parent->parent)
			*--end = '/';
	}
	return true;
}

struct path_node *
path_node_next(const struct path_node *node, const struct path_node *top)
{
	if (node->children)
		return node->children;
	while (node != top && !node->next)
		node = node->parent;
	return node == top ? NULL : node->next;
}

struct path_node *
path_tree_next(const struct path_tree *tree, struct path_tree_place *place)
{
	for (; place->bucket < tree->bucket_count; place->bucket++, place->skipped = 0) {
		struct path_node *node = tree->buckets[place->bucket];

		for (size_t i = 0; node && i < place->skipped; i++)
			node = node->chain;
		if (node) {
			place->skipped++;
			return node;
		}
	}
	return NULL;
}
