/*
 * path_line: one line on standard output about a file or folder, whose name may be a stranger's.
 */
#ifndef PATH_LINE_H
#define PATH_LINE_H

/*
 * Prints before, path and after as one line. What a terminal could take for a command is replaced in path
 * (log_add_printable).
 */
void path_line_print(const char *before, const char *path, const char *after);

#endif
