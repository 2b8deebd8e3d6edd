/*
 * user_agent: names the browser that has sent a request, and what it runs on.
 */
#ifndef USER_AGENT_H
#define USER_AGENT_H

#include "base/slice.h"

/*
 * The browser of a User-Agent field (RFC 9110 10.1.5): "Edge", "Chrome", "Firefox" or "Safari";
 * NULL for any other and for an absent field. Static memory.
 */
const char *user_agent_browser(struct slice user_agent);

/* Its version, before the first dot; 0 when it is unknown. */
unsigned user_agent_version(struct slice user_agent);

/*
 * What it runs on: "iPhone", "iPad", "Android", "Windows", "macOS", "ChromeOS" or "Linux"; NULL when it is unknown.
 * Browsers do not always say the truth: an iPad may call itself a Mac. Static memory.
 */
const char *user_agent_device(struct slice user_agent);

#endif
