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

void
path_tree_finish(struct path_tree *tree)
{
	hash_table_finish(&tree->nodes);
	tree->root = NULL;
}

static uint64_t
hash_of(const struct path_node *parent, struct slice name)
{
	return hash_more((uintptr_t)parent, name);
}

struct path_node *
path_tree_child(const struct path_tree *tree, const struct path_node *parent, struct slice name)
{
	uint64_t hash = hash_of(parent, name);
	struct hash_item *item = hash_table_first(&tree->nodes, hash);

	for (; item; item = item->next) {
		struct path_node *node = (void *)item;

		if (item->hash == hash && node->parent == parent &&
			node->name.length == name.length &&
			memcmp(node->name.at, name.at, name.length) == 0)
			return node;
	}
	return NULL;
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
	node->item.hash = hash_of(parent, name);
	node->parent = parent;
	if (!parent) {
		tree->root = node;
	} else {
		node->next = parent->children;
		if (node->next)
			node->next->previous = node;
		parent->children = node;
	}
	hash_table_add(&tree->nodes, &node->item);
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
	hash_table_remove(&tree->nodes, &node->item);
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
path_tree_next(const struct path_tree *tree, struct hash_table_place *place)
{
	return (void *)hash_table_next(&tree->nodes, place);
}
