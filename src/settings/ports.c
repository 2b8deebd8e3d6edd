/*
 * ports: see ports.h.
 */
#include "settings/ports.h"

static bool
uses_default(struct config *config, enum listener_verdict verdict)
{
	if (verdict == LISTENER_BAD_HOST)
		return config_give_up(config, "host", "is no address of this machine");
	return verdict == LISTENER_PORT_REFUSED &&
	       config_give_up(config, "port", "is only for root");
}

int
ports_open(struct config *config, struct listener *listener, unsigned pages, unsigned livereload)
{
	const struct listener_options *options = &config->listener;
	enum listener_verdict verdict;

	do
		verdict = listener_open(listener, options, pages);
	while (verdict != LISTENER_OPEN && uses_default(config, verdict));
	if (verdict != LISTENER_OPEN) {
		listener_log_failure(verdict, options);
		return verdict == LISTENER_BAD_HOST || verdict == LISTENER_PORT_REFUSED ? 2 : 1;
	}
	config->access.ports[1] = listener_open_livereload(listener, options, livereload);
	if (config->access.ports[1])
		config->access.ports[0] = listener_port(listener);
	return 0;
}
