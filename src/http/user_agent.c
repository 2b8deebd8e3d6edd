/*
 * user_agent: see user_agent.h. A browser also names the older browsers that it is compatible with,
 * so the order of the table matters.
 */
#define _GNU_SOURCE
#include "http/user_agent.h"

#include <string.h>

const char *
user_agent_browser(struct slice user_agent)
{
	static const struct {
		const char *product, *name;
	} browsers[] = {
		{"Edg/", "Edge"},
		{"Firefox/", "Firefox"},
		{"Chrome/", "Chrome"},
		{"Version/", "Safari"},
	};

	for (size_t i = 0; i < sizeof(browsers) / sizeof(browsers[0]); i++)
		if (user_agent.length && memmem(user_agent.at, user_agent.length,
						 browsers[i].product, strlen(browsers[i].product)))
			return browsers[i].name;
	return NULL;
}
