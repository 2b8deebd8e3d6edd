/*
 * pcapng_write: writes blocks of the capture file format pcapng (draft-ietf-opsawg-pcapng), which
 * Wireshark and tshark open. pcapng reads them.
 */
#ifndef PCAPNG_WRITE_H
#define PCAPNG_WRITE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "capture/pcapng_block.h"

/*
 * Each adds one block to file, in the byte order of this machine. A file begins with a section, then
 * an interface; secrets stand before the first packet that needs them. Texts are UTF-8; a NULL or an
 * absent slice leaves the option out. Texts longer than 65535 bytes are cut.
 */
void pcapng_write_section(
	struct buf *file, const char *os, const char *user_appl, struct slice comment);

/* Packets have their times in nanoseconds. name is that of the interface, as "lo". */
void pcapng_write_interface(
	struct buf *file, uint32_t link, uint32_t snap_length, const char *name);

struct pcapng_packet {
	uint32_t interface_id;
	uint64_t time_ns;     /* since 1970 */
	uint32_t wire_length; /* 0: as many as were captured */
	struct slice bytes;
	struct slice comment;
};
void pcapng_write_packet(struct buf *file, const struct pcapng_packet *packet);

/* type is PCAPNG_SECRETS_TLS_KEYS; secrets are lines, each with a line feed. */
void pcapng_write_secrets(struct buf *file, uint32_t type, struct slice secrets);

/* received and dropped: packets of the interface since the capture began. */
void pcapng_write_statistics(struct buf *file, uint32_t interface_id, uint64_t time_ns,
	uint64_t received, uint64_t dropped);

#endif
