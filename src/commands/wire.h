/*
 * wire: the command "liveserve wire FILE.pcapng". It prints the packets of a capture, each as a line
 * of seven columns, as tshark 4.0 prints them; with --explain what each does, in plain words. With --report it
 * writes a report instead.
 */
#ifndef COMMANDS_WIRE_H
#define COMMANDS_WIRE_H

/*
 * Runs the command, which is arguments[1]. Returns the exit code: 0 when all packets were read; 1 when the
 * file could not be read, is no capture, or is cut off, or the report could not be written; 2 when the command
 * line is wrong. 1 and 2 come after one log line.
 */
int wire_run(int count, char **arguments);

#endif
