/*
 * decoder: see decoder.h. Owns the state of one of three libraries. Each reads from a slice and writes
 * to a buffer; the table of codings says which.
 */
#include "proxy/decoder.h"

#include <brotli/decode.h>
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "base/mem.h"

enum {
	ZSTD_WINDOW_LOG_MAX = 23, /* 8 MiB: a client need not have more (RFC 9659 3) */
	DEFLATE_METHOD = 8,       /* the lower half of the first byte of a zlib header (RFC 1950) */
	GZIP_FORM = MAX_WBITS + 16,
	ZLIB_FORM = MAX_WBITS,
	RAW_FORM = -MAX_WBITS,
	GZIP_FIRST_BYTE = 0x1f,
};

/* What a library reads and writes in one call. */
struct turn {
	struct slice *bytes;
	char *out;
	size_t size;
	size_t length; /* of what was written */
};

struct coding;

struct decoder {
	const struct coding *coding;
	bool is_open; /* a body has begun and is not complete */
	bool has_ended;
	bool is_over; /* what comes behind the end is something else, and is dropped */
	bool is_malformed;
	bool has_zlib; /* zlib is initialised */
	z_stream zlib;
	BrotliDecoderState *brotli;
	ZSTD_DStream *zstd;
};

struct coding {
	const char *name;
	bool (*begin)(struct decoder *decoder);
	enum decoder_verdict (*read)(struct decoder *decoder, struct turn *turn);
};

/* ---- gzip and deflate ---- */

static bool
begin_zlib(struct decoder *decoder, int form)
{
	decoder->has_zlib = inflateInit2(&decoder->zlib, form) == Z_OK;
	return decoder->has_zlib;
}

static bool
begin_gzip(struct decoder *decoder)
{
	return begin_zlib(decoder, GZIP_FORM);
}

/* "deflate" has two forms. Which one it is, the first byte says. */
static bool
begin_deflate(struct decoder *decoder)
{
	(void)decoder;
	return true;
}

static unsigned
clamp(size_t length)
{
	return length < UINT_MAX ? (unsigned)length : UINT_MAX;
}

/* Sets has_ended at the end of a stream of zlib. */
static enum decoder_verdict
inflate_turn(struct decoder *decoder, struct turn *turn)
{
	z_stream *zlib = &decoder->zlib;
	unsigned given = clamp(turn->bytes->length), room = clamp(turn->size - turn->length);
	int result;

	zlib->next_in = (z_const Bytef *)turn->bytes->at;
	zlib->avail_in = given;
	zlib->next_out = (Bytef *)turn->out + turn->length;
	zlib->avail_out = room;
	result = inflate(zlib, Z_NO_FLUSH);
	slice_drop(turn->bytes, given - zlib->avail_in);
	turn->length += room - zlib->avail_out;
	decoder->has_ended = result == Z_STREAM_END;
	if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
		return DECODER_MALFORMED;
	return turn->length == turn->size ? DECODER_FULL : DECODER_MORE;
}

/* A body of gzip may be several files of gzip, one behind the other (RFC 1952 2.2). */
static enum decoder_verdict
read_gzip(struct decoder *decoder, struct turn *turn)
{
	enum decoder_verdict verdict = DECODER_MORE;

	do {
		decoder->is_over |= decoder->has_ended && *turn->bytes->at != GZIP_FIRST_BYTE;
		if (decoder->is_over)
			return DECODER_MORE;
		if (decoder->has_ended)
			inflateReset(&decoder->zlib);
		verdict = inflate_turn(decoder, turn);
	} while (verdict == DECODER_MORE && turn->bytes->length);
	return verdict;
}

/* RFC 9110 8.4.1.2: "deflate" is the form of zlib, but some servers send it without its header. */
static enum decoder_verdict
read_deflate(struct decoder *decoder, struct turn *turn)
{
	int form = turn->bytes->length && (*turn->bytes->at & 0x0f) == DEFLATE_METHOD ? ZLIB_FORM
										      : RAW_FORM;

	if (!decoder->has_zlib && !begin_zlib(decoder, form))
		return DECODER_MALFORMED;
	return decoder->has_ended ? DECODER_MORE : inflate_turn(decoder, turn);
}

/* ---- br ---- */

static bool
begin_brotli(struct decoder *decoder)
{
	decoder->brotli = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	return decoder->brotli;
}

static enum decoder_verdict
read_brotli(struct decoder *decoder, struct turn *turn)
{
	const uint8_t *in = (const uint8_t *)turn->bytes->at;
	uint8_t *out = (uint8_t *)turn->out;
	size_t left = turn->bytes->length, room = turn->size;
	BrotliDecoderResult result;

	if (decoder->has_ended)
		return DECODER_MORE;
	result = BrotliDecoderDecompressStream(decoder->brotli, &left, &in, &room, &out, NULL);
	slice_drop(turn->bytes, turn->bytes->length - left);
	turn->length = turn->size - room;
	decoder->has_ended = result == BROTLI_DECODER_RESULT_SUCCESS;
	if (result == BROTLI_DECODER_RESULT_ERROR)
		return DECODER_MALFORMED;
	return result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT ? DECODER_FULL : DECODER_MORE;
}

/* ---- zstd ---- */

static bool
begin_zstd(struct decoder *decoder)
{
	decoder->zstd = ZSTD_createDStream();
	return decoder->zstd && !ZSTD_isError(ZSTD_DCtx_setParameter(
					decoder->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX));
}

/* A body may be several frames, one behind the other (RFC 8878 3). */
static enum decoder_verdict
read_zstd(struct decoder *decoder, struct turn *turn)
{
	ZSTD_inBuffer in = {turn->bytes->at, turn->bytes->length, 0};
	ZSTD_outBuffer out = {turn->out, turn->size, 0};
	size_t result;

	do
		result = ZSTD_decompressStream(decoder->zstd, &out, &in);
	while (!ZSTD_isError(result) && in.pos < in.size && out.pos < out.size);
	slice_drop(turn->bytes, in.pos);
	turn->length = out.pos;
	decoder->has_ended = result == 0;
	if (ZSTD_isError(result))
		return DECODER_MALFORMED;
	return out.pos == out.size ? DECODER_FULL : DECODER_MORE;
}

/* ---- public functions ---- */

static const struct coding codings[] = {
	{"gzip", begin_gzip, read_gzip},
	{"x-gzip", begin_gzip, read_gzip},
	{"deflate", begin_deflate, read_deflate},
	{"br", begin_brotli, read_brotli},
	{"zstd", begin_zstd, read_zstd},
};

static const struct coding *
find_coding(struct slice name)
{
	for (size_t i = 0; i < sizeof(codings) / sizeof(codings[0]); i++)
		if (slice_is_nocase(name, codings[i].name))
			return &codings[i];
	return NULL;
}

struct decoder *
decoder_create(struct slice coding)
{
	const struct coding *found = find_coding(coding);
	struct decoder *decoder;

	if (!found)
		return NULL;
	decoder = mem_zero(sizeof(*decoder));
	decoder->coding = found;
	if (found->begin(decoder))
		return decoder;
	decoder_destroy(decoder);
	return NULL;
}

void
decoder_destroy(struct decoder *decoder)
{
	if (!decoder)
		return;
	if (decoder->has_zlib)
		inflateEnd(&decoder->zlib);
	BrotliDecoderDestroyInstance(decoder->brotli);
	ZSTD_freeDStream(decoder->zstd);
	free(decoder);
}

enum decoder_verdict
decoder_read(struct decoder *decoder, struct slice *bytes, char *out, size_t size, size_t *length)
{
	struct turn turn = {.bytes = bytes, .size = size};
	enum decoder_verdict verdict = DECODER_MORE;

	turn.out = out;
	*length = 0;
	if (decoder->is_malformed)
		return DECODER_MALFORMED;
	if (bytes->length == 0 && !decoder->is_open)
		return DECODER_MORE;
	verdict = decoder->coding->read(decoder, &turn);
	*length = turn.length;
	decoder->is_malformed = verdict == DECODER_MALFORMED;
	decoder->is_open = !decoder->has_ended;
	if (verdict == DECODER_MORE)
		slice_drop(bytes, bytes->length);
	return verdict;
}

bool
decoder_is_complete(const struct decoder *decoder)
{
	return !decoder->is_open && !decoder->is_malformed;
}
