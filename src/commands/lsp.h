/*
 * lsp: the command "liveserve lsp": a language server on standard input and output, which an editor starts. src/lsp
 * has all that it does.
 */
#ifndef LSP_H
#define LSP_H

/* Runs the command, which is arguments[1]. Returns the exit code. */
int lsp_run(int count, char **arguments);

#endif
