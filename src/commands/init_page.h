/*
 * init_page: the command "liveserve init --page [FOLDER]". It writes a first page into a folder that has
 * none.
 */
#ifndef INIT_PAGE_H
#define INIT_PAGE_H

/*
 * Writes index.html and what it uses into folder, which is made if it is missing, and prints what was
 * written. No file is replaced: if there is an index already, nothing is written; another file that is there
 * stays. Returns the exit code: 0 when the page was written, 1 after an error line.
 */
int init_page_run(const char *folder);

#endif
