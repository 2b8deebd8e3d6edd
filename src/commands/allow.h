/*
 * allow: the commands "liveserve allow [FOLDER]" and "liveserve deny [FOLDER]". They decide whether
 * the settings files of a folder may do what a stranger's files must not do (settings/reach.h).
 */
#ifndef ALLOW_H
#define ALLOW_H

/*
 * Each runs its command, which is arguments[1]. allow prints one line for each setting that it
 * allows, and remembers the files that hold them; deny forgets all files that count for the folder.
 * Returns the exit code: 0 when that is done, or when there was nothing to do; 1 when something could
 * not be read or written; 2 when the command line is wrong. 1 and 2 come after one log line.
 */
int allow_run(int count, char **arguments);
int allow_deny(int count, char **arguments);

#endif
