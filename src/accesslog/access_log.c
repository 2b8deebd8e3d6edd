/*
 * access_log: see access_log.h. It owns the file. What a line needs of a request is copied when it is answered,
 * because the request is gone when its response has ended; the response's body owns the copy until then.
 */
#define _GNU_SOURCE
#include "accesslog/access_log.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "accesslog/combined.h"
#include "accesslog/log_file.h"
#include "base/mem.h"
#include "security/basic_auth.h"
#include "ui/event_json.h"

struct access_log {
	struct loop *loop;
	struct terminal *terminal;
	struct log_file *file; /* or NULL */
	bool has_events, has_users;
	struct response_filter filter;
	struct buf line;
};

/* A request whose response has not ended. */
struct record {
	struct access_log *log;
	struct event_request request; /* its slices point to text */
	uint64_t length;              /* of the body */
	char text[];
};

/* ---- lines ---- */

static void
write_line(struct access_log *log, const struct event_request *request)
{
	buf_clear(&log->line);
	if (log->file || !log->has_events)
		combined_add(&log->line, request);
	if (log->file)
		log_file_add(log->file, buf_slice(&log->line));
	if (log->has_events) {
		buf_clear(&log->line);
		event_json_write_request(&log->line, request);
	}
	if (log->has_events || !log->file)
		terminal_print_text(log->terminal, buf_slice(&log->line));
}

/* A body_ended_fn. */
static void
response_has_ended(void *context, uint64_t left)
{
	struct record *record = context;

	record->request.bytes = record->length - left;
	write_line(record->log, &record->request);
	free(record);
}

/* A response_end function. */
static void
relay_has_ended(void *context, int status, uint64_t bytes)
{
	struct record *record = context;

	record->request.status = status;
	record->length = bytes;
	response_has_ended(record, 0);
}

/* ---- requests ---- */

/* The first line as it was sent; that of HTTP/2 was written anew. */
static struct slice
first_line(const struct request *request)
{
	const char *begin = request->method_name.at;
	size_t length = 0;

	while (begin[length] != '\r' && begin[length] != '\n')
		length++;
	return (struct slice){begin, length};
}

/* Without the version and the space before it. */
static struct slice
without_protocol(struct slice line)
{
	while (line.length && line.at[line.length - 1] != ' ')
		line.length--;
	if (line.length)
		line.length--;
	return line;
}

/* Copies part to *at, behind what was copied before. */
static struct slice
copy(char **at, struct slice part)
{
	struct slice copied = {*at, part.length};

	if (!part.at)
		return part;
	memcpy(*at, part.at, part.length);
	*at += part.length;
	return copied;
}

/* The name of the user, who was let in. */
static struct slice
find_user(const struct access_log *log, const struct request *request, int status,
	struct buf *credentials)
{
	struct slice authorization = request_get(request, REQUEST_AUTHORIZATION);

	if (!log->has_users || status == 401 || status == 429 || !authorization.at ||
		!basic_auth_read(authorization, credentials))
		return (struct slice){0};
	return slice_of(credentials->bytes);
}

static struct record *
make_record(struct access_log *log, const struct request *request, int status)
{
	static const char *const versions[] = {"HTTP/1.1", "HTTP/1.0", "HTTP/2.0"};
	struct slice version = slice_of(versions[request->is_http2 ? 2 : request->is_http10]);
	struct slice line = without_protocol(first_line(request));
	struct slice referer = request_get(request, REQUEST_REFERER);
	struct slice agent = request_get(request, REQUEST_USER_AGENT);
	struct buf credentials = {0}, address = {0};
	struct slice user = find_user(log, request, status, &credentials);
	struct record *record;
	struct event_request *copied;
	char *at;

	connection_limit_add_address(&address, &request->peer);
	record = mem_resize(NULL, sizeof(*record) + address.length + user.length + line.length + 1 +
					  version.length + request->authority.length +
					  referer.length + agent.length);
	*record = (struct record){.log = log};
	copied = &record->request;
	clock_gettime(CLOCK_REALTIME, &copied->when);
	copied->status = status;
	at = record->text;
	copied->address = copy(&at, buf_slice(&address));
	copied->user = copy(&at, user);
	copied->line = copy(&at, line);
	copy(&at, SLICE_LITERAL(" "));
	copied->protocol = copy(&at, version);
	copied->line.length += 1 + version.length;
	copied->method = (struct slice){copied->line.at, request->method_name.length};
	copied->url = (struct slice){copied->method.at + copied->method.length + 1,
		line.length - copied->method.length - 1};
	copied->host = copy(&at, request->authority);
	copied->referer = copy(&at, referer);
	copied->agent = copy(&at, agent);
	buf_finish(&credentials);
	buf_finish(&address);
	return record;
}

/* What was received of the first line, as httpd writes it; absent when that is nothing. */
static struct slice
refused_line(const struct refused_request *refused)
{
	struct slice bytes = refused->bytes, line;

	while (bytes.length && (bytes.at[0] == '\r' || bytes.at[0] == '\n'))
		slice_drop(&bytes, 1);
	if (!bytes.length)
		return (struct slice){0};
	slice_split(&bytes, '\n', &line);
	if (slice_ends(line, "\r"))
		line.length--;
	if (refused->is_http2)
		line = without_protocol(line);
	if (line.length > REQUEST_LINE_MAX)
		line.length = REQUEST_LINE_MAX;
	return line;
}

/* Of a malformed request nothing is known for certain but who has sent it. */
static struct record *
make_refused(struct access_log *log, const struct refused_request *refused)
{
	static const struct slice version = {" HTTP/2.0", sizeof(" HTTP/2.0") - 1};
	struct slice line = refused_line(refused);
	struct buf address = {0};
	struct record *record;
	char *at;

	connection_limit_add_address(&address, refused->peer);
	record = mem_resize(NULL, sizeof(*record) + address.length + line.length + version.length);
	*record = (struct record){.log = log, .request.status = refused->status};
	clock_gettime(CLOCK_REALTIME, &record->request.when);
	at = record->text;
	record->request.address = copy(&at, buf_slice(&address));
	record->request.line = copy(&at, line);
	if (refused->is_http2 && line.at)
		record->request.line.length += copy(&at, version).length;
	buf_finish(&address);
	return record;
}

/* ---- the handler ---- */

/* What takes a connection over may use it for hours, so its answer is logged when it begins. */
static void
answer(void *context, const struct request *request, struct response *response)
{
	struct access_log *log = context;
	struct record *record;

	response_filter_pass(&log->filter, request, response);
	if (response->waiters || request->peer.key == 0)
		return;
	record = make_record(log, request, response->status);
	if (response->takeover && response->status == 0) {
		response->end = (struct response_end){relay_has_ended, record};
	} else if (response->takeover) {
		response_has_ended(record, 0);
	} else {
		record->length = response->body.length;
		body_on_end(&response->body, response_has_ended, record);
	}
}

/* A malformed request was answered. */
static void
note_refused(void *context, const struct refused_request *refused, struct response *response)
{
	struct record *record;

	if (refused->peer->key == 0)
		return;
	record = make_refused(context, refused);
	record->length = response->body.length;
	body_on_end(&response->body, response_has_ended, record);
}

void
access_log_wrap(struct access_log *log, struct response_handler *handler)
{
	if (!log)
		return;
	log->filter = (struct response_filter){
		.answer = answer, .refused = note_refused, .context = log};
	response_filter_put(&log->filter, handler);
}

/* ---- lifecycle ---- */

/* Runs before the loop waits. */
static void
flush(void *context)
{
	log_file_flush(((struct access_log *)context)->file);
}

bool
access_log_create(struct access_log **log, const struct access_log_options *options)
{
	struct access_log *created = NULL;
	const char *path = options->settings.file;

	*log = NULL;
	if (!options->settings.is_on)
		return true;
	created = mem_zero(sizeof(*created));
	created->loop = options->loop;
	created->terminal = options->terminal;
	created->has_events = options->has_events;
	created->has_users = options->has_users;
	if (path) {
		created->file = log_file_create(path, options->roots, options->root_count);
		if (!created->file)
			goto fail;
		loop_before_wait(created->loop, flush, created);
	}
	*log = created;
	return true;

fail:
	access_log_destroy(created);
	return false;
}

void
access_log_destroy(struct access_log *log)
{
	if (!log)
		return;
	if (log->file)
		loop_forget_before_wait(log->loop, flush, log);
	log_file_destroy(log->file);
	buf_finish(&log->line);
	free(log);
}

/* ---- in the sandbox ---- */

const char *
access_log_path(const struct access_log *log)
{
	return log && log->file ? log_file_path(log->file) : NULL;
}

const char *
access_log_folder(const struct access_log *log)
{
	return log && log->file ? log_file_folder(log->file) : NULL;
}

int
access_log_open(const struct access_log *log)
{
	return log_file_open(log->file);
}

void
access_log_set_opener(
	struct access_log *log, int (*open)(void *context, const char *path), void *context)
{
	if (log && log->file)
		log_file_set_opener(log->file, open, context);
}
