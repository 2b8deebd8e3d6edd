/*
 * ssi_request: see ssi_request.h. Owns nothing.
 */
#define _GNU_SOURCE
#include "site/ssi_request.h"

#include <string.h>

#include "fs/path.h"
#include "http/fields.h"
#include "net/connection_limit.h"
#include "ssi/ssi_format.h"

static void
set(struct ssi_variables *variables, const char *name, struct slice value,
	enum ssi_variable_kind kind)
{
	ssi_variables_set(variables, slice_of(name), value, kind);
}

/* ---- the document ---- */

static void
set_document(struct ssi_variables *variables, const char *name)
{
	struct buf url = {0};

	buf_add_char(&url, '/');
	buf_add_text(&url, name);
	set(variables, "DOCUMENT_URI", buf_slice(&url), SSI_VARIABLE_SITE);
	set(variables, "SCRIPT_NAME", buf_slice(&url), SSI_VARIABLE_SITE);
	set(variables, "DOCUMENT_NAME", path_base(slice_of(name)), SSI_VARIABLE_SITE);
	set(variables, "SERVER_SOFTWARE", SLICE_LITERAL("liveserve"), SSI_VARIABLE_SITE);
	set(variables, "GATEWAY_INTERFACE", SLICE_LITERAL("CGI/1.1"), SSI_VARIABLE_SITE);
	buf_finish(&url);
}

/* ---- fields ---- */

/* The head of the request, which ends with an empty line. */
static struct slice
head_of(const struct request *request)
{
	struct slice head = {request->method_name.at, 0};
	const char *line = head.at;

	for (;;) {
		const char *end = line;

		while (*end != '\n')
			end++;
		head.length = (size_t)(end + 1 - head.at);
		if (end == line || (end == line + 1 && *line == '\r'))
			return head;
		line = end + 1;
	}
}

static bool
is_left_out(struct slice name)
{
	return slice_is_nocase(name, "Authorization") ||
	       slice_is_nocase(name, "Proxy-Authorization") || slice_is_nocase(name, "Proxy");
}

/* "User-Agent" is HTTP_USER_AGENT. Returns false for a name that could be taken for another one's. */
static bool
write_field_name(struct slice field, struct buf *name)
{
	buf_clear(name);
	buf_add_text(name, "HTTP_");
	for (size_t i = 0; i < field.length; i++) {
		char c = field.at[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c == '-')
			c = '_';
		else if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
			return false;
		buf_add_char(name, c);
	}
	return true;
}

static void
set_fields(struct ssi_variables *variables, const struct request *request)
{
	struct fields fields = {0};
	struct buf name = {0};

	fields_add_head(&fields, head_of(request));
	for (size_t i = 0; i < fields.count; i++) {
		struct field field = fields_at(&fields, i);

		if (!is_left_out(field.name) && write_field_name(field.name, &name))
			ssi_variables_set(
				variables, buf_slice(&name), field.value, SSI_VARIABLE_REQUEST);
	}
	fields_finish(&fields);
	buf_finish(&name);
}

/* ---- the request ---- */

static void
set_host(struct ssi_variables *variables, const struct request *request)
{
	struct slice host = request->authority;
	const char *colon = host.length ? memrchr(host.at, ':', host.length) : NULL;
	bool has_port = colon && (*host.at != '[' || colon[-1] == ']');
	struct slice port = slice_of(request->scheme == REQUEST_HTTP ? "80" : "443");

	if (has_port) {
		port = (struct slice){colon + 1, (size_t)(host.at + host.length - colon - 1)};
		host.length = (size_t)(colon - host.at);
	}
	set(variables, "SERVER_NAME", host, SSI_VARIABLE_REQUEST);
	set(variables, "SERVER_PORT", port, SSI_VARIABLE_REQUEST);
}

static void
set_query(struct ssi_variables *variables, const struct request *request)
{
	struct slice query = request->query;
	struct buf text = {0};

	buf_add_slice(&text, request->address.at ? request->address : request->path);
	buf_add_slice(&text, query);
	set(variables, "REQUEST_URI", buf_slice(&text), SSI_VARIABLE_REQUEST);
	buf_clear(&text);
	if (query.length)
		slice_drop(&query, 1);
	set(variables, "QUERY_STRING", query, SSI_VARIABLE_REQUEST);
	set(variables, "DOCUMENT_ARGS", query, SSI_VARIABLE_REQUEST);
	ssi_format_decode(SLICE_LITERAL("url"), query, &text);
	set(variables, "QUERY_STRING_UNESCAPED", buf_slice(&text), SSI_VARIABLE_REQUEST);
	buf_finish(&text);
}

static void
set_client(struct ssi_variables *variables, const struct request *request)
{
	struct buf address = {0};

	connection_limit_add_address(&address, &request->peer);
	set(variables, "REMOTE_ADDR", buf_slice(&address), SSI_VARIABLE_REQUEST);
	buf_finish(&address);
}

/* Which value these have is not known, but that it depends on the request. */
static void
set_unknown(struct ssi_variables *variables)
{
	static const char *const names[] = {"REQUEST_URI", "QUERY_STRING", "DOCUMENT_ARGS",
		"QUERY_STRING_UNESCAPED", "SERVER_NAME", "SERVER_PORT", "REQUEST_METHOD",
		"REQUEST_SCHEME", "SERVER_PROTOCOL", "REMOTE_ADDR"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		set(variables, names[i], SLICE_LITERAL(""), SSI_VARIABLE_REQUEST);
}

void
ssi_request_set_variables(
	struct ssi_variables *variables, const struct request *request, const char *name)
{
	bool is_https;

	set_document(variables, name);
	if (!request) {
		set_unknown(variables);
		return;
	}
	is_https = request->scheme != REQUEST_HTTP;
	set_fields(variables, request);
	set_query(variables, request);
	set_host(variables, request);
	set_client(variables, request);
	set(variables, "REQUEST_METHOD", request->method_name, SSI_VARIABLE_REQUEST);
	set(variables, "REQUEST_SCHEME", slice_of(is_https ? "https" : "http"),
		SSI_VARIABLE_REQUEST);
	set(variables, "SERVER_PROTOCOL", slice_of(request->is_http10 ? "HTTP/1.0" : "HTTP/1.1"),
		SSI_VARIABLE_REQUEST);
	if (is_https)
		set(variables, "HTTPS", SLICE_LITERAL("on"), SSI_VARIABLE_REQUEST);
}
