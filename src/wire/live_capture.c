/*
 * live_capture: see live_capture.h. It owns the packet source, the store, the page and the file.
 *
 * With HTTPS, packets are held back for a moment: the secret that opens a packet can come after it (net/tls.h).
 * It comes as soon as the server has read what the packet carries, so one round of the loop is enough; some
 * milliseconds are given.
 */
#include "wire/live_capture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "capture/packet_source.h"
#include "fs/path.h"
#include "wire/backlog.h"
#include "security/confinement.h"
#include "wire/packet_store.h"
#include "wire/wire_file.h"
#include "wire/wire_page.h"

enum {
	HOLD_US = 20 * 1000,
	HELD_MAX = 4 << 20,      /* bytes that are held back */
	SETTLE_US = 1000 * 1000, /* after it no packet is captured that is older than a mark */
	PATIENCE_US = 20 * 1000 * 1000, /* for rows; HTTP1_STALL_MS is longer */
};

struct live_capture {
	struct loop *loop;
	struct packet_source *source;
	struct wire_file *file; /* or NULL */
	struct packet_store *store;
	struct wire_page *page;
	struct backlog *backlog;
	char *site;
	uint16_t port;
	char *how;         /* a sentence, or "" */
	char *description; /* for the greeting */
	bool has_keys;     /* packets are held back */
	uint64_t lost;     /* packets */
	bool is_ending;
	struct buf held;
	struct loop_timer release, settle;
	struct response_waiters waiters; /* of the owner, for rows */
	struct loop_timer patience;      /* set while there are some */
	bool is_over;                    /* they are answered without rows */
};

/* ---- packets ---- */

static void
pass_on(struct live_capture *capture, struct slice blocks)
{
	if (capture->file)
		wire_file_add(capture->file, blocks);
	backlog_add(capture->backlog, blocks);
}

/* A backlog_fn. */
static void
show(void *context)
{
	struct live_capture *capture = context;

	wire_page_wake(capture->page);
	response_resume(&capture->waiters);
}

static void
release(void *context)
{
	struct live_capture *capture = context;

	loop_timer_clear(capture->loop, &capture->release);
	pass_on(capture, buf_slice(&capture->held));
	buf_clear(&capture->held);
}

static void
hold(struct live_capture *capture, struct slice blocks)
{
	buf_add_slice(&capture->held, blocks);
	if (capture->held.length > HELD_MAX)
		release(capture);
	else if (!capture->release.is_set)
		loop_timer_set(capture->loop, &capture->release, HOLD_US, release, capture);
}

/* A packet_source_fn. */
static void
hear(void *context, struct slice blocks)
{
	struct live_capture *capture = context;

	capture->lost = packet_source_lost(capture->source);
	if (capture->has_keys && blocks.length)
		hold(capture, blocks);
	else if (blocks.length)
		pass_on(capture, blocks);
	if (blocks.length)
		return;
	release(capture);
	if (!capture->is_ending)
		log_error("the packets are not captured any more, as the program that did it has "
			  "ended; start liveserve again for that");
}

void
live_capture_hear_key_line(struct live_capture *capture, struct slice line)
{
	struct buf text = {0};

	packet_store_add_key(capture->store, line);
	if (!capture->file)
		return;
	buf_add_slice(&text, line);
	buf_add_char(&text, '\n');
	wire_file_add_keys(capture->file, buf_slice(&text));
	buf_finish(&text);
}

/* ---- marks ---- */

static void
settle(void *context)
{
	struct live_capture *capture = context;

	if (!backlog_is_empty(capture->backlog)) {
		loop_timer_set(capture->loop, &capture->settle, SETTLE_US, settle, capture);
		return;
	}
	packet_store_settle_marks(capture->store);
	wire_page_wake(capture->page);
}

void
live_capture_mark(struct live_capture *capture, const char *text)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	packet_store_mark(
		capture->store, (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec, text);
	loop_timer_set(capture->loop, &capture->settle, SETTLE_US, settle, capture);
}

/* ---- what is said ---- */

/* No more rows will come. */
static bool
has_ended(const struct live_capture *capture)
{
	return packet_source_has_ended(capture->source) && backlog_is_empty(capture->backlog);
}

static void
describe_state(void *context, struct live_feed_state *state)
{
	static const char *const names[] = {
		[PACKET_SOURCE_HELPER] = "liveserve-capture",
		[PACKET_SOURCE_DUMPCAP] = "dumpcap",
		[PACKET_SOURCE_OWN_NETWORK] = "liveserve",
	};
	const struct live_capture *capture = context;

	*state = (struct live_feed_state){
		.site = capture->site,
		.port = capture->port,
		.by = names[packet_source_kind(capture->source)],
		.how = capture->how,
		.lost = packet_source_lost(capture->source) + backlog_lost(capture->backlog),
		.has_ended = has_ended(capture),
	};
}

/* The greeting always says how it is captured, the page only if that matters. */
static void
describe(struct live_capture *capture, const struct live_capture_options *options)
{
	const char *source = packet_source_describe(capture->source);
	const char *proxy = "the connections to the servers behind it are not shown";
	bool matters = packet_source_kind(capture->source) != PACKET_SOURCE_HELPER;
	struct buf text = {0}, how = {0};

	buf_add_text(&text, wire_page_url(capture->page));
	if (capture->file)
		buf_addf(&text, " and %s", wire_file_path(capture->file));
	buf_addf(&text, " (%s", source);
	if (options->has_proxy)
		buf_addf(&text, "; %s", proxy);
	buf_add_char(&text, ')');
	if (matters)
		buf_addf(&how, "Packets are %s. ", source);
	if (options->has_proxy)
		buf_addf(&how, "%c%s.", proxy[0] - 'a' + 'A', proxy + 1);
	capture->how = mem_copy(buf_slice(&how).at, slice_trim(buf_slice(&how)).length);
	capture->description = buf_take(&text);
	buf_finish(&how);
}

const char *
live_capture_describe(const struct live_capture *capture)
{
	return capture ? capture->description : NULL;
}

const char *
live_capture_url(const struct live_capture *capture)
{
	return capture ? wire_page_url(capture->page) : NULL;
}

/* ---- the owner's terminal ---- */

/* Reads "/FROM" and "/FROM/explain". */
static bool
read_rest(struct slice rest, uint32_t *from, bool *is_explained)
{
	struct slice part;
	uint64_t number;

	if (!slice_split(&rest, '/', &part) || part.length || !slice_split(&rest, '/', &part) ||
		!slice_number(part, &number) || number > UINT32_MAX)
		return false;
	*from = (uint32_t)number;
	*is_explained = rest.at && slice_is(rest, "explain");
	return *is_explained || !rest.at;
}

/* Adds the number of the next row, and the rows. */
static void
add_lines(const struct packet_store *store, uint32_t from, bool is_explained, struct buf *text)
{
	uint32_t last = packet_store_last(store);

	if (from < packet_store_first(store))
		from = packet_store_first(store);
	if (last >= from + LIVE_FEED_ROWS)
		last = from + LIVE_FEED_ROWS - 1;
	buf_addf(text, "%u\n", last + 1);
	for (; from <= last; from++) {
		const struct stored_row *row = packet_store_row(store, from);
		struct stored_row_texts texts = packet_store_texts(store, row);

		stored_row_add_line(text, row, &texts, is_explained);
	}
}

/* http1 keeps no request for very long. */
static void
answer_without_rows(void *context)
{
	struct live_capture *capture = context;

	capture->is_over = true;
	response_resume(&capture->waiters);
	capture->is_over = false;
}

static void
wait_for_rows(struct live_capture *capture, struct response *response)
{
	if (!capture->patience.is_set)
		loop_timer_set(capture->loop, &capture->patience, PATIENCE_US, answer_without_rows,
			capture);
	response_pause(response, &capture->waiters);
}

void
live_capture_respond(struct live_capture *capture, struct slice rest, struct response *response)
{
	static const char type[] = "text/plain; charset=utf-8";
	struct buf text = {0};
	bool is_explained;
	uint32_t from;

	if (!capture) {
		response_text(response, 404, type,
			SLICE_LITERAL("This liveserve does not capture packets. Start it with: "
				      "liveserve --wire\n"));
	} else if (!read_rest(rest, &from, &is_explained)) {
		response_text(response, 404, type, SLICE_LITERAL("Ask for /FROM.\n"));
	} else if (from <= packet_store_last(capture->store)) {
		add_lines(capture->store, from, is_explained, &text);
		response_text(response, 200, type, buf_slice(&text));
	} else if (has_ended(capture)) {
		response_text(response, 404, type,
			SLICE_LITERAL("The packets are not captured any more.\n"));
	} else if (capture->is_over) {
		buf_addf(&text, "%u\n", from);
		response_text(response, 200, type, buf_slice(&text));
	} else {
		wait_for_rows(capture, response);
	}
	buf_finish(&text);
}

/* ---- life ---- */

static bool
open_source(struct live_capture *capture, const struct live_capture_options *options)
{
	capture->source = packet_source_create(&(struct packet_source_options){
		.loop = options->loop,
		.listener = options->listener,
		.heard = hear,
		.context = capture,
		.confine_capture = confinement_of_capture,
		.confine_relay = confinement_of_relay,
	});
	return capture->source;
}

/* Comes behind the source, which captures all sockets that the listener has. */
static bool
open_page(struct live_capture *capture, const struct live_capture_options *options)
{
	const uint16_t ports[STORED_ROW_PORTS] = {capture->port, options->livereload_port};

	capture->store = packet_store_create(ports);
	capture->backlog = backlog_create(&(struct backlog_options){
		.loop = options->loop, .store = capture->store, .read = show, .context = capture});
	capture->page = wire_page_create(&(struct wire_page_options){
		.loop = options->loop,
		.store = capture->store,
		.port = (uint16_t)(capture->port + 1),
		.describe = describe_state,
		.context = capture,
	});
	return capture->page;
}

int
live_capture_create(struct live_capture **created, const struct live_capture_options *options)
{
	struct live_capture *capture;
	struct slice site;
	int code = 2;

	*created = NULL;
	if (!options->settings->is_on)
		return 0;
	capture = mem_zero(sizeof(*capture));
	capture->loop = options->loop;
	capture->port = listener_port(options->listener);
	capture->has_keys = options->is_tls;
	site = path_base(slice_of(root_path(options->roots[0])));
	capture->site = mem_copy(site.at, site.length);
	if (options->settings->file) {
		capture->file = wire_file_create(
			options->settings->file, options->roots, options->root_count);
		if (!capture->file)
			goto fail;
	}
	code = 1;
	if (!open_source(capture, options) || !open_page(capture, options))
		goto fail;
	describe(capture, options);
	*created = capture;
	return 0;

fail:
	live_capture_destroy(capture);
	return code;
}

static void
tell_losses(const struct live_capture *capture)
{
	uint64_t unlisted = capture->backlog ? backlog_lost(capture->backlog) : 0;

	if (capture->lost)
		log_notice("the kernel has left out %" PRIu64
			   " packets, as there were too many at once",
			capture->lost);
	if (unlisted)
		log_notice("%" PRIu64
			   " packets were not listed, as the server was too busy with requests",
			unlisted);
}

void
live_capture_destroy(struct live_capture *capture)
{
	if (!capture)
		return;
	capture->is_ending = true;
	packet_source_destroy(capture->source);
	tell_losses(capture);
	wire_page_destroy(capture->page);
	loop_timer_clear(capture->loop, &capture->release);
	loop_timer_clear(capture->loop, &capture->settle);
	loop_timer_clear(capture->loop, &capture->patience);
	backlog_destroy(capture->backlog);
	packet_store_destroy(capture->store);
	wire_file_destroy(capture->file);
	buf_finish(&capture->held);
	free(capture->site);
	free(capture->how);
	free(capture->description);
	free(capture);
}
