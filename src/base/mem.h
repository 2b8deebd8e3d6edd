/*
 * mem: memory from the heap.
 *
 * No function returns NULL, so no caller checks for it: a failed allocation prints one sentence and
 * ends the program.
 */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

/* Ends the program as the functions below do: for a library that says it got no memory. */
_Noreturn void mem_exhausted(void);

/* Returns size zeroed bytes; the caller frees. */
void *mem_zero(size_t size);

/* Returns an array of count zeroed elements of size bytes each; the caller frees. */
void *mem_array(size_t count, size_t size);

/* Grows or shrinks memory (which may be NULL) to size bytes; the caller frees the result. */
void *mem_resize(void *memory, size_t size);

/*
 * Makes room in an array (which may be NULL) for one element more than count. When it is full, its
 * capacity doubles. *capacity is the number of elements that fit, size the bytes of one element.
 * Returns the array, which may have moved; the caller frees it.
 */
void *mem_grow(void *array, size_t count, size_t *capacity, size_t size);

/* Copies text with its NUL; the caller frees. */
char *mem_text(const char *text);

/* Copies length bytes and adds a NUL after them; the caller frees. */
char *mem_copy(const void *bytes, size_t length);

/* Returns a new formatted text; the caller frees. */
char *mem_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Gives freed memory back to the system, where the C library can. This takes some milliseconds, so it
 * is for quiet moments after very many things were freed.
 */
void mem_give_back(void);

#endif
