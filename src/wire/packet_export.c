/*
 * packet_export: see packet_export.h. The file is written in pieces, so that its bytes are in memory once.
 */
#define _GNU_SOURCE
#include "wire/packet_export.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "capture/pcapng_write.h"

enum { PIECE = 256 * 1024, SNAP_LENGTH = 256 * 1024 };

struct export
{
	const struct packet_store *store;
	const struct packet_export_options *options;
	struct buf piece;
	uint64_t length;
	int fd;
	bool has_failed;
};

static void
write_piece(struct export *export)
{
	if (!export->has_failed && file_write(export->fd, buf_slice(&export->piece)))
		export->length += export->piece.length;
	else
		export->has_failed = true;
	buf_clear(&export->piece);
}

static void
add_head(struct export *export)
{
	const struct packet_store_interface *interfaces;
	size_t count = packet_store_interfaces(export->store, &interfaces);
	struct slice comment = {0}, keys = packet_store_keys(export->store);

	if (export->options->how)
		comment = slice_of(export->options->how);
	pcapng_write_section(&export->piece, "Linux", "liveserve", comment);
	for (size_t i = 0; i < count; i++)
		pcapng_write_interface(&export->piece, interfaces[i].link, SNAP_LENGTH,
			interfaces[i].name[0] ? interfaces[i].name : NULL);
	if (export->options->has_keys && keys.length)
		pcapng_write_secrets(&export->piece, PCAPNG_SECRETS_TLS_KEYS, keys);
}

static void
add_packet(struct export *export, const struct stored_row *row)
{
	struct stored_packet packet;
	struct pcapng_packet block = {0};

	if (!packet_store_packet(export->store, row, &packet))
		return;
	block.interface_id = packet.base.interface;
	block.time_ns = packet.base.time_ns;
	block.wire_length = packet.base.wire_length;
	block.bytes = packet.bytes;
	if (export->options->has_comments)
		block.comment = packet_store_texts(export->store, row).sentence;
	if (block.comment.length == 0)
		block.comment = (struct slice){0};
	pcapng_write_packet(&export->piece, &block);
	if (export->piece.length >= PIECE)
		write_piece(export);
}

int
packet_export_write(const struct packet_store *store, const struct packet_export_options *options,
	uint64_t *length)
{
	struct export export = {.store = store, .options = options};
	uint32_t last = packet_store_last(store);

	export.fd = memfd_create("capture.pcapng", MFD_CLOEXEC);
	if (export.fd < 0)
		return -1;
	add_head(&export);
	for (uint32_t i = packet_store_first(store); i <= last && !export.has_failed; i++)
		add_packet(&export, packet_store_row(store, i));
	write_piece(&export);
	buf_finish(&export.piece);
	*length = export.length;
	if (!export.has_failed)
		return export.fd;
	close(export.fd);
	return -1;
}
