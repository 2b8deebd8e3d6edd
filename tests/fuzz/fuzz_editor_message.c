/*
 * Messages of editors: a valid one has what its type needs, and an invalid line breaks nothing.
 */
#include <string.h>

#include "editors/editor_message.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct editor_message message = editor_message_read(
		(struct slice){(const char *)data, size});

	switch (message.type) {
	case EDITOR_MESSAGE_DRAFT:
		CHECK(message.text.at);
		CHECK(message.path.length);
		break;
	case EDITOR_MESSAGE_SAVED:
	case EDITOR_MESSAGE_CLOSED:
		CHECK(message.path.length);
		break;
	case EDITOR_MESSAGE_CURSOR:
		CHECK(message.offset < UINT64_C(1) << 53);
		break;
	default:
		break;
	}
	editor_message_finish(&message);
	CHECK(!message.json);
	return 0;
}
