/*
 * wrong_option: the sentence about an option that a command does not have.
 */
#ifndef WRONG_OPTION_H
#define WRONG_OPTION_H

/*
 * Logs that the command has no option as given. options are those that it has, as they are typed ("--json"),
 * with a NULL at the end; each command has --help besides. If one of them is near to what was given, the line
 * names it; otherwise it names the command's help, and how a folder called like the command is served if the
 * current folder has one. A value behind "=" does not count.
 */
void wrong_option_log(const char *command, const char *given, const char *const *options);

#endif
