/*
 * tag_stream: see tag_stream.h. Owns what it holds back.
 *
 * Each look begins at the first byte, so a document that arrives byte by byte would be read over and
 * over. After LOOKED_MAX bytes of that, a look has to wait until twice as much is there.
 */
#include "html/tag_stream.h"

enum { LOOKED_MAX = 4 * 1024 * 1024 };

void
tag_stream_begin(struct tag_stream *stream, const struct script_tag *tag,
	const struct script_tag_attributes *attributes, struct slice nonce)
{
	*stream = (struct tag_stream){.tag = tag,
		.attributes = *attributes,
		.syntax = attributes->is_xml ? HTML_SYNTAX_XML : HTML_SYNTAX_HTML};
	document_start_set_nonce(&stream->header, nonce);
}

void
tag_stream_finish(struct tag_stream *stream)
{
	buf_finish(&stream->held);
	*stream = (struct tag_stream){0};
}

/* Passes on what is held, with the tag if start has a place for it. */
static void
pass_held(struct tag_stream *stream, struct document_start *start, struct buf *text)
{
	struct slice held = buf_slice(&stream->held);

	if (start->has_place) {
		document_start_set_nonce(start, slice_of(stream->header.nonce));
		buf_add(text, held.at, start->place);
		document_start_add_tag(start, stream->tag, stream->attributes, text);
		slice_drop(&held, start->place);
	}
	buf_add_slice(text, held);
	buf_finish(&stream->held);
	stream->tag = NULL;
}

void
tag_stream_read(struct tag_stream *stream, struct slice bytes, bool is_end, struct buf *text)
{
	struct document_start start;
	struct buf *held = &stream->held;
	bool is_all;

	if (!stream->tag) {
		buf_add_slice(text, bytes);
		return;
	}
	buf_add_slice(held, bytes);
	is_all = is_end || held->length >= DOCUMENT_START_MAX;
	if ((bytes.length == 0 || held->length < stream->next_look) && !is_all)
		return;
	stream->looked += held->length;
	stream->next_look = stream->looked < LOOKED_MAX ? 0 : 2 * held->length;
	/* A document that goes on behind the bytes in which the place is looked for is not whole. */
	if (document_start_read(&start, stream->syntax, buf_slice(held), is_end) !=
			INSERTION_POINT_NEEDS_MORE ||
		is_all)
		pass_held(stream, &start, text);
}
