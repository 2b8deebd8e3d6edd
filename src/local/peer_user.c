/*
 * peer_user: see peer_user.h. Owns one netlink socket. It asks for exactly one socket, by both addresses and ports, so
 * the answer is one message, which is there when the request was sent.
 */
#define _GNU_SOURCE
#include "local/peer_user.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

struct peer_user {
	int netlink;
	uid_t user;
};

struct question {
	struct nlmsghdr header;
	struct inet_diag_req_v2 body;
};

struct answer {
	struct nlmsghdr header;
	struct inet_diag_msg body;
};

struct peer_user *
peer_user_create(void)
{
	struct peer_user *peer_user = mem_zero(sizeof(*peer_user));

	peer_user->user = getuid();
	peer_user->netlink = socket(
		AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
	if (peer_user->netlink >= 0)
		return peer_user;
	free(peer_user);
	return NULL;
}

void
peer_user_destroy(struct peer_user *peer_user)
{
	if (!peer_user)
		return;
	close(peer_user->netlink);
	free(peer_user);
}

/* Sets the address and port of one end. Returns false for a socket that is no TCP socket. */
static bool
put_end(const struct sockaddr_storage *name, __be32 address[4], __be16 *port)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)name;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)name;

	if (name->ss_family == AF_INET) {
		address[0] = four->sin_addr.s_addr;
		*port = four->sin_port;
	} else if (name->ss_family == AF_INET6) {
		memcpy(address, &six->sin6_addr, sizeof(six->sin6_addr));
		*port = six->sin6_port;
	}
	return name->ss_family == AF_INET || name->ss_family == AF_INET6;
}

/* The question for the peer's socket: what is its other end is this one's own. */
static bool
make_question(struct question *question, int socket)
{
	struct sockaddr_storage own = {0}, peer = {0};
	socklen_t own_length = sizeof(own), peer_length = sizeof(peer);
	struct inet_diag_sockid *id = &question->body.id;

	*question = (struct question){
		.header = {.nlmsg_len = sizeof(*question),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST},
		.body = {.sdiag_protocol = IPPROTO_TCP, .idiag_states = ~0U},
	};
	id->idiag_cookie[0] = id->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	if (getsockname(socket, (struct sockaddr *)&own, &own_length) < 0 ||
		getpeername(socket, (struct sockaddr *)&peer, &peer_length) < 0)
		return false;
	question->body.sdiag_family = (uint8_t)peer.ss_family;
	return put_end(&peer, id->idiag_src, &id->idiag_sport) &&
	       put_end(&own, id->idiag_dst, &id->idiag_dport);
}

bool
peer_user_is_own(const struct peer_user *peer_user, int socket)
{
	struct question question;
	struct answer answer;
	ssize_t got;

	if (!peer_user || !make_question(&question, socket))
		return false;
	/* What an earlier question has left, if anything. */
	while (recv(peer_user->netlink, &answer, sizeof(answer), 0) > 0)
		;
	if (send(peer_user->netlink, &question, sizeof(question), 0) != (ssize_t)sizeof(question))
		return false;
	/* Attributes may follow, which are cut off. */
	got = recv(peer_user->netlink, &answer, sizeof(answer), 0);
	return got == (ssize_t)sizeof(answer) && answer.header.nlmsg_type == SOCK_DIAG_BY_FAMILY &&
	       answer.body.id.idiag_sport == question.body.id.idiag_sport &&
	       answer.body.id.idiag_dport == question.body.id.idiag_dport &&
	       answer.body.idiag_uid == peer_user->user;
}
