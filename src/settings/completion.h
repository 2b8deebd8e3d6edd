/*
 * completion: scripts by which shells complete the command line of liveserve.
 *
 * Each script knows all options of a table, what they do, and which values are folders, files or one
 * of a few words. Only the build uses this module, not the program.
 */
#ifndef COMPLETION_H
#define COMPLETION_H

#include <stdbool.h>

#include "settings/option.h"

/* Prints the script for a shell, "bash", "zsh" or "fish", on standard output. False for another. */
bool completion_print(const struct option_spec *table, const char *shell);

#endif
