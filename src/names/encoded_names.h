/*
 * encoded_names: files that were compressed when the site was built, such as "game.wasm.br".
 *
 * Exports of Unity and Godot ask for such files by name. Browsers use them only with the type of what is in
 * them, and with Content-Encoding (RFC 9110 8.4). For a file that people download, such as
 * "backup.tar.gz" or "sitemap.xml.gz", that would be wrong: it would arrive unpacked under its packed name.
 * So it is done for what pages load, and for nothing else.
 */
#ifndef ENCODED_NAMES_H
#define ENCODED_NAMES_H

#include <stdbool.h>

#include "base/slice.h"

struct encoded_name {
	const char *coding; /* for Content-Encoding: "br", "gzip" or "zstd" */
	struct slice inner; /* the name of what is in the file; a part of the whole name */
};

/* Whether a file of that name is one. If so, sets encoded. Case does not count. */
bool encoded_names_read(struct slice name, struct encoded_name *encoded);

#endif
