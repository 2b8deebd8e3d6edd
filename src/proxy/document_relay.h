/*
 * document_relay: puts the script tag into documents of other servers, while they pass.
 *
 * A document is what a browser shows (html/navigation), of an HTML type, answered with 2xx, 4xx or
 * 5xx. It is asked for as it is: not compressed, whole, and without conditions, so that no answer
 * speaks of another state of it. What comes compressed all the same is opened. The document with the tag
 * is another one than the other server has sent, so its length, validators, ranges and digests are left
 * out. Everything else passes byte for byte.
 *
 * Cache-Control: no-transform forbids all this (RFC 9111 5.2.2.6), and so does a Content-Encoding that
 * the decoder does not know.
 */
#ifndef DOCUMENT_RELAY_H
#define DOCUMENT_RELAY_H

#include <stdbool.h>

#include "html/script_tag.h"
#include "html/tag_stream.h"
#include "http/request.h"
#include "proxy/decoder.h"
#include "framing/response_head.h"

enum {
	DOCUMENT_RELAY_PIECE = 64 * 1024
}; /* bytes that a call of document_relay_read adds at most,
					      but for what was held back */

/* Why the script of a document does not work. The person is told once. */
enum document_relay_trouble {
	DOCUMENT_RELAY_NO_TROUBLE,
	DOCUMENT_RELAY_POLICY,       /* a Content-Security-Policy forbids it */
	DOCUMENT_RELAY_NO_TRANSFORM, /* Cache-Control: no-transform */
	DOCUMENT_RELAY_CODING,       /* an unknown Content-Encoding */
	DOCUMENT_RELAY_TROUBLES,
};

struct document_relay {
	/* What the request says. */
	const struct script_tag *tag; /* NULL: documents get none */
	bool wants_html, wants_xml;   /* a document of this kind would be shown */
	bool is_https;
	size_t depth;    /* request_depth() */
	uint64_t number; /* of the journal, when the request was sent */
	struct buf authority;

	/* What the response says. */
	bool is_on; /* the body of the response gets the tag */
	enum document_relay_trouble trouble;
	const char *directive; /* with DOCUMENT_RELAY_POLICY: "script-src" */
	char sentence[200];
	struct decoder *decoder; /* NULL: the body is not compressed */
	struct tag_stream stream;
	struct buf coded; /* bytes of the body that are not read yet */
	struct buf plain;
};

/* For the answer to request. Keeps a pointer to tag, which may be NULL. The caller finishes it. */
void document_relay_init(
	struct document_relay *relay, const struct request *request, const struct script_tag *tag);
void document_relay_finish(struct document_relay *relay);

/* The request is sent now, or again: what changes from now on is newer than its answer. */
void document_relay_note_time(struct document_relay *relay);

/*
 * The upstream is back, of which pages are told by a new number of the journal; before is the one that
 * it had. The answer is newer than that, unless something else has changed since it was asked for.
 */
void document_relay_note_return(struct document_relay *relay, uint64_t before);

/* Whether the request is for a document, so that it is to be passed on as described above. */
bool document_relay_is_wanted(const struct document_relay *relay);

/*
 * Decides about a final response, and sets is_on and trouble. If the document gets the tag, the fields
 * of head are changed. ours are fields that replace those of head.
 */
void document_relay_begin(
	struct document_relay *relay, struct response_head *head, const struct fields *ours);

/*
 * The end of a sentence that begins with the upstream's name, and says what the trouble is and what the
 * user can do. There is a trouble. Static memory, or valid until the next call.
 */
const char *document_relay_sentence(struct document_relay *relay);

enum document_relay_verdict {
	DOCUMENT_RELAY_MORE, /* all bytes were read */
	DOCUMENT_RELAY_FULL, /* call again without bytes, when what was added is sent */
	DOCUMENT_RELAY_COMPLETE,
	DOCUMENT_RELAY_FAILED, /* *fault has the end of a sentence about the upstream */
};

/*
 * Takes bytes of the body, which is_on, and adds to text what the client gets. is_end: there are no
 * more. After DOCUMENT_RELAY_FULL, more bytes must not come before another verdict has.
 */
enum document_relay_verdict document_relay_read(struct document_relay *relay, struct slice bytes,
	bool is_end, struct buf *text, const char **fault);

#endif
