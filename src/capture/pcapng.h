/*
 * pcapng: reads the capture file format pcapng, which Wireshark, tshark and dumpcap write
 * (draft-ietf-opsawg-pcapng). pcapng_write writes it.
 *
 * The reader takes bytes in pieces of any size, as a pipe gives them, and holds at most one block that
 * is not complete yet (PCAPNG_BLOCK_MAX). It holds against any bytes.
 */
#ifndef PCAPNG_H
#define PCAPNG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "capture/pcapng_block.h"

enum {
	PCAPNG_BLOCK_MAX = 16 << 20
}; /* bytes of a block that is read; unknown ones may be longer */

enum pcapng_verdict {
	PCAPNG_BLOCK, /* a block was read */
	PCAPNG_MORE,  /* more bytes are needed */
	PCAPNG_WRONG, /* pcapng_error() says why; this is for ever */
};

/* A reader. Its members belong to pcapng.c. */
struct pcapng {
	struct buf held;
	size_t taken;     /* bytes of held that were read */
	uint64_t to_skip; /* bytes of an unknown block that have not come yet */
	bool has_section, is_classic;
	struct pcapng_section section;
};

/* A zeroed reader is ready, too. */
void pcapng_init(struct pcapng *reader);
void pcapng_finish(struct pcapng *reader);

/*
 * Gives the reader more bytes; it copies them. That is cheap also while many bytes are unread, so it can keep
 * what somebody has no time for.
 */
void pcapng_feed(struct pcapng *reader, struct slice bytes);

/* How many bytes were given and are not read yet. */
size_t pcapng_unread(const struct pcapng *reader);

/* Reads the next block that is known; others are skipped. */
enum pcapng_verdict pcapng_next(struct pcapng *reader, struct pcapng_block *block);

/* What is wrong, as part of a sentence: "a block has a wrong length". NULL when nothing is. */
const char *pcapng_error(const struct pcapng *reader);
/* Whether the bytes are those of the older format pcap, which tcpdump writes. */
bool pcapng_is_classic(const struct pcapng *reader);
/* Whether all bytes that came were read. If not, and no more will come, the file was cut off. */
bool pcapng_is_at_end(const struct pcapng *reader);

#endif
