/*
 * What an editor sends: the input is a stream of the base protocol. Its first byte chooses how positions are counted,
 * and the size of the pieces in which it comes. Each message is taken as the params of a notification about a
 * document: texts stay valid UTF-8, and their sizes are counted right.
 */
#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "lsp/documents.h"
#include "jsonrpc/framing.h"

static void
check_document(const struct documents *documents, const struct document *document)
{
	struct slice text = buf_slice(&document->text);
	struct position position = position_of_offset(text, documents->encoding, text.length / 2);
	size_t offset = position_to_offset(text, documents->encoding, position);

	CHECK(utf8_is_valid(text, true));
	CHECK(!document->is_lost || text.length == 0);
	CHECK(!document->is_lost || document->is_changed);
	CHECK(offset <= text.length / 2);
	CHECK(position_line(text, position.line).length <= text.length);
}

static void
check_all(const struct documents *documents)
{
	struct hash_table_place place = {0};
	const struct document *document;
	size_t bytes = 0;

	while ((document = documents_next(documents, &place))) {
		check_document(documents, document);
		bytes += document->text.length;
	}
	CHECK(bytes == documents->bytes);
}

static void
take(struct documents *documents, char *content, size_t length)
{
	bool had_nul;
	struct json_value *value = json_value_parse(content, length, &had_nul);
	const struct json_value *params = json_value_member(value, "params");
	const char *method = json_value_text_member(value, "method"), *error;

	if (!value)
		documents_lose_all(documents);
	else if (method && strstr(method, "Open"))
		documents_open(documents, params, had_nul, &error);
	else if (method && strstr(method, "Change"))
		documents_change(documents, params, had_nul, &error);
	else if (method && strstr(method, "Save"))
		documents_save(documents, params, had_nul, &error);
	else if (method && strstr(method, "Close"))
		documents_free(documents_close(documents, params, &error));
	json_value_destroy(value);
	check_all(documents);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct documents documents = {0};
	struct framing framing = {0};
	size_t step = size ? 1 + (size_t)data[0] / 3 * 8 : 1, length;
	char *content;

	documents.encoding = (enum position_encoding)(size ? data[0] % 3 : 0);
	for (size_t at = 1; at < size; at += step) {
		framing_feed(&framing, data + at, step < size - at ? step : size - at);
		while (framing_next(&framing, &content, &length) == FRAMING_MESSAGE)
			take(&documents, content, length);
	}
	framing_finish(&framing);
	documents_finish(&documents);
	return 0;
}
