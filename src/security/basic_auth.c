/*
 * basic_auth: see basic_auth.h.
 */
#include "security/basic_auth.h"

#include <string.h>

#include "sources/base64.h"

bool
basic_auth_read(struct slice authorization, struct buf *credentials)
{
	size_t before = credentials->length;
	char *colon;

	if (!slice_starts_nocase(authorization, "Basic "))
		return false;
	slice_drop(&authorization, strlen("Basic "));
	buf_reserve(credentials, 1);
	if (base64_decode(slice_trim(authorization), credentials) &&
		!memchr(credentials->bytes + before, '\0', credentials->length - before)) {
		buf_add_char(credentials, '\0');
		colon = strchr(credentials->bytes + before, ':');
		if (colon) {
			*colon = '\0';
			return true;
		}
	}
	credentials->length = before;
	return false;
}
