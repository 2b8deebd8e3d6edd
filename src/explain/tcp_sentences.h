/*
 * tcp_sentences: what a packet does in its connection: steps of the handshake and of the teardown,
 * acknowledgements, windows, and what is unusual.
 */
#ifndef TCP_SENTENCES_H
#define TCP_SENTENCES_H

#include "explain/telling.h"

/* Steps of the handshake, and bytes that are sent again. Returns whether the bytes are explained by that. */
bool tcp_sentences_begin(struct telling *telling);

/* Steps of the end, acknowledgements if nothing else was told, and notes. */
void tcp_sentences_end(struct telling *telling);

#endif
