/*
 * payload_said: see payload_said.h.
 */
#include "dissect/payload_said.h"

#include <string.h>

#include "base/utf8.h"

void
payload_said_clear_words(struct payload_said *said)
{
	said->protocol = NULL;
	buf_clear(&said->info);
	said->is_segment = said->hides_tcp = false;
	said->has_segment_in_front = said->is_late = false;
	said->fixed = 0;
}

void
payload_said_clear(struct payload_said *said)
{
	payload_said_clear_words(said);
	payload_said_clear_parts(said);
	said->head_count = 0;
	buf_clear(&said->head_bytes);
	buf_clear(&said->plain);
}

void
payload_said_finish(struct payload_said *said)
{
	buf_finish(&said->info);
	buf_finish(&said->head_bytes);
	buf_finish(&said->plain);
	*said = (struct payload_said){0};
}

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD in UTF-8 */

/* As tshark shows a character that cannot be shown. */
static void
add_escaped(struct buf *info, const char *sequence, size_t length)
{
	static const char letters[] = "abtnvfr";
	uint32_t character = utf8_character(sequence, length);

	if (character >= '\a' && character <= '\r')
		buf_addf(info, "\\%c", letters[character - '\a']);
	else if (length == 1)
		buf_addf(info, "\\%03o", character);
	else if (character <= 0xffff)
		buf_addf(info, "\\u%04X", character);
	else
		buf_addf(info, "\\U%08X", character);
}

/* Whether a sequence of that length could change how the terminal shows the line. */
static bool
is_harmful(const char *sequence, size_t length)
{
	return utf8_is_control(sequence, length) ||
	       utf8_is_invisible(utf8_character(sequence, length));
}

void
payload_said_add(struct payload_said *said, struct slice words)
{
	while (words.length) {
		size_t length = utf8_sequence(words);

		if (said->info.length + (length ? length : 1) > PAYLOAD_INFO_MAX)
			return;
		if (!length)
			buf_add_text(&said->info, REPLACEMENT);
		else if (!is_harmful(words.at, length))
			buf_add(&said->info, words.at, length);
		else
			add_escaped(&said->info, words.at, length);
		slice_drop(&words, length ? length : 1);
	}
}

void
payload_said_replace(struct payload_said *said, size_t from, size_t to)
{
	struct buf *info = &said->info;

	if (info->length < to || to == from)
		return;
	memmove(info->bytes + from, info->bytes + to, info->length - to);
	info->length -= to - from;
	if (said->fixed > from)
		said->fixed -= to - from;
}

void
payload_said_add_part(struct payload_said *said, const struct message *message)
{
	for (unsigned i = said->part_count; i > 0; i--) {
		if (said->parts[i - 1].id == message->id) {
			said->parts[i - 1] = *message;
			return;
		}
	}
	if (said->part_count < PAYLOAD_PARTS_MAX)
		said->parts[said->part_count++] = *message;
}

void
payload_said_clear_parts(struct payload_said *said)
{
	said->part_count = 0;
}

void
payload_said_add_head(struct payload_said *said, uint32_t message, struct slice head)
{
	if (said->head_count == PAYLOAD_PARTS_MAX)
		return;
	said->heads[said->head_count++] = (struct payload_head){
		message, said->head_bytes.length, head.length};
	buf_add_slice(&said->head_bytes, head);
}

struct slice
payload_said_head(const struct payload_said *said, uint32_t message)
{
	for (unsigned i = 0; i < said->head_count; i++) {
		const struct payload_head *head = &said->heads[i];

		if (head->message == message)
			return (struct slice){said->head_bytes.bytes + head->from, head->length};
	}
	return (struct slice){0};
}
