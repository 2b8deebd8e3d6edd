/*
 * request: see request.h. One pass: a cursor moves over the bytes, and a table has the bytes that
 * are allowed in each part. So the first wrong byte refuses the request, even if the rest has not
 * arrived. If the bytes end before the head does, the verdict is REQUEST_INCOMPLETE.
 */
#include "http/request.h"

#include <string.h>

/* The parts that a byte is allowed in. */
enum {
	TOKEN = 1,  /* RFC 9110 5.6.2 */
	TARGET = 2, /* anything visible but '#', and bytes above 0x7f */
	TEXT = 4,   /* of a field value: RFC 9110 5.5 */
	HOST = 8,   /* of host[:port]: RFC 3986 3.2.2 without userinfo */
};

/* clang-format off */
#define TX (TEXT)
#define VI (TEXT | TARGET)
#define NS (TEXT | TOKEN)
#define TK (TEXT | TARGET | TOKEN)
#define HO (TEXT | TARGET | HOST)
#define AL (TEXT | TARGET | TOKEN | HOST)

static const unsigned char roles[256] = {
	0,  0,  0,  0,  0,  0,  0,  0,  0,  TX, 0,  0,  0,  0,  0,  0,  /* HT */
	0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
	TX, AL, VI, NS, AL, AL, AL, AL, HO, HO, AL, AL, HO, AL, AL, VI, /*  !"#$%&'()*+,-./ */
	AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, HO, HO, VI, HO, VI, VI, /* 0123456789:;<=>? */
	VI, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, /* @ABCDEFGHIJKLMNO */
	AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, HO, VI, HO, TK, AL, /* PQRSTUVWXYZ[\]^_ */
	TK, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, /* `abcdefghijklmno */
	AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, VI, TK, VI, AL, 0,  /* pqrstuvwxyz{|}~ DEL */
	VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI,
	VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI,
	VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI,
	VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI,
	VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI,
	VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI,
	VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI,
	VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI, VI,
};

struct known {
	const char *name;
	unsigned char length;
	bool is_list; /* may be sent on several lines */
	enum request_field field;
};

/*
 * A perfect hash of the names: their length, the fourth byte from the end and the last one. Two
 * names in one slot do not compile (-Woverride-init); then other multipliers have to be found.
 */
enum { SLOTS = 64, NAME_MIN = 4 };
#define SLOT(length, fourth, last) (((length) * 18 + (fourth) * 10 + (last) * 7) % SLOTS)
#define KNOWN(name, fourth, last, is_list, field) \
	[SLOT(sizeof(name) - 1, fourth, last)] = {name, sizeof(name) - 1, is_list, field}

static const struct known known[SLOTS] = {
	KNOWN("host", 'h', 't', false, REQUEST_HOST),
	KNOWN("connection", 't', 'n', true, REQUEST_CONNECTION),
	KNOWN("content-length", 'n', 'h', false, REQUEST_CONTENT_LENGTH),
	KNOWN("transfer-encoding", 'd', 'g', false, REQUEST_TRANSFER_ENCODING),
	KNOWN("upgrade", 'r', 'e', true, REQUEST_UPGRADE),
	KNOWN("origin", 'i', 'n', false, REQUEST_ORIGIN),
	KNOWN("authorization", 't', 'n', false, REQUEST_AUTHORIZATION),
	KNOWN("accept", 'c', 't', true, REQUEST_ACCEPT),
	KNOWN("accept-encoding", 'd', 'g', true, REQUEST_ACCEPT_ENCODING),
	KNOWN("accept-language", 'u', 'e', true, REQUEST_ACCEPT_LANGUAGE),
	KNOWN("user-agent", 'g', 't', false, REQUEST_USER_AGENT),
	KNOWN("referer", 'e', 'r', false, REQUEST_REFERER),
	KNOWN("if-match", 'a', 'h', true, REQUEST_IF_MATCH),
	KNOWN("if-none-match", 'a', 'h', true, REQUEST_IF_NONE_MATCH),
	KNOWN("if-modified-since", 'i', 'e', false, REQUEST_IF_MODIFIED_SINCE),
	KNOWN("if-unmodified-since", 'i', 'e', false, REQUEST_IF_UNMODIFIED_SINCE),
	KNOWN("if-range", 'a', 'e', false, REQUEST_IF_RANGE),
	KNOWN("range", 'a', 'e', false, REQUEST_RANGE),
	KNOWN("priority", 'r', 'y', true, REQUEST_PRIORITY),
	KNOWN("sec-fetch-dest", 'd', 't', false, REQUEST_SEC_FETCH_DEST),
	KNOWN("sec-fetch-mode", 'm', 'e', false, REQUEST_SEC_FETCH_MODE),
	KNOWN("sec-fetch-site", 's', 'e', false, REQUEST_SEC_FETCH_SITE),
	KNOWN("sec-websocket-key", '-', 'y', false, REQUEST_SEC_WEBSOCKET_KEY),
	KNOWN("sec-websocket-version", 's', 'n', false, REQUEST_SEC_WEBSOCKET_VERSION),
	KNOWN("sec-websocket-protocol", 'o', 'l', true, REQUEST_SEC_WEBSOCKET_PROTOCOL),
	KNOWN("access-control-request-private-network", 'w', 'k', false, REQUEST_PRIVATE_NETWORK),
	KNOWN("access-control-request-local-network", 'w', 'k', false, REQUEST_LOCAL_NETWORK),
	KNOWN("forwarded", 'r', 'd', true, REQUEST_FORWARDED),
	KNOWN("x-real-ip", 'l', 'p', true, REQUEST_FORWARDED),
	KNOWN("x-original-host", 'h', 't', true, REQUEST_FORWARDED),
	KNOWN("liveserve-stream-key", '-', 'y', false, REQUEST_STREAM_KEY),
};
/* clang-format on */

struct cursor {
	const char *at;
	const char *end;
};

static bool
has_role(char byte, int role)
{
	return (roles[(unsigned char)byte] & role) != 0;
}

static struct slice
read_run(struct cursor *cursor, int role)
{
	const char *start = cursor->at;

	while (cursor->at < cursor->end && has_role(*cursor->at, role))
		cursor->at++;
	return (struct slice){start, (size_t)(cursor->at - start)};
}

/* A run of at least one byte and the separator after it. */
static int
read_part(struct cursor *cursor, int role, char separator, struct slice *part)
{
	*part = read_run(cursor, role);
	if (cursor->at == cursor->end)
		return REQUEST_INCOMPLETE;
	if (part->length == 0 || *cursor->at != separator)
		return 400;
	cursor->at++;
	return REQUEST_COMPLETE;
}

static int
read_line_end(struct cursor *cursor)
{
	if (cursor->at < cursor->end && *cursor->at == '\r')
		cursor->at++;
	if (cursor->at == cursor->end)
		return REQUEST_INCOMPLETE;
	return *cursor->at++ == '\n' ? REQUEST_COMPLETE : 400;
}

static int
read_version(struct request *request, struct cursor *cursor)
{
	static const char shape[] = "HTTP/#.#";

	for (size_t i = 0; shape[i]; i++, cursor->at++) {
		char c;

		if (cursor->at == cursor->end)
			return REQUEST_INCOMPLETE;
		c = *cursor->at;
		if (shape[i] == '#' ? c < '0' || c > '9' : c != shape[i])
			return 400;
	}
	request->is_http10 = cursor->at[-1] == '0';
	return cursor->at[-3] == '1' ? REQUEST_COMPLETE : 505;
}

static int
read_line_parts(struct request *request, struct cursor *cursor, struct slice *target)
{
	int verdict = read_part(cursor, TOKEN, ' ', &request->method_name);

	if (verdict == REQUEST_COMPLETE)
		verdict = read_part(cursor, TARGET, ' ', target);
	if (verdict == REQUEST_COMPLETE)
		verdict = read_version(request, cursor);
	return verdict;
}

static enum request_method
method_of(struct slice name)
{
	static const char *const names[] = {
		[REQUEST_GET] = "GET",
		[REQUEST_HEAD] = "HEAD",
		[REQUEST_OPTIONS] = "OPTIONS",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_is(name, names[i]))
			return (enum request_method)i;
	return REQUEST_OTHER;
}

/* rest is the origin form, or the rest of the absolute form after the authority. */
static void
split_query(struct request *request, struct slice rest)
{
	const char *mark = rest.length ? memchr(rest.at, '?', rest.length) : NULL;

	request->path = rest;
	if (mark) {
		request->path.length = (size_t)(mark - rest.at);
		request->query = (struct slice){mark, rest.length - request->path.length};
	}
	if (request->path.length == 0)
		request->path = SLICE_LITERAL("/");
}

/* RFC 9112 3.2.2. '@' is not a byte of a host, so userinfo is refused (RFC 9110 4.2.4). */
static int
read_absolute_form(struct request *request, struct slice target)
{
	static const char *const schemes[] = {"http://", "https://"};
	struct cursor cursor = {target.at, target.at + target.length};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (!slice_starts_nocase(target, schemes[i]))
			continue;
		cursor.at += strlen(schemes[i]);
		request->authority = read_run(&cursor, HOST);
		if (request->authority.length == 0)
			return 400;
		if (cursor.at < cursor.end && *cursor.at != '/' && *cursor.at != '?')
			return 400;
		split_query(request, (struct slice){cursor.at, (size_t)(cursor.end - cursor.at)});
		return REQUEST_COMPLETE;
	}
	return 400;
}

static int
read_target(struct request *request, struct slice target)
{
	if (slice_is(request->method_name, "CONNECT"))
		return 501;
	if (target.at[0] == '/') {
		split_query(request, target);
		return REQUEST_COMPLETE;
	}
	if (slice_is(target, "*")) {
		request->path = target;
		return request->method == REQUEST_OPTIONS ? REQUEST_COMPLETE : 400;
	}
	return read_absolute_form(request, target);
}

static int
read_request_line(struct request *request, struct cursor *cursor)
{
	const char *line = cursor->at;
	struct slice target;
	int verdict = read_line_parts(request, cursor, &target);

	if (verdict != REQUEST_COMPLETE && verdict != REQUEST_INCOMPLETE)
		return verdict;
	if (cursor->at - line > REQUEST_LINE_MAX)
		return 414;
	if (verdict == REQUEST_COMPLETE)
		verdict = read_line_end(cursor);
	if (verdict != REQUEST_COMPLETE)
		return verdict;
	request->method = method_of(request->method_name);
	return read_target(request, target);
}

/* Our names have only letters and '-', so upper and lower case differ in one bit. */
static bool
is_same_name(struct slice name, const struct known *candidate)
{
	if (name.length != candidate->length)
		return false;
	for (size_t i = 0; i < name.length; i++)
		if ((name.at[i] | 0x20) != candidate->name[i])
			return false;
	return true;
}

/* All X-Forwarded-* count: each proxy has names of its own there. */
static const struct known *
find_known(struct slice name)
{
	static const struct known forwarded = {"", 0, true, REQUEST_FORWARDED};
	const struct known *candidate;
	size_t fourth, last;

	if (name.length < NAME_MIN)
		return slice_is_nocase(name, "via") ? &forwarded : NULL;
	fourth = (unsigned char)(name.at[name.length - 4] | 0x20);
	last = (unsigned char)(name.at[name.length - 1] | 0x20);
	candidate = &known[SLOT(name.length, fourth, last)];
	if (is_same_name(name, candidate))
		return candidate;
	return slice_starts_nocase(name, "x-forwarded-") ? &forwarded : NULL;
}

static int
keep_field(struct request *request, struct slice name, struct slice value)
{
	const struct known *found = find_known(name);
	struct slice *field;

	if (!found)
		return REQUEST_COMPLETE;
	field = &request->fields[found->field];
	if (!field->at) {
		*field = value;
		return REQUEST_COMPLETE;
	}
	if (found->field == REQUEST_FORWARDED)
		return REQUEST_COMPLETE;
	if (!found->is_list)
		return 400;
	if (request->more_count == sizeof(request->more) / sizeof(request->more[0]))
		return 431;
	request->more[request->more_count].field = found->field;
	request->more[request->more_count++].value = value;
	return REQUEST_COMPLETE;
}

/* Whether one of eight bytes is below 0x20 or is 0x7f. */
static bool
has_control(const char *eight)
{
	const uint64_t ones = UINT64_MAX / 255;
	uint64_t bytes, low, del;

	memcpy(&bytes, eight, sizeof(bytes));
	low = (bytes - ones * 0x20) & ~bytes;
	del = bytes ^ (ones * 0x7f);
	del = (del - ones) & ~del;
	return ((low | del) & (ones * 0x80)) != 0;
}

/* Most bytes of a head are in field values, so these are checked eight at a time. */
static struct slice
read_value(struct cursor *cursor)
{
	struct slice value = {cursor->at, 0};

	while (cursor->end - cursor->at >= 8 && !has_control(cursor->at))
		cursor->at += 8;
	read_run(cursor, TEXT);
	value.length = (size_t)(cursor->at - value.at);
	return value;
}

static int
read_field(struct request *request, struct cursor *cursor)
{
	struct slice name, value;
	int verdict = read_part(cursor, TOKEN, ':', &name);

	if (verdict != REQUEST_COMPLETE)
		return verdict;
	value = read_value(cursor);
	verdict = read_line_end(cursor);
	if (verdict != REQUEST_COMPLETE)
		return verdict;
	return keep_field(request, name, slice_trim(value));
}

static int
read_fields(struct request *request, struct cursor *cursor)
{
	for (int count = 0;; count++) {
		int verdict;

		if (cursor->at == cursor->end)
			return REQUEST_INCOMPLETE;
		if (*cursor->at == '\r' || *cursor->at == '\n')
			return read_line_end(cursor);
		if (count == REQUEST_FIELDS_MAX)
			return 431;
		verdict = read_field(request, cursor);
		if (verdict != REQUEST_COMPLETE)
			return verdict;
	}
}

static int
check_host(struct request *request)
{
	struct slice host = request->fields[REQUEST_HOST];
	struct cursor cursor;

	if (!request->authority.at)
		request->authority = host;
	if (host.length == 0)
		return request->is_http10 ? REQUEST_COMPLETE : 400;
	cursor = (struct cursor){host.at, host.at + host.length};
	return read_run(&cursor, HOST).length == host.length ? REQUEST_COMPLETE : 400;
}

/* RFC 9112 6.1 to 6.3: a body whose length is ambiguous is refused. */
static int
check_body(struct request *request)
{
	struct slice content_length = request->fields[REQUEST_CONTENT_LENGTH];
	struct slice coding = request->fields[REQUEST_TRANSFER_ENCODING];
	uint64_t length = 0;

	if (content_length.at && !slice_number(content_length, &length))
		return 400;
	if (coding.at && (content_length.at || request->is_http10))
		return 400;
	if (coding.at && !slice_is_nocase(coding, "chunked"))
		return 501;
	request->has_body = coding.at || length > 0;
	return REQUEST_COMPLETE;
}

/* RFC 9112 9.3 */
static bool
keeps_alive(const struct request *request)
{
	if (request_lists(request, REQUEST_CONNECTION, "close"))
		return false;
	return !request->is_http10 || request_lists(request, REQUEST_CONNECTION, "keep-alive");
}

static int
read_head(struct request *request, struct cursor *cursor)
{
	int verdict;

	while (cursor->at < cursor->end && (*cursor->at == '\r' || *cursor->at == '\n')) {
		verdict = read_line_end(cursor);
		if (verdict != REQUEST_COMPLETE)
			return verdict;
	}
	verdict = read_request_line(request, cursor);
	if (verdict == REQUEST_COMPLETE)
		verdict = read_fields(request, cursor);
	if (verdict == REQUEST_COMPLETE)
		verdict = check_host(request);
	if (verdict == REQUEST_COMPLETE)
		verdict = check_body(request);
	return verdict;
}

int
request_parse(struct request *request, const char *bytes, size_t length)
{
	bool is_full = length >= REQUEST_HEAD_MAX;
	struct cursor cursor = {bytes, bytes + (is_full ? REQUEST_HEAD_MAX : length)};
	int verdict;

	*request = (struct request){0};
	verdict = read_head(request, &cursor);
	if (verdict == REQUEST_INCOMPLETE && is_full)
		return 431;
	if (verdict == REQUEST_COMPLETE) {
		request->keep_alive = keeps_alive(request);
		request->head_length = (size_t)(cursor.at - bytes);
	}
	return verdict;
}

struct slice
request_get(const struct request *request, enum request_field field)
{
	return request->fields[field];
}

size_t
request_depth(const struct request *request)
{
	struct slice path = request->address.at ? request->address : request->path;
	size_t slashes = 0;

	for (size_t i = 0; i < path.length; i++)
		slashes += path.at[i] == '/';
	return slashes ? slashes - 1 : 0;
}

static bool
line_lists(struct slice line, const char *token)
{
	struct slice element;

	while (slice_split(&line, ',', &element))
		if (slice_is_nocase(slice_trim(element), token))
			return true;
	return false;
}

bool
request_lists(const struct request *request, enum request_field field, const char *token)
{
	if (line_lists(request->fields[field], token))
		return true;
	for (size_t i = 0; i < request->more_count; i++)
		if (request->more[i].field == field && line_lists(request->more[i].value, token))
			return true;
	return false;
}

bool
request_is_websocket(const struct request *request)
{
	return request->method == REQUEST_GET && !request->is_http10 && !request->has_body &&
	       request_lists(request, REQUEST_UPGRADE, "websocket") &&
	       request_lists(request, REQUEST_CONNECTION, "upgrade");
}
