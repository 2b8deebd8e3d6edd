/*
 * stored_row: one packet as a row of the list: what the page shows, and what its filter asks for. The columns
 * are those of tshark.
 */
#ifndef STORED_ROW_H
#define STORED_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "dissect/dissector.h"
#include "wire/byte_ring.h"

enum stored_row_side { STORED_ROW_ELSEWHERE = -1, STORED_ROW_BROWSER, STORED_ROW_SERVER };

/* How the row is coloured. */
enum stored_row_note { STORED_ROW_GOOD, STORED_ROW_BAD, STORED_ROW_RESET };

struct stored_row {
	uint64_t texts;     /* the place of its texts */
	uint64_t packet;    /* the place of its stored_packet */
	uint64_t time_ns;   /* since 1970 */
	int64_t elapsed_ns; /* since the first packet */
	uint32_t number, length;
	struct packet_address source, destination;
	int8_t side;  /* enum stored_row_side */
	uint8_t note; /* enum stored_row_note */
	bool is_tcp, is_http, is_websocket, is_tls;

	/* The rest only if is_tcp. Numbers and windows are relative and scaled. */
	uint8_t handshake, teardown; /* which step it is: 1 to 3, 1 to 4; 0: none */
	uint16_t flags, status;      /* status: of an answer that ends in it; 0: none does */
	uint32_t stream, sequence, acknowledgement, window, payload_length;
	uint32_t message,
		piece; /* the id of the last message in it, and which packet of it; or 0 */
};

struct stored_row_texts {
	struct slice protocol, info, sentence;
	struct slice method, target; /* of a request that ends in it; or empty */
};

enum { STORED_ROW_PORTS = 2 };

/*
 * Sets what row says, but for texts and packet. A packet to one of the ports is from the browser; 0 is no
 * port.
 */
void stored_row_init(struct stored_row *row, const struct dissect_row *from,
	const uint16_t ports[STORED_ROW_PORTS]);

/* Copies the texts of the row into ring. Returns their place. */
uint64_t stored_row_write_texts(
	const struct dissect_row *row, struct slice sentence, struct byte_ring *ring);
/* Returns false when they are gone. */
bool stored_row_read_texts(
	const struct stored_row *row, const struct byte_ring *ring, struct stored_row_texts *texts);

/* Adds the row as a JSON object. pieces: how many packets its message has had so far. */
void stored_row_add_json(struct buf *json, const struct stored_row *row,
	const struct stored_row_texts *texts, uint32_t pieces);

/*
 * Adds the row as a line of seven columns, as columns_add_line does, and a line feed; then, if is_explained,
 * its sentence on a line of its own.
 */
void stored_row_add_line(struct buf *text, const struct stored_row *row,
	const struct stored_row_texts *texts, bool is_explained);

/* Adds nanoseconds as seconds with nine digits: "1.234567890". */
void stored_row_add_time(struct buf *text, int64_t ns);

#endif
