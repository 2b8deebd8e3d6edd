/*
 * fortified: the few functions of glibc that Debian's archives (.a) call and musl does not have. They are compiled in
 * when such an archive is linked with musl. Each checks what its counterpart in glibc checks: that the memory that is
 * written to has room, as far as the compiler knew how much there is.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *__memcpy_chk(void *to, const void *from, size_t length, size_t room);
void *__memmove_chk(void *to, const void *from, size_t length, size_t room);
void *__memset_chk(void *to, int byte, size_t length, size_t room);
int __vsnprintf_chk(
	char *to, size_t size, int flag, size_t room, const char *format, va_list arguments);
int __snprintf_chk(char *to, size_t size, int flag, size_t room, const char *format, ...);
int __fprintf_chk(FILE *file, int flag, const char *format, ...);

static void
need(size_t length, size_t room)
{
	if (length > room)
		abort();
}

void *
__memcpy_chk(void *to, const void *from, size_t length, size_t room)
{
	need(length, room);
	return memcpy(to, from, length);
}

void *
__memmove_chk(void *to, const void *from, size_t length, size_t room)
{
	need(length, room);
	return memmove(to, from, length);
}

void *
__memset_chk(void *to, int byte, size_t length, size_t room)
{
	need(length, room);
	return memset(to, byte, length);
}

/* musl has no check of formats for the flag to turn on. */
int
__vsnprintf_chk(char *to, size_t size, int flag, size_t room, const char *format, va_list arguments)
{
	(void)flag;
	need(size, room);
	return vsnprintf(to, size, format, arguments);
}

int
__snprintf_chk(char *to, size_t size, int flag, size_t room, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = __vsnprintf_chk(to, size, flag, room, format, arguments);
	va_end(arguments);
	return length;
}

int
__fprintf_chk(FILE *file, int flag, const char *format, ...)
{
	va_list arguments;
	int length;

	(void)flag;
	va_start(arguments, format);
	length = vfprintf(file, format, arguments);
	va_end(arguments);
	return length;
}
