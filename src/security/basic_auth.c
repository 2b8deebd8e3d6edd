/*
 * basic_auth: see basic_auth.h.
 */
#include "security/basic_auth.h"

#include <stdint.h>
#include <string.h>

static int
value_of(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* Adds the decoded base64. Returns false when text is malformed; bytes may have been added then. */
static bool
add_decoded(struct buf *bytes, struct slice text)
{
	uint32_t bits = 0;
	int count = 0;

	for (int i = 0; i < 2 && slice_ends(text, "="); i++)
		text.length--;
	for (size_t i = 0; i < text.length; i++) {
		int value = value_of(text.at[i]);

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		count += 6;
		if (count >= 8) {
			count -= 8;
			buf_add_char(bytes, (char)(bits >> count & 0xff));
		}
	}
	return count < 6;
}

bool
basic_auth_read(struct slice authorization, struct buf *credentials)
{
	size_t before = credentials->length;
	char *colon;

	if (!slice_starts_nocase(authorization, "Basic "))
		return false;
	slice_drop(&authorization, strlen("Basic "));
	buf_reserve(credentials, 1);
	if (add_decoded(credentials, slice_trim(authorization)) &&
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
