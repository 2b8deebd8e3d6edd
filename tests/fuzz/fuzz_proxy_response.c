/*
 * Any bytes of an upstream: what the client gets is one response that this program's own strict
 * readers understand, in the same way for every cut of the bytes, and nothing behind it.
 */
#define _GNU_SOURCE
#include <string.h>

#include "fuzz.h"
#include "proxy/response_relay.h"

enum { PIECES_MAX = 16, TAGGED = 0x80 };

/* What the client got, and how it ended. */
struct outcome {
	struct buf text;
	enum response_relay_verdict verdict;
	bool has_begun;
};

static const struct upstream upstream = {.route = "/api",
	.name = "api",
	.host = "x",
	.port = "80",
	.base = "/v1",
	.shown = "http://x"};

static void
set_request(struct request *request, uint8_t kind)
{
	static const char *const texts[] = {
		"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
		"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET / HTTP/1.0\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
		"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
	};
	const char *text = texts[kind % (sizeof(texts) / sizeof(texts[0]))];

	CHECK(request_parse(request, text, strlen(text)) == REQUEST_COMPLETE);
}

/* What a compressed document becomes, piece by piece. */
static void
take_more(struct response_relay *relay, struct outcome *outcome)
{
	const char *fault;

	for (int i = 0; relay->has_more && i < PIECES_MAX; i++)
		outcome->verdict = response_relay_continue(relay, &outcome->text, &fault);
	CHECK(!relay->has_more || outcome->verdict == RESPONSE_RELAY_MORE);
}

/* bytes arrive in two pieces, and then the connection ends. */
static void
relay(const struct request *request, const struct script_tag *tag, struct slice bytes, size_t cut,
	struct outcome *outcome)
{
	const struct slice pieces[] = {{bytes.at, cut}, {bytes.at + cut, bytes.length - cut}};
	const struct fields none = {0};
	struct response_relay relay;
	struct buf scratch = {0};
	const char *fault = NULL;

	outcome->verdict = RESPONSE_RELAY_MORE;
	response_relay_init(&relay, request,
		&(struct response_relay_options){.ours = &none, .upstream = &upstream, .tag = tag});
	for (int i = 0; i < 2 && outcome->verdict == RESPONSE_RELAY_MORE; i++) {
		struct slice out;

		if (pieces[i].length == 0)
			continue;
		outcome->verdict = response_relay_read(
			&relay, pieces[i], &scratch, &outcome->text, &out, &fault);
		buf_add_slice(&outcome->text, out);
		take_more(&relay, outcome);
	}
	if (outcome->verdict == RESPONSE_RELAY_MORE)
		outcome->verdict = response_relay_end(&relay, false, &outcome->text, &fault);
	take_more(&relay, outcome);
	CHECK(outcome->verdict != RESPONSE_RELAY_FAILED || fault);
	outcome->has_begun = relay.has_begun;
	response_relay_finish(&relay);
	buf_finish(&scratch);
}

/* Reads the heads that the client got, and the body behind the last. */
static void
check_response(const struct request *request, const struct outcome *outcome)
{
	struct slice text = buf_slice(&outcome->text);
	struct response_head head = {0};
	struct message_body body;
	struct buf scratch = {0};
	const char *fault;
	enum response_head_request kind = request->method == REQUEST_HEAD ? RESPONSE_HEAD_TO_HEAD
					  : request_is_websocket(request) ? RESPONSE_HEAD_TO_UPGRADE
									  : RESPONSE_HEAD_TO_ANY;

	do {
		if (!outcome->has_begun && text.length == 0)
			break;
		CHECK(response_head_parse(&head, text, 0, kind, &fault) == RESPONSE_HEAD_COMPLETE);
		slice_drop(&text, head.size);
		CHECK(head.status >= 200 || head.status == 101 || !request->is_http10);
	} while (head.status < 200 && head.status != 101);
	if (outcome->has_begun && head.status != 101) {
		message_body_init(&body, head.framing, head.length, true);
		CHECK(head.framing != MESSAGE_BODY_CHUNKED || !request->is_http10);
		message_body_read(&body, &text, &scratch);
		CHECK(!body.is_malformed && text.length == 0);
		if (outcome->verdict == RESPONSE_RELAY_COMPLETE)
			CHECK(body.has_ended || head.framing == MESSAGE_BODY_TO_END);
		else
			CHECK(!body.has_ended);
	}
	response_head_finish(&head);
	buf_finish(&scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = {(const char *)data + 1, size ? size - 1 : 0};
	struct outcome whole = {0}, in_two = {0};
	struct script_tag tag = {0};
	struct journal *journal;
	struct request request;
	size_t cut = 0;

	if (size < 2)
		return 0;
	for (size_t i = 0; i < size; i++)
		cut += data[i];
	journal = journal_create();
	tag.journal = journal;
	set_request(&request, data[0] % TAGGED);
	relay(&request, data[0] & TAGGED ? &tag : NULL, bytes, bytes.length, &whole);
	relay(&request, data[0] & TAGGED ? &tag : NULL, bytes, cut % bytes.length, &in_two);
	check_response(&request, &whole);
	check_response(&request, &in_two);
	/*
	 * A body that is larger than the pieces is not read to its end here. One in answer to HEAD is
	 * refused if it comes with the head, and dropped if it comes later.
	 */
	if (request.method != REQUEST_HEAD && whole.verdict != RESPONSE_RELAY_MORE &&
		in_two.verdict != RESPONSE_RELAY_MORE)
		CHECK(whole.verdict == in_two.verdict && whole.has_begun == in_two.has_begun);
	journal_destroy(journal);
	buf_finish(&whole.text);
	buf_finish(&in_two.text);
	return 0;
}
