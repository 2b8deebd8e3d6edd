/*
 * proxy_head: see proxy_head.h. Its one idea: a head is parsed to fields and written from fields,
 * so no line passes that was not understood.
 */
#include "proxy/proxy_head.h"

#include <string.h>

#include "http/response_writer.h"

static bool
is_listed(struct slice list, struct slice name)
{
	struct slice item;

	while (slice_split(&list, ',', &item))
		if (slice_equal_nocase(slice_trim(item), name))
			return true;
	return false;
}

/* Whether a Connection field lists name: then the field is hop-by-hop. */
static bool
is_named_by_connection(const struct fields *fields, struct slice name)
{
	for (size_t i = 0; i < fields->count; i++) {
		struct field field = fields_at(fields, i);

		if (slice_is_nocase(field.name, "Connection") && is_listed(field.value, name))
			return true;
	}
	return false;
}

static bool
is_framing(struct slice name)
{
	return slice_is_nocase(name, "Transfer-Encoding") ||
	       slice_is_nocase(name, "Content-Length");
}

/* Whether the field of that name, one of fields, is hop-by-hop (RFC 9110 7.6.1). */
static bool
is_hop_by_hop(struct slice name, const struct fields *fields)
{
	static const char *const names[] = {"Connection", "Keep-Alive", "Proxy-Connection",
		"Proxy-Authenticate", "Proxy-Authorization", "TE", "Upgrade", NULL};

	return slice_is_one_of_nocase(name, names) || is_named_by_connection(fields, name);
}

/* ---- requests ---- */

/*
 * Whether the field says where the request comes from. This server says that, not its client.
 */
static bool
is_about_sender(struct slice name)
{
	static const char *const names[] = {"Forwarded", "X-Real-IP", NULL};

	return slice_is_one_of_nocase(name, names) || slice_starts_nocase(name, "X-Forwarded");
}

/*
 * Whether a field of the request is not passed on. CGI and its relatives read '_' and '-' as the same
 * (RFC 3875 4.1.18), so a name with '_' is judged as they read it.
 */
static bool
is_removed(struct slice name, const struct fields *received, const struct request *request)
{
	char read[sizeof("Proxy-Authorization")];
	size_t length = 0;
	struct slice as_cgi;

	for (; length < name.length && length < sizeof(read); length++)
		read[length] = (char)(name.at[length] == '_' ? '-' : name.at[length]);
	as_cgi = (struct slice){read, length};
	return is_framing(as_cgi) || slice_is_nocase(as_cgi, "Host") || is_about_sender(as_cgi) ||
	       is_hop_by_hop(as_cgi, received) || is_hop_by_hop(name, received) ||
	       (request->is_http10 && slice_is_nocase(as_cgi, "Expect")) ||
	       (!request_get(request, REQUEST_AUTHORIZATION).at &&
		       slice_is_nocase(as_cgi, "Authorization"));
}

/* What a document is asked for without: see proxy_head.h. */
static bool
is_of_another_form(struct slice name, const struct request *request)
{
	static const char *const names[] = {
		"If-None-Match", "If-Modified-Since", "If-Range", "Range", NULL};
	bool only_reads = request->method == REQUEST_GET || request->method == REQUEST_HEAD;

	return slice_is_nocase(name, "Accept-Encoding") ||
	       (only_reads && slice_is_one_of_nocase(name, names));
}

static void
add_target(struct buf *text, const struct upstream *upstream, const struct request *request,
	struct slice rest)
{
	buf_add_slice(text, request->method_name);
	buf_add_char(text, ' ');
	buf_add_text(text, upstream->base);
	if (rest.length || !*upstream->base)
		buf_add_slice(text, rest.length ? rest : SLICE_LITERAL("/"));
	buf_add_slice(text, request->query);
	buf_add_text(text, " HTTP/1.1\r\n");
}

/* The name that was judged, or the upstream's own. A request of HTTP/1.0 may have none. */
static struct slice
host_for(const struct upstream *upstream, const struct request *request, bool is_own)
{
	struct slice host = request->authority;

	if (host.length == 0 || is_own)
		host = upstream_authority(upstream);
	return host;
}

/* RFC 7239: an IPv6 address is quoted and has brackets, and no zone, which only this machine knows. */
static void
add_standard_forwarded(struct fields *fields, const struct request *request, const char *client)
{
	bool is_ipv6 = strchr(client, ':');
	struct buf *value = fields_begin(fields, SLICE_LITERAL("Forwarded"));

	buf_add_text(value, is_ipv6 ? "for=\"[" : "for=");
	buf_add(value, client, strcspn(client, "%"));
	buf_add_text(value, is_ipv6 ? "]\"" : "");
	if (request->authority.length) {
		buf_add_text(value, ";host=\"");
		buf_add_slice(value, request->authority);
		buf_add_text(value, "\"");
	}
	buf_add_text(value, request->scheme == REQUEST_HTTPS ? ";proto=https" : ";proto=http");
	fields_end(fields);
}

/* Adds the facts about the client's connection, which the upstream cannot see. */
static void
add_forwarded(struct fields *fields, const struct request *request, const char *client)
{
	add_standard_forwarded(fields, request, client);
	fields_add(fields, SLICE_LITERAL("X-Forwarded-For"), slice_of(client));
	fields_add(fields, SLICE_LITERAL("X-Forwarded-Proto"),
		request->scheme == REQUEST_HTTPS ? SLICE_LITERAL("https") : SLICE_LITERAL("http"));
	if (request->authority.length)
		fields_add(fields, SLICE_LITERAL("X-Forwarded-Host"), request->authority);
	fields_add(fields, SLICE_LITERAL("Via"), SLICE_LITERAL("1.1 liveserve"));
}

/* Adds the fields of received that are passed on. request_parse has checked those of the framing. */
static void
add_passed(struct fields *fields, const struct fields *received, const struct request *request,
	bool is_document)
{
	for (size_t i = 0; i < received->count; i++) {
		struct field field = fields_at(received, i);

		if (slice_is_nocase(field.name, "Transfer-Encoding"))
			fields_add(fields, field.name, SLICE_LITERAL("chunked"));
		else if (is_document && is_of_another_form(field.name, request))
			continue;
		else if (slice_is_nocase(field.name, "Content-Length") ||
			 !is_removed(field.name, received, request))
			fields_add(fields, field.name, field.value);
	}
}

/* Without a Connection it stays open (RFC 9112 9.3). */
static void
add_connection(struct fields *fields, const struct proxy_head_options *options)
{
	if (options->is_upgrade) {
		fields_add(fields, SLICE_LITERAL("Connection"), SLICE_LITERAL("Upgrade"));
		fields_add(fields, SLICE_LITERAL("Upgrade"), SLICE_LITERAL("websocket"));
	} else if (options->closes) {
		fields_add(fields, SLICE_LITERAL("Connection"), SLICE_LITERAL("close"));
	}
}

/* Whether the request has come through servers of this program too often. */
static bool
runs_in_circle(const struct fields *received)
{
	unsigned times = 0;

	for (size_t i = 0; i < received->count; i++) {
		struct field field = fields_at(received, i);
		struct slice item;

		while (slice_is_nocase(field.name, "Via") && slice_split(&field.value, ',', &item))
			times += slice_ends_nocase(slice_trim(item), " liveserve");
	}
	return times >= PROXY_HEAD_LOOP_MAX;
}

bool
proxy_head_request(struct buf *text, const struct upstream *upstream, const struct request *request,
	struct slice head, struct slice rest, const struct proxy_head_options *options)
{
	struct fields received = {0}, fields = {0};
	bool is_new;

	fields_add_head(&received, head);
	fields_add(
		&fields, SLICE_LITERAL("Host"), host_for(upstream, request, options->has_own_host));
	add_passed(&fields, &received, request, options->is_document);
	if (options->is_document)
		fields_add(&fields, SLICE_LITERAL("Accept-Encoding"), SLICE_LITERAL("identity"));
	add_forwarded(&fields, request, options->client);
	add_connection(&fields, options);
	add_target(text, upstream, request, rest);
	buf_add_slice(text, buf_slice(&fields.text));
	buf_add_text(text, "\r\n");
	is_new = !runs_in_circle(&received);
	fields_finish(&received);
	fields_finish(&fields);
	return is_new;
}

/* ---- responses ---- */

static enum response_writer_connection
connection_after(int status, bool closes)
{
	if (status == 101)
		return RESPONSE_WRITER_UPGRADE;
	if (status < 200)
		return RESPONSE_WRITER_INTERIM;
	return closes ? RESPONSE_WRITER_CLOSE : RESPONSE_WRITER_KEEP_ALIVE;
}

/* Adds what head says of the framing, each field at most once (RFC 9112 6.2). */
static void
add_framing(struct fields *fields, struct slice name, const struct response_head *head,
	bool keeps_chunks)
{
	bool may_have_length = head->status >= 200 && head->status != 204;

	if (fields_get(fields, name).at)
		return;
	if (slice_is_nocase(name, "Transfer-Encoding")) {
		if (head->framing == MESSAGE_BODY_CHUNKED && keeps_chunks)
			fields_add(fields, name, SLICE_LITERAL("chunked"));
	} else if (may_have_length) {
		buf_add_number(fields_begin(fields, name), head->length);
		fields_end(fields);
	}
}

void
proxy_head_response(struct buf *text, const struct response_head *head, const struct fields *ours,
	const struct proxy_head_client *client)
{
	struct fields fields = {0};

	for (size_t i = 0; i < head->fields.count; i++) {
		struct field field = fields_at(&head->fields, i);

		if (is_framing(field.name))
			add_framing(&fields, field.name, head, client->keeps_chunks);
		else if (!is_hop_by_hop(field.name, &head->fields) &&
			 !fields_get(ours, field.name).at)
			fields_add(&fields, field.name, field.value);
	}
	fields_add_all(&fields, ours);
	fields_add(&fields, SLICE_LITERAL("Via"), SLICE_LITERAL("1.1 liveserve"));
	response_writer_forward_head(text, head->line, &fields,
		connection_after(head->status, client->closes), SLICE_LITERAL("websocket"));
	fields_finish(&fields);
}

bool
proxy_head_closes(const struct response_head *head)
{
	return head->is_http10 || is_named_by_connection(&head->fields, SLICE_LITERAL("close"));
}
