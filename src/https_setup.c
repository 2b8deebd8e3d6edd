/*
 * https_setup: see https_setup.h. Owns the TLS and, without files, the local certificate.
 */
#include "https_setup.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "certificates/local_certificate.h"
#include "certificates/named_certificate.h"
#include "net/lan_address.h"
#include "security/allowed_files.h"

struct https_setup {
	struct tls *tls;
	struct tls_options options;
	struct local_certificate *local; /* NULL: the user has named files */
	struct named_certificate named;
	bool is_for_phones;
	char fingerprint[ALLOWED_FILES_DIGEST_SIZE];
};

/* Logs whether the certificate of options is used from now on; what is a whole sentence, or NULL. */
static void
renew(struct https_setup *setup, const char *what)
{
	struct buf why = {0};

	if (!tls_renew(setup->tls, &setup->options, &why))
		log_error("--https goes on with the former certificate: %s", why.bytes);
	else if (what)
		log_notice("%s", what);
	buf_finish(&why);
}

/* A tls_greeted_fn. */
static void
renew_local(void *context, const struct tls_client *client)
{
	struct https_setup *setup = context;

	if (!local_certificate_refresh(setup->local, client))
		return;
	local_certificate_put(setup->local, &setup->options);
	renew(setup, NULL);
}

/* The same for files. */
static void
renew_named(void *context, const struct tls_client *client)
{
	struct https_setup *setup = context;

	(void)client;
	if (named_certificate_has_changed(&setup->named))
		renew(setup,
			"--https uses --cert and --key as they are now, for they have changed");
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
	const char **hosts = mem_array(
		2 * allowed->count + config->vhost_count + 1, sizeof(*hosts));
	char **below = mem_array(allowed->count + 1, sizeof(*below));
	struct local_certificate *local;
	size_t count = 0;

	hosts[count++] = config->listener.host;
	for (size_t i = 0; i < allowed->count; i++) {
		const char *host = allowed->items[i];
		bool is_pattern = *host == '.';

		hosts[count++] = host + is_pattern;
		if (is_pattern)
			hosts[count++] = below[i] = mem_format("*%s", host);
	}
	for (size_t i = 0; i < config->vhost_count; i++)
		hosts[count++] = config->vhosts[i].name;
	local = local_certificate_create(hosts, count);
	for (size_t i = 0; i < allowed->count; i++)
		free(below[i]);
	free(below);
	free(hosts);
	if (local && config->is_lan)
		check_lan(local);
	return local;
}

/* Returns NULL after a log line. */
static struct https_setup *
create(struct loop *loop, const struct config *config)
{
	struct https_setup *setup = mem_zero(sizeof(*setup));
	struct tls_options *options = &setup->options;

	*options = config->tls;
	options->greeted_context = setup;
	if (options->cert && options->key) {
		named_certificate_init(&setup->named, options->cert, options->key);
		options->greeted = renew_named;
	} else if (!options->cert && !options->key) {
		setup->local = create_local(config);
		if (!setup->local)
			goto fail;
		local_certificate_put(setup->local, options);
		options->greeted = renew_local;
		setup->is_for_phones = config->is_lan;
		allowed_files_digest(local_certificate_authority(setup->local), setup->fingerprint);
	}
	setup->tls = tls_create(loop, options);
	if (setup->tls)
		return setup;

fail:
	https_setup_destroy(setup);
	return NULL;
}

bool
https_setup_create(struct https_setup **setup, struct loop *loop, struct config *config)
{
	*setup = config->tls.is_on ? create(loop, config) : NULL;
	return *setup || !config->tls.is_on ||
	       config_give_up(config, "https", "cannot be used with this certificate and key");
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

/* ---- in the sandbox ---- */

const char **
https_setup_files(const struct config *config)
{
	const char **files = config_files_paths(&config->sources);
	size_t count = config->sources.file_count;

	if (!config->tls.is_on || !config->tls.cert || !config->tls.key)
		return files;
	files = mem_resize(files, (count + 3) * sizeof(*files));
	files[count] = config->tls.cert;
	files[count + 1] = config->tls.key;
	files[count + 2] = NULL;
	return files;
}

int
https_setup_open_file(const void *context, size_t index)
{
	const struct config *config = context;
	size_t count = config->sources.file_count;

	if (index < count)
		return config_files_open(&config->sources, index);
	return file_open(index == count ? config->tls.cert : config->tls.key);
}

void
https_setup_set_opener(
	struct https_setup *setup, int (*open)(void *context, const char *path), void *context)
{
	if (!setup)
		return;
	setup->options.open = open;
	setup->options.open_context = context;
}

struct slice
https_setup_phone_certificate(const struct https_setup *setup)
{
	return setup && setup->is_for_phones ? local_certificate_authority(setup->local)
					     : (struct slice){0};
}

const char *
https_setup_fingerprint(const struct https_setup *setup)
{
	return setup && setup->is_for_phones ? setup->fingerprint : NULL;
}

struct tls *
https_setup_tls(const struct https_setup *setup)
{
	return setup ? setup->tls : NULL;
}
