/*
 * proxy_head: see proxy_head.h.
 */
#define _GNU_SOURCE
#include "proxy/proxy_head.h"

#include <string.h>

/* Takes the next line off the front of head, without its end; false at the empty line. */
static bool
take_line(struct slice *head, struct slice *line)
{
	if (!slice_split(head, '\n', line))
		return false;
	if (slice_ends(*line, "\r"))
		line->length--;
	return line->length;
}

static struct slice
name_of(struct slice line)
{
	struct slice name = line;

	slice_split(&line, ':', &name);
	return name;
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

/* Whether a Connection line of head names the field, too: then it is of this hop only. */
static bool
is_named_by_connection(struct slice head, struct slice name)
{
	struct slice line;

	while (take_line(&head, &line)) {
		struct slice value = line, field;

		if (slice_split(&value, ':', &field) && slice_is_nocase(field, "Connection") &&
			is_listed(value, name))
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

/* fields are the lines behind the first one of a head. */
static bool
stays_here(struct slice name, struct slice fields)
{
	static const char *const hop[] = {"Connection", "Keep-Alive", "Proxy-Connection",
		"Proxy-Authenticate", "Proxy-Authorization", "TE", "Upgrade", NULL};

	if (slice_is_nocase(name, "Transfer-Encoding") || slice_is_nocase(name, "Content-Length"))
		return false;
	return is_one_of(name, hop) || is_named_by_connection(fields, name);
}

static void
add_line(struct buf *text, struct slice line)
{
	buf_add_slice(text, line);
	buf_add_text(text, "\r\n");
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

static void
add_origin(struct buf *text, const struct request *request, const char *client)
{
	buf_addf(text, "X-Forwarded-For: %s\r\nX-Forwarded-Proto: %s\r\n", client,
		request->entry == REQUEST_BY_HTTPS ? "https" : "http");
	if (request->authority.at) {
		buf_add_text(text, "X-Forwarded-Host: ");
		add_line(text, request->authority);
	}
	buf_add_text(text, "Via: 1.1 liveserve\r\n");
}

void
proxy_head_request(struct buf *text, const struct upstream *upstream, const struct request *request,
	struct slice head, struct slice rest, const char *client, bool is_upgrade)
{
	static const char *const ours[] = {
		"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", NULL};
	struct slice line, fields;

	while (!take_line(&head, &line)) /* empty lines may come before the request's */
		;
	fields = head;
	add_target(text, upstream, request, rest);
	while (take_line(&head, &line))
		if (!stays_here(name_of(line), fields) && !is_one_of(name_of(line), ours))
			add_line(text, line);
	add_origin(text, request, client);
	if (is_upgrade) {
		buf_add_text(text, "Connection: Upgrade\r\nUpgrade: ");
		add_line(text, request_get(request, REQUEST_UPGRADE));
	} else {
		buf_add_text(text, "Connection: close\r\n");
	}
	buf_add_text(text, "\r\n");
}

/* ---- answers ---- */

/* The bytes up to and with the empty line; 0 when it is not there. */
static size_t
head_length(struct slice bytes)
{
	struct slice rest = bytes, line;

	while (slice_split(&rest, '\n', &line) && rest.at)
		if (line.length == 0 || slice_is(line, "\r"))
			return (size_t)(rest.at - bytes.at);
	return 0;
}

/* The status of "HTTP/1.1 200 OK"; 0 when it is none. */
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

static bool
has_field(struct slice fields, struct slice name)
{
	struct slice line;

	while (take_line(&fields, &line))
		if (slice_equal_nocase(name_of(line), name))
			return true;
	return false;
}

/* The value of a field; absent when there is none. */
static struct slice
value_of(struct slice fields, const char *name)
{
	struct slice line;

	while (take_line(&fields, &line)) {
		struct slice value = line, field;

		if (slice_split(&value, ':', &field) && slice_is_nocase(field, name))
			return slice_trim(value);
	}
	return (struct slice){0};
}

static void
add_fields(struct buf *text, struct slice head, struct slice fields)
{
	struct slice rest = head, line;

	while (take_line(&rest, &line))
		if (!stays_here(name_of(line), head) && !has_field(fields, name_of(line)))
			add_line(text, line);
	buf_add_slice(text, fields);
}

enum proxy_head_verdict
proxy_head_answer(struct buf *text, struct slice bytes, struct slice fields, size_t *length)
{
	struct slice head, line;
	int status;

	*length = head_length(bytes);
	if (*length == 0)
		return bytes.length < PROXY_HEAD_HEAD_MAX ? PROXY_HEAD_MORE : PROXY_HEAD_MALFORMED;
	head = (struct slice){bytes.at, *length};
	status = take_line(&head, &line) ? read_status(line) : 0;
	if (status == 0)
		return PROXY_HEAD_MALFORMED;
	buf_add_text(text, "HTTP/1.1");
	add_line(text, (struct slice){line.at + 8, line.length - 8});
	add_fields(text, head, fields);
	buf_add_text(text, "Via: 1.1 liveserve\r\n");
	if (status == 101) {
		buf_add_text(text, "Connection: Upgrade\r\nUpgrade: ");
		add_line(text, value_of(head, "Upgrade"));
	} else if (status >= 200) {
		buf_add_text(text, "Connection: close\r\n");
	}
	buf_add_text(text, "\r\n");
	return status == 101  ? PROXY_HEAD_UPGRADE
	       : status < 200 ? PROXY_HEAD_INTERIM
			      : PROXY_HEAD_FINAL;
}
