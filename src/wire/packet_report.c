/*
 * packet_report: see packet_report.h. It has no state.
 */
#include "wire/packet_report.h"

#include "capture/pcapng_block.h"

enum { NANOSECOND_DIGITS = 9 };

static void
add_packet(struct report *report, struct dissector *dissector, const struct stored_packet *packet)
{
	const struct pcapng_block block = {.kind = PCAPNG_PACKET,
		.link = packet->base.link,
		.interface_id = packet->base.interface,
		.time_digits = NANOSECOND_DIGITS,
		.has_time = true,
		.time_ns = packet->base.time_ns,
		.wire_length = packet->base.wire_length,
		.bytes = packet->bytes};
	struct dissect_row row;

	dissector_packet(dissector, &block, &row);
	report_add(report, &row);
}

void
packet_report_write(const struct packet_store *store, const struct report_options *options,
	enum report_format format, struct buf *text)
{
	struct report *report = report_create(options);
	struct dissector *dissector = dissector_create();
	uint32_t last = packet_store_last(store);

	dissector_secrets(dissector, packet_store_keys(store));
	for (uint32_t i = packet_store_first(store); i <= last; i++) {
		struct stored_packet packet;

		if (packet_store_packet(store, packet_store_row(store, i), &packet))
			add_packet(report, dissector, &packet);
	}
	report_write(report, format, text);
	dissector_destroy(dissector);
	report_destroy(report);
}
