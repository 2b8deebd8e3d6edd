/*
 * keys: see keys.h.
 *
 * Standard input is shared with the shell, so it is never made non-blocking: the terminal's own
 * mode lets read(2) return at once. And it is watched for news only, because a key that is meant
 * for the program in the foreground stays readable here until that has read it.
 */
#define _GNU_SOURCE
#include "ui/keys.h"

#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"

enum { ESCAPE = '\033' };

struct keys {
	struct loop *loop;
	struct loop_source source;
	keys_fn *fn;
	void *context;
};

/* Of the process, as the terminal is: what a handler of signals can reach. */
static struct termios before;
static volatile sig_atomic_t is_taken;

static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

static bool
has_foreground(void)
{
	return tcgetpgrp(STDIN_FILENO) == getpgrp();
}

/* Async-signal-safe. */
static void
put_back(void)
{
	if (is_taken && has_foreground())
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	is_taken = false;
}

/* SA_RESETHAND: the second time it is the default that acts. */
static void
crash(int signal_number)
{
	put_back();
	raise(signal_number);
}

/* Whoever else wants to see a crash (a sanitizer, a debugger's library) goes first. */
static void
catch_crashes(void)
{
	const struct sigaction ours = {
		.sa_handler = crash, .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};
	struct sigaction theirs;

	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		if (sigaction(crashes[i], NULL, &theirs) == 0 && theirs.sa_handler == SIG_DFL)
			sigaction(crashes[i], &ours, NULL);
}

void
keys_take(struct keys *keys)
{
	struct termios mode;

	(void)keys;
	if (!has_foreground() || (!is_taken && tcgetattr(STDIN_FILENO, &before) < 0))
		return;
	mode = before;
	mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	mode.c_cc[VMIN] = 0;
	mode.c_cc[VTIME] = 0;
	is_taken = true;
	tcsetattr(STDIN_FILENO, TCSANOW, &mode);
}

void
keys_release(struct keys *keys)
{
	(void)keys;
	put_back();
}

/* How many bytes the sequence of a key that is no letter has (ECMA-48 5.4; "ESC O" is a shift). */
static size_t
escape_length(const char *bytes, size_t left)
{
	size_t length = 2;

	if (left > 1 && bytes[1] == '[')
		while (length < left && !(bytes[length] >= 0x40 && bytes[length] <= 0x7e))
			length++;
	if (left > 1 && (bytes[1] == '[' || bytes[1] == 'O'))
		length++;
	return length < left ? length : left;
}

static void
hear(const struct keys *keys, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length;) {
		if (bytes[i] == ESCAPE)
			i += escape_length(bytes + i, length - i);
		else
			keys->fn(keys->context, bytes[i++]);
	}
}

static void
key_comes(void *context, unsigned events)
{
	struct keys *keys = context;
	char bytes[64];
	ssize_t got;

	(void)events;
	if (!is_taken || !has_foreground())
		keys_take(keys);
	while (is_taken && has_foreground() && (got = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0)
		hear(keys, bytes, (size_t)got);
}

struct keys *
keys_create(struct loop *loop, keys_fn *fn, void *context)
{
	struct keys *keys;

	if (!isatty(STDIN_FILENO) || tcgetpgrp(STDIN_FILENO) < 0)
		return NULL;
	keys = mem_zero(sizeof(*keys));
	keys->loop = loop;
	keys->fn = fn;
	keys->context = context;
	if (!loop_add(loop, &keys->source, STDIN_FILENO, LOOP_READ | LOOP_EDGE, key_comes, keys)) {
		free(keys);
		return NULL;
	}
	catch_crashes();
	keys_take(keys);
	return keys;
}

void
keys_destroy(struct keys *keys)
{
	if (!keys)
		return;
	put_back();
	loop_remove(keys->loop, &keys->source);
	free(keys);
}
