/*
 * event_text: what happens while the server runs, as values (struct event) and as lines of text.
 *
 * Names and texts that others chose (files, pages) are written so that they cannot control the
 * terminal. Scripts and the problem matchers of VS Code read these lines, so their wording is a
 * contract. event_json.h writes the same events for programs.
 */
#ifndef EVENT_TEXT_H
#define EVENT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "live/hub.h"
#include "live/problems.h"
#include "sources/error_place.h"
#include "watch/change.h"

enum event_kind {
	EVENT_CHANGED,           /* files of the site changed */
	EVENT_CHANGED_ELSEWHERE, /* files outside of the site changed: all pages reload */
	EVENT_UNCHANGED,         /* nothing changed; changes holds only what was left out */
	EVENT_CHANGES_LOST,      /* what changed is not known: all pages reload */
	EVENT_RELOAD_REQUESTED,  /* a person asked to reload path, or every page if path is empty */
	EVENT_PAUSED,
	EVENT_RESUMED,
	EVENT_PROBLEM,      /* the file at path has a syntax problem */
	EVENT_PROBLEM_GONE, /* the file at path had one; printed before its change */
	EVENT_ERRORS_OUTDATED, /* pages had errors in the file at path; printed before a change that made it */
	EVENT_PAGE_MESSAGE,     /* a page logged something, or had an error */
	EVENT_SETTINGS_CHANGED, /* a settings file changed; text says which values are new */
	EVENT_REMARK,           /* on the served folder: text says that it is gone, or the like */
};

/* Which members count depends on the kind; the others are zero. All are borrowed. */
struct event {
	enum event_kind kind;
	const struct changes *changes;
	struct slice path;
	size_t pages_told, pages_open;
	const struct syntax_problem *problem;
	const struct page_message *page_message;
	const struct error_place
		*place; /* of problem or page_message, with the code around it; or NULL */
	const char *text;
	const char *site; /* the name of the site that it is about; NULL: that of no name */
	const char *file; /* of a problem, also of one that is gone: the absolute path; or NULL */
	bool is_deferred; /* the server is paused: the pages get the change when it resumes */
	bool is_hidden;   /* all that changed has a hidden name, so no page is told */
};

/* An answered request, for the access log. All slices are borrowed. */
struct event_request {
	struct timespec when; /* it was answered, or handed on to another server */
	struct slice address; /* of the client */
	struct slice user;    /* who has given the right password; or absent */
	struct slice
		line; /* the first line of the request, as it was sent; absent if there is none */
	struct slice method, url, protocol; /* its parts; absent if the request is malformed */
	struct slice host;                  /* the name that was asked for; or absent */
	int status;
	uint64_t bytes;              /* of the body, that were sent */
	struct slice referer, agent; /* absent when the field is */
};

/*
 * Adds one line: "12:04:31  changed index.html and 2 more, told 1 of 3 pages (1 with the same
 * bytes)\n". when is in local time. A long message of a page is cut. If the event has a place, the code
 * there follows in lines of its own.
 */
void event_text_write(struct buf *line, const struct event *event, time_t when, bool has_colour);

/* A URL for other machines in the network. */
struct event_url {
	char *url;
	char *note; /* printed behind it; or NULL */
};

/* What is printed when the server has started. */
struct event_start {
	const char *version;
	const char *root;
	const char *url;
	const char *url_note;              /* printed behind the URL; or NULL */
	const char *network_url;           /* the URL for other machines in the network; or NULL */
	const struct event_url *more_urls; /* further ones */
	size_t more_count;
	const char *phone_url;   /* where a phone gets the certificate of network_url; or NULL */
	const char *fingerprint; /* of that certificate: SHA-256, hexadecimal; with phone_url */
	const char *user;        /* a remark on the user who runs it; or NULL */
	const char *remark;      /* on the served folder; or NULL */
	const struct event_url *sites; /* the URLs of --vhost, each with its folder */
	size_t site_count;
	const struct event_url *proxies; /* the other servers that answer, each with for what */
	size_t proxy_count;
	const char *wire;    /* how packets are captured, and where they go; or NULL */
	size_t columns;      /* of the terminal; 0: it is none, and lines may be of any length */
	const char *qr_code; /* of that URL, as lines of text; or NULL */
	bool is_polling;
};

/*
 * Adds the program's name and version, the served folder, the URLs, what is watched and how to
 * stop; only the version and the URLs if is_short.
 */
void event_text_write_start(
	struct buf *text, const struct event_start *start, bool is_short, bool has_colour);

/* Adds the lines with the URLs, and the QR code. */
void event_text_write_urls(struct buf *text, const struct event_start *start, bool has_colour);

/* Adds "  Open      http://localhost:9000/\n": a label of at most 9 letters, and its value. */
void event_text_write_field(
	struct buf *text, const char *label, const char *value, bool has_colour);

/* Adds the line for that many lines that were dropped here, because the output was not read. */
void event_text_write_missing(struct buf *text, uint64_t lines);

/* The control sequences (ECMA-48 8.3.117, SGR) for dim text, and back to normal. */
#define EVENT_TEXT_DIM "\033[2m"
#define EVENT_TEXT_RESET "\033[0m"

#endif
