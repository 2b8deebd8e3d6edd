/*
 * forwarded_address: where an editor in the cloud, or its tunnel, shows a port of this machine to the browser.
 *
 * Only the environment says so, which the editor sets for its terminals: GitHub Codespaces (CODESPACES,
 * CODESPACE_NAME, GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN), VS Code with a tunnel and code-server
 * (VSCODE_PROXY_URI), and Gitpod (GITPOD_WORKSPACE_URL).
 */
#ifndef FORWARDED_ADDRESS_H
#define FORWARDED_ADDRESS_H

#include <stddef.h>
#include <stdint.h>

/* The variables; NULL for one that is not set. */
struct forwarded_environment {
	const char *codespaces; /* "true" in a codespace */
	const char *codespace;  /* its name */
	const char *domain;     /* "app.github.dev" */
	const char *
		proxy; /* "https://name-{{port}}.example/" or "https://code.example/proxy/{{port}}/" */
	const char *gitpod; /* "https://name.ws-eu.gitpod.io" */
};

/* The environment of this process. Its texts are valid until the environment changes. */
struct forwarded_environment forwarded_environment(void);

enum { FORWARDED_ADDRESSES_MAX = 3 };

/*
 * Sets urls to those of the port, without a slash at their end: "https://me-9000.app.github.dev",
 * "https://code.example/proxy/9000". A variable that does not say host and port, or that is malformed, is left
 * out; --verbose says so. Returns how many there are. The caller frees each.
 */
size_t forwarded_addresses(const struct forwarded_environment *environment, uint16_t port,
	char *urls[FORWARDED_ADDRESSES_MAX]);

#endif
