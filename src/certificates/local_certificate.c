/*
 * local_certificate: see local_certificate.h. Owns the signer, the leaf, and the names for which clients of this
 * machine have asked.
 */
#define _GNU_SOURCE
#include "certificates/local_certificate.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/rate_limit.h"
#include "certificates/leaf.h"
#include "certificates/own_names.h"
#include "certificates/signer.h"

enum {
	PAUSE_S = 600, /* after a failure, which the user was told of */
	/* After a client has come to an address that no certificate is for, such as one of the internet. */
	ADDRESS_PAUSE_S = 10,
};

/* Clients decide how often the signer is asked, so only so often. */
static const struct rate_limit requests = {.burst = 8, .a_second = 1};

struct local_certificate {
	struct signer *signer;
	struct leaf *leaf;
	char *more[SIGNER_MORE_MAX]; /* names below localhost, loopback addresses */
	size_t more_count;
	struct rate_state rate;
	/* Of loop_now(): */
	uint64_t paused_until_us;
	uint64_t addresses_paused_until_us;
};

/* Makes a new leaf and has it signed. Returns NULL on failure. */
static struct leaf *
request_leaf(struct local_certificate *local)
{
	struct leaf *leaf = leaf_create();
	struct buf key = {0}, certificate = {0};
	bool is_signed = leaf && leaf_add_public_key(leaf, &key) &&
			 signer_sign(local->signer, buf_slice(&key),
				 (const char *const *)(void *)local->more, local->more_count,
				 &certificate) &&
			 leaf_set_certificate(leaf, buf_slice(&certificate));

	buf_finish(&key);
	buf_finish(&certificate);
	if (is_signed)
		return leaf;
	leaf_destroy(leaf);
	return NULL;
}

struct local_certificate *
local_certificate_create(const char *const *hosts, size_t count)
{
	struct local_certificate *local = mem_zero(sizeof(*local));

	local->signer = signer_create(hosts, count);
	if (local->signer)
		local->leaf = request_leaf(local);
	if (local->leaf)
		return local;
	local_certificate_destroy(local);
	return NULL;
}

void
local_certificate_destroy(struct local_certificate *local)
{
	if (!local)
		return;
	signer_destroy(local->signer);
	leaf_destroy(local->leaf);
	while (local->more_count > 0)
		free(local->more[--local->more_count]);
	free(local);
}

void
local_certificate_put(const struct local_certificate *local, struct tls_options *options)
{
	options->cert_text = leaf_certificate_text(local->leaf);
	options->key_text = leaf_key_text(local->leaf);
}

bool
local_certificate_is_for(const struct local_certificate *local, const char *host)
{
	return leaf_is_for(local->leaf, host);
}

struct slice
local_certificate_authority(const struct local_certificate *local)
{
	return signer_authority(local->signer);
}

/* ---- what a client asks for ---- */

/* The address that the client has connected to, as text. Returns false for a socket without one. */
static bool
find_address(int socket, char text[INET6_ADDRSTRLEN], bool *is_loopback)
{
	struct sockaddr_storage name = {0};
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&name;
	struct sockaddr_in *four = (struct sockaddr_in *)&name;
	socklen_t length = sizeof(name);
	struct in_addr mapped;

	if (getsockname(socket, (struct sockaddr *)&name, &length) < 0)
		return false;
	if (name.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
		memcpy(&mapped, six->sin6_addr.s6_addr + 12, sizeof(mapped));
		*is_loopback = ntohl(mapped.s_addr) >> 24 == 127;
		return inet_ntop(AF_INET, &mapped, text, INET6_ADDRSTRLEN);
	}
	if (name.ss_family == AF_INET6) {
		*is_loopback = IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
		return inet_ntop(AF_INET6, &six->sin6_addr, text, INET6_ADDRSTRLEN);
	}
	if (name.ss_family != AF_INET)
		return false;
	*is_loopback = ntohl(four->sin_addr.s_addr) >> 24 == 127;
	return inet_ntop(AF_INET, &four->sin_addr, text, INET6_ADDRSTRLEN);
}

/* Whether the leaf is not for this host, which means this machine. Then it is remembered for the next leaf. */
static bool
is_missing(struct local_certificate *local, const char *host)
{
	if (!own_names_is_loopback(host) || leaf_is_for(local->leaf, host))
		return false;
	for (size_t i = 0; i < local->more_count; i++)
		if (strcasecmp(local->more[i], host) == 0)
			return true;
	if (local->more_count == SIGNER_MORE_MAX)
		return false;
	local->more[local->more_count++] = mem_text(host);
	return true;
}

/*
 * What speaks for a new leaf, beside its age. Sets address to one that it is not for and that is not loopback: only the
 * signer knows whether the machine has it, and whether a certificate may be for it. Else to "".
 */
static bool
is_leaf_too_small(struct local_certificate *local, const struct tls_client *client,
	char address[INET6_ADDRSTRLEN])
{
	bool is_loopback = false, is_too_small = false;

	if (!find_address(client->socket, address, &is_loopback)) {
		*address = '\0';
		return false;
	}
	if (!is_loopback && !leaf_is_for(local->leaf, address))
		return loop_now() >= local->addresses_paused_until_us;
	if (is_loopback) {
		is_too_small = is_missing(local, address);
		is_too_small |= client->server_name && is_missing(local, client->server_name);
	}
	*address = '\0';
	return is_too_small;
}

bool
local_certificate_refresh(struct local_certificate *local, const struct tls_client *client)
{
	bool is_old = leaf_is_old(local->leaf, time(NULL));
	char address[INET6_ADDRSTRLEN];
	bool is_due = is_leaf_too_small(local, client, address) || is_old;
	uint64_t now_us = loop_now();
	struct leaf *leaf;

	if (!is_due || now_us < local->paused_until_us ||
		!rate_limit_take(&local->rate, &requests, now_us))
		return false;
	leaf = request_leaf(local);
	if (!leaf) {
		local->paused_until_us = now_us + (uint64_t)PAUSE_S * 1000000;
		return false;
	}
	if (*address && !leaf_is_for(leaf, address)) {
		local->addresses_paused_until_us = now_us + (uint64_t)ADDRESS_PAUSE_S * 1000000;
		if (!is_old) {
			leaf_destroy(leaf); /* it would do no better */
			return false;
		}
	}
	leaf_destroy(local->leaf);
	local->leaf = leaf;
	log_verbose("--https uses a new certificate");
	return true;
}
