/*
 * navigation: see navigation.h. Owns nothing.
 *
 * Without Sec-Fetch-Dest, every browser asks for a document with an Accept that names text/html,
 * application/xhtml+xml and any type. A script's fetch accepts any type and nothing by name, unless
 * a library adds text/html. What is not a browser runs no scripts, so there text/html is enough.
 */
#include "html/navigation.h"

#include <string.h>

/* ---- Accept ---- */

/* Whether it is "q=0", "q=0.0" or the like (RFC 9110 12.4.2). */
static bool
is_quality_of_0(struct slice parameter)
{
	if (!slice_starts_nocase(parameter, "q=0"))
		return false;
	for (size_t i = 3; i < parameter.length; i++)
		if (parameter.at[i] != '.' && parameter.at[i] != '0')
			return false;
	return true;
}

static bool
line_accepts(struct slice line, const char *type)
{
	struct slice element, part;

	while (slice_split(&line, ',', &element)) {
		bool is_accepted = slice_split(&element, ';', &part) &&
				   slice_is_nocase(slice_trim(part), type);

		while (is_accepted && slice_split(&element, ';', &part))
			is_accepted = !is_quality_of_0(slice_trim(part));
		if (is_accepted)
			return true;
	}
	return false;
}

bool
navigation_accepts(const struct request *request, const char *type)
{
	if (line_accepts(request_get(request, REQUEST_ACCEPT), type))
		return true;
	for (size_t i = 0; i < request->more_count; i++)
		if (request->more[i].field == REQUEST_ACCEPT &&
			line_accepts(request->more[i].value, type))
			return true;
	return false;
}

/* ---- what the request is for ---- */

/* Whether the response becomes a document itself, not a resource of one. */
static bool
is_document(struct slice dest)
{
	return slice_is(dest, "document") || slice_is(dest, "iframe") || slice_is(dest, "frame") ||
	       slice_is(dest, "embed") || slice_is(dest, "object");
}

/*
 * Whether a service worker forwards the request for a page. Then Sec-Fetch-Dest is "empty", but
 * Accept is that of the page, and Sec-Fetch-Mode is "navigate" in Chromium, "same-origin" in
 * Firefox.
 */
static bool
is_forwarded(const struct request *request)
{
	struct slice mode = request_get(request, REQUEST_SEC_FETCH_MODE);

	return slice_is(request_get(request, REQUEST_SEC_FETCH_DEST), "empty") &&
	       (slice_is(mode, "navigate") || slice_is(mode, "same-origin")) &&
	       navigation_accepts(request, "text/html");
}

/* Whether Accept is that of a request for a document. */
static bool
accepts_document(const struct request *request)
{
	bool is_browser = slice_starts(request_get(request, REQUEST_USER_AGENT), "Mozilla/");

	return navigation_accepts(request, "text/html") &&
	       (!is_browser || (navigation_accepts(request, "application/xhtml+xml") &&
				       navigation_accepts(request, "*/*")));
}

bool
navigation_gets_tag(const struct request *request, const struct media_type *type)
{
	struct slice dest = request_get(request, REQUEST_SEC_FETCH_DEST);
	struct slice mode = request_get(request, REQUEST_SEC_FETCH_MODE);

	if (type->kind == MEDIA_TYPE_PLAIN)
		return false;
	if (dest.at)
		return is_document(dest) || is_forwarded(request);
	if (mode.at && !slice_is(mode, "navigate"))
		return false;
	/* A client without Accept is no browser. An SVG may be an image, so it has to be asked for. */
	if (!request_get(request, REQUEST_ACCEPT).at)
		return type->kind == MEDIA_TYPE_HTML;
	return accepts_document(request);
}

bool
navigation_wants_document(const struct request *request)
{
	struct slice dest = request_get(request, REQUEST_SEC_FETCH_DEST);

	return is_document(dest) ||
	       ((!dest.at || slice_is(dest, "empty")) && navigation_accepts(request, "text/html"));
}
