/*
 * mem: see mem.h. The only place that handles a lack of memory.
 */
#define _GNU_SOURCE
#include "base/mem.h"

#ifdef HAS_MALLOC_TRIM
#include <malloc.h>
#endif
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void
mem_exhausted(void)
{
	fputs("liveserve: out of memory; the program ends here\n", stderr);
	abort();
}

void *
mem_zero(size_t size)
{
	return mem_array(1, size);
}

void *
mem_array(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size ? size : 1);

	if (!memory)
		mem_exhausted();
	return memory;
}

void *
mem_resize(void *memory, size_t size)
{
	void *resized = realloc(memory, size ? size : 1);

	if (!resized)
		mem_exhausted();
	return resized;
}

void *
mem_grow(void *array, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return array;
	*capacity = *capacity ? *capacity * 2 : 8;
	return mem_resize(array, *capacity * size);
}

char *
mem_text(const char *text)
{
	return mem_copy(text, strlen(text));
}

char *
mem_copy(const void *bytes, size_t length)
{
	char *copy = mem_resize(NULL, length + 1);

	if (length)
		memcpy(copy, bytes, length);
	copy[length] = '\0';
	return copy;
}

char *
mem_format(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		mem_exhausted();
	va_end(arguments);
	return text;
}

void
mem_give_back(void)
{
#ifdef HAS_MALLOC_TRIM
	malloc_trim(0);
#endif
}
