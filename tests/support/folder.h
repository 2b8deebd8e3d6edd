/*
 * folder: an empty folder for a test, and short functions that change files in it.
 *
 * folder_enter() makes "<temp>/root" and "<temp>/outside" and changes into root. So a test uses
 * short relative names. If a function here fails, the test fails.
 */
#ifndef FOLDER_H
#define FOLDER_H

#include <stddef.h>

/* Makes the folders and changes into root. */
void folder_enter(void);
/* Removes the folders and changes back to the folder where the test began. */
void folder_leave(void);

/* mkdir -p */
void folder_make(const char *path);
/* Writes a file that holds only text; missing parent folders are made. */
void folder_write(const char *path, const char *text);
void folder_write_bytes(const char *path, const void *bytes, size_t length);
/* rm -rf */
void folder_remove(const char *path);

/* The number of descriptors that this process has open. */
size_t folder_open_descriptors(void);

#endif
