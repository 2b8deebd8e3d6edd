/*
 * rewrite_text: see rewrite_text.h. Owns nothing.
 */
#include "rules/rewrite_text.h"

#include <string.h>

static void
add(struct buf *text, struct slice value)
{
	buf_add_slice(text, value.at ? value : SLICE_LITERAL(""));
}

/* The value of a variable that a rule has set (E=). */
static struct slice
find_set(const struct buf *variables, struct slice name)
{
	struct slice found = {0};

	for (size_t at = 0; at < variables->length; at += strlen(variables->bytes + at) + 1) {
		struct slice value = slice_of(variables->bytes + at), key;

		slice_split(&value, ':', &key);
		if (slice_equal(key, name))
			found = value.at ? value : SLICE_LITERAL("");
	}
	return found;
}

/* For the flag B: all but letters and digits is escaped, as in a form. */
static void
add_group_escaped(struct buf *text, struct slice group)
{
	for (size_t i = 0; i < group.length; i++) {
		char c = group.at[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '_')
			buf_add_char(text, c);
		else if (c == ' ')
			buf_add_char(text, '+');
		else
			buf_addf(text, "%%%02x", (unsigned char)c);
	}
}

static void
add_path(const struct rewrite_text *names, struct buf *text)
{
	buf_add_char(text, '/');
	buf_add_slice(text, buf_slice(&names->input->request->name));
}

static void
add_port(const struct request *request, struct buf *text)
{
	struct slice host = rule_request_host(request), port = request->authority;

	slice_drop(&port, host.length);
	if (port.length > 1)
		buf_add(text, port.at + 1, port.length - 1);
	else
		buf_add_text(text, request->scheme == REQUEST_HTTPS ? "443" : "80");
}

static void
add_request_line(const struct request *request, struct buf *text)
{
	add(text, request->method_name);
	buf_add_char(text, ' ');
	add(text, request->address.at ? request->address : request->path);
	add(text, request->query);
	buf_add_text(text, " HTTP/1.1");
}

/* Variables that are a field of the request. */
static const char *
field_of(struct slice name)
{
	static const struct {
		const char *name, *field;
	} rows[] = {
		{"HTTP_HOST", "Host"},
		{"HTTP_USER_AGENT", "User-Agent"},
		{"HTTP_REFERER", "Referer"},
		{"HTTP_COOKIE", "Cookie"},
		{"HTTP_ACCEPT", "Accept"},
		{"HTTP_FORWARDED", "Forwarded"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (slice_is(name, rows[i].name))
			return rows[i].field;
	return NULL;
}

static void
add_field(const struct request *request, struct slice name, struct buf *text)
{
	struct buf field = {0};

	buf_add_slice(&field, name);
	buf_reserve(&field, 0);
	add(text, rule_request_field(request, field.bytes));
	buf_finish(&field);
}

static bool
add_plain_variable(const struct rewrite_text *names, struct slice name, struct buf *text)
{
	const struct request *request = names->input->request->request;
	bool is_https = request->scheme == REQUEST_HTTPS;

	if (slice_is(name, "REQUEST_FILENAME") || slice_is(name, "SCRIPT_FILENAME"))
		add(text, names->filename);
	else if (slice_is(name, "REQUEST_URI"))
		add_path(names, text);
	else if (slice_is(name, "QUERY_STRING"))
		add(text, names->query);
	else if (slice_is(name, "HTTPS"))
		buf_add_text(text, is_https ? "on" : "off");
	else if (slice_is(name, "REQUEST_SCHEME"))
		buf_add_text(text, is_https ? "https" : "http");
	else if (slice_is(name, "REQUEST_METHOD"))
		add(text, request->method_name);
	else if (slice_is(name, "SERVER_NAME"))
		add(text, rule_request_host(request));
	else if (slice_is(name, "SERVER_PORT"))
		add_port(request, text);
	else if (slice_is(name, "DOCUMENT_ROOT"))
		buf_add(text, REWRITE_TEXT_ROOT, sizeof(REWRITE_TEXT_ROOT) - 2);
	else if (slice_is(name, "THE_REQUEST"))
		add_request_line(request, text);
	else if (slice_is(name, "IS_SUBREQ"))
		buf_add_text(text, "false");
	else
		return false;
	return true;
}

static void
add_variable(const struct rewrite_text *names, struct slice name, struct buf *text)
{
	const struct request *request = names->input->request->request;

	if (add_plain_variable(names, name, text))
		return;
	if (field_of(name)) {
		add(text, rule_request_field(request, field_of(name)));
	} else if (slice_starts(name, "HTTP:")) {
		slice_drop(&name, 5);
		add_field(request, name, text);
	} else if (slice_starts(name, "ENV:")) {
		slice_drop(&name, 4);
		if (slice_is(name, "REDIRECT_STATUS") && names->input->round)
			buf_add_text(text, "200");
		else
			add(text, find_set(names->input->variables, name));
	}
}

/* Adds "%{NAME}", and returns how much of template that is. "${map:key}" is nothing. */
static size_t
add_braces(const struct rewrite_text *names, const char *template, struct buf *text)
{
	const char *end = strchr(template, '}');

	if (!end) {
		buf_add_char(text, *template);
		return 1;
	}
	if (*template == '%')
		add_variable(
			names, (struct slice){template + 2, (size_t)(end - template) - 2}, text);
	return (size_t)(end - template) + 1;
}

static bool
knows(struct slice name)
{
	static const char *const names[] = {"REQUEST_FILENAME", "SCRIPT_FILENAME", "REQUEST_URI",
		"QUERY_STRING", "HTTPS", "REQUEST_SCHEME", "REQUEST_METHOD", "SERVER_NAME",
		"SERVER_PORT", "DOCUMENT_ROOT", "THE_REQUEST", "IS_SUBREQ"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_is(name, names[i]))
			return true;
	return field_of(name) || slice_starts(name, "HTTP:") || slice_starts(name, "ENV:");
}

struct slice
rewrite_text_unknown(const char *template)
{
	for (; *template; template ++) {
		const char *end = template[1] == '{' ? strchr(template, '}') : NULL;

		if (*template == '\\' && template[1])
			template ++;
		else if (end &&
			 (*template == '$' ||
				 (*template == '%' && !knows((struct slice){template + 2,
							      (size_t)(end - template) - 2}))))
			return (struct slice){template, (size_t)(end - template) + 1};
	}
	return (struct slice){0};
}

void
rewrite_text_fill(const struct rewrite_text *names, const char *template, bool escapes_groups,
	struct buf *text)
{
	buf_reserve(text, 0);
	while (*template) {
		char c = template[0], after = template[1];

		if (c == '\\' && after) {
			buf_add_char(text, after);
			template += 2;
		} else if ((c == '$' || c == '%') && after >= '0' && after <= '9') {
			const struct pattern_groups *groups = c == '$' ? &names->rule
								       : &names->condition;
			struct slice group = groups->items[after - '0'];

			if (escapes_groups && c == '$' && group.at)
				add_group_escaped(text, group);
			else
				add(text, group);
			template += 2;
		} else if ((c == '$' || c == '%') && after == '{') {
			template += add_braces(names, template, text);
		} else {
			buf_add_char(text, c);
			template ++;
		}
	}
}
