/*
 * packet_store: keeps the packets of the wire in fixed memory: of each one a row for the list, and its bytes.
 * Every packet is dissected once, as it comes. When the memory is full, the oldest go; rows stay longer than
 * bytes.
 *
 * Rows are numbered from 1 on, also over packet_store_clear. A row is there if its number is from
 * packet_store_first to packet_store_last.
 */
#ifndef PACKET_STORE_H
#define PACKET_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "capture/pcapng_block.h"
#include "wire/stored_packet.h"
#include "wire/stored_row.h"

enum {
	PACKET_STORE_BYTES = 16 << 20, /* of packets */
	PACKET_STORE_TEXTS = 16 << 20, /* bytes of the texts of rows */
	PACKET_STORE_KEYS = 1 << 20,   /* bytes of lines of the key log */
	PACKET_STORE_ROWS = 65536,
	PACKET_STORE_MARKS = 1024,
	PACKET_STORE_MARK_MAX = 240, /* bytes of a mark's text, with its NUL */
	PACKET_STORE_INTERFACES = 64,
	PACKET_STORE_NAME_MAX = 32, /* of an interface, with its NUL */
};

struct packet_store;

struct packet_store_interface {
	uint32_t link;
	char name[PACKET_STORE_NAME_MAX]; /* "" when it has none */
};

/* What the program knows and no packet says. */
struct packet_store_mark {
	uint64_t time_ns;   /* since 1970 */
	int64_t elapsed_ns; /* since the first packet; below 0: before it */
	uint32_t after;     /* the row that it stands behind; 0: before all */
	char text[PACKET_STORE_MARK_MAX];
};

/* ports: those that are served, or 0. Never NULL. */
struct packet_store *packet_store_create(const uint16_t ports[STORED_ROW_PORTS]);
/* NULL is allowed. */
void packet_store_destroy(struct packet_store *store);

/* Takes a block of the capture; kinds that say nothing of packets are left out. */
void packet_store_add(struct packet_store *store, const struct pcapng_block *block);

/* Takes a line of a key log, without its line break. Packets that are added later are opened by it. */
void packet_store_add_key(struct packet_store *store, struct slice line);
/* The lines, each with a line feed; of very many the last ones. Valid until the next one is added. */
struct slice packet_store_keys(const struct packet_store *store);

/*
 * Adds a mark: text is cut if it is long. It stands behind the last packet that was on the wire before
 * time_ns; that is known when a later packet has come, or packet_store_settle_marks is called.
 */
void packet_store_mark(struct packet_store *store, uint64_t time_ns, const char *text);
bool packet_store_has_open_marks(const struct packet_store *store);
void packet_store_settle_marks(struct packet_store *store);

/* Forgets all rows, packets and marks, but not the state of the connections. */
void packet_store_clear(struct packet_store *store);
/* How often it was cleared. */
unsigned packet_store_clearings(const struct packet_store *store);

/* The numbers of the rows that are there. Without rows, first is last + 1. */
uint32_t packet_store_first(const struct packet_store *store);
uint32_t packet_store_last(const struct packet_store *store);
/* How many rows had to go for lack of memory. */
uint32_t packet_store_gone(const struct packet_store *store);

/* NULL when it is gone, or has not come yet. Valid until the next packet_store_add or _clear. */
const struct stored_row *packet_store_row(const struct packet_store *store, uint32_t number);
/* The same for the texts of a row that is there. */
struct stored_row_texts packet_store_texts(
	const struct packet_store *store, const struct stored_row *row);
/* How many packets the row's message has had so far. */
uint32_t packet_store_pieces(const struct packet_store *store, const struct stored_row *row);
/* The packet of the row. Returns false when its bytes are gone. */
bool packet_store_packet(const struct packet_store *store, const struct stored_row *row,
	struct stored_packet *packet);

/* Marks are numbered, too, from 0 on: those from first to before end are there. */
struct packet_store_range {
	uint32_t first, end;
};
struct packet_store_range packet_store_marks(const struct packet_store *store);
/* number is one of them. */
const struct packet_store_mark *packet_store_find_mark(
	const struct packet_store *store, uint32_t number);

/* Sets *interfaces. Returns how many there are. */
size_t packet_store_interfaces(
	const struct packet_store *store, const struct packet_store_interface **interfaces);

#endif
