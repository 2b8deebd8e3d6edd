/*
 * media_type: see media_type.h. The table is searched by bisection, so its rows must stay sorted by
 * extension. The types are IANA's where there is one, else what browsers expect. Source code that
 * no browser runs is text/plain, so that browsers show it and do not save it.
 */
#include "http/media_type.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "fs/path.h"

enum { EXTENSION_MAX = 11 };

struct row {
	const char *extension;
	struct media_type mime;
};

/* clang-format off */
#define BINARY(extension, type)   {extension, {type, false, MEDIA_TYPE_PLAIN}}
#define TEXT(extension, type)     {extension, {type, true, MEDIA_TYPE_PLAIN}}
#define HTML(extension)           {extension, {"text/html", true, MEDIA_TYPE_HTML}}
#define XML_PAGE(extension, type) {extension, {type, true, MEDIA_TYPE_XML_PAGE}}

#define OFFICE(name) "application/vnd.openxmlformats-officedocument." name
#define OPEN_OFFICE(name) "application/vnd.oasis.opendocument." name

static const struct row rows[] = {
	BINARY("7z", "application/x-7z-compressed"),
	BINARY("aac", "audio/aac"),
	BINARY("apk", "application/vnd.android.package-archive"),
	BINARY("apng", "image/apng"),
	TEXT("appcache", "text/cache-manifest"),
	TEXT("atom", "application/atom+xml"),
	BINARY("avif", "image/avif"),
	BINARY("bin", "application/octet-stream"),
	BINARY("bmp", "image/bmp"),
	BINARY("br", "application/octet-stream"),
	BINARY("bz2", "application/x-bzip2"),
	TEXT("c", "text/plain"),
	TEXT("cjs", "text/javascript"),
	TEXT("conf", "text/plain"),
	TEXT("cpp", "text/plain"),
	TEXT("css", "text/css"),
	TEXT("csv", "text/csv"),
	TEXT("diff", "text/plain"),
	BINARY("dmg", "application/x-apple-diskimage"),
	BINARY("doc", "application/msword"),
	BINARY("docx", OFFICE("wordprocessingml.document")),
	BINARY("eot", "application/vnd.ms-fontobject"),
	BINARY("epub", "application/epub+zip"),
	BINARY("exe", "application/vnd.microsoft.portable-executable"),
	BINARY("flac", "audio/flac"),
	TEXT("frag", "text/plain"),
	TEXT("geojson", "application/geo+json"),
	BINARY("gif", "image/gif"),
	BINARY("glb", "model/gltf-binary"),
	TEXT("glsl", "text/plain"),
	TEXT("gltf", "model/gltf+json"),
	TEXT("go", "text/plain"),
	TEXT("graphql", "text/plain"),
	BINARY("gz", "application/gzip"),
	TEXT("h", "text/plain"),
	BINARY("heic", "image/heic"),
	BINARY("heif", "image/heif"),
	HTML("htm"),
	HTML("html"),
	BINARY("ico", "image/vnd.microsoft.icon"),
	TEXT("ics", "text/calendar"),
	TEXT("ini", "text/plain"),
	BINARY("iso", "application/octet-stream"),
	BINARY("jar", "application/java-archive"),
	BINARY("jfif", "image/jpeg"),
	BINARY("jpeg", "image/jpeg"),
	BINARY("jpg", "image/jpeg"),
	TEXT("js", "text/javascript"),
	TEXT("json", "application/json"),
	TEXT("json5", "text/plain"),
	TEXT("jsonc", "text/plain"),
	TEXT("jsonl", "text/plain"),
	TEXT("jsonld", "application/ld+json"),
	TEXT("jsx", "text/javascript"),
	BINARY("jxl", "image/jxl"),
	TEXT("less", "text/plain"),
	TEXT("log", "text/plain"),
	BINARY("m3u8", "application/vnd.apple.mpegurl"),
	BINARY("m4a", "audio/mp4"),
	BINARY("m4v", "video/mp4"),
	TEXT("map", "application/json"),
	TEXT("markdown", "text/markdown"),
	TEXT("md", "text/markdown"),
	BINARY("mid", "audio/midi"),
	BINARY("midi", "audio/midi"),
	TEXT("mjs", "text/javascript"),
	BINARY("mkv", "video/matroska"),
	BINARY("mov", "video/quicktime"),
	BINARY("mp3", "audio/mpeg"),
	BINARY("mp4", "video/mp4"),
	BINARY("mpd", "application/dash+xml"),
	TEXT("mtl", "model/mtl"),
	TEXT("obj", "model/obj"),
	BINARY("odp", OPEN_OFFICE("presentation")),
	BINARY("ods", OPEN_OFFICE("spreadsheet")),
	BINARY("odt", OPEN_OFFICE("text")),
	BINARY("oga", "audio/ogg"),
	BINARY("ogg", "audio/ogg"),
	BINARY("ogv", "video/ogg"),
	BINARY("opus", "audio/ogg"),
	BINARY("otf", "font/otf"),
	BINARY("pdf", "application/pdf"),
	TEXT("php", "text/plain"),
	BINARY("png", "image/png"),
	BINARY("ppt", "application/vnd.ms-powerpoint"),
	BINARY("pptx", OFFICE("presentationml.presentation")),
	TEXT("py", "text/plain"),
	BINARY("rar", "application/vnd.rar"),
	TEXT("rb", "text/plain"),
	TEXT("rs", "text/plain"),
	TEXT("rss", "application/rss+xml"),
	BINARY("rtf", "application/rtf"),
	TEXT("sass", "text/plain"),
	TEXT("scss", "text/plain"),
	TEXT("sh", "text/plain"),
	TEXT("sql", "text/plain"),
	TEXT("srt", "text/plain"),
	BINARY("stl", "model/stl"),
	TEXT("svelte", "text/plain"),
	XML_PAGE("svg", "image/svg+xml"),
	BINARY("tar", "application/x-tar"),
	BINARY("tgz", "application/gzip"),
	BINARY("tif", "image/tiff"),
	BINARY("tiff", "image/tiff"),
	TEXT("toml", "application/toml"),
	TEXT("ts", "text/plain"), /* TypeScript, not an MPEG stream */
	TEXT("tsv", "text/tab-separated-values"),
	TEXT("tsx", "text/javascript"),
	BINARY("ttf", "font/ttf"),
	TEXT("txt", "text/plain"),
	BINARY("usdz", "model/vnd.usdz+zip"),
	TEXT("vcf", "text/vcard"),
	TEXT("vert", "text/plain"),
	TEXT("vtt", "text/vtt"),
	TEXT("vue", "text/plain"),
	BINARY("wasm", "application/wasm"),
	BINARY("wav", "audio/wav"),
	BINARY("weba", "audio/webm"),
	BINARY("webm", "video/webm"),
	TEXT("webmanifest", "application/manifest+json"),
	BINARY("webp", "image/webp"),
	TEXT("wgsl", "text/wgsl"),
	BINARY("woff", "font/woff"),
	BINARY("woff2", "font/woff2"),
	XML_PAGE("xht", "application/xhtml+xml"),
	XML_PAGE("xhtml", "application/xhtml+xml"),
	BINARY("xls", "application/vnd.ms-excel"),
	BINARY("xlsx", OFFICE("spreadsheetml.sheet")),
	TEXT("xml", "application/xml"),
	TEXT("xsl", "application/xslt+xml"),
	TEXT("xslt", "application/xslt+xml"),
	BINARY("xz", "application/x-xz"),
	TEXT("yaml", "application/yaml"),
	TEXT("yml", "application/yaml"),
	BINARY("zip", "application/zip"),
	BINARY("zst", "application/zstd"),
};
/* clang-format on */

static int
compare(const void *key, const void *row)
{
	return strcmp(key, ((const struct row *)row)->extension);
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

const struct media_type *
media_type_of(struct slice name)
{
	static const struct media_type no_extension = {"text/plain", true, MEDIA_TYPE_PLAIN};
	static const struct media_type unknown = {
		"application/octet-stream", false, MEDIA_TYPE_PLAIN};
	struct slice extension = path_extension(name);
	char key[EXTENSION_MAX + 1] = {0};
	const struct row *row;

	if (extension.length == 0)
		return &no_extension;
	if (extension.length > EXTENSION_MAX)
		return &unknown;
	for (size_t i = 0; i < extension.length; i++)
		key[i] = lower(extension.at[i]);
	row = bsearch(key, rows, sizeof(rows) / sizeof(rows[0]), sizeof(rows[0]), compare);
	return row ? &row->mime : &unknown;
}

/* RFC 6838 4.2: a letter or digit first, then also a few signs. */
static size_t
restricted_name(const char *text)
{
	static const char signs[] = "!#$&-^_.+";
	size_t length = 0;

	while (isalnum((unsigned char)text[length]) ||
		(length && text[length] && strchr(signs, text[length])))
		length++;
	return length <= 127 ? length : 0;
}

static bool
is_media_type(const char *text)
{
	size_t type = restricted_name(text);

	if (type == 0 || text[type] != '/')
		return false;
	text += type + 1;
	return *text && restricted_name(text) == strlen(text);
}

/* Also for a type that the table does not have. */
static struct media_type
mime_of_type(const char *type)
{
	struct media_type mime = {type, false, MEDIA_TYPE_PLAIN};
	struct slice text = slice_of(type);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (slice_is(text, rows[i].mime.type))
			return rows[i].mime;
	mime.is_text = slice_starts(text, "text/") || slice_ends(text, "+xml") ||
		       slice_ends(text, "+json");
	return mime;
}

bool
media_type_read(struct media_type_rule *rule, const char *setting)
{
	size_t length;

	setting += *setting == '.';
	length = strcspn(setting, "=");
	if (length == 0 || memchr(setting, '/', length) || memchr(setting, '.', length) ||
		setting[length] != '=' || !is_media_type(setting + length + 1))
		return false;
	rule->extension = setting;
	rule->extension_length = length;
	rule->mime = mime_of_type(setting + length + 1);
	return true;
}

bool
media_type_rule_matches(const struct media_type_rule *rule, struct slice name)
{
	return slice_equal_nocase(
		path_extension(name), (struct slice){rule->extension, rule->extension_length});
}
