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
	bool has_policy = count && fields_get(fields, SLICE_LITERAL("Content-Security-Policy")).at;

	for (size_t i = 0; i < count; i++)
		if (!slice_is_nocase(headers[i].name, "Vary") &&
			!(has_policy && is_policy(headers[i].name)))
			fields_drop(fields, headers[i].name);
	for (size_t i = 0; i < count; i++)
		if (!has_policy || !is_policy(headers[i].name))
			fields_add(fields, headers[i].name, headers[i].value);
}

/* ---- what strangers may set ---- */

/* Headers that make a page stricter, or change nothing but how it is stored and shown. */
static const struct {
	const char *name;
	const char *const *values; /* the only ones; NULL: any */
} stricter[] = {
	{"Cache-Control", NULL},
	{"Content-Language", NULL},
	{"Content-Security-Policy", NULL},
	{"Content-Security-Policy-Report-Only", NULL},
	{"Cross-Origin-Embedder-Policy",
		(const char *const[]){"require-corp", "credentialless", NULL}},
	{"Cross-Origin-Embedder-Policy-Report-Only", NULL},
	{"Cross-Origin-Opener-Policy",
		(const char *const[]){"same-origin", "same-origin-allow-popups", NULL}},
	{"Cross-Origin-Opener-Policy-Report-Only", NULL},
	{"Cross-Origin-Resource-Policy", (const char *const[]){"same-origin", NULL}},
	{"Document-Policy", NULL},
	{"Expires", NULL},
	{"Link", NULL},
	{"Origin-Agent-Cluster", NULL},
	{"Permissions-Policy", NULL},
	{"Pragma", NULL},
	{"Referrer-Policy", NULL},
	{"SourceMap", NULL},
	{"Vary", NULL},
	{"X-Content-Type-Options", (const char *const[]){"nosniff", NULL}},
	{"X-Frame-Options", (const char *const[]){"DENY", "SAMEORIGIN", NULL}},
};

/* Other headers of this form do harm: they allow something, or a server in front obeys them. */
static const char *const bad_own_headers[] = {
	"X-Accel-",
	"X-LIGHTTPD-",
	"X-Permitted-Cross-Domain-Policies",
	"X-Sendfile",
	"X-XSS-Protection",
};

static bool
is_own_header(struct slice name)
{
	for (size_t i = 0; i < sizeof(bad_own_headers) / sizeof(bad_own_headers[0]); i++)
		if (slice_starts_nocase(name, bad_own_headers[i]))
			return false;
	return slice_starts_nocase(name, "X-");
}

static bool
has_value(const char *const *values, struct slice value)
{
	for (; values && *values; values++)
		if (slice_is_nocase(value, *values))
			return true;
	return !values;
}

bool
custom_header_is_harmless(const struct custom_header *header)
{
	for (size_t i = 0; i < sizeof(stricter) / sizeof(stricter[0]); i++)
		if (slice_is_nocase(header->name, stricter[i].name))
			return has_value(stricter[i].values, header->value);
	return is_own_header(header->name);
}
