/*
 * http_details: see http_details.h. The order and the words of the lines are those of Wireshark 4.0. A
 * head is shown as it is: what a server would refuse is no error here.
 */
#include "details/http_details.h"

struct place {
	struct slice bytes;
	size_t at;
};

/* Takes a line with its line break off the front of rest. */
static struct place
take_line(struct place *rest)
{
	const char *end = memchr(rest->bytes.at, '\n', rest->bytes.length);
	struct place line = *rest;

	if (end)
		line.bytes.length = (size_t)(end + 1 - rest->bytes.at);
	slice_drop(&rest->bytes, line.bytes.length);
	rest->at += line.bytes.length;
	return line;
}

/* The same up to the separator, which is dropped. Absent behind the end of rest. */
static struct place
take_part(struct place *rest, char separator)
{
	struct place part = {.at = rest->at};

	if (!slice_split(&rest->bytes, separator, &part.bytes))
		return part;
	rest->at += part.bytes.length + 1;
	return part;
}

static struct slice
without_break(struct slice line)
{
	while (line.length &&
		(line.at[line.length - 1] == '\n' || line.at[line.length - 1] == '\r'))
		line.length--;
	return line;
}

static void
add_part(struct detail_tree *tree, struct place part, const char *what)
{
	if (part.bytes.length > 0)
		detail_tree_add(tree, part.at, part.bytes.length, "%s: %.*s", what,
			(int)part.bytes.length, part.bytes.at);
}

/* Begins the line of a line: its break is written as Wireshark does. */
static void
open_line(struct detail_tree *tree, struct place line)
{
	struct slice text = without_break(line.bytes);
	size_t rest = line.bytes.length - text.length;

	detail_tree_open(tree, line.at, line.bytes.length, "%.*s%s%s", (int)text.length, text.at,
		rest > 1 ? "\\r" : "", rest > 0 ? "\\n" : "");
}

/* ---- the first line ---- */

static void
add_target(struct detail_tree *tree, struct place target)
{
	struct place rest = target, path, query, parameter;

	path = take_part(&rest, '?');
	query = rest;
	if (!query.bytes.at) {
		add_part(tree, target, "Request URI");
		return;
	}
	detail_tree_open(tree, target.at, target.bytes.length, "Request URI: %.*s",
		(int)target.bytes.length, target.bytes.at);
	add_part(tree, path, "Request URI Path");
	detail_tree_open(tree, query.at, query.bytes.length, "Request URI Query: %.*s",
		(int)query.bytes.length, query.bytes.at);
	while (rest.bytes.at) {
		parameter = take_part(&rest, '&');
		add_part(tree, parameter, "Request URI Query Parameter");
	}
	detail_tree_close(tree);
	detail_tree_close(tree);
}

static void
add_first_line(struct detail_tree *tree, struct place line)
{
	struct place rest = {without_break(line.bytes), line.at};
	struct place first = take_part(&rest, ' '), second = take_part(&rest, ' ');

	open_line(tree, line);
	if (slice_starts(first.bytes, "HTTP/")) {
		add_part(tree, first, "Response Version");
		add_part(tree, second, "Status Code");
		add_part(tree, rest, "Response Phrase");
	} else {
		add_part(tree, first, "Request Method");
		add_target(tree, second);
		add_part(tree, rest, "Request Version");
	}
	detail_tree_close(tree);
}

/* ---- fields ---- */

static void
add_field(struct detail_tree *tree, struct place line)
{
	struct place rest = {without_break(line.bytes), line.at};
	struct place name = take_part(&rest, ':');
	struct slice value = slice_trim(rest.bytes);
	uint64_t length;

	open_line(tree, line);
	if (slice_is_nocase(name.bytes, "Content-Length") && slice_number(value, &length))
		detail_tree_add(tree, line.at, line.bytes.length, "[Content length: %.*s]",
			(int)value.length, value.at);
	while (slice_is_nocase(name.bytes, "Cookie") && rest.bytes.at) {
		struct place pair = take_part(&rest, ';');

		while (pair.bytes.length && pair.bytes.at[0] == ' ') {
			slice_drop(&pair.bytes, 1);
			pair.at++;
		}
		add_part(tree, pair, "Cookie pair");
	}
	detail_tree_close(tree);
}

void
http_details_add(struct detail_tree *tree, size_t at, struct slice head)
{
	struct place rest = {head, at};

	if (head.length == 0)
		return;
	detail_tree_open(tree, at, head.length, "Hypertext Transfer Protocol");
	add_first_line(tree, take_line(&rest));
	while (rest.bytes.length > 0)
		add_field(tree, take_line(&rest));
	detail_tree_close(tree);
}
