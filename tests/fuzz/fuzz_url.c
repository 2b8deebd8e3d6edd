/*
 * Paths of URLs: a name never leaves the root, and its canonical URL has the same name.
 */
#include <string.h>

#include "fuzz.h"
#include "fs/path.h"
#include "http/url.h"

/* No segment is "." or "..", nor empty, except after a slash at the end. */
static void
check_canonical(struct slice name)
{
	struct slice rest = name, segment;

	CHECK(!memchr(name.at, '\0', name.length));
	while (name.length && slice_split(&rest, '/', &segment)) {
		CHECK(!slice_is(segment, ".") && !slice_is(segment, ".."));
		CHECK(segment.length || (!rest.at && segment.at != name.at));
	}
}

static void
check_way_back(struct slice name)
{
	struct buf url = {0}, again = {0};

	url_from_path(name, &url);
	for (size_t i = 0; i < url.length; i++) {
		char c = url.bytes[i];

		CHECK((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			(c && strchr("-._~/%", c)));
	}
	CHECK(url_to_path(buf_slice(&url), &again) == URL_OK);
	CHECK(again.length == name.length && memcmp(again.bytes, name.at, name.length) == 0);
	buf_finish(&url);
	buf_finish(&again);
}

static void
check_parts(struct slice name)
{
	struct slice base = path_base(name), parent = path_parent(name);
	struct slice extension = path_extension(name);

	CHECK(base.length + parent.length + (base.length < name.length) == name.length);
	CHECK(!memchr(base.at, '/', base.length));
	CHECK(extension.length <= base.length && !memchr(extension.at, '.', extension.length));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char before[] = "before/";
	struct slice url = {(const char *)data, size};
	struct buf name = {0};

	buf_add_text(&name, before);
	if (url_to_path(url, &name) == URL_OK) {
		struct slice added = {name.bytes + strlen(before), name.length - strlen(before)};

		check_canonical(added);
		check_way_back(added);
		check_parts(added);
		CHECK(added.length <= size);
	} else {
		CHECK(slice_is(buf_slice(&name), before));
	}
	CHECK(slice_starts(buf_slice(&name), before));
	buf_finish(&name);
	return 0;
}
