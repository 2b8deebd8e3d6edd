/*
 * folder: a fresh folder for a test to work in, and short words for what happens in it.
 *
 * folder_enter() makes "<temp>/root" and "<temp>/outside" and changes into root: so a test reads
 * as the system calls of the program it plays, with relative names. Whatever fails, fails the test.
 */
#ifndef FOLDER_H
#define FOLDER_H

#include <stddef.h>

/* Makes the folders and changes into root. */
void folder_enter(void);
/* Removes it all and changes to where the test began. */
void folder_leave(void);

/* mkdir -p */
void folder_make(const char *path);
/* Writes a file anew with text; the folders before it are made. */
void folder_write(const char *path, const char *text);
void folder_write_bytes(const char *path, const void *bytes, size_t length);
/* rm -rf, which is silent when there is nothing. */
void folder_remove(const char *path);

/* Descriptors that this process has open. */
size_t folder_open_descriptors(void);

#endif
