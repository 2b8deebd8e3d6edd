/*
 * user_agent: names the browser that has sent a request.
 */
#ifndef USER_AGENT_H
#define USER_AGENT_H

#include "base/slice.h"

/*
 * The browser of a User-Agent field (RFC 9110 10.1.5): "Edge", "Chrome", "Firefox" or "Safari";
 * NULL for any other and for an absent field. Static memory.
 */
const char *user_agent_browser(struct slice user_agent);

#endif
