/*
 * route: see route.h.
 */
#include "http/route.h"

#include <string.h>

#include "http/url.h"

bool
route_read(const char *text, struct buf *name, const char **target)
{
	size_t length = strcspn(text, "=:"), before = name->length;

	if (*text != '/' || text[length] == '\0' || text[length + 1] == '\0' ||
		url_to_path((struct slice){text, length}, name) != URL_OK)
		return false;
	if (name->length > before && slice_ends(buf_slice(name), "/"))
		name->bytes[--name->length] = '\0';
	*target = text + length + 1;
	return true;
}

const char *
route_rest(const char *route, const char *name)
{
	size_t length = strlen(route);

	if (length == 0)
		return name;
	if (strncmp(name, route, length) != 0)
		return NULL;
	if (name[length] == '\0')
		return name + length;
	return name[length] == '/' ? name + length + 1 : NULL;
}
