/*
 * packet_view: one packet for the page: its sentence, its detail tree, and its bytes, as JSON.
 */
#ifndef PACKET_VIEW_H
#define PACKET_VIEW_H

#include "wire/packet_store.h"

/*
 * Adds {"n":NUMBER,"sentence":TEXT,"tree":[LINE, ...],"bytes":BASE64,"plain":BASE64}; a LINE is as in
 * detail_tree.h; plain is what was decrypted, and is left out when nothing was. Returns false, and adds
 * nothing, when the packet's bytes are gone.
 */
bool packet_view_add(struct buf *json, const struct packet_store *store, uint32_t number);

#endif
