/*
 * served_port: finds out which port of a capture liveserve serves: an answer names it in the field Server, or
 * the file says that liveserve has written it.
 */
#ifndef SERVED_PORT_H
#define SERVED_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "dissect/dissector.h"

/* A zeroed one has heard nothing. */
struct served_port {
	bool is_own_file;
	uint16_t named, asked; /* the port of the first such answer; of the first SYN */
};

/* Hears which program has written the capture (shb_userappl). */
void served_port_hear_program(struct served_port *served, struct slice program);
void served_port_hear(struct served_port *served, const struct dissect_row *row);

/* The port; 0 when it is not known. */
uint16_t served_port_of(const struct served_port *served);

#endif
