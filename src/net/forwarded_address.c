/*
 * forwarded_address: see forwarded_address.h. Owns nothing. Its one idea: each variable is made a URL with "{{port}}"
 * in it, and all URLs are then checked in the same way.
 */
#define _GNU_SOURCE
#include "net/forwarded_address.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"

enum { URL_LENGTH_MAX = 500 };

#define PORT_MARK "{{port}}"

struct forwarded_environment
forwarded_environment(void)
{
	return (struct forwarded_environment){
		.codespaces = getenv("CODESPACES"),
		.codespace = getenv("CODESPACE_NAME"),
		.domain = getenv("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN"),
		.proxy = getenv("VSCODE_PROXY_URI"),
		.gitpod = getenv("GITPOD_WORKSPACE_URL"),
	};
}

/* ---- what the variables say ---- */

static bool
is_given(const char *text)
{
	return text && *text;
}

/* Each adds a URL with PORT_MARK, or nothing when its variables are not set. */
static void
add_codespace(const struct forwarded_environment *environment, struct buf *url)
{
	if (is_given(environment->codespaces) && strcmp(environment->codespaces, "true") == 0 &&
		is_given(environment->codespace) && is_given(environment->domain))
		buf_addf(url, "https://%s-" PORT_MARK ".%s", environment->codespace,
			environment->domain);
}

static void
add_proxy(const struct forwarded_environment *environment, struct buf *url)
{
	if (is_given(environment->proxy))
		buf_add_text(url, environment->proxy);
}

static void
add_gitpod(const struct forwarded_environment *environment, struct buf *url)
{
	static const char scheme[] = "https://";

	if (is_given(environment->gitpod) && slice_starts(slice_of(environment->gitpod), scheme))
		buf_addf(url, "%s" PORT_MARK "-%s", scheme, environment->gitpod + strlen(scheme));
}

static const struct {
	const char *variable;
	void (*add)(const struct forwarded_environment *environment, struct buf *url);
	bool may_have_path;
} sources[] = {
	{"CODESPACE_NAME", add_codespace, false},
	{"VSCODE_PROXY_URI", add_proxy, true},
	{"GITPOD_WORKSPACE_URL", add_gitpod, false},
};

/* ---- what may be used ---- */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Whether it is "host.name" or "host.name:443"; no address, no user, no wildcard. */
static bool
is_host(struct slice text)
{
	struct slice host, label;
	uint64_t port;

	if (!slice_split(&text, ':', &host) || host.length == 0 ||
		(text.at && (!slice_number(text, &port) || port == 0 || port > UINT16_MAX)))
		return false;
	while (slice_split(&host, '.', &label)) {
		if (label.length == 0)
			return false;
		for (size_t i = 0; i < label.length; i++)
			if (!is_letter(label.at[i]) && label.at[i] != '-')
				return false;
	}
	return true;
}

/* Whether it is http(s)://host[:port], and perhaps a path that nothing has to be encoded in. */
static bool
is_url(struct slice url, bool may_have_path)
{
	struct slice host;

	if (slice_starts(url, "https://"))
		slice_drop(&url, strlen("https://"));
	else if (slice_starts(url, "http://"))
		slice_drop(&url, strlen("http://"));
	else
		return false;
	if (!slice_split(&url, '/', &host) || !is_host(host))
		return false;
	if (!url.at)
		return true;
	for (size_t i = 0; i < url.length; i++)
		if (!is_letter(url.at[i]) && !strchr("/-._~@", url.at[i]))
			return false;
	return may_have_path;
}

/* Returns the URL of the port, or NULL. */
static char *
make_url(struct slice pattern, bool may_have_path, uint16_t port)
{
	const char *mark = memmem(pattern.at, pattern.length, PORT_MARK, strlen(PORT_MARK));
	struct buf url = {0};

	if (!mark || pattern.length > URL_LENGTH_MAX)
		return NULL;
	buf_add(&url, pattern.at, (size_t)(mark - pattern.at));
	buf_add_number(&url, port);
	slice_drop(&pattern, (size_t)(mark - pattern.at) + strlen(PORT_MARK));
	buf_add_slice(&url, pattern);
	while (url.length && url.bytes[url.length - 1] == '/')
		url.bytes[--url.length] = '\0';
	if (is_url(buf_slice(&url), may_have_path))
		return buf_take(&url);
	buf_finish(&url);
	return NULL;
}

size_t
forwarded_addresses(const struct forwarded_environment *environment, uint16_t port,
	char *urls[FORWARDED_ADDRESSES_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		struct buf pattern = {0};

		sources[i].add(environment, &pattern);
		urls[count] = make_url(buf_slice(&pattern), sources[i].may_have_path, port);
		if (urls[count])
			count++;
		else if (pattern.length)
			log_verbose("%s is not used: it does not say at which host this port is",
				sources[i].variable);
		buf_finish(&pattern);
	}
	return count;
}
