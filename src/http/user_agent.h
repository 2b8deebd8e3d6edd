/*
 * user_agent: which browser it is.
 *
 * Room: rules.
 */
#ifndef USER_AGENT_H
#define USER_AGENT_H

#include "base/buf.h"

/*
 * The name of the browser whose User-Agent (RFC 9110 10.1.5) this is: "Edge", "Chrome", "Firefox"
 * or "Safari"; NULL for any other and for none. A text that lasts.
 */
const char *user_agent_browser(struct slice user_agent);

#endif
