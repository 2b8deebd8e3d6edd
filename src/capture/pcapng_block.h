/*
 * pcapng_block: what one block of a pcapng file says (draft-ietf-opsawg-pcapng, section 4). pcapng finds
 * the blocks.
 */
#ifndef PCAPNG_BLOCK_H
#define PCAPNG_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum { PCAPNG_INTERFACES_MAX = 1024 };

/* Types of links (LINKTYPE_ of tcpdump.org), as an interface has them. */
enum pcapng_link {
	PCAPNG_LINK_ETHERNET = 1,
	PCAPNG_LINK_RAW = 101,
	PCAPNG_LINK_SLL = 113,
	PCAPNG_LINK_SLL2 = 276,
};

/* The type of the secrets in a block of secrets: lines of a key log (SSLKEYLOGFILE). */
enum { PCAPNG_SECRETS_TLS_KEYS = 0x544c534b };

enum pcapng_kind {
	PCAPNG_SECTION,    /* a section begins; the interfaces of the one before are gone */
	PCAPNG_INTERFACE,  /* packets may now come from a further interface */
	PCAPNG_PACKET,     /* an Enhanced, a Simple or an (obsolete) Packet Block */
	PCAPNG_SECRETS,    /* a Decryption Secrets Block */
	PCAPNG_STATISTICS, /* an Interface Statistics Block */
};

/* What a block says. All slices are valid until the next call of pcapng_next() or pcapng_feed(). */
struct pcapng_block {
	enum pcapng_kind kind;

	/* Of a packet, a statistics block, and (interface_id and link) of an interface: */
	uint32_t interface_id;

	/* Of a packet and an interface: */
	uint32_t link;        /* enum pcapng_link, or any other number */
	unsigned time_digits; /* of a second's fraction, as Wireshark shows them: 0 to 9 */

	/* Of a packet: */
	bool has_time;        /* a Simple Packet Block has none; time_ns is then 0 */
	uint64_t time_ns;     /* since 1970; also of statistics */
	uint32_t wire_length; /* bytes that were on the wire */
	struct slice bytes;   /* those that were captured; of a secrets block: the secrets */

	/* Of a secrets block: */
	uint32_t secrets_type; /* PCAPNG_SECRETS_TLS_KEYS or another one */

	/* Of a statistics block: */
	bool has_dropped;
	uint64_t received, dropped; /* packets: isb_ifrecv, isb_ifdrop; 0 when they are not said */

	/* Absent unless the block has them: */
	struct slice comment;   /* opt_comment, the first one; UTF-8 from outside */
	struct slice name;      /* of an interface: if_name */
	struct slice os;        /* of a section: shb_os */
	struct slice user_appl; /* of a section: shb_userappl */
};

/* ---- for pcapng.c and pcapng_write.c ---- */

static const uint32_t PCAPNG_SECTION_HEADER = 0x0a0d0d0a; /* the type of the block */

/* Codes of options; those of each kind of block have a range of their own. */
enum {
	PCAPNG_OPTION_END = 0,
	PCAPNG_OPTION_COMMENT = 1,
	PCAPNG_OPTION_SECTION_OS = 3,
	PCAPNG_OPTION_SECTION_USER_APPL = 4,
	PCAPNG_OPTION_INTERFACE_NAME = 2,
	PCAPNG_OPTION_INTERFACE_RESOLUTION = 9,
	PCAPNG_OPTION_INTERFACE_OFFSET = 14,
	PCAPNG_OPTION_STATISTICS_RECEIVED = 4,
	PCAPNG_OPTION_STATISTICS_DROPPED = 5,
};

struct pcapng_interface {
	uint32_t link, snap_length;
	uint8_t resolution;     /* if_tsresol */
	int64_t offset_seconds; /* if_tsoffset */
};

/* What later blocks of a section need of those before. */
struct pcapng_section {
	bool is_big_endian;
	const char *error; /* what is wrong with a block, as part of a sentence */
	struct pcapng_interface *interfaces;
	size_t interface_count, interface_capacity;
};

/* Reads a number of 1 to 8 bytes at at. */
uint64_t pcapng_block_number(const struct pcapng_section *section, const char *at, unsigned size);

/* Whether a block of this type says something that is used. */
bool pcapng_block_is_known(uint32_t type);

/*
 * Reads the body of a block of a known type: what stands between its two lengths. Returns false when it
 * is wrong, and sets error.
 */
bool pcapng_block_read(struct pcapng_section *section, uint32_t type, struct slice body,
	struct pcapng_block *block);

#endif
