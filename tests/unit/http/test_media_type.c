#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "http/media_type.h"

/* What most sites have. The test media_types compares the whole table with mime-db. */
static const struct {
	const char *type;
	bool is_text;
	const char *extensions;
} types[] = {
	{"text/plain", true,
		"c conf cpp diff frag glsl go graphql h ini json5 jsonc jsonl less log php py rb "
		"rs sass "
		"scss sh sql srt svelte ts txt vert vue"},
	{"text/html", true, "htm html shtml"},
	{"text/css", true, "css"},
	{"text/javascript", true, "cjs js jsx mjs tsx"},
	{"text/markdown", true, "markdown md"},
	{"text/csv", true, "csv"},
	{"text/tab-separated-values", true, "tsv"},
	{"text/calendar", true, "ics"},
	{"text/vcard", true, "vcf"},
	{"text/vtt", true, "vtt"},
	{"text/wgsl", true, "wgsl"},
	{"text/cache-manifest", true, "appcache"},
	{"application/json", true, "json map"},
	{"application/ld+json", true, "jsonld"},
	{"application/geo+json", true, "geojson"},
	{"application/manifest+json", true, "webmanifest"},
	{"application/xml", true, "xml"},
	{"application/xslt+xml", true, "xsl xslt"},
	{"application/rss+xml", true, "rss"},
	{"application/atom+xml", true, "atom"},
	{"application/xhtml+xml", true, "xht xhtml"},
	{"application/yaml", true, "yaml yml"},
	{"application/toml", true, "toml"},
	{"image/svg+xml", true, "svg"},
	{"image/png", false, "png"},
	{"image/apng", false, "apng"},
	{"image/jpeg", false, "jfif jpe jpeg jpg"},
	{"image/gif", false, "gif"},
	{"image/webp", false, "webp"},
	{"image/avif", false, "avif"},
	{"image/heic", false, "heic"},
	{"image/heif", false, "heif"},
	{"image/jxl", false, "jxl"},
	{"image/vnd.microsoft.icon", false, "ico"},
	{"image/bmp", false, "bmp"},
	{"image/tiff", false, "tif tiff"},
	{"font/woff", false, "woff"},
	{"font/woff2", false, "woff2"},
	{"font/ttf", false, "ttf"},
	{"font/otf", false, "otf"},
	{"application/vnd.ms-fontobject", false, "eot"},
	{"video/mp4", false, "m4v mp4 mp4v mpg4"},
	{"video/mpeg", false, "mpe mpeg mpg"},
	{"video/3gpp", false, "3gp 3gpp"},
	{"video/3gpp2", false, "3g2"},
	{"video/webm", false, "webm"},
	{"video/ogg", false, "ogv"},
	{"video/quicktime", false, "mov"},
	{"video/matroska", false, "mkv"},
	{"audio/mpeg", false, "mp3"},
	{"audio/mp4", false, "m4a m4b"},
	{"audio/aac", false, "aac"},
	{"audio/flac", false, "flac"},
	{"audio/ogg", false, "oga ogg opus"},
	{"audio/wav", false, "wav"},
	{"audio/webm", false, "weba"},
	{"audio/midi", false, "mid midi"},
	{"application/vnd.apple.mpegurl", false, "m3u8"},
	{"application/dash+xml", false, "mpd"},
	{"application/wasm", false, "wasm"},
	{"application/pdf", false, "pdf"},
	{"application/zip", false, "zip"},
	{"application/gzip", false, "gz tgz"},
	{"application/zstd", false, "zst"},
	{"application/x-tar", false, "tar"},
	{"application/x-7z-compressed", false, "7z"},
	{"application/vnd.rar", false, "rar"},
	{"application/x-bzip2", false, "bz2"},
	{"application/x-xz", false, "xz"},
	{"application/java-archive", false, "jar"},
	{"application/vnd.android.package-archive", false, "apk"},
	{"application/msword", false, "doc"},
	{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", false, "docx"},
	{"application/vnd.ms-excel", false, "xls"},
	{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false, "xlsx"},
	{"application/vnd.ms-powerpoint", false, "ppt"},
	{"application/vnd.openxmlformats-officedocument.presentationml.presentation", false,
		"pptx"},
	{"application/vnd.oasis.opendocument.text", false, "odt"},
	{"application/vnd.oasis.opendocument.spreadsheet", false, "ods"},
	{"application/vnd.oasis.opendocument.presentation", false, "odp"},
	{"application/epub+zip", false, "epub"},
	{"application/rtf", false, "rtf"},
	{"model/gltf-binary", false, "glb"},
	{"model/gltf+json", true, "gltf"},
	{"model/obj", true, "obj"},
	{"model/mtl", true, "mtl"},
	{"model/stl", false, "stl"},
	{"model/vnd.usdz+zip", false, "usdz"},
	{"application/vnd.microsoft.portable-executable", false, "exe"},
	{"application/x-apple-diskimage", false, "dmg"},
	{"application/octet-stream", false, "bin br iso"},
};

static void
test_every_extension(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(types); i++) {
		struct slice rest = slice_of(types[i].extensions);
		struct slice extension;

		while (slice_split(&rest, ' ', &extension)) {
			char name[64];
			const struct media_type *mime;

			snprintf(name, sizeof(name), "folder.d/name.%.*s", (int)extension.length,
				extension.at);
			print_message("  %s\n", name);
			mime = media_type_of(slice_of(name));
			assert_string_equal(mime->type, types[i].type);
			assert_int_equal(mime->is_text, types[i].is_text);
		}
	}
}

/* A row in the wrong place is not found, nor one whose extension is too long or has a capital. */
static void
test_every_row(void **state)
{
	const char *extension, *before = "";
	size_t count = 0;

	(void)state;
	for (; (extension = media_type_extension(count)); count++) {
		struct media_type_rule rule = {0};
		char name[64], setting[64];
		const struct media_type *mime;

		snprintf(name, sizeof(name), "name.%s", extension);
		mime = media_type_of(slice_of(name));
		if (strcmp(before, extension) >= 0)
			fail_msg("%s stands behind %s", extension, before);
		if (strcmp(extension, "bin") != 0 && strcmp(extension, "br") != 0 &&
			strcmp(extension, "iso") != 0 &&
			strcmp(mime->type, "application/octet-stream") == 0)
			fail_msg("%s is not found", extension);
		snprintf(setting, sizeof(setting), "x=%s", mime->type);
		if (!media_type_read(&rule, setting))
			fail_msg("%s is no media type", mime->type);
		before = extension;
	}
	assert_true(count > 250);
}

static void
test_names(void **state)
{
	static const struct {
		const char *label, *name, *type;
		enum media_type_kind kind;
	} rows[] = {
		{"a page", "index.html", "text/html", MEDIA_TYPE_HTML},
		{"capital letters", "INDEX.HTM", "text/html", MEDIA_TYPE_HTML},
		{"mixed letters", "Logo.SvG", "image/svg+xml", MEDIA_TYPE_XML_PAGE},
		{"xhtml", "a/b.xhtml", "application/xhtml+xml", MEDIA_TYPE_XML_PAGE},
		{"plain xml is no page", "feed.xml", "application/xml", MEDIA_TYPE_PLAIN},
		{"a script", "app.mjs", "text/javascript", MEDIA_TYPE_PLAIN},
		{"the last dot counts", "page.html.gz", "application/gzip", MEDIA_TYPE_PLAIN},
		{"no extension", "LICENSE", "text/plain", MEDIA_TYPE_PLAIN},
		{"a dot in the folder only", "v1.html/README", "text/plain", MEDIA_TYPE_PLAIN},
		{"a leading dot is no extension", ".html", "text/plain", MEDIA_TYPE_PLAIN},
		{"a last dot is no extension", "html.", "text/plain", MEDIA_TYPE_PLAIN},
		{"nothing", "", "text/plain", MEDIA_TYPE_PLAIN},
		{"unknown", "a.unknown", "application/octet-stream", MEDIA_TYPE_PLAIN},
		{"the longest and one more", "a.webmanifests", "application/octet-stream",
			MEDIA_TYPE_PLAIN},
		{"very long", "a.htmlhtmlhtmlhtmlhtmlhtml", "application/octet-stream",
			MEDIA_TYPE_PLAIN},
		{"before the first", "a.0", "application/octet-stream", MEDIA_TYPE_PLAIN},
		{"after the last", "a.zzz", "application/octet-stream", MEDIA_TYPE_PLAIN},
		{"bytes", "a.\xff\xfe", "application/octet-stream", MEDIA_TYPE_PLAIN},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct media_type *mime = media_type_of(slice_of(rows[i].name));

		print_message("  %s\n", rows[i].label);
		assert_string_equal(mime->type, rows[i].type);
		assert_int_equal(mime->kind, rows[i].kind);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_extension),
		cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
