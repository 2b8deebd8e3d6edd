/*
 * keys: single key presses from the terminal in which the program was started.
 *
 * It owns the mode of the terminal at standard input while this program is in the foreground: a key
 * is read at once and is not echoed; Ctrl-C and Ctrl-Z still send signals. In the background it
 * leaves the terminal alone. The original mode is restored however the program ends, also after a
 * crash; only SIGKILL leaves the terminal as it is.
 */
#ifndef KEYS_H
#define KEYS_H

#include "base/loop.h"

struct keys;

/* A letter key was pressed. Keys that send an escape sequence (arrows) are dropped. */
typedef void keys_fn(void *context, char key);

/*
 * Reads keys from now on. Keeps a pointer to loop. Returns NULL when standard input is not the
 * terminal that controls this process. There can be only one.
 */
struct keys *keys_create(struct loop *loop, keys_fn *fn, void *context);
/* Restores the terminal's mode. NULL is fine. */
void keys_destroy(struct keys *keys);

/* Restores the terminal's mode, before the program is stopped (Ctrl-Z). */
void keys_suspend(struct keys *keys);
/* Reads keys again, if the program is in the foreground. */
void keys_resume(struct keys *keys);

#endif
