/*
 * client_assets: see client_assets.h. The scripts are constants; responses borrow them.
 */
#include "html/client_assets.h"

#include <string.h>

#include "base/json_writer.h"
#include "bundled/bundled_file.h"
#include "html/client_script.h"
#include "html/csp.h"
#include "http/conditional.h"

#define MAP_SUFFIX ".map"

/* The part of path that names a script. The LiveReload script is also at the root. */
static struct slice
script_name(struct slice path)
{
	if (!client_assets_have_path(path) && !slice_is(path, CLIENT_ASSETS_LIVERELOAD))
		return (struct slice){NULL, 0};
	size_t length = slice_is(path, CLIENT_ASSETS_LIVERELOAD) ? 1 : strlen(CLIENT_ASSETS_FOLDER);

	return (struct slice){path.at + length, path.length - length};
}

bool
client_assets_have_path(struct slice path)
{
	return slice_starts(path, CLIENT_ASSETS_FOLDER);
}

/*
 * A page fetches the script of its tag before it loads again. The load then takes the script from the
 * browser's cache, so that a user cannot stop it before the script is there.
 */
static struct slice
lifetime(const struct request *request)
{
	if (slice_is(request_get(request, REQUEST_SEC_FETCH_DEST), "empty"))
		return SLICE_LITERAL("max-age=10");
	return SLICE_LITERAL("no-cache");
}

/* ---- source maps ---- */

/*
 * A source map (ECMA-426) of a script whose only source is the script itself, line by line, and is in its
 * ignoreList. Developer tools then pass over our functions: a message of the console has the line of the
 * page that called it, and steps do not lead into the script.
 */
static void
add_map(const struct bundled_file *script, struct buf *map)
{
	static const char begin[] = "{\"version\":3,\"names\":[],\"sources\":[\"source/";
	const char *separator = "AAAA";

	buf_addf(map, "%s%s\"],\"sourcesContent\":[", begin, script->name);
	json_add_text(map, (struct slice){script->text, script->length});
	buf_add_text(map, "],\"ignoreList\":[0],\"x_google_ignoreList\":[0],\"mappings\":\"");
	for (size_t i = 0; i < script->length; i++) {
		if (i > 0 && script->text[i - 1] != '\n')
			continue;
		buf_add_text(map, separator);
		separator = ";AACA";
	}
	buf_add_text(map, "\"}");
}

/* Returns false, without a change of response, when name is not that of the map of a script. */
static bool
respond_with_map(struct response *response, struct slice name)
{
	const struct bundled_file *script;
	struct buf map = {0};

	if (!slice_ends(name, MAP_SUFFIX))
		return false;
	name.length -= strlen(MAP_SUFFIX);
	script = bundled_file_find(client_scripts, name);
	if (!script)
		return false;
	add_map(script, &map);
	response_field(response, "Cache-Control", SLICE_LITERAL("no-cache"));
	csp_add(response, NULL);
	response_text(response, 200, "application/json", buf_slice(&map));
	buf_finish(&map);
	return true;
}

static void
add_map_field(struct response *response, const struct bundled_file *script)
{
	struct buf url = {0};

	buf_addf(&url, "%s" MAP_SUFFIX, script->name);
	response_field(response, "SourceMap", buf_slice(&url));
	buf_finish(&url);
}

bool
client_assets_respond(struct response *response, const struct request *request)
{
	struct slice name = script_name(request->path);
	const struct bundled_file *script = bundled_file_find(client_scripts, name);
	struct conditional_validators validators = {0};

	if (!script)
		return respond_with_map(response, name);
	validators.etag = script->etag;
	response_field(response, "ETag", slice_of(script->etag));
	response_field(response, "Cache-Control", lifetime(request));
	add_map_field(response, script);
	csp_add(response, NULL);
	if (conditional_evaluate(request, &validators) == CONDITIONAL_NOT_MODIFIED)
		response_status(response, 304);
	else
		response_text(response, 200, "text/javascript; charset=utf-8",
			(struct slice){script->text, script->length});
	return true;
}
