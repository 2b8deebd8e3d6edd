/*
 * tls_words: how tshark calls the records, the handshake messages and the alerts of TLS, and what a
 * ServerHello says about the version.
 */
#ifndef TLS_WORDS_H
#define TLS_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum { TLS_VERSION_1_3 = 0x0304 };

enum tls_handshake {
	TLS_CLIENT_HELLO = 1,
	TLS_SERVER_HELLO = 2,
	TLS_HANDSHAKE_HEAD = 4, /* bytes in front of a message: its type and its length */
};

/* What stands in the column Protocol: "TLSv1.3"; "TLS" for a version that is none. */
const char *tls_words_version(unsigned version);

/* The name of a handshake message; NULL for a type that is none. message begins with its type. */
const char *tls_words_handshake(struct slice message);

/* The level and the description of an alert; "unknown" for numbers that are none. */
const char *tls_words_alert_level(unsigned level);
const char *tls_words_alert(unsigned description);

/* The version that a ServerHello has chosen; 0 when it is cut. message is as above. */
unsigned tls_words_chosen_version(struct slice message);

#endif
