/*
 * proxy_head: see proxy_head.h. Its one idea: a head is parsed to fields and written from fields,
 * so no line passes that was not understood.
 */
#include "proxy/proxy_head.h"

#include "http/response_writer.h"

/* Takes the next line off the front of head, without its end. Returns false at the empty line. */
static bool
take_line(struct slice *head, struct slice *line)
{
	if (!slice_split(head, '\n', line))
		return false;
	if (slice_ends(*line, "\r"))
		line->length--;
	return line->length;
}

/* RFC 9112 5.2 */
static bool
is_continuation(struct slice line)
{
	return slice_starts(line, " ") || slice_starts(line, "\t");
}

/*
 * Parses the field lines of a head. Folded lines are joined by a space, as a proxy must (RFC 9112
 * 5.2). A line without a name is left out.
 */
static void
read_fields(struct fields *fields, struct slice head)
{
	struct slice line;

	while (take_line(&head, &line)) {
		struct slice value = line, name;
		struct buf *text;

		if (is_continuation(line) || !slice_split(&value, ':', &name) || !value.at ||
			slice_trim(name).length == 0)
			continue;
		text = fields_begin(fields, slice_trim(name));
		buf_add_slice(text, slice_trim(value));
		while (is_continuation(head) && take_line(&head, &line)) {
			buf_add_char(text, ' ');
			buf_add_slice(text, slice_trim(line));
		}
		fields_end(fields);
	}
}

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
is_one_of(struct slice name, const char *const *names)
{
	for (; *names; names++)
		if (slice_is_nocase(name, *names))
			return true;
	return false;
}

/* Whether the field of that name, one of fields, is hop-by-hop (RFC 9110 7.6.1). */
static bool
is_hop_by_hop(struct slice name, const struct fields *fields)
{
	static const char *const names[] = {"Connection", "Keep-Alive", "Proxy-Connection",
		"Proxy-Authenticate", "Proxy-Authorization", "TE", "Upgrade", NULL};

	if (slice_is_nocase(name, "Transfer-Encoding") || slice_is_nocase(name, "Content-Length"))
		return false;
	return is_one_of(name, names) || is_named_by_connection(fields, name);
}

/* ---- requests ---- */

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
	buf_add_text(text, request->is_http10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
}

/* Adds the facts about the client's connection, which the upstream cannot see. */
static void
add_forwarded(struct fields *fields, const struct request *request, const char *client)
{
	fields_add(fields, SLICE_LITERAL("X-Forwarded-For"), slice_of(client));
	fields_add(fields, SLICE_LITERAL("X-Forwarded-Proto"),
		request->scheme == REQUEST_HTTPS ? SLICE_LITERAL("https") : SLICE_LITERAL("http"));
	if (request->authority.at)
		fields_add(fields, SLICE_LITERAL("X-Forwarded-Host"), request->authority);
	fields_add(fields, SLICE_LITERAL("Via"), SLICE_LITERAL("1.1 liveserve"));
}

void
proxy_head_request(struct buf *text, const struct upstream *upstream, const struct request *request,
	struct slice head, struct slice rest, const char *client, bool is_upgrade)
{
	static const char *const forwarded[] = {
		"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", NULL};
	struct fields received = {0}, fields = {0};
	struct slice line;

	while (!take_line(&head, &line)) /* empty lines may precede the request line */
		;
	read_fields(&received, head);
	for (size_t i = 0; i < received.count; i++) {
		struct field field = fields_at(&received, i);

		if (slice_is_nocase(field.name, "Authorization") &&
			!request_get(request, REQUEST_AUTHORIZATION).at)
			continue;
		if (!is_hop_by_hop(field.name, &received) && !is_one_of(field.name, forwarded))
			fields_add(&fields, field.name, field.value);
	}
	add_forwarded(&fields, request, client);
	fields_add(&fields, SLICE_LITERAL("Connection"),
		is_upgrade ? SLICE_LITERAL("Upgrade") : SLICE_LITERAL("close"));
	if (is_upgrade)
		fields_add(
			&fields, SLICE_LITERAL("Upgrade"), request_get(request, REQUEST_UPGRADE));
	add_target(text, upstream, request, rest);
	buf_add_slice(text, buf_slice(&fields.text));
	buf_add_text(text, "\r\n");
	fields_finish(&received);
	fields_finish(&fields);
}

/* ---- responses ---- */

/* The length up to and including the empty line; 0 without an empty line. */
static size_t
head_length(struct slice bytes)
{
	struct slice rest = bytes, line;

	while (slice_split(&rest, '\n', &line) && rest.at)
		if (line.length == 0 || slice_is(line, "\r"))
			return (size_t)(rest.at - bytes.at);
	return 0;
}

/* The status of "HTTP/1.1 200 OK"; 0 when the line is malformed. */
static int
read_status(struct slice line)
{
	uint64_t status;

	if (line.length < 12 || !slice_starts(line, "HTTP/1.") || line.at[8] != ' ' ||
		(line.length > 12 && line.at[12] != ' ') ||
		!slice_number((struct slice){line.at + 9, 3}, &status))
		return 0;
	return status >= 100 && status <= 599 ? (int)status : 0;
}

static enum response_writer_connection
connection_after(int status)
{
	if (status == 101)
		return RESPONSE_WRITER_UPGRADE;
	return status < 200 ? RESPONSE_WRITER_INTERIM : RESPONSE_WRITER_CLOSE;
}

/* Adds the head for the client. status is the status line without the version. */
static void
forward(struct buf *text, struct slice status, enum response_writer_connection connection,
	const struct fields *received, const struct fields *ours)
{
	struct fields fields = {0};

	for (size_t i = 0; i < received->count; i++) {
		struct field field = fields_at(received, i);

		if (!is_hop_by_hop(field.name, received) && !fields_get(ours, field.name).at)
			fields_add(&fields, field.name, field.value);
	}
	fields_add_all(&fields, ours);
	fields_add(&fields, SLICE_LITERAL("Via"), SLICE_LITERAL("1.1 liveserve"));
	response_writer_forward_head(
		text, status, &fields, connection, fields_get(received, SLICE_LITERAL("Upgrade")));
	fields_finish(&fields);
}

enum proxy_head_verdict
proxy_head_response(struct buf *text, struct slice bytes, const struct fields *ours, size_t *length)
{
	static const enum proxy_head_verdict verdicts[] = {
		[RESPONSE_WRITER_UPGRADE] = PROXY_HEAD_UPGRADE,
		[RESPONSE_WRITER_INTERIM] = PROXY_HEAD_INTERIM,
		[RESPONSE_WRITER_CLOSE] = PROXY_HEAD_FINAL,
	};
	struct fields received = {0};
	enum response_writer_connection connection;
	struct slice head, line;
	int status;

	*length = head_length(bytes);
	if (*length == 0)
		return bytes.length < PROXY_HEAD_MAX ? PROXY_HEAD_MORE : PROXY_HEAD_MALFORMED;
	head = (struct slice){bytes.at, *length};
	status = take_line(&head, &line) ? read_status(line) : 0;
	if (status == 0)
		return PROXY_HEAD_MALFORMED;
	connection = connection_after(status);
	read_fields(&received, head);
	forward(text, (struct slice){line.at + 9, line.length - 9}, connection, &received, ours);
	fields_finish(&received);
	return verdicts[connection];
}
