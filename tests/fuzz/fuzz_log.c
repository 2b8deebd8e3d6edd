/*
 * Log lines: for any name, the terminal gets one line of UTF-8 without control characters, and without
 * characters that deceive a reader.
 */
#include "fuzz.h"
#include "base/log.h"
#include "base/utf8.h"

/* U+200D is all that may be left of them: it joins emoji. */
static void
check_characters(struct slice line)
{
	while (line.length) {
		size_t length = utf8_sequence(line);
		uint32_t character = utf8_character(line.at, length);

		CHECK(character == 0x200d || !utf8_is_invisible(character));
		slice_drop(&line, length);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf line = {0}, again = {0};

	log_add_printable(&line, (struct slice){(const char *)data, size});
	CHECK(line.length >= size && utf8_is_valid(buf_slice(&line), true));
	for (size_t i = 0; i < line.length; i++) {
		unsigned char byte = (unsigned char)line.bytes[i];

		CHECK(byte >= 0x20 && byte != 0x7f);
		/* U+0080 to U+009F are controls, too. */
		CHECK(byte != 0xc2 || (unsigned char)line.bytes[i + 1] >= 0xa0);
	}
	check_characters(buf_slice(&line));
	log_add_printable(&again, buf_slice(&line));
	CHECK(again.length == line.length);
	buf_finish(&line);
	buf_finish(&again);
	return 0;
}
