/*
 * notifications: see notifications.h.
 */
#include "lsp/notifications.h"

/* Says why a notification about a document had no effect. */
static void
log_failure(struct workspace *workspace, const struct client_message *message, const char *error)
{
	const struct json_value *item = json_value_member(message->params, "textDocument");
	const char *uri = json_value_text_member(item, "uri");

	client_log(workspace->client, CLIENT_WARNING, "%s of %s: %s", message->method,
		uri ? uri : "a document", error);
}

void
notifications_open(struct workspace *workspace, const struct client_message *message)
{
	const char *error;
	struct document *document = documents_open(
		&workspace->documents, message->params, message->had_nul, &error);

	if (!document) {
		log_failure(workspace, message, error);
		return;
	}
	servers_attach(workspace->servers, document);
	if (document->real)
		findings_refresh(&workspace->findings, document->real);
	workspace_publish(workspace);
}

void
notifications_change(struct workspace *workspace, const struct client_message *message)
{
	const struct json_value *item = json_value_member(message->params, "textDocument");
	struct document *document;
	const char *error;

	/* What cannot be read has an effect, too: the text is not known any more. */
	if (!documents_change(&workspace->documents, message->params, message->had_nul, &error))
		log_failure(workspace, message, error);
	document = documents_find(&workspace->documents, json_value_text_member(item, "uri"));
	if (document)
		servers_update(workspace->servers, document);
}

void
notifications_save(struct workspace *workspace, const struct client_message *message)
{
	const char *error;
	struct document *document = documents_save(
		&workspace->documents, message->params, message->had_nul, &error);

	if (document)
		servers_attach(workspace->servers, document);
	else
		log_failure(workspace, message, error);
}

void
notifications_close(struct workspace *workspace, const struct client_message *message)
{
	const char *error;
	struct document *document = documents_close(&workspace->documents, message->params, &error);

	if (document)
		servers_detach(workspace->servers, document);
	else
		log_failure(workspace, message, error);
	documents_free(document);
}

void
notifications_cursor(struct workspace *workspace, const struct client_message *message)
{
	const struct json_value *item = json_value_member(message->params, "textDocument");
	const struct json_value *place = json_value_member(message->params, "position");
	struct document *document = documents_find(
		&workspace->documents, json_value_text_member(item, "uri"));
	struct position position = {0};
	bool is_known = document && !document->is_lost &&
			json_value_number(json_value_member(place, "line"), &position.line) &&
			json_value_number(
				json_value_member(place, "character"), &position.character);

	servers_set_cursor(workspace->servers, is_known ? document : NULL,
		is_known ? position_to_offset(buf_slice(&document->text),
				   workspace->abilities.encoding, position)
			 : 0);
}
