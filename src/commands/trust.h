/*
 * trust: the command "liveserve trust [--undo]", by which browsers and programs of this machine trust the
 * certificates of --https (certificates/authority.h).
 */
#ifndef TRUST_H
#define TRUST_H

/*
 * Runs the command, which is arguments[1]: makes the authority if there is none, and puts its certificate where
 * browsers and the system look for authorities; --undo takes it out again. Prints a line for each place. Returns the
 * exit code: 0; 1 when a place could not be changed, or there is no authority, each after a line that says why; 2 when
 * the command line is wrong.
 */
int trust_run(int count, char **arguments);

#endif
