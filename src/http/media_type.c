/*
 * media_type: see media_type.h. The table is searched by bisection, so its rows must stay sorted by
 * extension. The types are IANA's where there is one, else what browsers expect; the test media_types
 * compares them with mime-db. Source code that
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
	BINARY("210", "model/step"),
	BINARY("3g2", "video/3gpp2"),
	BINARY("3gp", "video/3gpp"),
	BINARY("3gpp", "video/3gpp"),
	BINARY("3mf", "model/3mf"),
	BINARY("7z", "application/x-7z-compressed"),
	BINARY("aac", "audio/aac"),
	BINARY("adts", "audio/aac"),
	BINARY("aif", "audio/x-aiff"),
	BINARY("aifc", "audio/x-aiff"),
	BINARY("aiff", "audio/x-aiff"),
	BINARY("amr", "audio/amr"),
	BINARY("apk", "application/vnd.android.package-archive"),
	BINARY("apng", "image/apng"),
	TEXT("appcache", "text/cache-manifest"),
	TEXT("atom", "application/atom+xml"),
	BINARY("au", "audio/basic"),
	BINARY("avci", "image/avci"),
	BINARY("avcs", "image/avcs"),
	BINARY("avi", "video/x-msvideo"),
	BINARY("avif", "image/avif"),
	BINARY("bin", "application/octet-stream"),
	BINARY("bmp", "image/bmp"),
	BINARY("boz", "application/x-bzip2"),
	BINARY("br", "application/octet-stream"),
	BINARY("bz2", "application/x-bzip2"),
	TEXT("c", "text/plain"),
	BINARY("cgm", "image/cgm"),
	TEXT("cjs", "text/javascript"),
	TEXT("conf", "text/plain"),
	TEXT("cpp", "text/plain"),
	TEXT("css", "text/css"),
	TEXT("csv", "text/csv"),
	TEXT("dae", "model/vnd.collada+xml"),
	BINARY("dds", "image/vnd.ms-dds"),
	TEXT("def", "text/plain"),
	BINARY("dib", "image/bmp"),
	TEXT("diff", "text/plain"),
	BINARY("dmg", "application/x-apple-diskimage"),
	BINARY("doc", "application/msword"),
	BINARY("docx", OFFICE("wordprocessingml.document")),
	BINARY("dot", "application/msword"),
	BINARY("dpx", "image/dpx"),
	BINARY("drle", "image/dicom-rle"),
	TEXT("dtd", "application/xml-dtd"),
	BINARY("ear", "application/java-archive"),
	BINARY("emf", "image/emf"),
	BINARY("eot", "application/vnd.ms-fontobject"),
	BINARY("epub", "application/epub+zip"),
	BINARY("exe", "application/vnd.microsoft.portable-executable"),
	BINARY("exr", "image/aces"),
	BINARY("fits", "image/fits"),
	BINARY("flac", "audio/flac"),
	BINARY("flv", "video/x-flv"),
	TEXT("frag", "text/plain"),
	BINARY("g3", "image/g3fax"),
	TEXT("geojson", "application/geo+json"),
	BINARY("gif", "image/gif"),
	BINARY("glb", "model/gltf-binary"),
	TEXT("glsl", "text/plain"),
	TEXT("gltf", "model/gltf+json"),
	TEXT("go", "text/plain"),
	TEXT("gpx", "application/gpx+xml"),
	TEXT("graphql", "text/plain"),
	BINARY("gz", "application/gzip"),
	TEXT("h", "text/plain"),
	BINARY("h261", "video/h261"),
	BINARY("h263", "video/h263"),
	BINARY("h264", "video/h264"),
	BINARY("heic", "image/heic"),
	BINARY("heics", "image/heic-sequence"),
	BINARY("heif", "image/heif"),
	BINARY("heifs", "image/heif-sequence"),
	BINARY("hej2", "image/hej2k"),
	HTML("htm"),
	HTML("html"),
	BINARY("ico", "image/vnd.microsoft.icon"),
	TEXT("ics", "text/calendar"),
	BINARY("ief", "image/ief"),
	TEXT("ifb", "text/calendar"),
	BINARY("iges", "model/iges"),
	BINARY("igs", "model/iges"),
	TEXT("in", "text/plain"),
	TEXT("ini", "text/plain"),
	BINARY("iso", "application/octet-stream"),
	BINARY("jaii", "image/jaii"),
	BINARY("jais", "image/jais"),
	BINARY("jar", "application/java-archive"),
	BINARY("jfif", "image/jpeg"),
	BINARY("jhc", "image/jphc"),
	BINARY("jls", "image/jls"),
	BINARY("jp2", "image/jp2"),
	BINARY("jpe", "image/jpeg"),
	BINARY("jpeg", "image/jpeg"),
	BINARY("jpf", "image/jpx"),
	BINARY("jpg", "image/jpeg"),
	BINARY("jpg2", "image/jp2"),
	BINARY("jpgm", "image/jpm"),
	BINARY("jpgv", "video/jpeg"),
	BINARY("jph", "image/jph"),
	BINARY("jpm", "image/jpm"),
	BINARY("jpx", "image/jpx"),
	TEXT("js", "text/javascript"),
	TEXT("json", "application/json"),
	TEXT("json5", "text/plain"),
	TEXT("jsonc", "text/plain"),
	TEXT("jsonl", "text/plain"),
	TEXT("jsonld", "application/ld+json"),
	TEXT("jsx", "text/javascript"),
	BINARY("jt", "model/jt"),
	BINARY("jxl", "image/jxl"),
	BINARY("jxr", "image/jxr"),
	BINARY("jxra", "image/jxra"),
	BINARY("jxrs", "image/jxrs"),
	BINARY("jxs", "image/jxs"),
	BINARY("jxsc", "image/jxsc"),
	BINARY("jxsi", "image/jxsi"),
	BINARY("jxss", "image/jxss"),
	BINARY("kar", "audio/midi"),
	TEXT("kml", "application/vnd.google-earth.kml+xml"),
	BINARY("kmz", "application/vnd.google-earth.kmz"),
	BINARY("ktx", "image/ktx"),
	BINARY("ktx2", "image/ktx2"),
	TEXT("less", "text/plain"),
	TEXT("list", "text/plain"),
	TEXT("log", "text/plain"),
	BINARY("m1v", "video/mpeg"),
	BINARY("m2a", "audio/mpeg"),
	BINARY("m2t", "video/mp2t"),
	BINARY("m2ts", "video/mp2t"),
	BINARY("m2v", "video/mpeg"),
	BINARY("m3a", "audio/mpeg"),
	BINARY("m3u", "audio/x-mpegurl"),
	BINARY("m3u8", "application/vnd.apple.mpegurl"),
	BINARY("m4a", "audio/mp4"),
	BINARY("m4b", "audio/mp4"),
	BINARY("m4s", "video/iso.segment"),
	BINARY("m4v", "video/mp4"),
	TEXT("man", "text/troff"),
	TEXT("manifest", "text/cache-manifest"),
	TEXT("map", "application/json"),
	TEXT("markdown", "text/markdown"),
	TEXT("mathml", "application/mathml+xml"),
	TEXT("md", "text/markdown"),
	TEXT("me", "text/troff"),
	BINARY("mesh", "model/mesh"),
	BINARY("mid", "audio/midi"),
	BINARY("midi", "audio/midi"),
	BINARY("mj2", "video/mj2"),
	BINARY("mjp2", "video/mj2"),
	TEXT("mjs", "text/javascript"),
	BINARY("mk3d", "video/matroska-3d"),
	BINARY("mka", "audio/matroska"),
	BINARY("mkv", "video/matroska"),
	BINARY("mov", "video/quicktime"),
	BINARY("mp2", "audio/mpeg"),
	BINARY("mp2a", "audio/mpeg"),
	BINARY("mp3", "audio/mpeg"),
	BINARY("mp4", "video/mp4"),
	BINARY("mp4a", "audio/mp4"),
	BINARY("mp4v", "video/mp4"),
	BINARY("mpd", "application/dash+xml"),
	BINARY("mpe", "video/mpeg"),
	BINARY("mpeg", "video/mpeg"),
	BINARY("mpg", "video/mpeg"),
	BINARY("mpg4", "video/mp4"),
	BINARY("mpga", "audio/mpeg"),
	TEXT("ms", "text/troff"),
	BINARY("msh", "model/mesh"),
	TEXT("mtl", "model/mtl"),
	BINARY("mts", "video/mp2t"),
	BINARY("mxmf", "audio/mobile-xmf"),
	TEXT("n3", "text/n3"),
	TEXT("obj", "model/obj"),
	BINARY("odp", OPEN_OFFICE("presentation")),
	BINARY("ods", OPEN_OFFICE("spreadsheet")),
	BINARY("odt", OPEN_OFFICE("text")),
	BINARY("oga", "audio/ogg"),
	BINARY("ogg", "audio/ogg"),
	BINARY("ogv", "video/ogg"),
	BINARY("opus", "audio/ogg"),
	BINARY("otf", "font/otf"),
	TEXT("owl", "application/rdf+xml"),
	BINARY("p21", "model/step"),
	BINARY("pdf", "application/pdf"),
	TEXT("php", "text/plain"),
	BINARY("png", "image/png"),
	BINARY("pot", "application/vnd.ms-powerpoint"),
	BINARY("pps", "application/vnd.ms-powerpoint"),
	BINARY("ppt", "application/vnd.ms-powerpoint"),
	BINARY("pptx", OFFICE("presentationml.presentation")),
	BINARY("prc", "model/prc"),
	BINARY("psd", "image/vnd.adobe.photoshop"),
	TEXT("py", "text/plain"),
	BINARY("qt", "video/quicktime"),
	BINARY("rar", "application/vnd.rar"),
	TEXT("rb", "text/plain"),
	TEXT("rdf", "application/rdf+xml"),
	BINARY("rmi", "audio/midi"),
	TEXT("rng", "application/xml"),
	TEXT("roff", "text/troff"),
	TEXT("rs", "text/plain"),
	TEXT("rss", "application/rss+xml"),
	BINARY("rtf", "application/rtf"),
	TEXT("rtx", "text/richtext"),
	TEXT("sass", "text/plain"),
	TEXT("scss", "text/plain"),
	TEXT("sgm", "text/sgml"),
	TEXT("sgml", "text/sgml"),
	TEXT("sh", "text/plain"),
	TEXT("shex", "text/shex"),
	HTML("shtml"),
	BINARY("silo", "model/mesh"),
	BINARY("snd", "audio/basic"),
	TEXT("spdx", "text/spdx"),
	BINARY("spx", "audio/ogg"),
	TEXT("sql", "text/plain"),
	TEXT("srt", "text/plain"),
	BINARY("step", "model/step"),
	BINARY("stl", "model/stl"),
	BINARY("stp", "model/step"),
	BINARY("stpnc", "model/step"),
	TEXT("stpx", "model/step+xml"),
	TEXT("svelte", "text/plain"),
	XML_PAGE("svg", "image/svg+xml"),
	TEXT("t", "text/troff"),
	BINARY("t38", "image/t38"),
	BINARY("tar", "application/x-tar"),
	TEXT("text", "text/plain"),
	BINARY("tfx", "image/tiff-fx"),
	BINARY("tgz", "application/gzip"),
	BINARY("tif", "image/tiff"),
	BINARY("tiff", "image/tiff"),
	TEXT("toml", "application/toml"),
	TEXT("tr", "text/troff"),
	TEXT("ts", "text/plain"), /* TypeScript, not an MPEG stream */
	TEXT("tsv", "text/tab-separated-values"),
	TEXT("tsx", "text/javascript"),
	BINARY("ttc", "font/collection"),
	BINARY("ttf", "font/ttf"),
	TEXT("ttl", "text/turtle"),
	TEXT("ttml", "application/ttml+xml"),
	TEXT("txt", "text/plain"),
	BINARY("u3d", "model/u3d"),
	TEXT("uri", "text/uri-list"),
	TEXT("uris", "text/uri-list"),
	TEXT("urls", "text/uri-list"),
	BINARY("usda", "model/vnd.usda"),
	BINARY("usdz", "model/vnd.usdz+zip"),
	TEXT("vcard", "text/vcard"),
	TEXT("vcf", "text/vcard"),
	TEXT("vert", "text/plain"),
	BINARY("vrml", "model/vrml"),
	TEXT("vtt", "text/vtt"),
	TEXT("vue", "text/plain"),
	BINARY("war", "application/java-archive"),
	BINARY("wasm", "application/wasm"),
	BINARY("wav", "audio/wav"),
	BINARY("weba", "audio/webm"),
	BINARY("webm", "video/webm"),
	TEXT("webmanifest", "application/manifest+json"),
	BINARY("webp", "image/webp"),
	TEXT("wgsl", "text/wgsl"),
	BINARY("wmf", "image/wmf"),
	BINARY("wmv", "video/x-ms-wmv"),
	BINARY("woff", "font/woff"),
	BINARY("woff2", "font/woff2"),
	BINARY("wrl", "model/vrml"),
	TEXT("x3d", "model/x3d+xml"),
	BINARY("x3db", "model/x3d+fastinfoset"),
	BINARY("x3dv", "model/x3d-vrml"),
	XML_PAGE("xht", "application/xhtml+xml"),
	XML_PAGE("xhtml", "application/xhtml+xml"),
	BINARY("xla", "application/vnd.ms-excel"),
	BINARY("xlc", "application/vnd.ms-excel"),
	BINARY("xlm", "application/vnd.ms-excel"),
	BINARY("xls", "application/vnd.ms-excel"),
	BINARY("xlsx", OFFICE("spreadsheetml.sheet")),
	BINARY("xlt", "application/vnd.ms-excel"),
	BINARY("xlw", "application/vnd.ms-excel"),
	TEXT("xml", "application/xml"),
	TEXT("xsd", "application/xml"),
	TEXT("xsl", "application/xslt+xml"),
	TEXT("xslt", "application/xslt+xml"),
	BINARY("xz", "application/x-xz"),
	TEXT("yaml", "application/yaml"),
	TEXT("yml", "application/yaml"),
	BINARY("zip", "application/zip"),
	BINARY("zst", "application/zstd"),
};
/* clang-format on */
enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

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
	row = bsearch(key, rows, ROW_COUNT, sizeof(rows[0]), compare);
	return row ? &row->mime : &unknown;
}

const char *
media_type_extension(size_t row)
{
	return row < ROW_COUNT ? rows[row].extension : NULL;
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

	for (size_t i = 0; i < ROW_COUNT; i++)
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
