/*
 * rule_request: see rule_request.h. Owns the two texts; borrows the request.
 */
#include "rules/rule_request.h"

#include <string.h>

#include "http/fields.h"

void
rule_request_finish(struct rule_request *rules)
{
	buf_finish(&rules->name);
	buf_finish(&rules->path);
}

enum url_verdict
rule_request_read(
	struct rule_request *rules, const struct request *request, const struct rule_site *site)
{
	enum url_verdict verdict;

	rules->request = request;
	rules->site = site;
	buf_clear(&rules->name);
	buf_clear(&rules->path);
	buf_reserve(&rules->name, 0);
	verdict = url_to_path(request->path, &rules->name);
	if (verdict == URL_OK)
		url_from_path(buf_slice(&rules->name), &rules->path);
	return verdict;
}

/* ---- fields ---- */

struct slice
rule_request_field(const struct request *request, const char *name)
{
	/* The head follows the method in memory, up to an empty line (request_parse). */
	struct slice rest = {request->method_name.at, request->head_length}, line, key;

	slice_split(&rest, '\n', &line);
	while (slice_split(&rest, '\n', &line)) {
		line = slice_trim(line);
		if (slice_ends(line, "\r"))
			line.length--;
		if (!line.length)
			break;
		if (slice_split(&line, ':', &key) && line.at && slice_is_nocase(key, name))
			return slice_trim(line);
	}
	return (struct slice){0};
}

struct slice
rule_request_host(const struct request *request)
{
	struct slice host = request->authority;

	for (size_t i = host.length; i > 0 && host.at[i - 1] != ']'; i--)
		if (host.at[i - 1] == ':')
			host.length = i - 1;
	return host;
}

struct slice
rule_request_query(const struct request *request)
{
	struct slice query = request->query;

	if (query.at)
		slice_drop(&query, 1);
	return query;
}

/* "en" is for "en-GB", too. */
static bool
is_language(struct slice wanted, struct slice sent)
{
	return slice_equal_nocase(wanted, sent) ||
	       (sent.length > wanted.length && sent.at[wanted.length] == '-' &&
		       slice_equal_nocase(wanted, (struct slice){sent.at, wanted.length}));
}

bool
rule_request_prefers(const struct request *request, struct slice list)
{
	struct slice rest = rule_request_field(request, "Accept-Language"), item, best = {0};
	unsigned best_quality = 0;

	while (slice_split(&rest, ',', &item)) {
		struct slice name;
		unsigned quality;

		slice_split(&item, ';', &name);
		quality = fields_quality(item);
		if (quality > best_quality) {
			best_quality = quality;
			best = slice_trim(name);
		}
	}
	while (best.length && slice_split(&list, ',', &item))
		if (is_language(slice_trim(item), best))
			return true;
	return false;
}

static bool
has_cookie(struct slice cookies, struct slice name)
{
	struct slice cookie, key;

	while (slice_split(&cookies, ';', &cookie)) {
		slice_split(&cookie, '=', &key);
		if (slice_equal(slice_trim(key), name))
			return true;
	}
	return false;
}

bool
rule_request_has_cookie(const struct request *request, struct slice list)
{
	struct slice cookies = rule_request_field(request, "Cookie"), name;

	while (slice_split(&list, ',', &name))
		if (has_cookie(cookies, slice_trim(name)))
			return true;
	return false;
}

/* ---- addresses ---- */

void
rule_add_escaped(struct buf *url, struct slice text)
{
	static const char kept[] = "$-_.+!*'(),:;@&=/~";

	for (size_t i = 0; i < text.length; i++) {
		char c = text.at[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			(c && strchr(kept, c)))
			buf_add_char(url, c);
		else
			buf_addf(url, "%%%02x", (unsigned char)c);
	}
}

void
rule_add_checked(struct buf *url, struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (c <= ' ' || c >= 0x7f)
			buf_addf(url, "%%%02x", c);
		else
			buf_add_char(url, (char)c);
	}
}
