/*
 * wrap_syscall: syscall(2) as a test wants it, for a test that is linked with --wrap=syscall.
 */
#ifndef WRAP_SYSCALL_H
#define WRAP_SYSCALL_H

#include <stdarg.h>
#include <stdbool.h>

/*
 * The test defines it: returns true if *result is what the call is to return, with errno; false for
 * the real call.
 */
static bool answer_syscall(long number, const long values[4], long *result);

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

long
__wrap_syscall(long number, ...)
{
	va_list arguments;
	long values[4], result;

	va_start(arguments, number);
	for (int i = 0; i < 4; i++)
		values[i] = va_arg(arguments, long);
	va_end(arguments);
	if (answer_syscall(number, values, &result))
		return result;
	return __real_syscall(number, values[0], values[1], values[2], values[3]);
}

#endif
