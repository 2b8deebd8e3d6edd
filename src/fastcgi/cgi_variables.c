/*
 * cgi_variables: see cgi_variables.h. Owns nothing.
 */
#include "fastcgi/cgi_variables.h"

#include "http/fields.h"

void
cgi_script_finish(struct cgi_script *script)
{
	buf_finish(&script->file);
	buf_finish(&script->root);
	buf_finish(&script->name);
	buf_finish(&script->path_info);
}

/* One byte, or four with the first bit set. */
static void
add_length(struct buf *params, size_t length)
{
	const unsigned char bytes[] = {(unsigned char)(length >> 24 | 0x80),
		(unsigned char)(length >> 16), (unsigned char)(length >> 8), (unsigned char)length};

	if (length < 0x80)
		buf_add(params, &bytes[3], 1);
	else
		buf_add(params, bytes, sizeof(bytes));
}

static void
add(struct buf *params, struct slice name, struct slice value)
{
	add_length(params, name.length);
	add_length(params, value.length);
	buf_add_slice(params, name);
	buf_add_slice(params, value);
}

void
cgi_variables_add_one(struct buf *params, const char *name, struct slice value)
{
	add(params, slice_of(name), value);
}

/* ---- fields ---- */

/* Whether CGI writes the name in a way that is no other name's: letters, digits and '-'. */
static bool
is_plain(struct slice name)
{
	for (size_t i = 0; i < name.length; i++) {
		char c = name.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-'))
			return false;
	}
	return name.length;
}

static bool
is_passed(struct slice name, const struct request *request,
	const struct cgi_variables_options *options)
{
	static const char *const never[] = {"Connection", "Keep-Alive", "Proxy-Connection",
		"Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Upgrade",
		"Transfer-Encoding", "Content-Length", "Content-Type", "Proxy", "Expect", "Host",
		"Forwarded", "X-Real-IP", NULL};
	static const char *const of_form[] = {
		"If-None-Match", "If-Modified-Since", "If-Range", "Range", NULL};
	bool only_reads = request->method == REQUEST_GET || request->method == REQUEST_HEAD;

	if (!is_plain(name) || slice_is_one_of_nocase(name, never) ||
		slice_starts_nocase(name, "X-Forwarded"))
		return false;
	if (options->drops_authorization && slice_is_nocase(name, "Authorization"))
		return false;
	if (options->is_document && slice_is_nocase(name, "Accept-Encoding"))
		return false;
	return !options->is_document || !only_reads || !slice_is_one_of_nocase(name, of_form);
}

/* "HTTP_ACCEPT_LANGUAGE" */
static void
write_name(struct buf *text, struct slice name)
{
	buf_clear(text);
	buf_add_text(text, "HTTP_");
	for (size_t i = 0; i < name.length; i++) {
		char c = name.at[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		buf_add_char(text, (char)(c == '-' ? '_' : c));
	}
}

static bool
was_before(const struct fields *fields, size_t index)
{
	struct slice name = fields_at(fields, index).name;

	for (size_t i = 0; i < index; i++)
		if (slice_equal_nocase(fields_at(fields, i).name, name))
			return true;
	return false;
}

/* The values of all fields of that name as one (RFC 3875 4.1.18). */
static void
join_values(const struct fields *fields, size_t index, struct buf *value)
{
	struct slice name = fields_at(fields, index).name;
	const char *between = slice_is_nocase(name, "Cookie") ? "; " : ", ";

	buf_clear(value);
	for (size_t i = index; i < fields->count; i++) {
		struct field field = fields_at(fields, i);

		if (!slice_equal_nocase(field.name, name))
			continue;
		if (i > index)
			buf_add_text(value, between);
		buf_add_slice(value, field.value);
	}
}

static void
add_fields(struct buf *params, const struct fields *fields, const struct request *request,
	const struct cgi_variables_options *options)
{
	struct buf name = {0}, value = {0};

	for (size_t i = 0; i < fields->count; i++) {
		struct slice received = fields_at(fields, i).name;

		if (!is_passed(received, request, options) || was_before(fields, i))
			continue;
		write_name(&name, received);
		join_values(fields, i, &value);
		add(params, buf_slice(&name), buf_slice(&value));
	}
	buf_finish(&name);
	buf_finish(&value);
}

/* ---- all of them ---- */

/* The parts of the authority: "localhost" and "9000"; IPv6 addresses keep their brackets (4.1.14). */
static void
add_server(struct buf *params, const struct request *request, const char *port)
{
	struct slice host = request->authority, found = {0};
	bool is_https = request->scheme == REQUEST_HTTPS;

	for (size_t i = host.length; i > 0 && host.at[i - 1] != ']'; i--)
		if (host.at[i - 1] == ':') {
			found = (struct slice){host.at + i, host.length - i};
			host.length = i - 1;
			break;
		}
	if (!found.length)
		found = *port ? slice_of(port) : slice_of(is_https ? "443" : "80");
	cgi_variables_add_one(
		params, "SERVER_NAME", host.length ? host : SLICE_LITERAL("localhost"));
	cgi_variables_add_one(params, "SERVER_PORT", found);
	cgi_variables_add_one(
		params, "REQUEST_SCHEME", is_https ? slice_of("https") : slice_of("http"));
	if (is_https)
		cgi_variables_add_one(params, "HTTPS", SLICE_LITERAL("on"));
	if (request->authority.length)
		cgi_variables_add_one(params, "HTTP_HOST", request->authority);
}

static void
add_script(struct buf *params, const struct cgi_script *script)
{
	cgi_variables_add_one(params, "SCRIPT_FILENAME", buf_slice(&script->file));
	cgi_variables_add_one(params, "SCRIPT_NAME", buf_slice(&script->name));
	cgi_variables_add_one(params, "DOCUMENT_ROOT", buf_slice(&script->root));
	if (script->path_info.length)
		cgi_variables_add_one(params, "PATH_INFO", buf_slice(&script->path_info));
	cgi_variables_add_one(params, "REDIRECT_STATUS", SLICE_LITERAL("200"));
}

/* Of a chunked body the length is not known yet. */
static void
add_body(struct buf *params, const struct request *request, const struct fields *fields)
{
	cgi_variables_add_one(
		params, "CONTENT_TYPE", fields_get(fields, SLICE_LITERAL("Content-Type")));
	if (!request_get(request, REQUEST_TRANSFER_ENCODING).at)
		cgi_variables_add_one(
			params, "CONTENT_LENGTH", request_get(request, REQUEST_CONTENT_LENGTH));
}

bool
cgi_variables_add(struct buf *params, const struct request *request, struct slice head,
	const struct cgi_variables_options *options)
{
	struct fields fields = {0};
	struct slice query = request->query;
	struct buf target = {0};
	bool waits;

	fields_add_head(&fields, head);
	buf_add_slice(&target, request->path);
	buf_add_slice(&target, query);
	slice_drop(&query, query.length ? 1 : 0);
	cgi_variables_add_one(params, "GATEWAY_INTERFACE", SLICE_LITERAL("CGI/1.1"));
	cgi_variables_add_one(params, "SERVER_SOFTWARE", SLICE_LITERAL("liveserve"));
	cgi_variables_add_one(params, "SERVER_PROTOCOL",
		request->is_http10 ? SLICE_LITERAL("HTTP/1.0") : SLICE_LITERAL("HTTP/1.1"));
	cgi_variables_add_one(params, "REQUEST_METHOD", request->method_name);
	cgi_variables_add_one(params, "REQUEST_URI", buf_slice(&target));
	cgi_variables_add_one(params, "QUERY_STRING", query);
	cgi_variables_add_one(params, "REMOTE_ADDR", slice_of(options->client));
	add_server(params, request, options->port);
	add_script(params, options->script);
	add_body(params, request, &fields);
	add_fields(params, &fields, request, options);
	waits = request->has_body && !request->is_http10 &&
		slice_is_nocase(fields_get(&fields, SLICE_LITERAL("Expect")), "100-continue");
	fields_finish(&fields);
	buf_finish(&target);
	return waits;
}
