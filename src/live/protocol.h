/*
 * protocol: the words that server and pages exchange over a WebSocket.
 *
 * Room: rules. Three dialects: the text of live-server, liveserve.v1 and LiveReload 7 (both JSON;
 * what pages say is read through cJSON).
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "watch/change.h"

enum protocol {
	PROTOCOL_LIVE_SERVER, /* no subprotocol: "connected", "reload", "refreshcss" */
	PROTOCOL_LIVESERVE,   /* subprotocol liveserve.v1 */
	PROTOCOL_LIVERELOAD,  /* at PROTOCOL_LIVERELOAD_PATH: protocol 7 of livereload.js */
};

#define PROTOCOL_LIVESERVE_NAME "liveserve.v1"
#define PROTOCOL_LIVERELOAD_PATH "/livereload"

enum {
	PROTOCOL_EPOCH_SIZE = 9,  /* up to 8 letters or digits and a NUL */
	PROTOCOL_URLS_MAX = 4096, /* in one message; inject/uses.js knows it too */
};

/* What a page says. */
enum protocol_word {
	PROTOCOL_NONSENSE, /* no JSON object, an unknown type, a member missing or of a wrong type */
	PROTOCOL_HELLO,
	PROTOCOL_USES,
	PROTOCOL_LOG,
};

struct protocol_message {
	enum protocol_word word;
	/* hello: where the page is; empty when it does not say. */
	struct buf page;
	/* hello: what it was born with; version 0 when it knows none. */
	char epoch[PROTOCOL_EPOCH_SIZE];
	uint64_t version;
	/*
	 * hello and uses: all addresses that it uses, each with a NUL behind it, when it says them.
	 */
	bool has_urls;
	struct buf urls;
	/* hello: the stamp that the server gave it for these addresses; only together with them. */
	bool has_stamp;
	uint64_t stamp;
	/* log: "error", "warn", "info", "log" or "debug"; a text that lasts. */
	const char *level;
	/* log: what, and from which line of which file; empty when that is not known. */
	struct buf text, source;
};

/*
 * Reads one message of liveserve.v1, which the caller finishes:
 *
 *   {"type":"hello","page":"/","epoch":"k3f9","version":41,"urls":["/","/a.css"],"stamp":"0123456789abcdef"}
 *   {"type":"uses","urls":["/","/a.css"]}
 *   {"type":"log","level":"error","text":"x is not defined","source":"/app.js:12:3"}
 *
 * page, urls, stamp and source may be left out. NONSENSE is: a page that is no text; an epoch that
 * is too long or holds other bytes than letters and digits (it may be empty); a version that is
 * negative, fractional or 2^53 and more (from there on a double skips whole numbers); urls that are
 * not an array of texts beginning with '/', or more than PROTOCOL_URLS_MAX; a stamp that is not 16
 * digits 0 to 9, a to f; a level that nobody knows; a text or a source that is none. Never deeper
 * than cJSON's own nesting limit; any bytes may come in.
 */
struct protocol_message protocol_read(const char *text, size_t length);
void protocol_message_finish(struct protocol_message *message);

/*
 * Adds {"type":"hello","epoch":"k3f9","version":43}, with "reloads":true in it when the page is to
 * exchange nothing in place.
 */
void protocol_write_hello(struct buf *text, const char *epoch, uint64_t version, bool reloads);

/* Adds {"type":"reload","version":45}. */
void protocol_write_reload(struct buf *text, uint64_t version);

/* Adds {"type":"state","stamp":"0123456789abcdef"}. */
void protocol_write_state(struct buf *text, uint64_t stamp);

/*
 * One change as the pages are told: the URLs (canonical, url_from_path) under which the file is
 * known.
 */
struct protocol_change {
	const char *const *urls;
	size_t url_count;
	enum change_kind kind;
	const char *problem; /* what is wrong with it, in UTF-8; or NULL */
};

/*
 * Adds {"type":"change","version":44,"changes":[{"urls":["/","/index.html"],"kind":"modified"}]}; a
 * change with a problem has ,"problem":"style.css:12: a { is never closed", too.
 */
void protocol_write_changes(
	struct buf *text, uint64_t version, const struct protocol_change *changes, size_t count);

/*
 * Reads one message of LiveReload: HELLO when it is {"command":"hello"} with protocol 7 among its
 * "protocols", NONSENSE when it is no command or a hello without that protocol. Everything else
 * needs no answer and is USES.
 */
enum protocol_word protocol_read_livereload(const char *text, size_t length);

/* Adds the only answer to a hello. It must be said before anything else, and never again. */
void protocol_write_livereload_hello(struct buf *text);

/*
 * Adds the command by which the page shows the file at url (canonical) anew: a style sheet and most
 * pictures in place, anything else by a reload.
 */
void protocol_write_livereload_reload(struct buf *text, const char *url);

/*
 * One command is for one file. Which change is to be told after the first told ones; is_last says
 * that no more need be. A change that needs a reload is told at once, and alone. changes is not
 * empty.
 */
const struct change *protocol_livereload_pick(
	const struct changes *changes, size_t told, bool *is_last);

/*
 * The word of the live-server dialect for a batch: "refreshcss" when all of it is CSS, else
 * "reload".
 */
const char *protocol_live_server_word(const struct changes *changes);

#endif
