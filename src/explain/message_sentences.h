/*
 * message_sentences: what the messages in a packet are: requests, answers, WebSocket frames, TLS records.
 */
#ifndef MESSAGE_SENTENCES_H
#define MESSAGE_SENTENCES_H

#include "explain/telling.h"

/* Adds sentences about the messages that the packet has a part of; none when there are none. */
void message_sentences_tell(struct telling *telling);

#endif
