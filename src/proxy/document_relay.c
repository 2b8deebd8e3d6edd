/*
 * document_relay: see document_relay.h. Owns the decoder, the stream with the tag and the bytes between
 * them.
 */
#include "proxy/document_relay.h"

#include <stdio.h>
#include <string.h>

#include "html/csp_policy.h"
#include "html/navigation.h"

static const struct media_type html = {"text/html", true, MEDIA_TYPE_HTML};
static const struct media_type xml_pages[] = {
	{"application/xhtml+xml", true, MEDIA_TYPE_XML_PAGE},
	{"image/svg+xml", true, MEDIA_TYPE_XML_PAGE},
};

void
document_relay_init(
	struct document_relay *relay, const struct request *request, const struct script_tag *tag)
{
	*relay = (struct document_relay){.tag = tag};
	if (!tag)
		return;
	relay->wants_html = navigation_gets_tag(request, &html);
	relay->wants_xml = navigation_gets_tag(request, &xml_pages[0]);
	relay->is_https = request->scheme == REQUEST_HTTPS;
	relay->depth = request_depth(request);
	document_relay_note_time(relay);
	buf_add_slice(&relay->authority, request->authority);
}

void
document_relay_finish(struct document_relay *relay)
{
	buf_finish(&relay->authority);
	decoder_destroy(relay->decoder);
	tag_stream_finish(&relay->stream);
	buf_finish(&relay->coded);
	buf_finish(&relay->plain);
	*relay = (struct document_relay){0};
}

void
document_relay_note_time(struct document_relay *relay)
{
	if (relay->tag)
		relay->number = journal_number(relay->tag->journal);
}

void
document_relay_note_return(struct document_relay *relay, uint64_t before)
{
	if (relay->number == before)
		document_relay_note_time(relay);
}

bool
document_relay_is_wanted(const struct document_relay *relay)
{
	return relay->wants_html || relay->wants_xml;
}

/* ---- the head ---- */

/* The value that the client gets; absent when there is none, or more than one. */
static struct slice
only_value(const struct response_head *head, const struct fields *ours, struct slice name)
{
	struct slice value = fields_get(ours, name);
	size_t count = 0;

	if (value.at)
		return value;
	for (size_t i = 0; i < head->fields.count; i++) {
		struct field field = fields_at(&head->fields, i);

		if (slice_equal_nocase(field.name, name) && count++ == 0)
			value = field.value;
	}
	return count == 1 ? value : (struct slice){0};
}

/* Whether a list field of head has the word, whatever parameters are behind it. */
static bool
lists(const struct response_head *head, const char *name, const char *word)
{
	for (size_t i = 0; i < head->fields.count; i++) {
		struct field field = fields_at(&head->fields, i);
		struct slice item, part;

		while (slice_is_nocase(field.name, name) && slice_split(&field.value, ',', &item))
			if (slice_split(&item, ';', &part) &&
				slice_is_nocase(slice_trim(part), word))
				return true;
	}
	return false;
}

/* A charset whose letters take more than a byte; only a byte order mark says in which order. */
static bool
has_wide_charset(struct slice parameters)
{
	struct slice parameter;

	while (slice_split(&parameters, ';', &parameter)) {
		parameter = slice_trim(parameter);
		if (slice_starts_nocase(parameter, "charset=utf-16") ||
			slice_starts_nocase(parameter, "charset=\"utf-16"))
			return true;
	}
	return false;
}

/* The type of a document; NULL for any other one. */
static const struct media_type *
document_type(const struct response_head *head, const struct fields *ours)
{
	struct slice rest = only_value(head, ours, SLICE_LITERAL("Content-Type")), type = {0};

	slice_split(&rest, ';', &type);
	type = slice_trim(type);
	if (has_wide_charset(rest))
		return NULL;
	if (slice_is_nocase(type, html.type))
		return &html;
	for (size_t i = 0; i < sizeof(xml_pages) / sizeof(xml_pages[0]); i++)
		if (slice_is_nocase(type, xml_pages[i].type))
			return &xml_pages[i];
	return NULL;
}

/* A 206 is a part, which was not asked for, and 204 and 205 have no body. */
static bool
may_be_shown(const struct response_head *head)
{
	int status = head->status;

	return (status >= 200 && status < 300 && status != 204 && status != 205 && status != 206) ||
	       (status >= 400 && status < 600);
}

static struct csp_policy
read_policy(const struct document_relay *relay, const struct response_head *head,
	const struct fields *ours)
{
	const struct csp_policy_self self = {buf_slice(&relay->authority), relay->is_https};
	const struct slice name = SLICE_LITERAL("Content-Security-Policy");
	const struct fields *fields = fields_get(ours, name).at ? ours : &head->fields;
	struct csp_policy policy = {0};

	for (size_t i = 0; i < fields->count; i++) {
		struct field field = fields_at(fields, i);

		if (slice_equal_nocase(field.name, name))
			csp_policy_read(&policy, field.value, &self);
	}
	return policy;
}

static void
begin_stream(struct document_relay *relay, const struct media_type *type,
	const struct response_head *head, const struct fields *ours)
{
	struct csp_policy policy = read_policy(relay, head, ours);

	if (policy.forbids) {
		relay->trouble = DOCUMENT_RELAY_POLICY;
		relay->directive = policy.forbids;
	}
	tag_stream_begin(&relay->stream, relay->tag,
		&(struct script_tag_attributes){
			.is_xml = type->kind == MEDIA_TYPE_XML_PAGE,
			.depth = relay->depth,
			.has_policy = policy.is_there,
			.number = relay->number,
		},
		policy.nonce);
}

/* Returns false when the body is in a coding that cannot be opened. */
static bool
begin_decoder(struct document_relay *relay, const struct response_head *head)
{
	const struct slice name = SLICE_LITERAL("Content-Encoding");
	const struct fields none = {0};
	struct slice coding = only_value(head, &none, name);

	if (!fields_get(&head->fields, name).at || slice_is_nocase(coding, "identity"))
		return true;
	relay->decoder = decoder_create(coding);
	return relay->decoder;
}

/* A cache must not give the document with the tag to a script, nor the one without it to a browser. */
static void
add_vary(struct fields *fields)
{
	if (!slice_is(fields_get(fields, SLICE_LITERAL("Vary")), "*"))
		fields_add_to_list(fields, SLICE_LITERAL("Vary"), SLICE_LITERAL(NAVIGATION_VARY));
}

/* What is said here is true of the bytes that the upstream has sent, not of those with the tag. */
static void
drop_fields(struct fields *fields)
{
	static const char *const names[] = {"Content-Length", "Transfer-Encoding",
		"Content-Encoding", "ETag", "Last-Modified", "Accept-Ranges", "Content-MD5",
		"Digest", "Content-Digest", "Repr-Digest"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		fields_drop(fields, slice_of(names[i]));
}

void
document_relay_begin(
	struct document_relay *relay, struct response_head *head, const struct fields *ours)
{
	const struct media_type *type = relay->tag && may_be_shown(head) ? document_type(head, ours)
									 : NULL;

	if (!type)
		return;
	add_vary(&head->fields);
	if (!(type->kind == MEDIA_TYPE_HTML ? relay->wants_html : relay->wants_xml) ||
		lists(head, "Content-Disposition", "attachment"))
		return;
	if (lists(head, "Cache-Control", "no-transform")) {
		relay->trouble = DOCUMENT_RELAY_NO_TRANSFORM;
	} else if (!begin_decoder(relay, head)) {
		relay->trouble = DOCUMENT_RELAY_CODING;
	} else {
		begin_stream(relay, type, head, ours);
		drop_fields(&head->fields);
		relay->is_on = true;
	}
}

const char *
document_relay_sentence(struct document_relay *relay)
{
	switch (relay->trouble) {
	case DOCUMENT_RELAY_POLICY:
		snprintf(relay->sentence, sizeof(relay->sentence),
			"sends a Content-Security-Policy whose %s forbids liveserve's script, so "
			"its pages do not reload: allow %s there while you develop",
			relay->directive,
			strcmp(relay->directive, "sandbox") == 0 ? "allow-scripts" : "'self'");
		break;
	case DOCUMENT_RELAY_NO_TRANSFORM:
		return "sends pages with Cache-Control: no-transform, so they get no script and do "
		       "not reload: leave that out while you develop";
	case DOCUMENT_RELAY_CODING:
		return "sends pages in a Content-Encoding that liveserve cannot open, so they get "
		       "no script and do not reload: switch it off while you develop";
	case DOCUMENT_RELAY_NO_TROUBLE:
	case DOCUMENT_RELAY_TROUBLES:
		break;
	}
	return relay->sentence;
}

/* ---- the body ---- */

/* Opens what was received, up to a piece. Sets *verdict unless all is read. */
static struct slice
decode(struct document_relay *relay, enum document_relay_verdict *verdict)
{
	struct slice bytes = buf_slice(&relay->coded);
	size_t length;

	buf_clear(&relay->plain);
	buf_reserve(&relay->plain, DOCUMENT_RELAY_PIECE);
	switch (decoder_read(
		relay->decoder, &bytes, relay->plain.bytes, DOCUMENT_RELAY_PIECE, &length)) {
	case DECODER_MORE:
		break;
	case DECODER_FULL:
		*verdict = DOCUMENT_RELAY_FULL;
		break;
	case DECODER_MALFORMED:
		*verdict = DOCUMENT_RELAY_FAILED;
		break;
	}
	relay->plain.length = length;
	buf_drop(&relay->coded, relay->coded.length - bytes.length);
	return (struct slice){relay->plain.bytes, length};
}

enum document_relay_verdict
document_relay_read(struct document_relay *relay, struct slice bytes, bool is_end, struct buf *text,
	const char **fault)
{
	enum document_relay_verdict verdict = is_end ? DOCUMENT_RELAY_COMPLETE
						     : DOCUMENT_RELAY_MORE;

	*fault = "sent a compressed answer that is malformed";
	if (relay->decoder) {
		buf_add_slice(&relay->coded, bytes);
		bytes = decode(relay, &verdict);
	}
	if (verdict == DOCUMENT_RELAY_COMPLETE && relay->decoder &&
		!decoder_is_complete(relay->decoder)) {
		*fault = "sent a compressed answer that breaks off";
		verdict = DOCUMENT_RELAY_FAILED;
	}
	tag_stream_read(&relay->stream, bytes, verdict == DOCUMENT_RELAY_COMPLETE, text);
	return verdict;
}
