/*
 * listing_page: see listing_page.h.
 */
#define _GNU_SOURCE
#include "listing/listing_page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
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
add_column(struct buf *html, const struct listing_query *query, enum folder_entries_key key,
	const char *title)
{
	bool is_current = query->order.key == key;
	struct folder_entries_order order = {key, is_current && !query->order.is_descending};

	buf_addf(html, "<th scope=\"col\"%s><a href=\"",
		!is_current                  ? ""
		: query->order.is_descending ? " aria-sort=\"descending\""
					     : " aria-sort=\"ascending\"");
	listing_query_add(query, &order, html);
	buf_addf(html, "\">%s</a>", title);
}

/* A link to a folder that is so many levels above this one. */
static void
add_crumb(struct buf *html, size_t levels, struct slice name)
{
	buf_add_text(html, "<a href=\"");
	if (levels == 0)
		buf_add_text(html, "./\" aria-current=\"page");
	for (size_t i = 0; i < levels; i++)
		buf_add_text(html, "../");
	buf_add_text(html, "\">");
	escape_html(name, html);
	buf_add_text(html, "</a>/");
}

/* The heading: the names of the site and of each folder down to this one, as links. */
static void
add_heading(struct buf *html, const struct listing_page *page)
{
	struct slice rest = slice_of(page->shown), name;
	size_t levels = 0;

	for (size_t i = 0; i < rest.length; i++)
		levels += rest.at[i] == '/';
	buf_add_text(html, "<nav aria-label=\"Folders\"><h1>");
	add_crumb(html, levels, slice_of(page->site));
	while (levels && slice_split(&rest, '/', &name))
		add_crumb(html, --levels, name);
	buf_add_text(html, "</h1></nav>\n");
}

/* The order is sent along, unless it is that of an address without a query. */
static void
add_form(struct buf *html, const struct listing_query *query)
{
	buf_add_text(html, "<form role=\"search\"><label>Names with <input type=\"search\" "
			   "name=\"filter\" autocomplete=\"off\" spellcheck=\"false\" value=\"");
	escape_html(slice_of(query->filter), html);
	buf_add_text(html, "\"></label> ");
	if (query->order.key != FOLDER_ENTRIES_NAME || query->order.is_descending)
		buf_addf(html, "<input type=\"hidden\" name=\"sort\" value=\"%s%s\">",
			query->order.is_descending ? "-" : "",
			folder_entries_key_names[query->order.key]);
	buf_add_text(html, "<button>Filter</button></form>\n");
}

/* What to do about an empty folder: whoever has just started may not have a page yet. */
static void
add_hint(struct buf *html, const struct listing_page *page)
{
	buf_add_text(html, "This folder is empty. As soon as ");
	escape_html(slice_of(page->index), html);
	buf_add_text(html, " is in it, this page shows it.");
	if (!*page->shown && strcmp(page->index, "index.html") == 0)
		buf_add_text(html,
			" To make one, run in the folder: <code>liveserve init --page</code>");
}

/* "3 folders, 12 files" */
static void
add_summary(struct buf *html, const struct listing_page *page, const struct folder_entries *entries)
{
	size_t folders = 0, files;

	for (size_t i = 0; i < entries->count; i++)
		folders += entries->items[i].is_folder;
	files = entries->count - folders;
	buf_add_text(html, "<p role=\"status\">");
	if (*page->query->filter && entries->count == 0)
		buf_add_text(html, "No name contains this.");
	else if (entries->count == 0)
		add_hint(html, page);
	else
		buf_addf(html, "%zu %s, %zu %s", folders, folders == 1 ? "folder" : "folders",
			files, files == 1 ? "file" : "files");
	buf_add_text(html, "</p>\n");
}

static const char style[] =
	":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:52rem;"
	"margin:3rem auto;padding:0 1.5rem}h1{font-size:1.3rem;font-weight:600;"
	"overflow-wrap:anywhere}[aria-current]{color:inherit}form{display:flex;gap:.5rem;"
	"align-items:center}label{flex:1;min-width:0;display:flex;gap:.5rem;align-items:center;"
	"white-space:nowrap}input{flex:1;min-width:0}input,button{font:inherit;"
	"padding:.2rem .6rem}p,th{font-size:.85rem;opacity:.7}table{width:100%;"
	"border-collapse:collapse}th{text-align:left;font-weight:400}td,th{"
	"padding:.3rem .6rem .3rem 0;"
	"border-bottom:1px solid color-mix(in srgb,currentColor 12%,transparent)}"
	"td:first-child{width:100%;overflow-wrap:anywhere}td+td,th+th{white-space:nowrap;"
	"text-align:right;font-variant-numeric:tabular-nums}td+td{opacity:.7}a{"
	"text-decoration:none}a:hover{text-decoration:underline}th a{color:inherit}"
	"th[aria-sort=ascending] a::after{content:\" \\2191\"}"
	"th[aria-sort=descending] a::after{content:\" \\2193\"}@media(max-width:36rem){body{"
	"margin:1rem auto;padding:0 1rem}td:nth-child(3),th:nth-child(3){display:none}"
	"td:first-child a{display:block;padding:.3rem 0}}";
/* SHA-256 of style, in base64. When it is wrong, a test prints the right one. */
const char listing_page_style_hash[] = "cScdg0apHNvhfkA4XYmahQKDSGe6ByPfVxY313/JmIE=";

static void
add_head(struct buf *html, const struct listing_page *page)
{
	buf_add_text(html, "<!DOCTYPE html>\n<html lang=\"en\" data-liveserve-listing><head>");
	buf_add_slice(html, page->script_tag);
	buf_add_text(html, "<meta charset=\"utf-8\"><meta name=\"viewport\" "
			   "content=\"width=device-width\"><title>/");
	escape_html(slice_of(page->shown), html);
	buf_add_text(html, " - ");
	escape_html(slice_of(page->site), html);
	buf_add_text(html, "</title>\n<style>");
	buf_add_text(html, style);
	buf_add_text(html, "</style></head>\n");
}

static void
add_table(struct buf *html, const struct listing_page *page, const struct folder_entries *entries)
{
	buf_add_text(html, "<table><thead><tr>");
	add_column(html, page->query, FOLDER_ENTRIES_NAME, "Name");
	add_column(html, page->query, FOLDER_ENTRIES_SIZE, "Size");
	add_column(html, page->query, FOLDER_ENTRIES_TIME, "Modified");
	buf_add_text(html, "</thead><tbody>\n");
	if (*page->shown)
		buf_add_text(html, "<tr><td><a href=\"../\">Parent folder</a><td><td>\n");
	for (size_t i = 0; i < entries->count; i++)
		add_row(html, &entries->items[i]);
	buf_add_text(html, "</tbody></table>");
}

void
listing_page_write(
	const struct listing_page *page, const struct folder_entries *entries, struct buf *html)
{
	add_head(html, page);
	buf_add_text(html, "<body><main>");
	add_heading(html, page);
	add_form(html, page->query);
	add_summary(html, page, entries);
	add_table(html, page, entries);
	buf_add_text(html, "</main></body></html>\n");
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
