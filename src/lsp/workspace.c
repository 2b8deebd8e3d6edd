/*
 * workspace: see workspace.h. What the running servers say is passed on to the editor here.
 */
#define _GNU_SOURCE
#include "lsp/workspace.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"
#include "fs/bounds.h"
#include "lsp/diagnostics.h"
#include "lsp/shown.h"

enum {
	NAME_SHOWN = 200, /* bytes of a name in a sentence */
	SENTENCE_SHOWN = 500,
};

static void
log_sentence(void *context, const char *sentence)
{
	struct workspace *workspace = context;

	if (workspace->logged && strcmp(workspace->logged, sentence) == 0)
		return;
	free(workspace->logged);
	workspace->logged = mem_text(sentence);
	client_log(workspace->client, CLIENT_WARNING, "%s", sentence);
}

/* Another editor has the same file open, and a later text of it. */
static void
tell_of_taken(struct workspace *workspace, const struct json_value *message)
{
	const char *path = json_value_text_member(message, "path");
	const char *editor = json_value_text_member(message, "editor");
	struct buf text = {0};

	log_add_short(&text, slice_of(editor ? editor : "another editor"), NAME_SHOWN);
	buf_add_text(&text, " has a later unsaved text of ");
	log_add_short(&text, slice_of(path ? path : "a file"), NAME_SHOWN);
	buf_add_text(&text, "; the pages show that one");
	client_show(workspace->client, CLIENT_INFO, text.bytes);
	buf_finish(&text);
}

/* A sentence of the server for the person. */
static void
tell_of_failure(struct workspace *workspace, const struct json_value *message)
{
	const char *sentence = json_value_text_member(message, "text");
	struct buf text = {0};

	log_add_short(&text, slice_of(sentence ? sentence : "the server has refused something"),
		SENTENCE_SHOWN);
	client_show(workspace->client, CLIENT_WARNING, text.bytes);
	buf_finish(&text);
}

static bool
holds(const struct workspace *workspace, const char *root, const char *path)
{
	return bounds_hold_path(root, path) || abilities_hold(&workspace->abilities, path);
}

/* A member of findings: whether a page may say that there is an error in this file. The file may be a link itself. */
static bool
may_have_findings(void *context, const char *root, const char *path)
{
	const struct workspace *workspace = context;
	char *real = holds(workspace, root, path) ? realpath(path, NULL) : NULL;
	struct stat state;
	bool may = real && holds(workspace, root, real) && stat(real, &state) == 0 &&
		   S_ISREG(state.st_mode);

	free(real);
	return may;
}

void
workspace_publish(struct workspace *workspace)
{
	const struct diagnostics diagnostics = {&workspace->findings, workspace->client,
		&workspace->documents, &workspace->abilities};

	diagnostics_publish(&diagnostics);
}

static void
hear_show(const struct workspace *workspace, const struct server *from,
	const struct json_value *message)
{
	const char *path = json_value_text_member(message, "path");
	const char *folder = path && *path == '/' ? server_folder(from, path) : NULL;
	const char *root = folder ? folder : server_root(from);
	const struct shown shown = {
		workspace->client, &workspace->documents, &workspace->abilities};

	shown_hear(&shown, root, message);
}

static void
hear_hello(struct workspace *workspace, struct server *from)
{
	free(workspace->logged);
	workspace->logged = NULL;
	client_log(workspace->client, CLIENT_INFO, "connected with %s, which serves %s",
		server_url(from), server_root(from));
	if (workspace->ready)
		workspace->ready(workspace->context, from);
}

static void
hear_server(void *context, struct server *from, const struct json_value *message)
{
	struct workspace *workspace = context;
	const char *type = json_value_text_member(message, "type");

	if (!type) {
		findings_hear(&workspace->findings, from, server_root(from), message);
		workspace_publish(workspace);
		return;
	}
	if (strcmp(type, "hello") == 0)
		hear_hello(workspace, from);
	else if (strcmp(type, "show") == 0)
		hear_show(workspace, from, message);
	else if (strcmp(type, "taken") == 0)
		tell_of_taken(workspace, message);
	else if (strcmp(type, "failed") == 0)
		tell_of_failure(workspace, message);
}

/* A file that is open may be mounted in the site of the workspace. */
static void
ask_for_servers(void *context)
{
	const struct workspace *workspace = context;

	for (size_t i = 0; i < workspace->abilities.folder_count; i++)
		servers_find(workspace->servers, workspace->abilities.folders[i]);
}

static void
server_ended(void *context, struct server *from)
{
	struct workspace *workspace = context;

	if (workspace->ended)
		workspace->ended(workspace->context, from);
	findings_forget(&workspace->findings, from);
	workspace_publish(workspace);
	if (server_root(from))
		client_log(workspace->client, CLIENT_INFO, "the server of %s has ended",
			server_root(from));
}

void
workspace_begin(struct workspace *workspace)
{
	const struct servers_options options = {
		.loop = workspace->loop,
		.documents = &workspace->documents,
		.editor = workspace->abilities.editor,
		.unsaved = workspace->abilities.unsaved,
		.message = hear_server,
		.ended = server_ended,
		.ask = ask_for_servers,
		.log = log_sentence,
		.context = workspace,
	};

	workspace->findings = (struct findings){.allows = may_have_findings, .context = workspace};
	workspace->servers = servers_create(&options);
}

void
workspace_finish(struct workspace *workspace)
{
	servers_destroy(workspace->servers);
	documents_finish(&workspace->documents);
	findings_finish(&workspace->findings);
	free(workspace->logged);
	abilities_finish(&workspace->abilities);
}
