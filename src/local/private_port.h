/*
 * private_port: a port of its own on 127.0.0.1 and ::1, for a page that only the user may see. Everything there lies
 * below a secret path of 128 random bits, and requests of other sites' pages are refused. What is refused is 404,
 * without a word. Pages of the served site are other sites, too, because their port is another one.
 */
#ifndef PRIVATE_PORT_H
#define PRIVATE_PORT_H

#include "base/loop.h"
#include "http/response.h"

struct private_port;

/*
 * Fills in the answer to a request that may ask. name is its path behind "/SECRET/". The response has the fields that
 * keep the page from other sites; its Content-Security-Policy allows the page's own scripts and styles, and no frame.
 */
typedef void private_port_answer_fn(
	void *context, const struct request *request, struct slice name, struct response *response);

struct private_port_options {
	struct loop *loop;
	uint16_t port; /* the first one that is tried, then any free one; 0: any free one */
	private_port_answer_fn *answer;
	void *context;
};

/*
 * Returns NULL when no port is free, or there are no random bytes. *why then says it, as the end of a sentence; a static
 * string, or that of strerror().
 */
struct private_port *private_port_create(
	const struct private_port_options *options, const char **why);
void private_port_destroy(struct private_port *port); /* NULL is fine */

/* "http://localhost:9001/5f2c.../" */
const char *private_port_url(const struct private_port *port);

#endif
