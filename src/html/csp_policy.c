/*
 * csp_policy: see csp_policy.h. Borrows the text. A source that is not understood allows nothing, so at
 * worst a line is printed for a policy that would have allowed the script.
 */
#include "html/csp_policy.h"

#include <string.h>

#include "html/csp_nonce.h"

/* Takes the next word off the front of text. Returns false when there is none. */
static bool
take_word(struct slice *text, struct slice *word)
{
	while (text->length && is_space(*text->at))
		slice_drop(text, 1);
	*word = (struct slice){text->at, 0};
	while (text->length && !is_space(*text->at)) {
		word->length++;
		slice_drop(text, 1);
	}
	return word->length;
}

/* The sources of the first directive of that name; absent when there is none (CSP 3, 2.2.1). */
static struct slice
find_directive(struct slice policy, const char *name)
{
	struct slice directive, word;

	while (slice_split(&policy, ';', &directive))
		if (take_word(&directive, &word) && slice_is_nocase(word, name))
			return (struct slice){word.at + word.length, directive.length};
	return (struct slice){0};
}

/* ---- sources ---- */

/* "http://" or the like in front of a source. */
static void
skip_scheme(struct slice *source)
{
	static const char *const schemes[] = {"http://", "https://", "ws://", "wss://"};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (slice_starts_nocase(*source, schemes[i])) {
			slice_drop(source, strlen(schemes[i]));
			return;
		}
}

/* The length of the name in an authority, without its port. */
static size_t
name_length(struct slice authority)
{
	size_t length = authority.length;

	while (length && authority.at[length - 1] >= '0' && authority.at[length - 1] <= '9')
		length--;
	return length && authority.at[length - 1] == ':' ? length - 1 : authority.length;
}

/* Whether source is this server: "localhost:9000", "http://localhost:*". A path limits it too much. */
static bool
is_this_server(struct slice source, struct slice authority)
{
	skip_scheme(&source);
	if (slice_ends(source, ":*")) {
		source.length -= strlen(":*");
		authority.length = name_length(authority);
	}
	return authority.length && slice_equal_nocase(source, authority);
}

/* Whether source allows what this server answers, over HTTP or a WebSocket. */
static bool
allows_self(struct slice source, const struct csp_policy_self *self, bool is_socket)
{
	static const char *const any[] = {"'self'", "*", "*:*"};
	static const char *const plain[] = {"http:", "http://*", "http://*:*"};
	static const char *const secure[] = {"https:", "https://*", "https://*:*"};
	static const char *const sockets[] = {"ws:", "ws://*", "ws://*:*"};
	static const char *const secure_sockets[] = {"wss:", "wss://*", "wss://*:*"};
	const char *const *const schemes = is_socket ? (self->is_https ? secure_sockets : sockets)
					   : self->is_https ? secure
							    : plain;

	for (size_t i = 0; i < 3; i++)
		if (slice_is_nocase(source, any[i]) || slice_is_nocase(source, schemes[i]))
			return true;
	return is_this_server(source, self->authority);
}

/* ---- directives ---- */

/*
 * Whether a script of this server is allowed by sources, perhaps with the nonce, which is set if it is
 * absent and the sources have one.
 */
static bool
allows_script(struct slice sources, const struct csp_policy_self *self, struct slice *nonce)
{
	bool is_allowed = false, is_dynamic = false, has_nonce = false;
	struct slice source;

	while (take_word(&sources, &source)) {
		is_dynamic |= slice_is_nocase(source, "'strict-dynamic'");
		is_allowed |= allows_self(source, self, false);
		if (slice_starts_nocase(source, "'nonce-")) {
			struct slice found;

			slice_drop(&source, strlen("'nonce-"));
			found = csp_nonce_at_front(source);
			if (!nonce->at)
				*nonce = found;
			has_nonce |= found.length && slice_equal(found, *nonce);
		}
	}
	return has_nonce || (is_allowed && !is_dynamic);
}

static bool
allows_socket(struct slice sources, const struct csp_policy_self *self)
{
	struct slice source;

	while (take_word(&sources, &source))
		if (allows_self(source, self, true))
			return true;
	return false;
}

static bool
has_word(struct slice text, const char *wanted)
{
	struct slice word;

	while (take_word(&text, &word))
		if (slice_is_nocase(word, wanted))
			return true;
	return false;
}

/* The first of these directives that policy has; NULL, and *sources is absent, when it has none. */
static const char *
first_directive(struct slice policy, const char *const names[3], struct slice *sources)
{
	for (size_t i = 0; i < 3; i++)
		if ((*sources = find_directive(policy, names[i])).at)
			return names[i];
	return NULL;
}

static const char *
forbidding_directive(struct slice policy, const struct csp_policy_self *self, struct slice *nonce)
{
	static const char *const scripts[3] = {"script-src-elem", "script-src", "default-src"};
	static const char *const sockets[3] = {"connect-src", "default-src", "default-src"};
	struct slice sources = find_directive(policy, "sandbox");
	const char *name;

	if (sources.at && !has_word(sources, "allow-scripts"))
		return "sandbox";
	name = first_directive(policy, scripts, &sources);
	if (name && !allows_script(sources, self, nonce))
		return name;
	name = first_directive(policy, sockets, &sources);
	return name && !allows_socket(sources, self) ? name : NULL;
}

void
csp_policy_read(struct csp_policy *policy, struct slice value, const struct csp_policy_self *self)
{
	struct slice one;

	while (slice_split(&value, ',', &one)) {
		const char *forbids = forbidding_directive(one, self, &policy->nonce);

		policy->is_there |= slice_trim(one).length > 0;
		if (!policy->forbids)
			policy->forbids = forbids;
	}
}
