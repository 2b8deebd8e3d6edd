/*
 * keys: reads key presses from standard input.
 *
 * It owns the terminal's mode (see keys.h), which is kept in static variables because a signal
 * handler has to restore it after a crash. The shell has the same standard input, so:
 *  - Standard input is never made non-blocking. The terminal's mode lets read(2) return at once.
 *  - The loop reports only new input (LOOP_EDGE). Input for another program in the foreground stays
 *    readable here until that program has read it.
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

/* Static, so that a signal handler can reach them. */
static struct termios original_mode;
static volatile sig_atomic_t is_changed; /* the terminal has the mode of this program */

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

static bool
has_foreground(void)
{
	return tcgetpgrp(STDIN_FILENO) == getpgrp();
}

/* Async-signal-safe. */
static void
restore_mode(void)
{
	if (is_changed && has_foreground())
		tcsetattr(STDIN_FILENO, TCSANOW, &original_mode);
	is_changed = false;
}

/* SA_RESETHAND: the signal that is raised again has its default effect. */
static void
handle_crash(int signal_number)
{
	restore_mode();
	raise(signal_number);
}

/* A handler that is there already (of a sanitizer, of a crash reporter) stays. */
static void
handle_crashes(void)
{
	const struct sigaction ours = {
		.sa_handler = handle_crash, .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};
	struct sigaction present;

	for (size_t i = 0; i < sizeof(crash_signals) / sizeof(crash_signals[0]); i++)
		if (sigaction(crash_signals[i], NULL, &present) == 0 &&
			present.sa_handler == SIG_DFL)
			sigaction(crash_signals[i], &ours, NULL);
}

void
keys_resume(struct keys *keys)
{
	struct termios mode;

	(void)keys;
	if (!has_foreground() || (!is_changed && tcgetattr(STDIN_FILENO, &original_mode) < 0))
		return;
	mode = original_mode;
	mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	mode.c_cc[VMIN] = 0;
	mode.c_cc[VTIME] = 0;
	is_changed = true;
	tcsetattr(STDIN_FILENO, TCSANOW, &mode);
}

void
keys_suspend(struct keys *keys)
{
	(void)keys;
	restore_mode();
}

/* The length of the escape sequence that a special key sends (ECMA-48 5.4; "ESC O" and a letter). */
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
report_keys(const struct keys *keys, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length;) {
		if (bytes[i] == ESCAPE)
			i += escape_length(bytes + i, length - i);
		else
			keys->fn(keys->context, bytes[i++]);
	}
}

static void
input_ready(void *context, unsigned events)
{
	struct keys *keys = context;
	char bytes[64];
	ssize_t got;

	(void)events;
	if (!is_changed || !has_foreground())
		keys_resume(keys);
	while (is_changed && has_foreground() &&
		(got = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0)
		report_keys(keys, bytes, (size_t)got);
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
	if (!loop_add(
		    loop, &keys->source, STDIN_FILENO, LOOP_READ | LOOP_EDGE, input_ready, keys)) {
		free(keys);
		return NULL;
	}
	handle_crashes();
	keys_resume(keys);
	return keys;
}

void
keys_destroy(struct keys *keys)
{
	if (!keys)
		return;
	restore_mode();
	loop_remove(keys->loop, &keys->source);
	free(keys);
}
