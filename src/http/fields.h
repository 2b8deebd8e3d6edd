/*
 * fields: the header fields of a response, as pairs of name and value (RFC 9110 5).
 *
 * The text is kept ready to be sent, a line for each field, together with the place of each name
 * and value in it. So a field is printed once, when it is added, and its text is never parsed
 * again. Adding a field allocates nothing once the memory of earlier responses is large enough.
 */
#ifndef FIELDS_H
#define FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* The position of a field in the text. Its value follows the name and ": ". */
struct field_place {
	uint32_t start;
	uint32_t name_length;
	uint32_t value_length;
};

/* Zeroed is empty. Callers may read the members, and change them only by the functions. */
struct fields {
	struct buf text; /* "Name: value\r\n" for each */
	struct field_place *places;
	size_t count;
	size_t capacity;
};

struct field {
	struct slice name;
	struct slice value;
};

void fields_finish(struct fields *fields);
/* Removes all fields and keeps the memory. */
void fields_clear(struct fields *fields);

/* Adds a field. The value must not contain control bytes. Names may repeat. */
void fields_add(struct fields *fields, struct slice name, struct slice value);

/* Adds value to the list of that name, which is then one field, at the end. */
void fields_add_to_list(struct fields *fields, struct slice name, struct slice value);

/*
 * Adds a field whose value the caller writes in pieces: fields_begin returns the buffer to which
 * the caller adds the value. fields_end must be called before any other function.
 */
struct buf *fields_begin(struct fields *fields, struct slice name);
void fields_end(struct fields *fields);

/* Adds the fields of a request's head, with its request line, which request_parse has found complete. */
void fields_add_head(struct fields *fields, struct slice head);

/* Adds copies of all the fields of others. */
void fields_add_all(struct fields *fields, const struct fields *others);

/* Replaces all fields by copies of those of others: in one step, not one by one. */
void fields_copy(struct fields *fields, const struct fields *others);

/* Removes every field of that name; case does not count. */
void fields_drop(struct fields *fields, struct slice name);

/* The field at index, which is below count. Valid until fields changes. */
struct field fields_at(const struct fields *fields, size_t index);

/* The value of the first field of that name, absent when there is none; case does not count. */
struct slice fields_get(const struct fields *fields, struct slice name);

/*
 * The quality value in the parameters of an item ("q=0.5;x=1"), in thousandths, 0 to 1000 (RFC 9110 12.4.2):
 * 1000 without one, and 0 for what is none.
 */
unsigned fields_quality(struct slice parameters);

#endif
