/*
 * ports: see ports.h.
 */
#include "settings/ports.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "control/running.h"
#include "fs/path.h"
#include "net/forwarded_address.h"
#include "net/port_owner.h"

static bool
uses_default(struct config *config, enum listener_verdict verdict)
{
	if (verdict == LISTENER_BAD_HOST)
		return config_give_up(config, "host", "is no address of this machine");
	return verdict == LISTENER_PORT_REFUSED &&
	       config_give_up(config, "port", "is only for root");
}

static void
log_failure(enum listener_verdict verdict, const struct listener_options *options)
{
	bool is_taken = verdict == LISTENER_PORT_TAKEN;
	char *folder = NULL, *word = NULL;
	char *who = is_taken ? running_on_port(options->port, &folder) : NULL;

	if (is_taken && !who)
		who = port_owner(options->port);
	if (folder)
		word = path_quote(folder);
	if (word)
		log_error("port %u is taken by %s; stop it with: liveserve stop %s, or choose "
			  "another --port",
			options->port, who, word);
	else if (who)
		log_error("port %u is taken by %s; stop it or choose another --port", options->port,
			who);
	else
		listener_log_failure(verdict, options);
	free(who);
	free(word);
	free(folder);
}

static void
find_forwarded(struct config *config, uint16_t port)
{
	const struct forwarded_environment environment = forwarded_environment();
	struct access_options *access = &config->access;
	char *urls[FORWARDED_ADDRESSES_MAX];
	size_t count = forwarded_addresses(&environment, port, urls);

	if (count)
		config->forwarded = mem_resize(config->forwarded,
			(access->forwarded_count + count) * sizeof(*config->forwarded));
	for (size_t i = 0; i < count; i++)
		config->forwarded[access->forwarded_count++] = (struct access_forwarded){
			.url = urls[i], .port = port};
	access->forwarded = config->forwarded;
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
		log_failure(verdict, options);
		return verdict == LISTENER_BAD_HOST || verdict == LISTENER_PORT_REFUSED ? 2 : 1;
	}
	config->access.ports[1] = listener_open_livereload(listener, options, livereload);
	if (config->access.ports[1])
		config->access.ports[0] = listener_port(listener);
	find_forwarded(config, listener_port(listener));
	if (config->access.ports[1])
		find_forwarded(config, config->access.ports[1]);
	return 0;
}
