/*
 * custom_header: see custom_header.h. Fields that the server has to write itself are refused.
 */
#include "http/custom_header.h"

#include <string.h>

/* Fields that describe the bytes that are sent, their framing or the connection. */
static const char *const ours[] = {
	"Connection",
	"Content-Encoding",
	"Content-Length",
	"Content-Range",
	"Content-Type",
	"Date",
	"ETag",
	"Keep-Alive",
	"Last-Modified",
	"Proxy-Connection",
	"Sec-WebSocket-Accept",
	"Sec-WebSocket-Protocol",
	"Sec-WebSocket-Version",
	"TE",
	"Trailer",
	"Transfer-Encoding",
	"Upgrade",
};

static bool
is_ours(struct slice name)
{
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (slice_is_nocase(name, ours[i]))
			return true;
	return false;
}

static bool
is_token(struct slice name)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < name.length; i++) {
		char c = name.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    memchr(marks, c, sizeof(marks) - 1)))
			return false;
	}
	return name.length;
}

static bool
is_value(struct slice value)
{
	for (size_t i = 0; i < value.length; i++) {
		unsigned char c = (unsigned char)value.at[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

enum custom_header_verdict
custom_header_read(struct custom_header *header, const char *text)
{
	struct slice name = {text, strcspn(text, "=:")}, value;

	if (text[name.length] == '\0')
		return CUSTOM_HEADER_NO_PAIR;
	value = slice_trim(slice_of(text + name.length + 1));
	if (!is_token(name))
		return CUSTOM_HEADER_BAD_NAME;
	if (!is_value(value))
		return CUSTOM_HEADER_BAD_VALUE;
	if (slice_starts_nocase(name, "Access-Control-"))
		return CUSTOM_HEADER_CORS;
	if (is_ours(name))
		return CUSTOM_HEADER_OURS;
	*header = (struct custom_header){name, value};
	return CUSTOM_HEADER_OK;
}

static bool
is_policy(struct slice name)
{
	return slice_is_nocase(name, "Content-Security-Policy") ||
	       slice_is_nocase(name, "Content-Security-Policy-Report-Only");
}

/* Names may repeat in headers, so all of the response's own fields are removed first. */
void
custom_headers_add(const struct custom_header *headers, size_t count, struct fields *fields)
{
	bool has_policy = fields_get(fields, SLICE_LITERAL("Content-Security-Policy")).at;

	for (size_t i = 0; i < count; i++)
		if (!slice_is_nocase(headers[i].name, "Vary") &&
			!(has_policy && is_policy(headers[i].name)))
			fields_drop(fields, headers[i].name);
	for (size_t i = 0; i < count; i++)
		if (!has_policy || !is_policy(headers[i].name))
			fields_add(fields, headers[i].name, headers[i].value);
}
