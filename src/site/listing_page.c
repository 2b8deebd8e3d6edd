/*
 * listing_page: see listing_page.h.
 */
#define _GNU_SOURCE
#include "site/listing_page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/json_writer.h"
#include "base/mem.h"
#include "html/escape.h"
#include "http/url.h"

/* ---- the page ---- */

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
add_row(struct buf *html, const struct folder_entry *entry)
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
add_column(struct buf *html, const struct folder_entries_order *order, enum folder_entries_key key,
	const char *title)
{
	bool is_current = order->key == key;

	buf_addf(html, "<th%s><a href=\"?sort=%s%s\">%s</a>",
		!is_current            ? ""
		: order->is_descending ? " aria-sort=\"descending\""
				       : " aria-sort=\"ascending\"",
		is_current && !order->is_descending ? "-" : "", folder_entries_key_names[key],
		title);
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
const char listing_page_style_hash[] = "V6P/sQydm8D7JTOzi0zXZQMEFymNiWK9zKpLuwQf/8A=";

void
listing_page_write(
	const struct listing_page *page, const struct folder_entries *entries, struct buf *html)
{
	const char *name = page->shown;

	buf_add_text(html, "<!DOCTYPE html>\n<html lang=\"en\" data-liveserve-listing><head>");
	buf_add_slice(html, page->script_tag);
	buf_add_text(html, "<meta charset=\"utf-8\"><meta name=\"viewport\" "
			   "content=\"width=device-width\"><title>/");
	escape_html(slice_of(name), html);
	buf_add_text(html, "</title>\n<style>");
	buf_add_text(html, style);
	buf_add_text(html, "</style></head>\n<body><h1>/");
	escape_html(slice_of(name), html);
	buf_add_text(html, "</h1>\n<table><thead><tr>");
	add_column(html, &page->order, FOLDER_ENTRIES_NAME, "Name");
	add_column(html, &page->order, FOLDER_ENTRIES_SIZE, "Size");
	add_column(html, &page->order, FOLDER_ENTRIES_TIME, "Modified");
	buf_add_text(html, "</thead><tbody>\n");
	if (*name)
		buf_add_text(html, "<tr><td><a href=\"../\">../</a><td><td>\n");
	for (size_t i = 0; i < entries->count; i++)
		add_row(html, &entries->items[i]);
	buf_add_text(html, "</tbody></table></body></html>\n");
}

/* ---- JSON ---- */

static void
add_object(struct buf *text, const char *folder, const struct folder_entry *entry)
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

void
listing_page_write_json(
	const struct listing_page *page, const struct folder_entries *entries, struct buf *text)
{
	buf_add_char(text, '[');
	for (size_t i = 0; i < entries->count; i++) {
		if (i)
			buf_add_char(text, ',');
		add_object(text, page->shown, &entries->items[i]);
	}
	buf_add_char(text, ']');
}
