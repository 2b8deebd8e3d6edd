/*
 * message: see message.h.
 */
#include "dissect/message.h"

#include <string.h>

void
message_begin(struct message *message, enum message_kind kind, uint32_t id, uint32_t packet)
{
	*message = (struct message){.id = id, .kind = kind, .first_packet = packet};
}

void
message_count(struct message *message, uint32_t packet, uint64_t bytes)
{
	if (message->last_packet != packet)
		message->pieces++;
	message->last_packet = packet;
	message->bytes += bytes;
}

void
message_set_text(char *array, unsigned size, struct slice text)
{
	size_t length = text.length < size ? text.length : size - 1;

	if (length)
		memcpy(array, text.at, length);
	array[length] = '\0';
}
