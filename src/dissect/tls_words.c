/*
 * tls_words: see tls_words.h. The names are those of the registries of IANA, as tshark writes them.
 */
#include "dissect/tls_words.h"

#include <string.h>

enum {
	RANDOM_OFFSET = TLS_HANDSHAKE_HEAD + 2,
	SESSION_OFFSET = RANDOM_OFFSET + 32,
	EXTENSION_SUPPORTED_VERSIONS = 43,
};

const char *
tls_words_version(unsigned version)
{
	static const char *const names[] = {"SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};
	unsigned minor = version & 0xff;

	if (version >> 8 == 3 && minor < sizeof(names) / sizeof(names[0]))
		return names[minor];
	return "TLS";
}

/* The random of a ServerHello that is a HelloRetryRequest (RFC 8446 4.1.3). */
static bool
is_retry(struct slice message)
{
	static const char random[] = "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8"
				     "\x91\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8"
				     "\x33\x9c";

	return message.length >= SESSION_OFFSET &&
	       memcmp(message.at + RANDOM_OFFSET, random, sizeof(random) - 1) == 0;
}

const char *
tls_words_handshake(struct slice message)
{
	static const char *const names[] = {
		[0] = "Hello Request",
		[TLS_CLIENT_HELLO] = "Client Hello",
		[TLS_SERVER_HELLO] = "Server Hello",
		[4] = "New Session Ticket",
		[5] = "End of Early Data",
		[8] = "Encrypted Extensions",
		[11] = "Certificate",
		[12] = "Server Key Exchange",
		[13] = "Certificate Request",
		[14] = "Server Hello Done",
		[15] = "Certificate Verify",
		[16] = "Client Key Exchange",
		[20] = "Finished",
		[21] = "Certificate URL",
		[22] = "Certificate Status",
		[24] = "Key Update",
	};
	unsigned type = message.length ? (uint8_t)message.at[0] : 0;

	if (type == TLS_SERVER_HELLO && is_retry(message))
		return "Hello Retry Request";
	return message.length && type < sizeof(names) / sizeof(names[0]) ? names[type] : NULL;
}

const char *
tls_words_alert_level(unsigned level)
{
	return level == 1 ? "Warning" : level == 2 ? "Fatal" : "unknown";
}

const char *
tls_words_alert(unsigned description)
{
	static const char *const names[] = {
		[0] = "Close Notify",
		[10] = "Unexpected Message",
		[20] = "Bad Record MAC",
		[21] = "Decryption Failed",
		[22] = "Record Overflow",
		[30] = "Decompression Failure",
		[40] = "Handshake Failure",
		[41] = "No Certificate",
		[42] = "Bad Certificate",
		[43] = "Unsupported Certificate",
		[44] = "Certificate Revoked",
		[45] = "Certificate Expired",
		[46] = "Certificate Unknown",
		[47] = "Illegal Parameter",
		[48] = "Unknown CA",
		[49] = "Access Denied",
		[50] = "Decode Error",
		[51] = "Decrypt Error",
		[60] = "Export Restriction",
		[70] = "Protocol Version",
		[71] = "Insufficient Security",
		[80] = "Internal Error",
		[86] = "Inappropriate Fallback",
		[90] = "User Canceled",
		[100] = "No Renegotiation",
		[109] = "Missing Extension",
		[110] = "Unsupported Extension",
		[111] = "Certificate Unobtainable",
		[112] = "Unrecognized Name",
		[113] = "Bad Certificate Status Response",
		[114] = "Bad Certificate Hash Value",
		[115] = "Unknown PSK Identity",
		[116] = "Certificate Required",
		[120] = "No application Protocol",
	};
	const char *name = description < sizeof(names) / sizeof(names[0]) ? names[description]
									  : NULL;

	return name ? name : "unknown";
}

/* The version in the extensions; otherwise the one given. */
static unsigned
find_supported_version(struct slice extensions, unsigned version)
{
	while (extensions.length >= 4) {
		unsigned type = slice_get16(extensions, 0), length;

		slice_drop(&extensions, 2);
		length = slice_get16(extensions, 0);
		slice_drop(&extensions, 2);
		if (length > extensions.length)
			return version;
		if (type == EXTENSION_SUPPORTED_VERSIONS && length == 2)
			return slice_get16(extensions, 0);
		slice_drop(&extensions, length);
	}
	return version;
}

unsigned
tls_words_chosen_version(struct slice message)
{
	unsigned version;
	size_t session;

	if (message.length <= SESSION_OFFSET)
		return 0;
	slice_drop(&message, TLS_HANDSHAKE_HEAD);
	version = slice_get16(message, 0);
	slice_drop(&message, SESSION_OFFSET - TLS_HANDSHAKE_HEAD);
	session = (uint8_t)message.at[0];
	/* The session, the suite, the compression, and the length of the extensions. */
	if (message.length < 1 + session + 2 + 1 + 2)
		return version;
	slice_drop(&message, 1 + session + 2 + 1 + 2);
	return find_supported_version(message, version);
}
