/*
 * buf: bytes that grow, and slices of bytes somebody else owns.
 *
 * Room: ground. Invariant: bytes[length] is always '\0' once anything was added, so a buf of text
 * can be read as a C string; the NUL is not counted. Bytes may hold NULs of their own.
 */
#ifndef BUF_H
#define BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that are borrowed. Absent is at == NULL; empty is length == 0. */
struct slice {
	const char *at;
	size_t length;
};

#define SLICE_LITERAL(text) ((struct slice){text, sizeof(text) - 1})

struct slice slice_of(const char *text);
bool slice_is(struct slice slice, const char *text);
/* The same, letters A to Z and a to z being equal. */
bool slice_is_nocase(struct slice slice, const char *text);
bool slice_equal_nocase(struct slice a, struct slice b);
bool slice_starts(struct slice slice, const char *prefix);
bool slice_ends(struct slice slice, const char *suffix);
/* Without spaces and tabs at either end. */
struct slice slice_trim(struct slice slice);
/* Takes the part before separator off the front of rest; false when rest was absent. */
bool slice_split(struct slice *rest, char separator, struct slice *part);
/* Reads 1 to 19 decimal digits, nothing else; false otherwise or on overflow. */
bool slice_number(struct slice slice, uint64_t *number);

struct buf {
	char *bytes;
	size_t length;
	size_t capacity;
};

/* A zeroed struct buf is an empty one. */
void buf_finish(struct buf *buf);
void buf_clear(struct buf *buf);
void buf_reserve(struct buf *buf, size_t more);
void buf_add(struct buf *buf, const void *bytes, size_t length);
void buf_add_text(struct buf *buf, const char *text);
void buf_add_slice(struct buf *buf, struct slice slice);
void buf_add_char(struct buf *buf, char byte);
void buf_add_number(struct buf *buf, uint64_t number);
void buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Removes length bytes from the front. */
void buf_drop(struct buf *buf, size_t length);
struct slice buf_slice(const struct buf *buf);
/* Hands the bytes over to the caller, who frees them; the buf is empty afterwards. */
char *buf_take(struct buf *buf);

#endif
