/*
 * tag_stream: inserts the script tag into a document that arrives in pieces.
 *
 * Only the bytes in front of the place for the tag are held back, until that place is found; so a
 * page that is sent slowly arrives as it is sent. When there is no place in the first
 * DOCUMENT_START_MAX bytes, the document stays as it is.
 */
#ifndef TAG_STREAM_H
#define TAG_STREAM_H

#include "html/document_start.h"

/* Zeroed is a stream that changes nothing. The members are private. */
struct tag_stream {
	const struct script_tag *tag; /* NULL: there is nothing to insert any more */
	struct script_tag_attributes attributes;
	enum html_syntax syntax;
	struct document_start header; /* its nonce is that of the header */
	struct buf held;
	size_t looked;    /* bytes that were looked at, each as often as it was */
	size_t next_look; /* at this length of held */
};

/*
 * Begins a stream. Keeps a pointer to tag. attributes are those of the document's tag, without nonce.
 * nonce is the one that the head of the response allows, or absent: then the document's own is used.
 */
void tag_stream_begin(struct tag_stream *stream, const struct script_tag *tag,
	const struct script_tag_attributes *attributes, struct slice nonce);
void tag_stream_finish(struct tag_stream *stream);

/*
 * Takes bytes of the document, and adds to text what can be passed on. is_end: there are no more, and
 * all that was held back is passed on.
 */
void tag_stream_read(struct tag_stream *stream, struct slice bytes, bool is_end, struct buf *text);

#endif
