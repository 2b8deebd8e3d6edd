/*
 * protocol: reads what pages say over a WebSocket, and writes what they are told.
 *
 * There are three protocols: the text messages of live-server, liveserve.v1, and LiveReload 7. The
 * last two are JSON; what pages say is read with cJSON.
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
	PROTOCOL_URLS_MAX = 4096, /* in one message; inject/server/used_urls.js knows it too */
};

/* The kinds of messages that a page sends. */
enum protocol_word {
	PROTOCOL_NONSENSE, /* no JSON object, an unknown type, a missing or wrong member */
	PROTOCOL_HELLO,
	PROTOCOL_USES,
	PROTOCOL_LOG,
};

struct protocol_message {
	enum protocol_word word;
	/* hello: where the page is; empty when it does not say. */
	struct buf page;
	/*
	 * hello: the epoch and number that the page was loaded with; version 0 when it knows none.
	 */
	char epoch[PROTOCOL_EPOCH_SIZE];
	uint64_t version;
	/*
	 * hello and uses: all addresses that the page uses, if it says them. Each ends with a NUL.
	 */
	bool has_urls;
	struct buf urls;
	/* hello: the stamp that the server gave it for these addresses; only together with them. */
	bool has_stamp;
	uint64_t stamp;
	/* log: "error", "warn", "info", "log" or "debug"; a static string. */
	const char *level;
	/* log: the message, and the file and line it comes from; empty when that is not known. */
	struct buf text, source;
};

/*
 * Reads one message of liveserve.v1. The caller calls protocol_message_finish on it.
 *
 *   {"type":"hello","page":"/","epoch":"k3f9","version":41,"urls":["/","/a.css"],"stamp":"0123456789abcdef"}
 *   {"type":"uses","urls":["/","/a.css"]}
 *   {"type":"log","level":"error","text":"x is not defined","source":"/app.js:12:3"}
 *
 * page, urls, stamp and source may be left out. The word is PROTOCOL_NONSENSE for: a page that is
 * not a string; an epoch that is too long or has bytes other than letters and digits (it may be
 * empty); a version that is negative, fractional, or 2^53 or more (above that a double cannot hold
 * every integer); urls that are not an array of strings beginning with '/', or more than
 * PROTOCOL_URLS_MAX; a stamp that is not 16 digits 0 to 9, a to f; an unknown level; a text or a
 * source that is not a string. Any bytes may be passed in; nesting is limited by cJSON.
 */
struct protocol_message protocol_read(const char *text, size_t length);
void protocol_message_finish(struct protocol_message *message);

/*
 * Walks through the urls of a message: returns the one at *at and moves *at to the next. Begin with
 * 0; after the last one the slice is absent.
 */
struct slice protocol_next_url(const struct buf *urls, size_t *at);

/*
 * Adds {"type":"hello","epoch":"k3f9","version":43}, with "reloads":true in it when the page is to
 * reload where it could update in place.
 */
void protocol_write_hello(struct buf *text, const char *epoch, uint64_t version, bool reloads);

/* Adds {"type":"reload","version":45}. */
void protocol_write_reload(struct buf *text, uint64_t version);

/* Adds {"type":"state","stamp":"0123456789abcdef"}. */
void protocol_write_state(struct buf *text, uint64_t stamp);

/* One change, with the canonical URLs (url_from_path) of the file. */
struct protocol_change {
	const char *const *urls;
	size_t url_count;
	enum change_kind kind;
	const char *problem; /* what is wrong with the file, in UTF-8; or NULL */
};

/*
 * Adds {"type":"change","version":44,"changes":[{"urls":["/","/index.html"],"kind":"modified"}]}; a
 * change with a problem also has ,"problem":"style.css:12: a { is never closed".
 */
void protocol_write_changes(
	struct buf *text, uint64_t version, const struct protocol_change *changes, size_t count);

/*
 * Reads one message of LiveReload. Returns PROTOCOL_HELLO for {"command":"hello"} with protocol 7
 * in "protocols"; PROTOCOL_NONSENSE when it has no command, or for a hello without protocol 7. All
 * other commands need no answer and are PROTOCOL_USES.
 */
enum protocol_word protocol_read_livereload(const char *text, size_t length);

/* Adds the answer to a hello. It is sent once, before anything else. */
void protocol_write_livereload_hello(struct buf *text);

/*
 * Adds the command by which the page updates the file at url (canonical): it swaps a style sheet
 * and most images in place and reloads for everything else.
 */
void protocol_write_livereload_reload(struct buf *text, const char *url);

/*
 * A command is for one file. Returns the change to send after the first sent ones, and sets
 * *is_last when no other has to follow: a change that needs a reload is sent first, and alone.
 * changes is not empty.
 */
const struct change *protocol_livereload_pick(
	const struct changes *changes, size_t sent, bool *is_last);

/* The live-server message for a batch: "refreshcss" when all of it is CSS, else "reload". */
const char *protocol_live_server_word(const struct changes *changes);

#endif
