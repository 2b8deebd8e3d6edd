/*
 * protocol: parses the messages that pages send over a WebSocket, and writes those that they
 * receive.
 *
 * There are three protocols: the text messages of live-server, liveserve.v1, and LiveReload 7. The
 * last two are JSON.
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
	PROTOCOL_EPOCH_SIZE = 9, /* up to 8 letters or digits and a NUL */
	PROTOCOL_URLS_MAX =
		4096, /* in one message; inject/server/used_urls.js has the same limit */
	PROTOCOL_FAULTS_MAX = 64, /* inject/page/settle.js sends fewer */
};

/* The types of messages that a page sends. */
enum protocol_message_type {
	PROTOCOL_INVALID, /* no JSON object, an unknown type, a missing or wrong member */
	PROTOCOL_HELLO,
	PROTOCOL_USES,
	PROTOCOL_LOG,
	PROTOCOL_LEAVING, /* the page is about to load again */
	PROTOCOL_SETTLED, /* the page shows all that it was told of */
	PROTOCOL_SHOW,    /* a person has clicked an element */
	PROTOCOL_CHECK,   /* LiveReload: a hello that only asks whether somebody answers */
};

struct protocol_message {
	enum protocol_message_type type;
	/* hello: the URL path of the page; may be empty. */
	struct buf page;
	/*
	 * hello: the epoch and the number of the last batch that the page knows; version 0 when it
	 * knows none.
	 */
	char epoch[PROTOCOL_EPOCH_SIZE];
	uint64_t version;
	/*
	 * hello and uses: all addresses that the page uses, if the message has them. Each ends with
	 * a NUL.
	 */
	bool has_urls;
	struct buf urls;
	/* hello: the stamp that the server sent for these addresses; only if has_urls. */
	bool has_stamp;
	uint64_t stamp;
	/* log: "error", "warn", "info", "log" or "debug"; a static string. */
	const char *level;
	/* log: the message, and the file, line and column that it comes from, or empty. */
	struct buf text, source;
	/* settled: the number of the question that it answers. */
	uint64_t round;
	/*
	 * settled: what is wrong with the page: errors, each as a text and a source, and the URLs of what did
	 * not load. Each text ends with a NUL.
	 */
	struct buf errors, failed;
	/* show: source is the URL of a file, to be opened in the editor at this place, from 1. */
	uint32_t line, column;
};

/*
 * Parses one message of liveserve.v1. The caller calls protocol_message_finish() on it.
 *
 *   {"type":"hello","page":"/","epoch":"k3f9","version":41,"urls":["/","/a.css"],"stamp":"0123456789abcdef"}
 *   {"type":"uses","urls":["/","/a.css"]}
 *   {"type":"log","level":"error","text":"x is not defined","source":"/app.js:12:3"}
 *   {"type":"leaving"}
 *   {"type":"show","url":"/index.html","line":12,"column":5}
 *   {"type":"settled","round":3,"errors":[{"text":"x is not defined","source":"/app.js:12:3"}],"failed":["/a.png"]}
 *
 * page, urls, stamp and source are optional. The type is PROTOCOL_INVALID for: a page that is
 * not a string; an epoch that is too long or has bytes other than letters and digits (it may be
 * empty); a version that is negative, fractional, or 2^53 or more (a double cannot represent all
 * integers above that); urls that are not an array of strings beginning with '/', or more than
 * PROTOCOL_URLS_MAX; a stamp that is not 16 digits 0 to 9, a to f; an unknown level; a text or a
 * source that is not a string; a round that is none, errors or failed that are no such arrays, or more than
 * PROTOCOL_FAULTS_MAX in one of them; a url that is not a string beginning with '/'; a line or column that is no number
 * from 1 to 2^31 - 1. text may be any bytes; cJSON limits the nesting.
 */
struct protocol_message protocol_read(const char *text, size_t length);
void protocol_message_finish(struct protocol_message *message);

/*
 * Iterates over the urls of a message: returns the one at *at and moves *at to the next. *at must
 * be 0 at the start. Returns an absent slice after the last one.
 */
struct slice protocol_next_url(const struct buf *urls, size_t *at);

/*
 * Adds {"type":"hello","epoch":"k3f9","version":43}, with "reloads":true if the page shall reload
 * where it could update in place; with "settle":3 if settle is 3 and not 0: the page shall say when it shows all
 * that it was told of.
 */
void protocol_write_hello(
	struct buf *text, const char *epoch, uint64_t version, bool reloads, uint64_t settle);

/* Adds {"type":"reload","version":45}. */
void protocol_write_reload(struct buf *text, uint64_t version);

/* Adds {"type":"state","stamp":"0123456789abcdef"}. */
void protocol_write_state(struct buf *text, uint64_t stamp);

/* One change, with the canonical URLs (url_from_path) of the file. */
struct protocol_change {
	const char *const *urls;
	size_t url_count;
	enum change_kind kind;
	bool is_unsure;      /* the server may have no document to send now */
	const char *problem; /* the syntax error of the file, in UTF-8; or NULL */
	const char *draft;   /* "new", "saved" or "gone"; or NULL */
	uint64_t since;      /* of "gone": the version before the first text */
};

/*
 * Adds {"type":"change","version":44,"changes":[{"urls":["/","/index.html"],"kind":"modified"}]}; a
 * change of what may be no document now has ,"unsure":true, and a
 * change with a problem also has ,"problem":"style.css:12: a { is never closed". One of a file whose text an editor has
 * not saved has ,"draft":"new": pages update in place, or wait for ,"draft":"saved", which is for these alone; or for
 * ,"draft":"gone","since":41, when the file on the disk is shown again: a page that waits and has loaded nothing after
 * version 41 shows it already.
 */
void protocol_write_changes(
	struct buf *text, uint64_t version, const struct protocol_change *changes, size_t count);

/*
 * Parses one message of LiveReload. Returns PROTOCOL_HELLO for {"command":"hello"} with protocol 7
 * in "protocols"; PROTOCOL_CHECK for one with connection-check-1 and without protocol 7, which
 * browser extensions send before they put the script into a page; PROTOCOL_INVALID when there is no
 * command, or for a hello without either; and PROTOCOL_USES for all other commands, which need no
 * answer.
 */
enum protocol_message_type protocol_read_livereload(const char *text, size_t length);

/* Adds the answer to a hello, which is sent once, before anything else; or to a check. */
void protocol_write_livereload_hello(struct buf *text, bool is_check);

/*
 * Adds the command that makes a page update the file at url (canonical). The page replaces a style
 * sheet and most images in place, and reloads for everything else.
 */
void protocol_write_livereload_reload(struct buf *text, const char *url);

/*
 * Chooses the change for the next command of LiveReload, when commands for `sent` changes were sent
 * before. A command is for one file. If a change needs a reload, only this one is sent. Sets
 * *is_last to whether no other command has to follow. changes must not be empty.
 */
const struct change *protocol_livereload_pick(
	const struct changes *changes, size_t sent, bool *is_last);

/* The live-server message for a batch: "refreshcss" if all of its files are CSS, else "reload". */
const char *protocol_live_server_text(const struct changes *changes);

/* The subprotocol (RFC 6455 1.9) of its WebSockets; NULL when it has none. */
const char *protocol_subprotocol(enum protocol protocol);

/* The largest message that a page may send, in bytes. */
size_t protocol_message_max(enum protocol protocol);

#endif
