/*
 * The charset of a text: always a label that is allowed in a header field. The first byte of an
 * input is the kind of the text.
 */
#include <string.h>

#include "fuzz.h"
#include "html/charset.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[CHARSET_NAME_SIZE];

	if (size == 0)
		return 0;
	charset_name(name, (enum charset_syntax)(data[0] % 4), (const char *)data + 1, size - 1,
		data[0] & 4);
	CHECK(memchr(name, '\0', sizeof(name)));
	CHECK(strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:+") ==
		strlen(name));
	return 0;
}
