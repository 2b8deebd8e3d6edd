/*
 * proxy_setup: builds the proxy from the settings.
 */
#ifndef PROXY_SETUP_H
#define PROXY_SETUP_H

#include "base/loop.h"
#include "html/script_tag.h"
#include "net/tls.h"
#include "proxy/proxy.h"
#include "publisher.h"
#include "script_files.h"
#include "settings/config.h"

/* The parts that the proxy uses. */
struct proxy_setup {
	struct loop *loop;
	const struct script_tag *script_tag;
	struct tls *tls; /* or NULL */
	struct publisher *publisher;
	struct script_files *scripts; /* is filled in */
	struct mounts *mounts;
};

/*
 * Keeps all pointers of setup, and to the upstreams in config. Returns NULL when the settings name no
 * upstream.
 */
struct proxy *proxy_setup_create(const struct config *config, const struct proxy_setup *setup);

#endif
