/*
 * https_setup: see https_setup.h. Owns the TLS and, without files, the local certificate.
 */
#include "https_setup.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "certificates/local_certificate.h"
#include "net/lan_address.h"

struct https_setup {
	struct tls *tls;
	struct tls_options options;
	struct local_certificate *local; /* NULL: the user has named files */
};

/* A tls_greeted_fn. */
static void
renew(void *context, const struct tls_client *client)
{
	struct https_setup *setup = context;

	if (!local_certificate_refresh(setup->local, client))
		return;
	local_certificate_put(setup->local, &setup->options);
	tls_renew(setup->tls, &setup->options);
}

/* The addresses that are printed at the start. */
static void
check_lan(const struct local_certificate *local)
{
	struct lan_addresses addresses;

	lan_addresses_find(&addresses);
	for (size_t i = 0; i < addresses.count; i++)
		if (!local_certificate_is_for(local, addresses.items[i].text))
			log_notice(
				"the certificate of --https is not for %s, the address at %s: it "
				"is one of the internet, for which the authority on this machine "
				"does not count; give a certificate for it by --cert=FILE and "
				"--key=FILE",
				addresses.items[i].text, addresses.items[i].interface);
	lan_addresses_finish(&addresses);
}

static struct local_certificate *
create_local(const struct config *config)
{
	const struct config_list *allowed = &config->allowed_hosts;
	const char **hosts = mem_array(allowed->count + 1, sizeof(*hosts));
	struct local_certificate *local;

	hosts[0] = config->listener.host;
	for (size_t i = 0; i < allowed->count; i++)
		hosts[i + 1] = allowed->items[i];
	local = local_certificate_create(hosts, allowed->count + 1);
	free(hosts);
	if (local && config->is_lan)
		check_lan(local);
	return local;
}

struct https_setup *
https_setup_create(struct loop *loop, const struct config *config)
{
	struct https_setup *setup = mem_zero(sizeof(*setup));
	struct tls_options *options = &setup->options;

	*options = config->tls;
	if (!options->cert && !options->key) {
		setup->local = create_local(config);
		if (!setup->local)
			goto fail;
		local_certificate_put(setup->local, options);
		options->greeted = renew;
		options->greeted_context = setup;
	}
	setup->tls = tls_create(loop, options);
	if (setup->tls)
		return setup;

fail:
	https_setup_destroy(setup);
	return NULL;
}

void
https_setup_destroy(struct https_setup *setup)
{
	if (!setup)
		return;
	tls_destroy(setup->tls);
	local_certificate_destroy(setup->local);
	free(setup);
}

struct tls *
https_setup_tls(const struct https_setup *setup)
{
	return setup ? setup->tls : NULL;
}
