/*
 * report_paper: see report_paper.h.
 */
#include "report/report_paper.h"

#include "html/escape.h"

static const char style[] =
	":root{color-scheme:light}*{box-sizing:border-box}"
	"body{font:10.5pt/1.5 system-ui,-apple-system,\"Segoe UI\",\"Noto Sans\",\"Noto Sans CJK "
	"SC\","
	"\"PingFang SC\",\"Microsoft YaHei\",\"WenQuanYi Micro Hei\",sans-serif;color:#1a1d21;"
	"background:#fff;max-width:52rem;margin:0 auto;padding:1.5rem 1rem 3rem}"
	"h1{font-size:1.7rem;line-height:1.2;margin:.5rem 0 1rem}"
	"h2{font-size:1.25rem;margin:2.2rem 0 .6rem;padding-bottom:.2rem;"
	"border-bottom:2px solid #d5dae1}"
	"h3{font-size:1.02rem;margin:1.4rem 0 .4rem}"
	"h2,h3{break-after:avoid}p{margin:.4rem 0;overflow-wrap:anywhere}"
	"ol{margin:.4rem 0;padding-left:1.6rem}li{margin:.25rem 0;overflow-wrap:anywhere}"
	".table{overflow-x:auto;margin:.6rem 0 1rem}"
	"table{border-collapse:collapse;font-size:.88em;width:100%;"
	"font-variant-numeric:tabular-nums}"
	"th,td{text-align:left;vertical-align:top;padding:.22rem .55rem;border:1px solid #d5dae1;"
	"overflow-wrap:anywhere;min-width:3.7rem}"
	"thead th{background:#eef1f5;font-weight:600;overflow-wrap:normal}"
	"th:first-child{min-width:2.6rem}tbody th{font-weight:500;background:#f8f9fb;"
	"overflow-wrap:normal}th:first-child:nth-last-child(2){width:13rem}"
	".n{white-space:nowrap}tr{break-inside:avoid}"
	".ladder{overflow-x:auto;margin:.6rem 0}"
	"svg{display:block;width:100%;min-width:34rem;height:auto;break-inside:avoid}"
	"footer{margin-top:2.5rem;color:#565f6b;font-size:.85em}"
	"@page{size:A4;margin:16mm 14mm}"
	"@media print{body{max-width:none;padding:0;font-size:9.5pt}"
	".table,.ladder{overflow:visible}svg{min-width:0}}";

static bool
is_html(const struct report_paper *paper)
{
	return paper->format == REPORT_HTML;
}

void
report_paper_init(struct report_paper *paper, enum report_format format, enum language language,
	struct buf *text)
{
	*paper = (struct report_paper){.format = format, .language = language, .text = text};
}

void
report_paper_finish(struct report_paper *paper)
{
	phrase_facts_finish(&paper->facts);
	buf_finish(&paper->room);
}

struct slice
report_paper_words(struct report_paper *paper, enum report_word word)
{
	buf_clear(&paper->room);
	phrase_add(&paper->room, report_word(word), paper->language, &paper->facts);
	return buf_slice(&paper->room);
}

/* ---- escaping ---- */

/* Markdown takes any punctuation behind a backslash as itself, but in tables a reader may not. */
static void
escape_markdown(struct buf *text, struct slice plain)
{
	for (size_t i = 0; i < plain.length; i++) {
		char c = plain.at[i];

		if (strchr("<>&|", c) && c)
			buf_addf(text, "&#%d;", c);
		else if (strchr("\\`*_{}[]#~!$", c) && c)
			buf_addf(text, "\\%c", c);
		else
			buf_add_char(text, c);
	}
}

void
report_paper_escape(struct report_paper *paper, struct slice outside)
{
	struct buf visible = {0};

	phrase_add_visible(&visible, outside);
	if (is_html(paper))
		escape_html(buf_slice(&visible), paper->text);
	else
		escape_markdown(paper->text, buf_slice(&visible));
	buf_finish(&visible);
}

/* ---- the document ---- */

void
report_paper_begin(struct report_paper *paper)
{
	static const char *const codes[LANGUAGES] = {"en", "zh-CN"};

	if (!is_html(paper))
		return;
	buf_addf(paper->text,
		"<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'\">\n<title>",
		codes[paper->language]);
	report_paper_escape(paper, report_paper_words(paper, WORD_TITLE));
	buf_addf(paper->text, "</title>\n<style>%s</style>\n</head>\n<body>\n", style);
}

void
report_paper_end(struct report_paper *paper)
{
	if (is_html(paper))
		buf_add_text(paper->text, "</body>\n</html>\n");
}

void
report_paper_heading(struct report_paper *paper, unsigned level, enum report_word word)
{
	static const char *const marks[] = {"", "# ", "## ", "### "};
	struct slice words = report_paper_words(paper, word);

	if (is_html(paper))
		buf_addf(paper->text, "<h%u>", level);
	else
		buf_add_text(paper->text, marks[level]);
	report_paper_escape(paper, words);
	if (is_html(paper))
		buf_addf(paper->text, "</h%u>\n", level);
	else
		buf_add_text(paper->text, "\n\n");
}

void
report_paper_text(struct report_paper *paper, struct slice text)
{
	buf_add_text(paper->text, is_html(paper) ? "<p>" : "");
	report_paper_escape(paper, text);
	buf_add_text(paper->text, is_html(paper) ? "</p>\n" : "\n\n");
}

void
report_paper_paragraph(struct report_paper *paper, enum report_word word)
{
	report_paper_text(paper, report_paper_words(paper, word));
}

/* ---- lists ---- */

void
report_paper_begin_list(struct report_paper *paper)
{
	buf_add_text(paper->text, is_html(paper) ? "<ol>\n" : "");
}

void
report_paper_item(struct report_paper *paper, struct slice text)
{
	buf_add_text(paper->text, is_html(paper) ? "<li>" : "1. ");
	report_paper_escape(paper, text);
	buf_add_text(paper->text, is_html(paper) ? "</li>\n" : "\n");
}

void
report_paper_end_list(struct report_paper *paper)
{
	buf_add_text(paper->text, is_html(paper) ? "</ol>\n" : "\n");
}

/* ---- tables ---- */

void
report_paper_begin_table(struct report_paper *paper)
{
	paper->columns = 0;
	if (is_html(paper))
		buf_add_text(paper->text, "<div class=\"table\"><table>\n<thead><tr>");
	else
		buf_add_text(paper->text, "|");
}

void
report_paper_column(struct report_paper *paper, enum report_word word)
{
	struct slice words = report_paper_words(paper, word);

	buf_add_text(paper->text, is_html(paper) ? "<th scope=\"col\">" : " ");
	report_paper_escape(paper, words);
	buf_add_text(paper->text, is_html(paper) ? "</th>" : " |");
	paper->columns++;
}

void
report_paper_end_columns(struct report_paper *paper)
{
	if (is_html(paper)) {
		buf_add_text(paper->text, "</tr></thead>\n<tbody>\n");
		return;
	}
	buf_add_text(paper->text, "\n|");
	for (unsigned i = 0; i < paper->columns; i++)
		buf_add_text(paper->text, " --- |");
	buf_add_char(paper->text, '\n');
}

void
report_paper_begin_row(struct report_paper *paper)
{
	buf_add_text(paper->text, is_html(paper) ? "<tr>" : "|");
	paper->columns = 0;
}

/* attributes: of the element, if it is no row's name. */
static void
add_cell(struct report_paper *paper, struct slice text, const char *attributes)
{
	bool is_name = !paper->columns++;
	const char *name = is_name ? "th" : "td";

	if (is_html(paper))
		buf_addf(paper->text, "<%s%s>", name, is_name ? " scope=\"row\"" : attributes);
	else
		buf_add_char(paper->text, ' ');
	report_paper_escape(paper, text);
	if (is_html(paper))
		buf_addf(paper->text, "</%s>", name);
	else
		buf_add_text(paper->text, " |");
}

void
report_paper_cell(struct report_paper *paper, struct slice text)
{
	add_cell(paper, text, "");
}

void
report_paper_cell_word(struct report_paper *paper, enum report_word word)
{
	report_paper_cell(paper, report_paper_words(paper, word));
}

void
report_paper_cell_number(struct report_paper *paper, uint64_t number)
{
	struct buf text = {0};

	buf_add_number(&text, number);
	report_paper_cell(paper, buf_slice(&text));
	buf_finish(&text);
}

void
report_paper_cell_time(struct report_paper *paper, int64_t elapsed_ns)
{
	uint64_t ns = elapsed_ns < 0 ? -(uint64_t)elapsed_ns : (uint64_t)elapsed_ns;
	struct buf text = {0};

	buf_addf(&text, "%s%llu.%09llu", elapsed_ns < 0 ? "-" : "",
		(unsigned long long)(ns / 1000000000), (unsigned long long)(ns % 1000000000));
	add_cell(paper, buf_slice(&text), " class=\"n\"");
	buf_finish(&text);
}

void
report_paper_end_row(struct report_paper *paper)
{
	buf_add_text(paper->text, is_html(paper) ? "</tr>\n" : "\n");
}

void
report_paper_end_table(struct report_paper *paper)
{
	buf_add_text(paper->text, is_html(paper) ? "</tbody>\n</table></div>\n" : "\n");
}
