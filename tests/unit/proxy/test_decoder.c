/*
 * What the decoders make of bodies that the encoders of the same libraries have written, in pieces of any
 * size, and of broken ones.
 */
#include "support/test.h"

#include <brotli/encode.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "proxy/decoder.h"

enum { TEXT_LENGTH = 20000, BOMB_LENGTH = 64 * 1024 * 1024, PIECE = 16 * 1024 };

/* ---- encoding ---- */

static void
deflate_with(struct slice text, int form, struct buf *coded)
{
	z_stream zlib = {0};
	size_t most;

	assert_int_equal(deflateInit2(&zlib, 9, Z_DEFLATED, form, 8, Z_DEFAULT_STRATEGY), Z_OK);
	most = deflateBound(&zlib, text.length);
	buf_reserve(coded, most);
	zlib.next_in = (z_const Bytef *)text.at;
	zlib.avail_in = (unsigned)text.length;
	zlib.next_out = (Bytef *)coded->bytes + coded->length;
	zlib.avail_out = (unsigned)most;
	assert_int_equal(deflate(&zlib, Z_FINISH), Z_STREAM_END);
	coded->length += most - zlib.avail_out;
	deflateEnd(&zlib);
}

static void
encode_gzip(struct slice text, struct buf *coded)
{
	deflate_with(text, MAX_WBITS + 16, coded);
}

/* Two files of gzip, one behind the other. */
static void
encode_gzip_twice(struct slice text, struct buf *coded)
{
	struct slice half = {text.at, text.length / 2};

	encode_gzip(half, coded);
	slice_drop(&text, half.length);
	encode_gzip(text, coded);
}

static void
encode_zlib(struct slice text, struct buf *coded)
{
	deflate_with(text, MAX_WBITS, coded);
}

static void
encode_raw(struct slice text, struct buf *coded)
{
	deflate_with(text, -MAX_WBITS, coded);
}

static void
encode_brotli(struct slice text, struct buf *coded)
{
	size_t length = BrotliEncoderMaxCompressedSize(text.length);

	buf_reserve(coded, length);
	assert_true(BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.length,
		(const uint8_t *)text.at, &length, (uint8_t *)coded->bytes + coded->length));
	coded->length += length;
}

static void
encode_zstd(struct slice text, struct buf *coded)
{
	size_t most = ZSTD_compressBound(text.length), length;

	buf_reserve(coded, most);
	length = ZSTD_compress(coded->bytes + coded->length, most, text.at, text.length, 3);
	assert_false(ZSTD_isError(length));
	coded->length += length;
}

static const struct row {
	const char *coding;
	void (*encode)(struct slice text, struct buf *coded);
} rows[] = {
	{"gzip", encode_gzip},
	{"X-GZIP", encode_gzip},
	{"gzip", encode_gzip_twice},
	{"deflate", encode_zlib},
	{"deflate", encode_raw},
	{"br", encode_brotli},
	{"zstd", encode_zstd},
};

/* ---- decoding ---- */

/* Decodes coded in pieces, with so much room for each. Adds what comes out to plain. */
static bool
decode(const char *coding, struct slice coded, size_t piece_size, size_t room, struct buf *plain)
{
	struct decoder *decoder = decoder_create(slice_of(coding));
	enum decoder_verdict verdict = DECODER_MORE;
	bool is_complete;
	size_t length;

	assert_non_null(decoder);
	while (coded.length && verdict != DECODER_MALFORMED) {
		struct slice piece = {
			coded.at, piece_size < coded.length ? piece_size : coded.length};

		slice_drop(&coded, piece.length);
		do {
			buf_reserve(plain, room);
			verdict = decoder_read(
				decoder, &piece, plain->bytes + plain->length, room, &length);
			assert_true(length <= room);
			plain->length += length;
		} while (verdict == DECODER_FULL);
		if (verdict == DECODER_MORE)
			assert_int_equal(piece.length, 0);
	}
	is_complete = decoder_is_complete(decoder);
	decoder_destroy(decoder);
	return is_complete;
}

static void
fill(struct buf *text)
{
	while (text->length < TEXT_LENGTH)
		buf_addf(text, "<p>line %zu</p>\n", text->length * 7919 % 997);
}

static void
texts(void **state)
{
	static const size_t sizes[][2] = {{PIECE, PIECE}, {1, PIECE}, {PIECE, 1}, {7, 5}};
	struct buf text = {0};

	(void)state;
	fill(&text);
	for (size_t i = 0; i < ROWS(rows); i++)
		for (size_t j = 0; j < ROWS(sizes); j++) {
			struct buf coded = {0}, plain = {0};

			rows[i].encode(buf_slice(&text), &coded);
			if (!decode(rows[i].coding, buf_slice(&coded), sizes[j][0], sizes[j][1],
				    &plain) ||
				!slice_equal(buf_slice(&plain), buf_slice(&text)))
				fail_msg("%s, pieces of %zu", rows[i].coding, sizes[j][0]);
			buf_finish(&coded);
			buf_finish(&plain);
		}
	buf_finish(&text);
}

/* What breaks off is not complete, however much of it can be read. None at all is an empty body. */
static void
breaks_off(void **state)
{
	struct buf text = {0};

	(void)state;
	fill(&text);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf coded = {0}, plain = {0};

		rows[i].encode(buf_slice(&text), &coded);
		assert_false(decode(rows[i].coding, (struct slice){coded.bytes, coded.length - 3},
			PIECE, PIECE, &plain));
		assert_true(decode(rows[i].coding, SLICE_LITERAL(""), PIECE, PIECE, &plain));
		buf_finish(&coded);
		buf_finish(&plain);
	}
	buf_finish(&text);
}

static void
malformed(void **state)
{
	struct buf plain = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_false(decode(rows[i].coding, SLICE_LITERAL("\xff\xff<p>plain text"), PIECE,
			PIECE, &plain));
	buf_finish(&plain);
}

/* The bytes behind the end belong to nothing. gzip's own readers ignore them, too. */
static void
garbage_behind(void **state)
{
	struct buf coded = {0}, plain = {0};

	(void)state;
	encode_gzip(SLICE_LITERAL("text"), &coded);
	buf_add_text(&coded, "more");
	assert_true(decode("gzip", buf_slice(&coded), PIECE, PIECE, &plain));
	assert_true(slice_is(buf_slice(&plain), "text"));
	buf_finish(&coded);
	buf_finish(&plain);
}

/* A small body that becomes a large one comes out piece by piece. */
static void
bombs(void **state)
{
	char *zeros = mem_zero(BOMB_LENGTH), out[PIECE];

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct decoder *decoder = decoder_create(slice_of(rows[i].coding));
		struct buf coded = {0};
		struct slice bytes;
		size_t total = 0, length;
		enum decoder_verdict verdict;

		rows[i].encode((struct slice){zeros, BOMB_LENGTH}, &coded);
		bytes = buf_slice(&coded);
		do {
			verdict = decoder_read(decoder, &bytes, out, sizeof(out), &length);
			total += length;
		} while (verdict == DECODER_FULL);
		assert_int_equal(verdict, DECODER_MORE);
		assert_int_equal(total, BOMB_LENGTH);
		decoder_destroy(decoder);
		buf_finish(&coded);
	}
	free(zeros);
}

/* A frame that asks for a window of 128 MiB. */
static void
large_window(void **state)
{
	static const char frame[] = "\x28\xb5\x2f\xfd\x00\x88\x01\x00\x00";
	struct buf plain = {0};

	(void)state;
	assert_false(
		decode("zstd", (struct slice){frame, sizeof(frame) - 1}, PIECE, PIECE, &plain));
	buf_finish(&plain);
}

static void
unknown(void **state)
{
	(void)state;
	assert_null(decoder_create(SLICE_LITERAL("compress")));
	assert_null(decoder_create(SLICE_LITERAL("gzip, br")));
	assert_null(decoder_create(SLICE_LITERAL("")));
	assert_null(decoder_create((struct slice){0}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(breaks_off),
		cmocka_unit_test(malformed),
		cmocka_unit_test(garbage_behind),
		cmocka_unit_test(bombs),
		cmocka_unit_test(large_window),
		cmocka_unit_test(unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
