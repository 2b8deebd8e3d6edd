/*
 * Any bytes as a chunked body: the data is the same in whichever pieces the bytes arrive, what is
 * written anew is read as the same data, and nothing behind the end is taken.
 */
#include <string.h>

#include "fuzz.h"
#include "framing/chunked.h"

static enum chunked_verdict
read_pieces(struct slice bytes, size_t size, struct buf *data, size_t *taken)
{
	struct chunked chunked = {0};
	enum chunked_verdict verdict = CHUNKED_MORE;
	size_t length = bytes.length;

	while (bytes.length && verdict == CHUNKED_MORE) {
		struct slice piece = bytes, part;
		size_t before;

		piece.length = before = size < bytes.length ? size : bytes.length;
		while ((verdict = chunked_read(&chunked, &piece, &part)) == CHUNKED_DATA) {
			CHECK(part.length > 0);
			buf_add_slice(data, part);
		}
		CHECK(verdict != CHUNKED_MORE || piece.length == 0);
		slice_drop(&bytes, before - piece.length);
	}
	*taken = length - bytes.length;
	return verdict;
}

static void
check_written(struct slice data)
{
	struct buf text = {0}, again = {0};
	size_t taken;

	if (data.length)
		chunked_add(&text, data);
	chunked_add_end(&text);
	CHECK(read_pieces(buf_slice(&text), text.length, &again, &taken) == CHUNKED_END);
	CHECK(taken == text.length && again.length == data.length);
	CHECK(data.length == 0 || memcmp(again.bytes, data.at, data.length) == 0);
	buf_finish(&text);
	buf_finish(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = {(const char *)data, size};
	struct buf whole = {0}, single = {0};
	size_t taken, taken_singly;
	enum chunked_verdict verdict = read_pieces(bytes, size + 1, &whole, &taken);

	CHECK(read_pieces(bytes, 1, &single, &taken_singly) == verdict);
	CHECK(taken == taken_singly && whole.length == single.length);
	CHECK(whole.length == 0 || memcmp(whole.bytes, single.bytes, whole.length) == 0);
	check_written(buf_slice(&whole));
	buf_finish(&whole);
	buf_finish(&single);
	return 0;
}
