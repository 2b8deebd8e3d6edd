/*
 * tls: see tls.h. Owns the certificate, the key and the tunnels. Its one idea: TLS is one port of a
 * tunnel, whose functions are SSL_read and SSL_write; the other port is a plain socket.
 */
#define _GNU_SOURCE
#include "net/tls.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/tls_port.h"
#include "net/tunnel.h"

/* If the client acknowledges nothing for so long, the kernel closes the connection (tcp(7)). */
enum { STALL_MS = 30000 };
enum { FILE_MAX = 1024 * 1024 }; /* of a certificate or key */

/* Those with forward secrecy and authenticated encryption (RFC 9325 4.2). */
#define CIPHERS_OF_TLS_1_2 "ECDHE+AESGCM:ECDHE+CHACHA20"

struct tls {
	SSL_CTX *context; /* of the next handshakes; connections keep theirs */
	struct tunnels *tunnels;
	struct session *sessions; /* newest first: for tls_has_http2 and tls_cut_off */
	bool has_http2;
	tls_key_line_fn *hear_key_line;
	void *key_line_context;
	tls_greeted_fn *greeted;
	void *greeted_context;
};

/* ---- certificate and key ---- */

struct key_source {
	const char *passphrase; /* or NULL */
	bool is_encrypted;
};

static int
give_passphrase(char *text, int size, int writes, void *context)
{
	struct key_source *source = context;
	size_t length = source->passphrase ? strlen(source->passphrase) : 0;

	(void)writes;
	source->is_encrypted = true;
	if (length == 0 || length > (size_t)size)
		return -1;
	memcpy(text, source->passphrase, length);
	return (int)length;
}

/* Opens the file and adds its bytes to text. Returns false with errno, as file_read_path() does. */
static bool
read_file(const struct tls_options *options, const char *path, struct buf *text)
{
	int fd, error;
	bool is_read;

	if (!options->open)
		return file_read_path(path, FILE_MAX, text);
	fd = options->open(options->open_context, path);
	if (fd < 0)
		return false;
	is_read = file_read(fd, FILE_MAX, text);
	error = errno;
	close(fd);
	errno = error;
	return is_read;
}

/* One of the two parts of options: the file, or without one its text. */
struct part {
	const struct tls_options *options;
	const char *what, *path;
	struct slice text;
};

/* Returns it in memory; NULL after a sentence. The caller frees. */
static BIO *
read_pem(const struct part *part, struct buf *why)
{
	struct buf text = {0};
	BIO *pem = NULL;

	if (!part->path)
		return BIO_new_mem_buf(part->text.at, (int)part->text.length);
	if (!read_file(part->options, part->path, &text))
		buf_addf(why, "cannot read the %s \"%s\": %s", part->what, part->path,
			file_error_text(errno));
	else if ((pem = BIO_new(BIO_s_mem())))
		BIO_write(pem, text.bytes, (int)text.length);
	if (text.bytes)
		explicit_bzero(text.bytes, text.length);
	buf_finish(&text);
	return pem;
}

/* Uses the first certificate, and sends all behind it with it. */
static bool
use_chain(SSL_CTX *context, BIO *pem)
{
	struct key_source none = {0};
	X509 *first = PEM_read_bio_X509_AUX(pem, NULL, give_passphrase, &none), *next;
	bool is_used = first && SSL_CTX_use_certificate(context, first) == 1;

	X509_free(first);
	while (is_used && (next = PEM_read_bio_X509(pem, NULL, give_passphrase, &none)))
		if (SSL_CTX_add0_chain_cert(context, next) != 1) {
			X509_free(next);
			is_used = false;
		}
	/* The end of the file is the only error that is expected here. */
	return is_used && ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
}

static bool
use_certificate(SSL_CTX *context, const struct tls_options *options, struct buf *why)
{
	const struct part part = {options, "certificate", options->cert, options->cert_text};
	BIO *pem = read_pem(&part, why);
	bool is_used = pem && use_chain(context, pem);

	if (pem && !is_used)
		buf_addf(why,
			"\"%s\" holds no certificate in PEM form, as --cert needs it; if it is "
			"in DER form, convert it with: openssl x509 -inform der -out cert.pem "
			"-in FILE",
			options->cert ? options->cert : "");
	BIO_free(pem);
	return is_used;
}

static bool
use_key(SSL_CTX *context, const struct tls_options *options, struct buf *why)
{
	const struct part part = {options, "key", options->key, options->key_text};
	struct key_source source = {.passphrase = options->passphrase};
	BIO *pem = read_pem(&part, why);
	EVP_PKEY *key = pem ? PEM_read_bio_PrivateKey(pem, NULL, give_passphrase, &source) : NULL;
	bool fits;

	BIO_free(pem);
	if (!pem)
		return false;
	if (!key) {
		buf_addf(why, "\"%s\" %s", options->key,
			!source.is_encrypted
				? "holds no private key in PEM form, as --key needs it; "
				  "it begins with -----BEGIN PRIVATE KEY----- or the like"
			: source.passphrase ? "is locked, and not with this --passphrase; try it "
					      "with: openssl pkey -noout -in FILE"
					    : "is locked; give its --passphrase");
		return false;
	}
	fits = SSL_CTX_use_PrivateKey(context, key) == 1;
	if (!fits)
		buf_addf(why,
			"the key \"%s\" is not that of the certificate \"%s\"; give the --cert and "
			"--key that were made together",
			options->key, options->cert);
	EVP_PKEY_free(key);
	return fits;
}

/* ---- life ---- */

static int
choose_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *length,
	const unsigned char *offered, unsigned offered_length, void *context)
{
	static const unsigned char ours[] = "\x02h2\x08http/1.1";
	const struct tls *tls = context;
	unsigned skipped = tls->has_http2 ? 0 : sizeof("\x02h2") - 1;
	unsigned char *found;

	(void)ssl;
	if (SSL_select_next_proto(&found, length, ours + skipped, sizeof(ours) - 1 - skipped,
		    offered, offered_length) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*chosen = found;
	return SSL_TLSEXT_ERR_OK;
}

/* An SSL_CTX_set_tlsext_servername_callback function, also called for clients that ask for no name. */
static int
/* NOLINTNEXTLINE(readability-non-const-parameter): OpenSSL says what type it has. */
choose_certificate(SSL *ssl, int *alert, void *context)
{
	struct tls *tls = context;
	const struct tls_client client = {
		SSL_get_fd(ssl), SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)};

	(void)alert;
	tls->greeted(tls->greeted_context, &client);
	if (SSL_get_SSL_CTX(ssl) != tls->context)
		SSL_set_SSL_CTX(ssl, tls->context);
	return SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *
create_context(void)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	if (!context)
		return NULL;
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_cipher_list(context, CIPHERS_OF_TLS_1_2); /* all those of TLS 1.3 are good */
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
					  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					  SSL_MODE_RELEASE_BUFFERS);
	return context;
}

static void
hear_key_line(const SSL *ssl, const char *line)
{
	const struct tls *tls = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	tls->hear_key_line(tls->key_line_context, slice_of(line));
}

/* Without a callback for them, OpenSSL does not even make the lines of keys. */
static void
set_callbacks(struct tls *tls, SSL_CTX *context)
{
	SSL_CTX_set_app_data(context, tls);
	SSL_CTX_set_alpn_select_cb(context, choose_protocol, tls);
	if (tls->hear_key_line)
		SSL_CTX_set_keylog_callback(context, hear_key_line);
	if (!tls->greeted)
		return;
	SSL_CTX_set_tlsext_servername_callback(context, choose_certificate);
	SSL_CTX_set_tlsext_servername_arg(context, tls);
}

bool
tls_renew(struct tls *tls, const struct tls_options *options, struct buf *why)
{
	SSL_CTX *context = create_context();
	bool is_usable = false;

	if (!context)
		buf_addf(why,
			"OpenSSL does not start: %s; see if its settings in /etc/ssl/openssl.cnf "
			"are right",
			ERR_reason_error_string(ERR_peek_error()));
	else
		is_usable = use_certificate(context, options, why) &&
			    use_key(context, options, why);
	/* In the queue is at least the end of a file. A handshake would take it for an error of its own. */
	ERR_clear_error();
	if (!is_usable) {
		SSL_CTX_free(context);
		return false;
	}
	set_callbacks(tls, context);
	SSL_CTX_free(tls->context);
	tls->context = context;
	return true;
}

struct tls *
tls_create(struct loop *loop, const struct tls_options *options)
{
	struct buf why = {0};
	struct tls *tls;

	if (!options->cert != !options->key) {
		log_error(
			"--%s needs --%s as well; without both, --https makes its own certificate",
			options->cert ? "cert" : "key", options->cert ? "key" : "cert");
		return NULL;
	}
	tls = mem_zero(sizeof(*tls));
	tls->has_http2 = options->has_http2;
	tls->tunnels = tunnels_create(loop);
	tls->hear_key_line = options->hear_key_line;
	tls->key_line_context = options->key_line_context;
	tls->greeted = options->greeted;
	tls->greeted_context = options->greeted_context;
	if (!tls_renew(tls, options, &why)) {
		log_error("%s", why.bytes);
		tls_destroy(tls);
		tls = NULL;
	}
	buf_finish(&why);
	return tls;
}

void
tls_destroy(struct tls *tls)
{
	if (!tls)
		return;
	tunnels_destroy(tls->tunnels);
	SSL_CTX_free(tls->context);
	free(tls);
}

/* ---- the port of a connection ---- */

struct session {
	struct tls_port port; /* the first member: tunnels get the session by it */
	struct session *next, *previous;
	struct tls *tls;
	uint64_t cookie; /* names the socket that tls_accept has returned */
	bool is_cut_off; /* its end is passed on as a reset */
};

static void
session_finish(void *context, int fd)
{
	const struct session *session = context;
	const struct linger at_once = {.l_onoff = 1};

	if (session->is_cut_off) {
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
		return; /* the socket is closed next */
	}
	tls_port_finish(context, fd);
}

static void
session_close(void *context)
{
	struct session *session = context;

	if (session->previous)
		session->previous->next = session->next;
	else
		session->tls->sessions = session->next;
	if (session->next)
		session->next->previous = session->previous;
	SSL_free(session->port.ssl);
	free(session);
}

/* A number that no other socket has, in contrast to its descriptor (socket(7)). */
static uint64_t
cookie_of(int socket)
{
	uint64_t cookie = 0;
	socklen_t length = sizeof(cookie);

	getsockopt(socket, SOL_SOCKET, SO_COOKIE, &cookie, &length);
	return cookie;
}

/* plaintext is the socket at which the session is used. */
static struct tunnel_port
session_port(struct tls *tls, SSL *ssl, int socket, int plaintext)
{
	struct session *session = mem_zero(sizeof(*session));

	session->tls = tls;
	session->port.ssl = ssl;
	session->cookie = cookie_of(plaintext);
	session->next = tls->sessions;
	if (session->next)
		session->next->previous = session;
	tls->sessions = session;
	SSL_set_fd(ssl, socket);
	SSL_set_accept_state(ssl);
	return (struct tunnel_port){
		.fd = socket,
		.read = tls_port_read,
		.write = tls_port_write,
		.finish = session_finish,
		.close = session_close,
		.is_blocked = tls_port_is_blocked,
		.context = session,
	};
}

int
tls_accept(struct tls *tls, int socket)
{
	SSL *ssl = SSL_new(tls->context);
	unsigned limit = STALL_MS;
	struct tunnel_port ciphertext, plaintext;
	int pair[2];

	setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof(limit));
	if (!ssl || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0) {
		SSL_free(ssl);
		close(socket);
		return -1;
	}
	ciphertext = session_port(tls, ssl, socket, pair[1]);
	plaintext = tunnel_socket(pair[0]);
	if (tunnels_add(tls->tunnels, &ciphertext, &plaintext, (struct slice){0}))
		return pair[1];
	close(pair[1]);
	return -1;
}

/* It is asked about new ones, which come first. */
bool
tls_has_http2(const struct tls *tls, int socket)
{
	uint64_t cookie = cookie_of(socket);
	const struct session *session = tls->sessions;
	const unsigned char *protocol = NULL;
	unsigned length = 0;

	while (session && session->cookie != cookie)
		session = session->next;
	if (session)
		SSL_get0_alpn_selected(session->port.ssl, &protocol, &length);
	return length == 2 && memcmp(protocol, "h2", 2) == 0;
}

void
tls_cut_off(struct tls *tls, int socket)
{
	uint64_t cookie = cookie_of(socket);

	for (struct session *session = tls->sessions; session; session = session->next)
		session->is_cut_off |= cookie && session->cookie == cookie;
}
