/*
 * client: the measuring end of a connection to 127.0.0.1. Messages here are short, so each comes in
 * one piece and a chunk begins where a frame begins; what fails ends the program with a sentence.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { CLIENT_CHUNK_SIZE = 65536 };

/* Microseconds on the monotonic clock. */
int64_t client_now_us(void);

/* Asks for target on a connection of its own. Returns false when nobody listens; other answers than
 * 200 end the program. */
bool client_get(uint16_t port, const char *target);

/* Returns a WebSocket at path, with the subprotocol given unless it is "". */
int client_open_socket(uint16_t port, const char *path, const char *subprotocol);

/* Sends a text message of less than 126 bytes. */
void client_say(int socket, const char *text);

/* Reads what is there, at most CLIENT_CHUNK_SIZE bytes, and answers pings (of Engine.IO, too). */
ssize_t client_read(int socket, char *chunk);

/* Counts the text messages in a chunk; has_word tells whether word is in one of them. */
unsigned client_count_messages(const char *chunk, size_t length, const char *word, bool *has_word);

/*
 * Saves a file: in place, or by renaming one next to it. Returns the moment from which on the new content
 * could be known: that of close or rename.
 */
int64_t client_save(const char *file, const char *content, bool by_rename);

/* Raises this program's limit of descriptors as far as it may. */
void client_raise_descriptor_limit(void);

_Noreturn void client_fail(const char *what);

#endif
