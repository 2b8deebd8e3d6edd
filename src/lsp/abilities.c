/*
 * abilities: see abilities.h.
 */
#include "lsp/abilities.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_writer.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"
#include "lsp/file_uri.h"

enum { EDITOR_MAX = 80 }; /* bytes of the name of an editor */

/* ---- folders ---- */

/* The absolute path without links of an existing file or folder. NULL when it is none. The caller frees. */
static char *
real_path(const char *uri)
{
	char *path = uri ? file_uri_to_path(slice_of(uri)) : NULL;
	char *real = path ? realpath(path, NULL) : NULL;

	free(path);
	return real;
}

static size_t
find_folder(const struct abilities *abilities, const char *path)
{
	size_t i = 0;

	while (i < abilities->folder_count && strcmp(abilities->folders[i], path) != 0)
		i++;
	return i;
}

/* Takes path, which may be NULL. */
static void
add_folder(struct abilities *abilities, char *path)
{
	if (path && abilities->folder_count < ABILITIES_FOLDERS_MAX &&
		find_folder(abilities, path) == abilities->folder_count)
		abilities->folders[abilities->folder_count++] = path;
	else
		free(path);
}

static void
remove_folder(struct abilities *abilities, const char *path)
{
	size_t i = find_folder(abilities, path);

	if (i == abilities->folder_count)
		return;
	free(abilities->folders[i]);
	abilities->folders[i] = abilities->folders[--abilities->folder_count];
}

static void
add_folders(struct abilities *abilities, const struct json_value *folders)
{
	for (const struct json_value *folder = json_value_first(folders); folder;
		folder = json_value_next(folder))
		add_folder(abilities, real_path(json_value_text_member(folder, "uri")));
}

void
abilities_change_folders(struct abilities *abilities, const struct json_value *params)
{
	const struct json_value *event = json_value_member(params, "event");

	for (const struct json_value *folder =
			json_value_first(json_value_member(event, "removed"));
		folder; folder = json_value_next(folder)) {
		char *path = real_path(json_value_text_member(folder, "uri"));

		if (path)
			remove_folder(abilities, path);
		free(path);
	}
	add_folders(abilities, json_value_member(event, "added"));
}

bool
abilities_hold(const struct abilities *abilities, const char *path)
{
	for (size_t i = 0; i < abilities->folder_count; i++)
		if (path_below(path, abilities->folders[i]))
			return true;
	return false;
}

/* ---- initialize ---- */

/* UTF-8 is what our texts are in, so it is taken if the editor offers it at all. */
static enum position_encoding
choose_encoding(const struct json_value *offered)
{
	bool has_utf16 = !json_value_first(offered), has_utf32 = false;

	for (const struct json_value *name = json_value_first(offered); name;
		name = json_value_next(name)) {
		const char *text = json_value_text(name);

		if (text && strcmp(text, "utf-8") == 0)
			return POSITION_UTF8;
		has_utf16 = has_utf16 || (text && strcmp(text, "utf-16") == 0);
		has_utf32 = has_utf32 || (text && strcmp(text, "utf-32") == 0);
	}
	return has_utf32 && !has_utf16 ? POSITION_UTF32 : POSITION_UTF16;
}

/* "Neovim 0.11.2". The caller frees. */
static char *
editor_name(const struct json_value *info)
{
	const char *name = json_value_text_member(info, "name");
	const char *version = json_value_text_member(info, "version");
	struct buf text = {0};

	if (!name || !*name)
		return mem_text("an editor");
	log_add_short(&text, slice_of(name), EDITOR_MAX);
	if (version && *version) {
		buf_add_char(&text, ' ');
		log_add_short(&text, slice_of(version), EDITOR_MAX);
	}
	return buf_take(&text);
}

void
abilities_read(struct abilities *abilities, const struct json_value *params)
{
	const struct json_value *offers = json_value_member(params, "capabilities");
	const struct json_value *general = json_value_member(offers, "general");
	const struct json_value *window = json_value_member(offers, "window");
	const struct json_value *texts = json_value_member(offers, "textDocument");
	const struct json_value *options = json_value_member(params, "initializationOptions");
	const char *path = json_value_text_member(params, "rootPath");

	*abilities = (struct abilities){
		.editor = editor_name(json_value_member(params, "clientInfo")),
		.encoding = choose_encoding(json_value_member(general, "positionEncodings")),
		.shows_documents = json_value_bool(
			json_value_member(json_value_member(window, "showDocument"), "support"),
			false),
		.takes_versions = json_value_bool(
			json_value_member(
				json_value_member(texts, "publishDiagnostics"), "versionSupport"),
			false),
		.unsaved = json_value_bool(json_value_member(options, "unsaved"), true),
		.start = json_value_bool(json_value_member(options, "start"), false),
	};
	json_value_number(json_value_member(params, "processId"), &abilities->process);
	/* workspaceFolders replaces rootUri, and that replaces rootPath. */
	add_folders(abilities, json_value_member(params, "workspaceFolders"));
	if (abilities->folder_count == 0)
		add_folder(abilities, real_path(json_value_text_member(params, "rootUri")));
	if (abilities->folder_count == 0 && path && *path == '/')
		add_folder(abilities, realpath(path, NULL));
}

void
abilities_finish(struct abilities *abilities)
{
	for (size_t i = 0; i < abilities->folder_count; i++)
		free(abilities->folders[i]);
	free(abilities->editor);
	*abilities = (struct abilities){0};
}

void
abilities_add_answer(const struct abilities *abilities, const char *version, struct slice commands,
	struct buf *json)
{
	buf_addf(json,
		"{\"capabilities\":{\"positionEncoding\":\"%s\","
		"\"textDocumentSync\":{\"openClose\":true,\"change\":2,"
		"\"save\":{\"includeText\":true}},"
		"\"workspace\":{\"workspaceFolders\":{\"supported\":true,"
		"\"changeNotifications\":true}},"
		"\"executeCommandProvider\":{\"commands\":%.*s}},"
		"\"serverInfo\":{\"name\":\"liveserve\",\"version\":",
		position_encoding_name(abilities->encoding), (int)commands.length, commands.at);
	json_add_text(json, slice_of(version));
	buf_add_text(json, "}}");
}
