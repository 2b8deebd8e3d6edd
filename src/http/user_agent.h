/*
 * user_agent: which browser has sent a request.
 */
#ifndef USER_AGENT_H
#define USER_AGENT_H

#include "base/buf.h"

/*
 * The name of the browser whose User-Agent (RFC 9110 10.1.5) this is: "Edge", "Chrome", "Firefox"
 * or "Safari"; NULL for any other and for none. Static memory.
 */
const char *user_agent_browser(struct slice user_agent);

#endif
