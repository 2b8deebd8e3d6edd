/*
 * played_server: a running server that a test plays for lsp/servers: it listens at the control socket of the current folder,
 * and speaks with one editor's program.
 */
#ifndef PLAYED_SERVER_H
#define PLAYED_SERVER_H

#include "base/buf.h"
#include "base/loop.h"
#include "control/control_socket.h"

#define PLAYED_SERVER_URL "http://x/"

struct played_server {
	struct loop *loop;
	char *root; /* the path of the folder */
	struct control_socket *control_socket;
	int peer;       /* the editor's program; -1: not connected */
	int second;     /* who has connected while it was; -1: nobody */
	struct buf got; /* what the editor's program has sent since it was last looked at */
};

/* Zeroes server. Nothing runs yet, and servers that the machine really runs are not found from now on. */
void played_server_begin(struct played_server *server, struct loop *loop);
void played_server_finish(struct played_server *server);

/* The server begins to listen; it has ended. */
void played_server_start(struct played_server *server);
void played_server_end(struct played_server *server);
/* Only its connections have ended. */
void played_server_hang_up(struct played_server *server);

/* Waits for the editor's program to say hello. */
void played_server_wait(struct played_server *server);
/* Answers its hello. */
void played_server_greet(struct played_server *server);
/* Waits, and answers. */
void played_server_welcome(struct played_server *server);

/* Sends text as it is, and handles what is due. */
void played_server_say(struct played_server *server, const char *text);

/* Fails the test unless exactly this has come. */
void played_server_expect(struct played_server *server, const char *expected);
/* Waits until the second one has connected and has sent the text begin. */
void played_server_expect_second(struct played_server *server, const char *begin);

/* Adds what has come to got. */
void played_server_receive(struct played_server *server);

#endif
