/*
 * editor_setup: builds what serves editors' programs: their connections, and what they have not saved, for all sites.
 */
#ifndef EDITOR_SETUP_H
#define EDITOR_SETUP_H

#include "control/control_api.h"
#include "http/request.h"
#include "http/response.h"
#include "sites.h"

struct editor_setup;

struct editor_setup_options {
	struct loop *loop;
	struct terminal *terminal;
	struct sites *sites;
	const char *url; /* of the first site */
	control_api_reload_fn *reload;
	void (*pause)(void *context, bool is_paused);
	void *context; /* of reload and pause */
};

/* Keeps all pointers of options. Never NULL. */
struct editor_setup *editor_setup_create(const struct editor_setup_options *options);
/* To be called before the sites are destroyed. NULL is fine. */
void editor_setup_destroy(struct editor_setup *setup);

/* editors_respond() */
void editor_setup_respond(
	struct editor_setup *setup, const struct request *request, struct response *response);

#endif
