/*
 * served_file: opens files and folders for visitors. A link must not show what is hidden under its own
 * name: whoever wrote the site may have put a link to ".env" or ".git/config" into it.
 */
#ifndef SERVED_FILE_H
#define SERVED_FILE_H

#include <stdbool.h>

#include "fs/root.h"

/*
 * Opens name as root_open() does. If links in it lead to a hidden file (hidden_target), the file counts
 * as missing (ENOENT), unless with_hidden. Whether name itself is hidden is for the caller to check.
 * *is_linked as root_open_linked() sets it.
 */
int served_file_open(const struct root *root, const char *name, bool with_hidden, bool *is_linked);

/* Whether an open file or folder is hidden for links: for a descriptor of any kind, also O_PATH. */
bool served_file_is_hidden(const struct root *root, int fd);

#endif
