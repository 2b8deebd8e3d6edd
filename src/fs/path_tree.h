/*
 * path_tree: nodes that are found by their path, and hang on the node of their folder.
 *
 * A node is the first member of a struct of its user, who gives the size of that struct. A path is
 * relative, without a slash at its beginning or end; "" is the root. Each node knows only its own
 * name, so deep paths need no more memory than they have segments. A folder with everything below
 * it is taken out of the tree in one step, whatever it holds; its nodes can be freed later, one by
 * one.
 */
#ifndef PATH_TREE_H
#define PATH_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/slice.h"

struct path_node {
	struct hash_item item;    /* for path_tree only */
	struct path_node *parent; /* NULL for the root, and for a node that was detached */
	struct path_node *children;
	struct path_node *next, *previous; /* with the same parent */
	struct slice name;                 /* its bytes follow the struct of the user */
};

/* A zeroed struct path_tree is empty. */
struct path_tree {
	struct path_node *root;
	struct hash_table nodes; /* detached ones included */
};

/* Frees all nodes, also those that were detached. What a node owns must be free already. */
void path_tree_finish(struct path_tree *tree);

/* The node at path, or NULL. */
struct path_node *path_tree_find(const struct path_tree *tree, struct slice path);

/* The child of parent with this name, or NULL. */
struct path_node *path_tree_child(
	const struct path_tree *tree, const struct path_node *parent, struct slice name);

/*
 * The node at path. If there is none, it is added, and so are the nodes of its parent folders. Each
 * new node is the first member of size zeroed bytes; size is the same for all nodes of a tree.
 */
struct path_node *path_tree_add(struct path_tree *tree, struct slice path, size_t size);

/* Adds a child that parent does not have yet; parent NULL: adds the root. size: as above. */
struct path_node *path_tree_add_child(
	struct path_tree *tree, struct path_node *parent, struct slice name, size_t size);

/* Takes node and all nodes below it out of the tree: they are not found any more. */
void path_tree_detach(struct path_tree *tree, struct path_node *node);

/* Frees node, which has no children. It may have been detached. */
void path_tree_remove(struct path_tree *tree, struct path_node *node);

/* Whether node is in the tree, and not below a detached node. */
bool path_tree_has(const struct path_tree *tree, const struct path_node *node);

/* Replaces the bytes of path by the path of node. Returns false when it is not in the tree. */
bool path_tree_path(const struct path_tree *tree, const struct path_node *node, struct buf *path);

/* The node after node, a folder before what it contains; NULL after the last one below top. */
struct path_node *path_node_next(const struct path_node *node, const struct path_node *top);

/*
 * The next of all nodes, detached ones included, as hash_table_next() gives them; NULL at the end.
 */
struct path_node *path_tree_next(const struct path_tree *tree, struct hash_table_place *place);

#endif
