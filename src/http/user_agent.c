/*
 * user_agent: see user_agent.h. A browser also names the older browsers that it is compatible with,
 * so the order of the table matters.
 */
#define _GNU_SOURCE
#include "http/user_agent.h"

#include <string.h>

/* A word in the field, and what it stands for. */
struct word {
	const char *text, *name;
};

static const struct word browsers[] = {
	{"Edg/", "Edge"},
	{"Firefox/", "Firefox"},
	{"Chrome/", "Chrome"},
	{"Version/", "Safari"},
	{NULL, NULL},
};

static const struct word devices[] = {
	{"iPhone", "iPhone"},
	{"iPad", "iPad"},
	{"Android", "Android"},
	{"Windows", "Windows"},
	{"Macintosh", "macOS"},
	{"CrOS", "ChromeOS"},
	{"Linux", "Linux"},
	{NULL, NULL},
};

/* The first word that is in the field, and what follows it. Returns NULL when there is none. */
static const struct word *
find_word(const struct word *word, struct slice user_agent, struct slice *rest)
{
	for (; word->text; word++) {
		size_t length = strlen(word->text);
		const char *found = user_agent.length ? memmem(user_agent.at, user_agent.length,
								word->text, length)
						      : NULL;

		if (!found)
			continue;
		*rest = user_agent;
		slice_drop(rest, (size_t)(found - user_agent.at) + length);
		return word;
	}
	return NULL;
}

const char *
user_agent_browser(struct slice user_agent)
{
	struct slice rest;
	const struct word *word = find_word(browsers, user_agent, &rest);

	return word ? word->name : NULL;
}

unsigned
user_agent_version(struct slice user_agent)
{
	enum { DIGITS_MAX = 6 };
	struct slice rest = {0};
	unsigned version = 0;

	if (!find_word(browsers, user_agent, &rest))
		return 0;
	for (size_t i = 0; i < rest.length && i < DIGITS_MAX; i++) {
		if (rest.at[i] < '0' || rest.at[i] > '9')
			break;
		version = 10 * version + (unsigned)(rest.at[i] - '0');
	}
	return version;
}

const char *
user_agent_device(struct slice user_agent)
{
	struct slice rest;
	const struct word *word = find_word(devices, user_agent, &rest);

	return word ? word->name : NULL;
}
