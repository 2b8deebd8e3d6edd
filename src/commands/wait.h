/*
 * wait: the command "liveserve wait [FOLDER]": returns when every open page shows the newest files.
 */
#ifndef WAIT_H
#define WAIT_H

/* The exit codes. */
enum {
	WAIT_SETTLED = 0, /* every page shows the newest files, and is in order */
	WAIT_TROUBLE = 1, /* every page does, but one is in trouble */
	WAIT_NO_PAGE = 2,
	WAIT_NO_SERVER = 3, /* or it does not answer */
	WAIT_TIME_OVER = 4,
	WAIT_WRONG_LINE = 5, /* the command line is wrong */
};

/* Runs the command, which is arguments[1]. Returns the exit code. Prints what it has found out, or an error. */
int wait_run(int count, char **arguments);

#endif
