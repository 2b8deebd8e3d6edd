/*
 * script_tag: see script_tag.h. The attributes pass settings to the script, so it needs no request
 * for them.
 */
#include "html/script_tag.h"

#include "http/url.h"

/*
 * A try after half a second, then after pauses that get longer by a third. An import can be repeated;
 * its URL is another one each time, because browsers may remember that one failed. There is no '<', '>',
 * '&' or '"' in it, so that it needs no escapes, and tools that look for the end of a tag find it.
 * The script itself may run after a <base> was read. So it is told where it comes from.
 */
static const char try_again[] =
	"var s=this.dataset.source=this.src,t=400;"
	"(function f(){setTimeout(function(){import(s+'?'+t).catch(f)},t*=1.3)})()";

void
script_tag_add(const struct script_tag *tag, const struct script_tag_attributes *attributes,
	struct buf *html)
{
	bool tries_again = !attributes->is_own && !attributes->nonce && !attributes->has_policy &&
			   !tag->has_policy;

	buf_add_text(html, "<script ");
	if (attributes->is_xml)
		buf_add_text(html, "xmlns=\"http://www.w3.org/1999/xhtml\" ");
	buf_add_text(html, "src=\"");
	url_add_root(attributes->depth, html);
	buf_add_text(html, SCRIPT_TAG_URL);
	if (tries_again) {
		buf_add_text(html, "\" onerror=\"");
		buf_add_text(html, try_again);
	}
	buf_add_text(html, "\" data-version=\"");
	buf_add_text(html, journal_epoch(tag->journal));
	buf_add_char(html, '.');
	buf_add_number(
		html, attributes->number ? attributes->number : journal_number(tag->journal));
	if (attributes->file) {
		buf_add_text(html, "\" data-file=\"");
		url_from_path(slice_of(attributes->file), html);
	}
	if (attributes->nonce) {
		buf_add_text(html, "\" nonce=\"");
		buf_add_text(html, attributes->nonce);
	}
	if (tag->console == HUB_CONSOLE_ALL)
		buf_add_text(html, "\" data-console=\"all");
	else if (tag->console == HUB_CONSOLE_NONE)
		buf_add_text(html, "\" data-console=\"none");
	buf_add_text(html, "\"></script>");
}
