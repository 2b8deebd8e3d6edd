/*
 * devtools_file: see devtools_file.h. It has no state.
 */
#include "local/devtools_file.h"

#include <inttypes.h>

#include "base/hash.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "net/listener.h"
#include "security/access.h"

/* A UUID in the form of version 4 (RFC 9562 5.4), which developer tools expect, made of the path. */
static void
add_uuid(struct buf *json, struct slice root)
{
	uint64_t first = hash_bytes(root);
	uint64_t second = hash_more(first, SLICE_LITERAL("workspace"));

	buf_addf(json, "%08" PRIx32 "-%04x-4%03x-%04x-%012" PRIx64, (uint32_t)(first >> 32),
		(unsigned)(first >> 16 & 0xffff), (unsigned)(first & 0xfff),
		(unsigned)(second >> 48 & 0x3fff) | 0x8000, second & 0xffffffffffff);
}

static bool
is_for(const struct request *request)
{
	/* Without any further name, only loopback is allowed. */
	static const struct access_options access = {.host = "localhost"};

	return request->method == REQUEST_GET && slice_is(request->path, DEVTOOLS_FILE_PATH) &&
	       listener_peer_is_local(request->peer.key) && request->authority.at &&
	       access_allows_host(&access, request->authority) && !access_is_cross_origin(request);
}

bool
devtools_file_respond(struct response *response, const struct request *request, struct slice root)
{
	struct buf json = {0};

	if (!is_for(request) || !utf8_is_valid(root, true))
		return false;
	buf_add_text(&json, "{\"workspace\":{\"root\":");
	json_add_text(&json, root);
	buf_add_text(&json, ",\"uuid\":\"");
	add_uuid(&json, root);
	buf_add_text(&json, "\"}}\n");
	response_clear(response);
	response_field(response, "Cache-Control", SLICE_LITERAL("no-store"));
	response_text(response, 200, "application/json", buf_slice(&json));
	buf_finish(&json);
	return true;
}
