/*
 * wire_follow: prints the packets of a running server as they come: "liveserve wire [FOLDER]".
 */
#ifndef WIRE_FOLLOW_H
#define WIRE_FOLLOW_H

#include <stdbool.h>

/*
 * Asks the server of folder, or of one above it. explains: with a sentence below each line. Returns the exit code
 * when the server has ended: 0; 1 after an error line: no server runs there, or it captures nothing.
 */
int wire_follow_run(const char *folder, bool explains);

#endif
