/*
 * tls_port: see tls_port.h. Owns nothing.
 */
#include "net/tls_port.h"

#include <errno.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include "base/log.h"

/* Translates a result of SSL_read or SSL_write into what recv and send return. */
static ssize_t
translate(struct tls_port *port, int result)
{
	int error = SSL_get_error(port->ssl, result);

	port->is_blocked = error == SSL_ERROR_WANT_WRITE;
	if (result > 0)
		return result;
	if (error == SSL_ERROR_ZERO_RETURN)
		return 0;
	errno = EAGAIN;
	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
		return -1;
	if (error == SSL_ERROR_SSL && !port->is_broken)
		log_verbose(
			"a TLS connection failed: %s", ERR_reason_error_string(ERR_peek_error()));
	port->is_broken = true;
	errno = ECONNRESET;
	return -1;
}

ssize_t
tls_port_read(void *context, int fd, char *bytes, size_t size)
{
	struct tls_port *port = context;

	(void)fd;
	ERR_clear_error();
	return translate(port, SSL_read(port->ssl, bytes, (int)size));
}

ssize_t
tls_port_write(void *context, int fd, const char *bytes, size_t length)
{
	struct tls_port *port = context;

	(void)fd;
	ERR_clear_error();
	return translate(port, SSL_write(port->ssl, bytes, (int)length));
}

bool
tls_port_is_blocked(void *context)
{
	const struct tls_port *port = context;

	return port->is_blocked;
}

void
tls_port_finish(void *context, int fd)
{
	const struct tls_port *port = context;

	ERR_clear_error();
	if (!port->is_broken && SSL_is_init_finished(port->ssl))
		SSL_shutdown(port->ssl);
	shutdown(fd, SHUT_WR);
}
