/*
 * wire_setup: joins the wire (wire/live_capture.h) with the parts that know what no packet says.
 */
#ifndef WIRE_SETUP_H
#define WIRE_SETUP_H

#include "http/response.h"
#include "net/listener.h"
#include "settings/config.h"
#include "watch/change.h"
#include "wire/live_capture.h"

/*
 * To be called before tls_create, which is before live_capture_create: if the wire is on, makes config's TLS give
 * its keys to *wire, and offer only HTTP/1.1, which is what the wire reads. Keeps a pointer to wire; *wire is NULL
 * until it is created.
 */
void wire_setup_keys(struct config *config, struct live_capture **wire);

/* What live_capture_create needs beside config. */
struct wire_setup {
	struct loop *loop;
	struct listener *listener;
	struct root *const *roots; /* the folders that are served or watched */
	size_t root_count;
};

/* live_capture_create() for config. */
int wire_setup_create(
	struct live_capture **wire, const struct config *config, const struct wire_setup *setup);

/* Makes handler mark why connections are closed, if there is a wire. It keeps a pointer to wire. */
void wire_setup_handler(struct response_handler *handler, struct live_capture *wire);

/* Marks what was saved or deleted: the frames that follow tell of it. wire can be NULL. */
void wire_setup_note_changes(struct live_capture *wire, const struct changes *changes);

#endif
