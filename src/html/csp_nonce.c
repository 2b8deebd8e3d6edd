/*
 * csp_nonce: see csp_nonce.h. Borrows the bytes. It examines only start tags, and skips the content
 * of elements such as <style>.
 */
#include "html/csp_nonce.h"

#include <string.h>

#include "html/scanner.h"

static bool
is_nonce_byte(char c)
{
	return scanner_is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '-' ||
	       c == '_' || c == '=';
}

struct slice
csp_nonce_at_front(struct slice text)
{
	size_t length = 0;

	while (length < text.length && is_nonce_byte(text.at[length]))
		length++;
	return (struct slice){length ? text.at : NULL, length};
}

/* An attribute's value without its quotes; absent when the tag ends within it. */
static struct slice
take_value(struct scanner *scanner)
{
	const char *start = scanner->at;
	char quote = start < scanner->end ? *start : '\0';

	if (quote == '"' || quote == '\'') {
		const char *end = memchr(start + 1, quote, (size_t)(scanner->end - start) - 1);

		if (!end)
			return (struct slice){NULL, 0};
		scanner->at = end + 1;
		return (struct slice){start + 1, (size_t)(end - start) - 1};
	}
	while (scanner->at < scanner->end && !is_space(*scanner->at) && *scanner->at != '>')
		scanner->at++;
	return (struct slice){start, (size_t)(scanner->at - start)};
}

/* The value of the wanted attribute of a tag; the scanner is after the tag's name. */
static struct slice
find_attribute(struct scanner scanner, const char *wanted)
{
	for (;;) {
		struct slice name, value = {0};

		while (scanner.at < scanner.end && (is_space(*scanner.at) || *scanner.at == '/'))
			scanner.at++;
		if (scanner.at == scanner.end || *scanner.at == '>')
			return (struct slice){NULL, 0};
		name.at = scanner.at++;
		while (scanner.at < scanner.end && !is_space(*scanner.at) &&
			!strchr("/>=", *scanner.at))
			scanner.at++;
		name.length = (size_t)(scanner.at - name.at);
		scanner_skip_space(&scanner);
		if (scanner.at < scanner.end && *scanner.at == '=') {
			scanner.at++;
			scanner_skip_space(&scanner);
			value = take_value(&scanner);
		}
		if (slice_is_nocase(name, wanted))
			return value;
	}
}

/* The first nonce after script-src; without script-src, the first one in the policy. */
static struct slice
nonce_of_policy(struct slice policy)
{
	const char *end = policy.at + policy.length;
	const char *scripts = scanner_after(policy.at, end, "script-src");
	const char *nonce = scanner_after(scripts ? scripts : policy.at, end, "nonce-");

	if (!nonce)
		return (struct slice){NULL, 0};
	return csp_nonce_at_front((struct slice){nonce, (size_t)(end - nonce)});
}

/* The nonce in a <script> or a <meta> with a policy; the scanner is after the tag's name. */
static struct slice
nonce_of_tag(struct slice name, struct scanner scanner)
{
	struct slice value = {0}, nonce;

	if (slice_is_nocase(name, "script")) {
		value = find_attribute(scanner, "nonce");
		nonce = csp_nonce_at_front(value);
		return nonce.length == value.length ? nonce : (struct slice){NULL, 0};
	}
	if (slice_is_nocase(name, "meta") &&
		slice_is_nocase(find_attribute(scanner, "http-equiv"), "content-security-policy"))
		value = find_attribute(scanner, "content");
	return value.at ? nonce_of_policy(value) : value;
}

/* The end of an element without child elements; for all other elements, at. */
static const char *
skip_raw_text(struct slice name, const char *at, const char *end)
{
	static const char *const raw[] = {"script", "style", "title", "noscript", "template"};

	for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++) {
		if (!slice_is_nocase(name, raw[i]))
			continue;
		while ((at = scanner_after(at, end, "</")))
			if ((size_t)(end - at) >= name.length &&
				slice_is_nocase((struct slice){at, name.length}, raw[i]))
				return at;
		return NULL;
	}
	return at;
}

struct slice
csp_nonce_find(const char *bytes, size_t length)
{
	const char *end = bytes + length;
	struct scanner scanner = {bytes, end};

	while ((scanner.at = scanner_after(scanner.at, end, "<"))) {
		struct slice name, nonce;
		const char *found;

		if (scanner_starts(scanner.at, end, "!--")) {
			scanner.at = scanner_after_comment(scanner.at + 3, end);
		} else if (scanner.at < end && scanner_is_letter(*scanner.at)) {
			name = scanner_take_name(&scanner);
			found = scanner_after_tag(scanner.at, end);
			if (!name.at || !found || slice_is_nocase(name, "body"))
				break;
			nonce = nonce_of_tag(name, (struct scanner){scanner.at, found});
			if (nonce.at)
				return nonce;
			scanner.at = skip_raw_text(name, found, end);
		}
		if (!scanner.at)
			break;
	}
	return (struct slice){NULL, 0};
}
