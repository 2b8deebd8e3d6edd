/*
 * encoded_names: see encoded_names.h. What counts is the extension before that of the coding. Owns
 * nothing.
 */
#include "names/encoded_names.h"

#include <stddef.h>

#include "fs/path.h"

static const struct {
	const char *extension, *coding;
} codings[] = {{".br", "br"}, {".gz", "gzip"}, {".zst", "zstd"}};

/* What pages load: documents and their parts, and the files of game engines and of 3D models. */
static const char *const loaded[] = {"html", "htm", "xhtml", "css", "js", "mjs", "cjs", "json",
	"map", "webmanifest", "wasm", "svg", "ttf", "otf", "ico", "data", "pck", "mem", "bundle",
	"glb", "gltf", "bin", "ktx2", "hdr"};

static bool
is_loaded(struct slice name)
{
	struct slice extension = path_extension(name);

	for (size_t i = 0; i < sizeof(loaded) / sizeof(loaded[0]); i++)
		if (slice_is_nocase(extension, loaded[i]))
			return true;
	return false;
}

bool
encoded_names_read(struct slice name, struct encoded_name *encoded)
{
	/* An SVG in gzip has an extension of its own: without its last letter it is that of an SVG. */
	if (slice_ends_nocase(name, ".svgz")) {
		*encoded = (struct encoded_name){"gzip", {name.at, name.length - 1}};
		return true;
	}
	for (size_t i = 0; i < sizeof(codings) / sizeof(codings[0]); i++) {
		struct slice inner = {name.at, 0};

		if (!slice_ends_nocase(name, codings[i].extension))
			continue;
		inner.length = name.length - slice_of(codings[i].extension).length;
		*encoded = (struct encoded_name){codings[i].coding, inner};
		return is_loaded(inner);
	}
	return false;
}
