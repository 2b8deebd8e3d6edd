/*
 * shown: see shown.h. The kernel says where the file lies (fs/root), not its name.
 */
#include "lsp/shown.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json_writer.h"
#include "base/log.h"
#include "fs/bounds.h"
#include "fs/path.h"
#include "fs/root.h"
#include "lsp/file_uri.h"

enum {
	TEXT_MAX = 4 * 1024 * 1024, /* bytes of a file that is read for a position */
	NAME_SHOWN = 200,
};

/* The absolute path of a file in root, and its text. Returns NULL when it must not be opened. The caller frees. */
static char *
find_file(const char *root_path, const char *name, struct buf *text)
{
	struct root *root = *name && *name != '/' ? root_create(root_path) : NULL;
	int fd = root ? root_open(root, name) : -1;
	char *path = fd >= 0 ? bounds_path(fd) : NULL;
	struct stat state;

	if (path && (fstat(fd, &state) < 0 || !S_ISREG(state.st_mode) ||
			    !bounds_hold_path(root_path, path))) {
		free(path);
		path = NULL;
	}
	if (path && !file_read(fd, TEXT_MAX, text))
		buf_clear(text);
	if (fd >= 0)
		close(fd);
	root_destroy(root);
	return path;
}

static void
ask(const struct shown *shown, const char *uri, struct position position)
{
	struct buf json = {0}, place = {0};

	buf_addf(&place, "{\"line\":%" PRIu64 ",\"character\":%" PRIu64 "}", position.line,
		position.character);
	buf_add_char(&json, '{');
	json_add_text_member(&json, "uri", uri);
	buf_addf(&json,
		",\"external\":false,\"takeFocus\":true,\"selection\":{\"start\":%s,\"end\":%s}}",
		place.bytes, place.bytes);
	client_request(shown->client, "window/showDocument", buf_slice(&json));
	buf_finish(&json);
	buf_finish(&place);
}

void
shown_hear(const struct shown *shown, const char *root, const struct json_value *message)
{
	const char *name = json_value_text_member(message, "path");
	struct buf text = {0}, uri = {0}, shown_name = {0};
	const char *below = name && *name == '/' ? path_below(name, root) : name;
	char *path = below ? find_file(root, below, &text) : NULL;
	const struct document *document = path ? documents_of_file(shown->documents, path) : NULL;
	uint64_t line = 1, column = 1;
	struct position position;
	struct slice line_text;

	json_value_number(json_value_member(message, "line"), &line);
	json_value_number(json_value_member(message, "column"), &column);
	log_add_short(&shown_name, slice_of(name ? name : ""), NAME_SHOWN);
	position.line = line ? line - 1 : 0;
	line_text = position_line(
		document && !document->is_lost ? buf_slice(&document->text) : buf_slice(&text),
		position.line);
	line_text.length = position_cut(line_text, POSITION_UTF16, column ? column - 1 : 0);
	position.character = position_count(line_text, shown->abilities->encoding);
	if (!path)
		client_log(shown->client, CLIENT_WARNING,
			"a page has named %s, which is no file of the site; it is not opened",
			shown_name.bytes);
	else if (!shown->abilities->shows_documents)
		client_log(shown->client, CLIENT_INFO,
			"%s:%" PRIu64 ": your editor does not open files at a server's request",
			shown_name.bytes, line);
	else {
		if (document)
			buf_add_text(&uri, document->uri);
		else
			file_uri_from_path(slice_of(path), &uri);
		ask(shown, uri.bytes, position);
	}
	buf_finish(&text);
	buf_finish(&uri);
	buf_finish(&shown_name);
	free(path);
}
