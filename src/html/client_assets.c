/*
 * client_assets: see client_assets.h. The scripts are constants; responses borrow them.
 */
#include "html/client_assets.h"

#include <string.h>

#include "html/client_script.h"
#include "html/csp.h"
#include "http/conditional.h"

static const struct client_script *
find_script(struct slice name)
{
	const struct client_script *script = client_scripts;

	while (script->name && !slice_is(name, script->name))
		script++;
	return script->name ? script : NULL;
}

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

bool
client_assets_respond(struct response *response, const struct request *request)
{
	const struct client_script *script = find_script(script_name(request->path));
	struct conditional_validators validators = {0};

	if (!script)
		return false;
	validators.etag = script->etag;
	response_field(response, "ETag", slice_of(script->etag));
	response_field(response, "Cache-Control", lifetime(request));
	csp_add(response, NULL);
	if (conditional_evaluate(request, &validators) == CONDITIONAL_NOT_MODIFIED)
		response_status(response, 304);
	else
		response_text(response, 200, "text/javascript; charset=utf-8",
			(struct slice){script->text, script->length});
	return true;
}
