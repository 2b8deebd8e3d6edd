/*
 * directory_listing: see directory_listing.h. Owns nothing between calls. It reads the entries into
 * an array, sorts the array, and writes it.
 */
#define _GNU_SOURCE
#include "site/directory_listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/json_writer.h"
#include "base/mem.h"
#include "fs/hidden_names.h"
#include "html/csp.h"
#include "html/escape.h"
#include "http/url.h"

struct entry {
	char *name;
	bool is_folder;
	uint64_t size;
	time_t modified;
};

struct entries {
	struct entry *items;
	size_t count, capacity;
};

enum sort_key {
	SORT_NAME,
	SORT_SIZE,
	SORT_TIME,
	SORT_COUNT,
};

static const char *const key_names[SORT_COUNT] = {
	[SORT_NAME] = "name",
	[SORT_SIZE] = "size",
	[SORT_TIME] = "time",
};

struct order {
	enum sort_key key;
	bool is_descending;
};

/* ---- read ---- */

static void
add_entry(struct entries *entries, const char *name, const struct stat *state)
{
	entries->items = mem_grow(
		entries->items, entries->count, &entries->capacity, sizeof(*entries->items));
	entries->items[entries->count++] = (struct entry){
		.name = mem_text(name),
		.is_folder = S_ISDIR(state->st_mode),
		.size = S_ISDIR(state->st_mode) ? 0 : (uint64_t)state->st_size,
		.modified = state->st_mtime,
	};
}

/* Whether the entry can be requested: a file, a folder, or a link to one within the root. */
static bool
read_state(
	const struct directory_listing *listing, int folder, const char *name, struct stat *state)
{
	char *path;
	bool found;

	if (fstatat(folder, name, state, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (!S_ISLNK(state->st_mode))
		return S_ISREG(state->st_mode) || S_ISDIR(state->st_mode);
	path = mem_format("%s%s", listing->name, name);
	found = root_stat(listing->root, path, state) &&
		(S_ISREG(state->st_mode) || S_ISDIR(state->st_mode));
	free(path);
	return found;
}

static bool
is_shown(const char *name, bool with_hidden)
{
	return strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	       (with_hidden || !hidden_name(slice_of(name)));
}

static bool
read_entries(const struct directory_listing *listing, struct entries *entries)
{
	DIR *folder = root_open_folder(listing->root, listing->name);
	struct dirent *entry;
	struct stat state;

	if (!folder)
		return false;
	while ((entry = readdir(folder)))
		if (is_shown(entry->d_name, listing->with_hidden) &&
			read_state(listing, dirfd(folder), entry->d_name, &state))
			add_entry(entries, entry->d_name, &state);
	closedir(folder);
	return true;
}

static void
finish_entries(struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++)
		free(entries->items[i].name);
	free(entries->items);
}

/* ---- sort ---- */

static struct order
read_order(struct slice query)
{
	struct order order = {SORT_NAME, false};

	if (!slice_starts(query, "?sort="))
		return order;
	query = (struct slice){query.at + 6, query.length - 6};
	if (slice_starts(query, "-")) {
		order.is_descending = true;
		query = (struct slice){query.at + 1, query.length - 1};
	}
	for (int key = 0; key < SORT_COUNT; key++)
		if (slice_is(query, key_names[key]))
			order.key = (enum sort_key)key;
	return order;
}

/* Folders come first in every order; entries that are equal are sorted by name. */
static int
compare(const void *left, const void *right, void *context)
{
	const struct entry *a = left, *b = right;
	const struct order *order = context;
	int result = 0;

	if (a->is_folder != b->is_folder)
		return a->is_folder ? -1 : 1;
	if (order->key == SORT_SIZE)
		result = (a->size > b->size) - (a->size < b->size);
	else if (order->key == SORT_TIME)
		result = (a->modified > b->modified) - (a->modified < b->modified);
	if (result == 0)
		result = strverscmp(a->name, b->name);
	return order->is_descending ? -result : result;
}

/* ---- write: the page ---- */

static void
add_size(struct buf *html, uint64_t size)
{
	static const char *const units[] = {"KB", "MB", "GB", "TB", "PB", "EB"};
	double value = (double)size / 1000;
	size_t unit = 0;

	if (size < 1000) {
		buf_addf(html, "%" PRIu64 " B", size);
		return;
	}
	while (value >= 999.5) {
		value /= 1000;
		unit++;
	}
	buf_addf(html, value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

static void
add_time(struct buf *html, time_t when)
{
	char utc[32] = "", local[32] = "";
	struct tm parts;

	if (gmtime_r(&when, &parts))
		strftime(utc, sizeof(utc), "%Y-%m-%dT%H:%M:%SZ", &parts);
	if (localtime_r(&when, &parts))
		strftime(local, sizeof(local), "%Y-%m-%d %H:%M", &parts);
	buf_addf(html, "<time datetime=\"%s\">%s</time>", utc, local);
}

/*
 * The link starts with "./", because the part before a colon in a name would otherwise be a scheme.
 */
static void
add_row(struct buf *html, const struct entry *entry)
{
	struct buf url = {0};

	url_from_path(slice_of(entry->name), &url);
	buf_add_text(html, "<tr><td><a href=\".");
	buf_add_slice(html, buf_slice(&url));
	buf_add_text(html, entry->is_folder ? "/\">" : "\">");
	escape_html(slice_of(entry->name), html);
	buf_add_text(html, entry->is_folder ? "/</a><td><td>" : "</a><td>");
	if (!entry->is_folder) {
		buf_addf(html, "<span title=\"%" PRIu64 " bytes\">", entry->size);
		add_size(html, entry->size);
		buf_add_text(html, "</span><td>");
	}
	add_time(html, entry->modified);
	buf_add_char(html, '\n');
	buf_finish(&url);
}

/* A link that sorts by this column, or in reverse if the page is already sorted by it. */
static void
add_column(struct buf *html, const struct order *order, enum sort_key key, const char *title)
{
	bool is_current = order->key == key;

	buf_addf(html, "<th%s><a href=\"?sort=%s%s\">%s</a>",
		!is_current            ? ""
		: order->is_descending ? " aria-sort=\"descending\""
				       : " aria-sort=\"ascending\"",
		is_current && !order->is_descending ? "-" : "", key_names[key], title);
}

static const char style[] =
	":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:"
	"52rem;margin:3rem auto;padding:0 1.5rem}h1{font-size:1.3rem;font-weight:600;"
	"overflow-wrap:anywhere}table{width:100%;border-collapse:collapse}th{text-align:left;"
	"font-weight:400;font-size:.85rem;opacity:.7}td,th{padding:.3rem .6rem .3rem 0;"
	"border-bottom:1px solid color-mix(in srgb,currentColor 12%,transparent)}td:first-child{"
	"overflow-wrap:anywhere}td+td,th+th{white-space:nowrap;text-align:right;"
	"font-variant-numeric:tabular-nums}td+td{opacity:.7}a{text-decoration:none}"
	"a:hover{text-decoration:underline}th a{color:inherit}th[aria-sort=ascending] a::after{"
	"content:\" \\2191\"}th[aria-sort=descending] a::after{content:\" \\2193\"}";
/* SHA-256 of style, in base64. When it is wrong, a test prints the right one. */
static const char style_hash[] = "V6P/sQydm8D7JTOzi0zXZQMEFymNiWK9zKpLuwQf/8A=";

static void
write_page(struct buf *html, const struct script_tag *tag, const char *name,
	const struct order *order, const struct entries *entries)
{
	buf_add_text(html, "<!DOCTYPE html>\n<html lang=\"en\" data-liveserve-listing><head>");
	script_tag_add(tag, NULL, html);
	buf_add_text(html, "<meta charset=\"utf-8\"><meta name=\"viewport\" "
			   "content=\"width=device-width\"><title>/");
	escape_html(slice_of(name), html);
	buf_add_text(html, "</title>\n<style>");
	buf_add_text(html, style);
	buf_add_text(html, "</style></head>\n<body><h1>/");
	escape_html(slice_of(name), html);
	buf_add_text(html, "</h1>\n<table><thead><tr>");
	add_column(html, order, SORT_NAME, "Name");
	add_column(html, order, SORT_SIZE, "Size");
	add_column(html, order, SORT_TIME, "Modified");
	buf_add_text(html, "</thead><tbody>\n");
	if (*name)
		buf_add_text(html, "<tr><td><a href=\"../\">../</a><td><td>\n");
	for (size_t i = 0; i < entries->count; i++)
		add_row(html, &entries->items[i]);
	buf_add_text(html, "</tbody></table></body></html>\n");
}

/* ---- write: JSON ---- */

static void
add_object(struct buf *text, const char *folder, const struct entry *entry)
{
	char *path = mem_format("%s%s", folder, entry->name);
	char modified[32] = "";
	struct buf url = {0};
	struct tm parts;

	url_from_path(slice_of(path), &url);
	if (entry->is_folder)
		buf_add_char(&url, '/');
	if (gmtime_r(&entry->modified, &parts))
		strftime(modified, sizeof(modified), "%Y-%m-%dT%H:%M:%SZ", &parts);
	buf_add_char(text, '{');
	json_add_text_member(text, "name", entry->name);
	json_add_text_member(text, "url", url.bytes);
	json_add_text_member(text, "type", entry->is_folder ? "folder" : "file");
	json_add_number_member(text, "size", entry->size);
	json_add_text_member(text, "modified", modified);
	buf_add_char(text, '}');
	buf_finish(&url);
	free(path);
}

static void
write_json(struct buf *text, const char *folder, const struct entries *entries)
{
	buf_add_char(text, '[');
	for (size_t i = 0; i < entries->count; i++) {
		if (i)
			buf_add_char(text, ',');
		add_object(text, folder, &entries->items[i]);
	}
	buf_add_char(text, ']');
}

bool
directory_listing_respond(const struct directory_listing *listing, const struct script_tag *tag,
	const struct request *request, struct response *response)
{
	bool as_json = request_lists(request, REQUEST_ACCEPT, "application/json") &&
		       !request_lists(request, REQUEST_ACCEPT, "text/html");
	struct order order = read_order(request->query);
	struct entries entries = {0};
	struct buf text = {0};

	if (!read_entries(listing, &entries))
		return false;
	if (entries.count)
		qsort_r(entries.items, entries.count, sizeof(*entries.items), compare, &order);
	if (as_json)
		write_json(&text, listing->shown, &entries);
	else
		write_page(&text, tag, listing->shown, &order, &entries);
	response_field(response, "Cache-Control", SLICE_LITERAL("no-cache"));
	response_field(response, "Vary", SLICE_LITERAL("Accept"));
	csp_add(response, style_hash);
	response_text(response, 200, as_json ? "application/json" : "text/html; charset=utf-8",
		buf_slice(&text));
	finish_entries(&entries);
	buf_finish(&text);
	return true;
}
