/*
 * tls_client: see tls_client.h. Owns the trusted certificates and the tunnels. The connection is one port
 * of a tunnel when its handshake is over; until then it is in the loop.
 */
#define _GNU_SOURCE
#include "net/tls_client.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "net/tls_port.h"
#include "net/tunnel.h"

struct tls_client {
	SSL_CTX *context;
	struct loop *loop;
	struct tunnels *tunnels;
};

/* ---- life ---- */

/* Where systems keep the certificates that they trust, all in one file. */
static void
load_authorities(SSL_CTX *context)
{
	static const char *const files[] = {"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};
	const char *named = getenv("SSL_CERT_FILE");
	bool is_loaded = false;

	if (named && *named)
		is_loaded = SSL_CTX_load_verify_file(context, named) == 1;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !is_loaded; i++)
		is_loaded = SSL_CTX_load_verify_file(context, files[i]) == 1;
	if (!is_loaded)
		log_notice("found no certificates of authorities, so no https:// server of --proxy "
			   "is trusted that is not on this machine: install the package "
			   "ca-certificates, or name a file of them in SSL_CERT_FILE");
	ERR_clear_error();
}

struct tls_client *
tls_client_create(struct loop *loop)
{
	static const unsigned char protocol[] = "\x08http/1.1";
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	struct tls_client *client;

	if (!context) {
		log_error("OpenSSL does not start: %s; see if its settings in /etc/ssl/openssl.cnf "
			  "are right",
			ERR_reason_error_string(ERR_peek_error()));
		ERR_clear_error();
		return NULL;
	}
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
					  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					  SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_alpn_protos(context, protocol, sizeof(protocol) - 1);
	load_authorities(context);
	client = mem_zero(sizeof(*client));
	*client = (struct tls_client){context, loop, tunnels_create(loop)};
	return client;
}

void
tls_client_destroy(struct tls_client *client)
{
	if (!client)
		return;
	tunnels_destroy(client->tunnels);
	SSL_CTX_free(client->context);
	free(client);
}

/* ---- the port of a connection ---- */

static void
port_close(void *context)
{
	struct tls_port *port = context;

	SSL_free(port->ssl);
	free(port);
}

/* Takes ssl and its socket. Returns the socket with the plaintext, or -1. */
static int
begin_tunnel(struct tls_client *client, SSL *ssl, int socket)
{
	struct tls_port *port;
	struct tunnel_port ciphertext, plaintext;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0) {
		SSL_free(ssl);
		close(socket);
		return -1;
	}
	port = mem_zero(sizeof(*port));
	port->ssl = ssl;
	ciphertext = (struct tunnel_port){
		.fd = socket,
		.read = tls_port_read,
		.write = tls_port_write,
		.finish = tls_port_finish,
		.close = port_close,
		.is_blocked = tls_port_is_blocked,
		.tells_cut_off = true,
		.context = port,
	};
	plaintext = tunnel_socket(pair[0]);
	if (tunnels_add(client->tunnels, &ciphertext, &plaintext, (struct slice){0}))
		return pair[1];
	close(pair[1]);
	return -1;
}

/* ---- the handshake ---- */

static void
fail(struct tls_handshake *handshake)
{
	tls_handshake_stop(handshake);
	handshake->fn(handshake->context, -1, handshake->fault);
}

static void
set_fault(struct tls_handshake *handshake)
{
	long verdict = SSL_get_verify_result(handshake->ssl);
	const char *reason = ERR_reason_error_string(ERR_peek_error());

	if (verdict != X509_V_OK && SSL_get_verify_mode(handshake->ssl) != SSL_VERIFY_NONE)
		snprintf(handshake->fault, sizeof(handshake->fault),
			"has a certificate that cannot be trusted (%s); --proxy-insecure uses it "
			"all the same",
			X509_verify_cert_error_string(verdict));
	else
		snprintf(handshake->fault, sizeof(handshake->fault), "does not speak TLS (%s)",
			reason ? reason : "the connection was closed");
	ERR_clear_error();
}

/* The handshake is over: the connection leaves the loop and enters a tunnel. */
static void
complete(struct tls_handshake *handshake)
{
	int plaintext;

	loop_remove(handshake->client->loop, &handshake->source);
	handshake->is_running = false;
	/* From now on only close_notify is an end (RFC 8446 6.1, RFC 9112 9.8). */
	SSL_clear_options(handshake->ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
	plaintext = begin_tunnel(handshake->client, handshake->ssl, handshake->source.fd);
	handshake->fn(handshake->context, plaintext,
		"cannot be asked, because too many connections are open here");
}

static void
shake_hands(struct tls_handshake *handshake)
{
	int result, error;

	ERR_clear_error();
	result = SSL_connect(handshake->ssl);
	error = SSL_get_error(handshake->ssl, result);
	if (result == 1) {
		complete(handshake);
	} else if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
		loop_change(handshake->client->loop, &handshake->source,
			error == SSL_ERROR_WANT_READ ? LOOP_READ : LOOP_WRITE);
	} else {
		set_fault(handshake);
		fail(handshake);
	}
}

static void
socket_ready(void *context, unsigned events)
{
	(void)events;
	shake_hands(context);
}

static bool
is_address(const char *host)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

/* Says whom to expect. Returns NULL when OpenSSL cannot be told. */
static SSL *
create_ssl(const struct tls_client *client, int socket, const struct tls_client_peer *peer)
{
	SSL *ssl = SSL_new(client->context);
	bool is_set = ssl && SSL_set_fd(ssl, socket) == 1;

	if (is_set && is_address(peer->host))
		is_set = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), peer->host) == 1;
	else if (is_set)
		is_set = SSL_set_tlsext_host_name(ssl, peer->host) == 1 &&
			 SSL_set1_host(ssl, peer->host) == 1;
	if (is_set) {
		SSL_set_verify(ssl, peer->is_checked ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
		return ssl;
	}
	SSL_free(ssl);
	ERR_clear_error();
	return NULL;
}

void
tls_handshake_start(struct tls_handshake *handshake, struct tls_client *client, int socket,
	const struct tls_client_peer *peer, tls_handshake_fn *fn, void *context)
{
	SSL *ssl = create_ssl(client, socket, peer);

	*handshake = (struct tls_handshake){
		.client = client, .ssl = ssl, .fn = fn, .context = context};
	if (!ssl || !loop_add(client->loop, &handshake->source, socket, LOOP_WRITE, socket_ready,
			    handshake)) {
		SSL_free(ssl);
		close(socket);
		fn(context, -1, "cannot be asked by TLS");
		return;
	}
	handshake->is_running = true;
	shake_hands(handshake);
}

void
tls_handshake_stop(struct tls_handshake *handshake)
{
	if (!handshake->is_running)
		return;
	handshake->is_running = false;
	loop_remove(handshake->client->loop, &handshake->source);
	SSL_free(handshake->ssl);
	close(handshake->source.fd);
}
