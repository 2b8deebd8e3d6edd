/*
 * keys: single keys from the terminal that the program was started in.
 *
 * Room: things. Owns the mode of the terminal at standard input while this program has it: keys
 * come at once and are not shown; Ctrl-C and Ctrl-Z go on being signals. In the background the
 * terminal is somebody else's and is left alone. The mode is put back at every end, also at a
 * crash; only SIGKILL cannot be helped.
 */
#ifndef KEYS_H
#define KEYS_H

#include "base/loop.h"

struct keys;

typedef void keys_fn(void *context, char key);

/* NULL when standard input is no terminal of this program's. Keeps a pointer to loop. */
struct keys *keys_create(struct loop *loop, keys_fn *fn, void *context);
void keys_destroy(struct keys *keys);

/* Puts the mode back, before the program stops for a while. */
void keys_release(struct keys *keys);
/* Takes the terminal if it is this program's (again). */
void keys_take(struct keys *keys);

#endif
