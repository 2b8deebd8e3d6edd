/*
 * header_rule: see header_rule.h. Owns a rule's texts.
 */
#include "rules/header_rule.h"

#include <stdlib.h>

#include "base/mem.h"
#include "http/custom_header.h"

void
header_rule_finish(struct header_rule *rule)
{
	free(rule->name);
	free(rule->value);
	*rule = (struct header_rule){0};
}

/* What a stranger may set, but what would hide the next save. */
static const char *
refusal_by_name(struct slice name)
{
	static const char *const about_caches[] = {"Age", "Cache-Control", "Expires", "Pragma"};

	for (size_t i = 0; i < sizeof(about_caches) / sizeof(about_caches[0]); i++)
		if (slice_is_nocase(name, about_caches[i]))
			return "is left to liveserve, so that what is saved is what is shown";
	return NULL;
}

const char *
header_rule_refusal(const char *name, const char *value)
{
	char *text = mem_format("%s: %s", name, value);
	struct custom_header header;
	enum custom_header_verdict verdict = custom_header_read(&header, text);
	const char *why = NULL;

	switch (verdict) {
	case CUSTOM_HEADER_OK:
		/* A name with "=" or ":" would be another one. */
		why = slice_is(header.name, name) ? refusal_by_name(header.name)
						  : "is not the name of a header field";
		if (!why && *value && !custom_header_is_harmless(&header))
			why = "is not for a file of the site to set here; --header=NAME=VALUE does";
		break;
	case CUSTOM_HEADER_NO_PAIR:
	case CUSTOM_HEADER_BAD_NAME:
		why = "is not the name of a header field";
		break;
	case CUSTOM_HEADER_BAD_VALUE:
		why = "has a value with a control character";
		break;
	case CUSTOM_HEADER_CORS:
		why = "is not followed, because only --cors decides who may read responses";
		break;
	case CUSTOM_HEADER_OURS:
		why = "is written by the server";
		break;
	}
	free(text);
	return why;
}

static bool
is_policy(struct slice name)
{
	return slice_is_nocase(name, "Content-Security-Policy") ||
	       slice_is_nocase(name, "Content-Security-Policy-Report-Only");
}

static bool
list_has(struct slice list, struct slice value)
{
	struct slice item;

	while (slice_split(&list, ',', &item))
		if (slice_equal(slice_trim(item), value))
			return true;
	return false;
}

void
header_rule_apply(const struct header_rule *rule, struct slice value, struct fields *fields)
{
	struct slice name = slice_of(rule->name), now = fields_get(fields, name);

	/* What the server itself varies by, or forbids on its own pages, stays. */
	if (is_policy(name) && now.at && rule->action != HEADER_APPEND)
		return;
	switch (rule->action) {
	case HEADER_SET_IF_EMPTY:
		if (now.length)
			return;
		__attribute__((fallthrough));
	case HEADER_SET:
		if (!slice_is_nocase(name, "Vary"))
			fields_drop(fields, name);
		else if (now.at) {
			fields_add_to_list(fields, name, value);
			return;
		}
		fields_add(fields, name, value);
		break;
	case HEADER_ADD:
		fields_add(fields, name, value);
		break;
	case HEADER_MERGE:
		if (list_has(now, value))
			return;
		__attribute__((fallthrough));
	case HEADER_APPEND:
		if (now.at)
			fields_add_to_list(fields, name, value);
		else
			fields_add(fields, name, value);
		break;
	case HEADER_UNSET:
		if (!slice_is_nocase(name, "Vary"))
			fields_drop(fields, name);
		break;
	}
}
