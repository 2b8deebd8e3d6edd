/*
 * The tag in documents that arrive in pieces: the same bytes as for a whole document, however it was
 * cut, and no byte later than it has to be.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "html/tag_stream.h"

static struct {
	struct journal *journal;
	struct script_tag tag;
} here;

static int
enter(void **state)
{
	(void)state;
	here.journal = journal_create();
	here.tag = (struct script_tag){.journal = here.journal};
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	journal_destroy(here.journal);
	return 0;
}

static const struct script_tag_attributes plain = {.depth = 1};

/* The tag that a document with this nonce, or NULL, gets. */
static char *
tag_text(const char *nonce)
{
	struct script_tag_attributes attributes = plain;
	struct buf text = {0};

	attributes.nonce = nonce;
	script_tag_add(&here.tag, &attributes, &text);
	return buf_take(&text);
}

/* The document, in pieces of size, with the tag. */
static void
stream_pieces(struct slice document, size_t size, struct slice nonce, struct buf *text)
{
	struct tag_stream stream;

	tag_stream_begin(&stream, &here.tag, &plain, nonce);
	while (document.length > size) {
		tag_stream_read(&stream, (struct slice){document.at, size}, false, text);
		slice_drop(&document, size);
	}
	tag_stream_read(&stream, document, true, text);
	tag_stream_finish(&stream);
}

/* A '^' marks the place of the tag. */
static void
check(const char *marked, const char *header_nonce, const char *nonce)
{
	const char *mark = strchr(marked, '^');
	size_t before = mark ? (size_t)(mark - marked) : strlen(marked);
	char *tag = tag_text(nonce);
	char *document = mem_format("%.*s%s", (int)before, marked, mark ? mark + 1 : "");
	char *expected = mem_format(
		"%.*s%s%s", (int)before, marked, mark ? tag : "", mark ? mark + 1 : "");

	for (size_t size = 1; size <= strlen(document) + 1; size++) {
		struct buf text = {0};

		stream_pieces(slice_of(document), size,
			header_nonce ? slice_of(header_nonce) : (struct slice){0}, &text);
		if (!slice_is(buf_slice(&text), expected))
			fail_msg(
				"in pieces of %zu:\n%s\nexpected:\n%s", size, text.bytes, expected);
		buf_finish(&text);
	}
	free(tag);
	free(document);
	free(expected);
}

static void
places(void **state)
{
	(void)state;
	check("^", NULL, NULL);
	check("^text", NULL, NULL);
	check("<!doctype html><html lang=en><head>^<title>x</title>", NULL, NULL);
	check("<!-- <head> --> <head data-x='>'>^<p>", NULL, NULL);
	check("\xef\xbb\xbf<!doctype html>^<p>", NULL, NULL);
	check("^<!-- no end", NULL, NULL);
}

static void
nonces(void **state)
{
	(void)state;
	check("<head>^<p>", "of-header", "of-header");
	check("<head nonce=x>^<script nonce=of-page></script>", "of-header", "of-header");
}

/* The document's own nonce is used if it has arrived with the place of the tag. */
static void
own_nonce(void **state)
{
	static const char document[] = "<head><script nonce=own></script>";
	char *tag = tag_text("own");
	struct buf text = {0};

	(void)state;
	stream_pieces(slice_of(document), strlen(document), (struct slice){0}, &text);
	assert_non_null(strstr(text.bytes, tag));
	buf_finish(&text);
	free(tag);
}

/* Nothing is held back as soon as the place is known. */
static void
at_once(void **state)
{
	struct tag_stream stream;
	struct buf text = {0};

	(void)state;
	tag_stream_begin(&stream, &here.tag, &plain, (struct slice){0});
	tag_stream_read(&stream, SLICE_LITERAL("<!doctype html><head"), false, &text);
	assert_int_equal(text.length, 0);
	tag_stream_read(&stream, SLICE_LITERAL(">"), false, &text);
	assert_true(slice_ends(buf_slice(&text), "</script>"));
	buf_clear(&text);
	tag_stream_read(&stream, SLICE_LITERAL("<"), false, &text);
	assert_true(slice_is(buf_slice(&text), "<"));
	buf_finish(&text);
	tag_stream_finish(&stream);
}

static void
utf16(void **state)
{
	static const char document[] = "\xff\xfe<\0h\0e\0a\0d\0>\0x";
	const struct slice bytes = {document, sizeof(document)};

	(void)state;
	for (size_t size = 1; size <= bytes.length; size++) {
		struct buf text = {0};

		stream_pieces(bytes, size, (struct slice){0}, &text);
		assert_memory_equal(text.bytes, "\xff\xfe<\0h\0e\0a\0d\0>\0<\0s\0c\0r", 22);
		assert_memory_equal(text.bytes + text.length - 4, ">\0x", 4);
		buf_finish(&text);
	}
}

/* XML that a tag would break stays as it is. */
static void
xml(void **state)
{
	const struct script_tag_attributes attributes = {.depth = 1, .is_xml = true};
	static const struct {
		const char *document;
		bool has_tag;
	} rows[] = {{"<svg/>", false}, {"<svg></svg>", true}, {"no xml", false}, {"", true}};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct tag_stream stream;
		struct buf text = {0};

		tag_stream_begin(&stream, &here.tag, &attributes, (struct slice){0});
		tag_stream_read(&stream, slice_of(rows[i].document), true, &text);
		assert_int_equal(slice_is(buf_slice(&text), rows[i].document), !rows[i].has_tag);
		assert_int_equal(strstr(text.bytes, "xmlns=") != NULL, rows[i].has_tag);
		buf_finish(&text);
		tag_stream_finish(&stream);
	}
}

/* A document without a place is held no longer than that, and passes as it is. */
static void
no_place(void **state)
{
	static char spaces[4096];
	struct tag_stream stream;
	struct buf text = {0};
	size_t sent = 0;

	(void)state;
	memset(spaces, ' ', sizeof(spaces));
	tag_stream_begin(&stream, &here.tag, &plain, (struct slice){0});
	while (text.length == 0) {
		tag_stream_read(&stream, (struct slice){spaces, sizeof(spaces)}, false, &text);
		sent += sizeof(spaces);
		assert_true(sent <= DOCUMENT_START_MAX);
	}
	tag_stream_read(&stream, SLICE_LITERAL("<head>"), true, &text);
	assert_int_equal(text.length, sent + strlen("<head>"));
	assert_null(strstr(text.bytes, "script"));
	buf_finish(&text);
	tag_stream_finish(&stream);
}

/* Byte by byte, the bytes are not read over and over; and what was put off comes at the end. */
static void
byte_by_byte(void **state)
{
	enum { LENGTH = 40000 };
	struct tag_stream stream;
	struct buf text = {0};
	char *tag = tag_text(NULL);

	(void)state;
	tag_stream_begin(&stream, &here.tag, &plain, (struct slice){0});
	for (size_t i = 0; i < LENGTH; i++)
		tag_stream_read(&stream, SLICE_LITERAL(" "), false, &text);
	assert_true(stream.looked < 8 * 1024 * 1024);
	tag_stream_read(&stream, SLICE_LITERAL("<head>"), true, &text);
	assert_int_equal(text.length, LENGTH + strlen("<head>") + strlen(tag));
	assert_true(slice_ends(buf_slice(&text), tag));
	buf_finish(&text);
	tag_stream_finish(&stream);
	free(tag);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places),
		cmocka_unit_test(nonces),
		cmocka_unit_test(own_nonce),
		cmocka_unit_test(at_once),
		cmocka_unit_test(utf16),
		cmocka_unit_test(xml),
		cmocka_unit_test(no_place),
		cmocka_unit_test(byte_by_byte),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
