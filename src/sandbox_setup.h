/*
 * sandbox_setup: enters the sandbox (security/privdrop.h) with what the parts need in it.
 */
#ifndef SANDBOX_SETUP_H
#define SANDBOX_SETUP_H

#include "accesslog/access_log.h"
#include "https_setup.h"
#include "security/privdrop.h"
#include "settings/config.h"
#include "sites.h"

/* The parts that open files, or let others do it. */
struct sandbox_setup {
	const struct config *config;
	struct sites *sites;
	struct https_setup *https;     /* or NULL */
	struct access_log *access_log; /* or NULL */
	const char *socket;            /* of the control socket, or NULL */
};

/*
 * Comes last: what was not opened before cannot be opened any more, but for what the parts were told to open by the
 * broker. Returns NULL when the system has no sandbox (privdrop_create). What it returns uses the parts, but not
 * setup itself, so the caller destroys it first.
 */
struct privdrop *sandbox_setup_enter(const struct sandbox_setup *setup);

#endif
