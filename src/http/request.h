/*
 * request: parses the head of an HTTP/1.1 request to a value, or refuses it with a status.
 *
 * Strict by design (RFC 9112): what two parsers could read differently is refused.
 * Slices point into the bytes that were parsed and live as long as they do.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "net/connection_limit.h"

enum {
	REQUEST_LINE_MAX = 8192,  /* method, target and version: 414 above (RFC 9112 3) */
	REQUEST_HEAD_MAX = 32768, /* the whole head: 431 above (RFC 6585 5) */
	REQUEST_FIELDS_MAX = 100, /* field lines: 431 above */
};

enum request_method {
	REQUEST_GET,
	REQUEST_HEAD,
	REQUEST_OPTIONS,
	REQUEST_OTHER, /* any other well-formed method */
};

/* The fields that the program uses; others are only checked. */
enum request_field {
	REQUEST_HOST,
	REQUEST_CONNECTION,
	REQUEST_CONTENT_LENGTH,
	REQUEST_TRANSFER_ENCODING,
	REQUEST_UPGRADE,
	REQUEST_ORIGIN,
	REQUEST_AUTHORIZATION,
	REQUEST_ACCEPT,
	REQUEST_ACCEPT_ENCODING,
	REQUEST_ACCEPT_LANGUAGE,
	REQUEST_USER_AGENT,
	REQUEST_REFERER,
	REQUEST_IF_MATCH,
	REQUEST_IF_NONE_MATCH,
	REQUEST_IF_MODIFIED_SINCE,
	REQUEST_IF_UNMODIFIED_SINCE,
	REQUEST_IF_RANGE,
	REQUEST_RANGE,
	REQUEST_PRIORITY,
	REQUEST_SEC_FETCH_DEST,
	REQUEST_SEC_FETCH_MODE,
	REQUEST_SEC_FETCH_SITE,
	REQUEST_SEC_WEBSOCKET_KEY,
	REQUEST_SEC_WEBSOCKET_VERSION,
	REQUEST_SEC_WEBSOCKET_PROTOCOL,
	REQUEST_PRIVATE_NETWORK, /* Access-Control-Request-Private-Network */
	REQUEST_LOCAL_NETWORK,
	REQUEST_FORWARDED, /* or Via, X-Forwarded-*, X-Real-IP and the like: the first that a proxy or a tunnel has sent */
	REQUEST_STREAM_KEY, /* Liveserve-Stream-Key: see events/page_events.h */
	REQUEST_FIELD_COUNT,
};

enum request_scheme {
	REQUEST_HTTP,
	REQUEST_HTTPS,
	REQUEST_HTTP_TO_TLS, /* plain HTTP, sent to a server that expects TLS */
};

struct media_type;

enum request_languages {
	REQUEST_LANGUAGES_UNSAID, /* what the options say counts */
	REQUEST_LANGUAGES_ON,
	REQUEST_LANGUAGES_OFF,
};

struct request {
	enum request_method method;
	struct slice method_name;
	struct slice path;  /* as sent, still percent-encoded, starts with '/'; "*" for OPTIONS * */
	struct slice query; /* with its '?'; absent when there is none */
	/*
	 * The path that the client has sent, when a rule of the site shows another one in its place (path);
	 * absent otherwise. Not in the bytes.
	 */
	struct slice address;
	bool has_policy; /* a rule of the site adds a Content-Security-Policy to the answer. Not in the bytes */
	/* What rules of the site say of forms in several languages (language_search.h). Not in the bytes. */
	enum request_languages languages;
	const char *language_priority; /* NULL: they say nothing */
	bool has_no_index; /* by rules of the site the folder has none, whatever lies in it. Not in the bytes */
	/* What rules of the site make of the file with this name in the site; both or neither. Not in the bytes. */
	const struct media_type *media_type;
	const char *typed_name;
	/*
	 * Trimmed values; absent when the field is. A list field that was sent several times
	 * (Connection, Upgrade, Accept, Accept-Encoding,
	 * Accept-Language, If-Match, If-None-Match, Sec-WebSocket-Protocol) holds
	 * its first line here and the others in more[]; every other field sent twice is refused.
	 */
	struct slice fields[REQUEST_FIELD_COUNT];
	struct {
		enum request_field field;
		struct slice value;
	} more[8]; /* a ninth repeated line is refused with 431 */
	size_t more_count;
	/* The authority: Host, or that of an absolute-form target, which wins (RFC 9112 3.2.2). */
	struct slice authority;
	bool keep_alive; /* by version and Connection (RFC 9112 9.3) */
	bool has_body;   /* Content-Length above 0, or Transfer-Encoding */
	bool is_http10;
	size_t head_length; /* bytes, including the empty line at the end */
	/* Not in the bytes, so request_parse sets them to 0 and the engine fills them in. */
	enum request_scheme scheme;
	unsigned entry;   /* which socket of the program it came to, as given to http1_accept */
	bool is_http2;    /* it came over HTTP/2, and was written anew as HTTP/1.1 */
	struct peer peer; /* who sent it */
};

enum {
	REQUEST_INCOMPLETE = 0, /* call again with more bytes */
	REQUEST_COMPLETE = 200,
};

/*
 * Parses the head at the front of bytes. Returns REQUEST_INCOMPLETE, REQUEST_COMPLETE with every
 * member of request set, or the status to refuse it with, after which the connection is closed:
 *
 *   400  malformed: bad method or target characters, a target that is neither origin form nor
 *        http(s) absolute form, "*" for another method than OPTIONS, a bare CR, NUL or other
 *        control byte, white space before a colon or at the start of a field line (obs-fold, RFC
 *        9112 5.2), no Host or an empty one on 1.1, a repeated one, one with bytes that no
 *        host[:port] has (3.2), Content-Length with Transfer-Encoding or repeated or no plain
 *        number (6.1, 6.3), Transfer-Encoding on HTTP/1.0, a field repeated that must not be
 *   414  request line above REQUEST_LINE_MAX
 *   431  head above REQUEST_HEAD_MAX, or too many fields
 *   501  a Transfer-Encoding other than chunked; CONNECT
 *   505  a version other than HTTP/1.x
 *
 * Empty lines before the request line are skipped, and a lone LF ends a line (RFC 9112 2.2),
 * because people type such requests with netcat. Bytes above 0x7f in the target are accepted, and
 * so are those that RFC 3986 forbids but browsers send ('"', '<', '|' and the like). The path of an
 * absolute-form target follows the authority; "/" if it has none. A '#' in the target is 400. Wrong
 * bytes and input that is too long are refused as soon as they are seen, before the line or the
 * head is complete. A head is too long if REQUEST_HEAD_MAX bytes do not contain its end, so a
 * buffer of that size is enough.
 */
int request_parse(struct request *request, const char *bytes, size_t length);

/* The value of a field, absent when it was not sent. */
struct slice request_get(const struct request *request, enum request_field field);

/*
 * How many folders deep the path is: its slashes, but for the first. A relative address that begins
 * with so many "../" begins at the root, also when a proxy in front of the server has taken a prefix
 * off the path.
 */
size_t request_depth(const struct request *request);

/* Whether a comma-separated list field, all its lines together, has token; case does not count. */
bool request_lists(const struct request *request, enum request_field field, const char *token);

/*
 * Whether the request asks to become a WebSocket: a GET of HTTP/1.1 without a body, with Upgrade and
 * Connection together (RFC 9110 7.8, RFC 6455 4.1). Any other Upgrade is to be ignored.
 */
bool request_is_websocket(const struct request *request);

#endif
