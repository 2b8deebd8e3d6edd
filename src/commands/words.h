/*
 * words: what a first argument without a dash means: a command, or the folder to be served.
 *
 * A command always wins, so what a line does never depends on which folders there are.
 * "liveserve ./stop" serves the folder.
 */
#ifndef WORDS_H
#define WORDS_H

/*
 * Makes options of the words that stand for some, in arguments and *count:
 *
 *   liveserve help            liveserve --help
 *   liveserve help all        liveserve --help=all
 *   liveserve help stop       liveserve stop --help
 *   liveserve help port       liveserve --help=port
 *   liveserve help stpo       as it is: words_find_command() has the function that names the command
 *   liveserve version         liveserve --version
 *   liveserve serve ...       liveserve ...
 *
 * If a folder has the name of the command, which stands alone, one notice says how it is served.
 * Returns the new arguments, which are valid as long as the old ones.
 */
char **words_read(int *count, char **arguments);

/* Runs a command, which is arguments[1]. Returns the exit code. */
typedef int words_command_fn(int count, char **arguments);

/* The command that the line begins with; NULL when a folder is to be served. */
words_command_fn *words_find_command(int count, char **arguments);

/*
 * Logs why the folder at path cannot be served, for errno as root_create() left it. If the word is near
 * to a command, that is named.
 */
void words_log_no_folder(const char *path);

#endif
