/*
 * wire_file: the file of --wire=FILE: a capture that Wireshark opens, also while it is being written.
 */
#ifndef WIRE_FILE_H
#define WIRE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "fs/root.h"

struct wire_file;

/*
 * Creates the file, readable for its owner alone, or empties it. To be called before the sandbox is
 * entered. Returns NULL after an error line: path lies in one of the roots, which are served or watched;
 * or it is a link, another user's or no plain file; or it cannot be created.
 */
struct wire_file *wire_file_create(const char *path, struct root *const *roots, size_t root_count);
/* NULL is allowed. */
void wire_file_destroy(struct wire_file *file);

/* The path, absolute and without links. */
const char *wire_file_path(const struct wire_file *file);

/*
 * Appends whole blocks, so that a reader sees them at once. When they cannot be written, such as on a full
 * disk, logs that once and appends nothing any more.
 */
void wire_file_add(struct wire_file *file, struct slice blocks);

/*
 * Appends a block of secrets: lines of a key log. To be called before the packets that they open are
 * added. Lines that come before the first block, the header of the section, are written behind it.
 */
void wire_file_add_keys(struct wire_file *file, struct slice lines);

#endif
