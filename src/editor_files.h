/*
 * editor_files: the files of all sites, as editors name them.
 *
 * An editor names a file by its path relative to the served folder of the first site, or by its absolute path. A file that
 * lies in folders of several sites, or several times in one, is the same file in all of them.
 */
#ifndef EDITOR_FILES_H
#define EDITOR_FILES_H

#include "base/buf.h"
#include "base/loop.h"
#include "sites.h"

struct editor_files;

struct editor_files_options {
	struct loop *loop;
	struct sites *sites;
	/* The editor owner has laid another text over one of former. path is as editors name it. */
	void (*taken)(void *context, const void *former, const void *owner, const char *path);
	void *context;
};

/* Keeps all pointers of options. Never NULL. */
struct editor_files *editor_files_create(const struct editor_files_options *options);
/* To be called before the sites are destroyed. NULL is fine. */
void editor_files_destroy(struct editor_files *files);

/* Adds a JSON array of the absolute paths of all served folders, each once; that of the first site is the first. */
void editor_files_add_folders(const struct editor_files *files, struct buf *json);

/*
 * The path that editors know, of the file at path (absolute): relative if it lies in the served folder of the first site. Points
 * into path.
 */
const char *editor_files_name(const struct editor_files *files, const char *path);

/*
 * The file's name in the site of this index, for pages; NULL when it is not there. The caller frees. path is an editor's, and
 * may be NULL.
 */
char *editor_files_name_in(const struct editor_files *files, size_t index, const char *path);

/*
 * Asks for a reload of the pages that use the file at path, an editor's. Returns false when there is no such file in a
 * served folder.
 */
bool editor_files_reload(struct editor_files *files, const char *path);

/* What editors have not saved, in all sites: see drafts.h. */
const char *editor_files_lay(
	struct editor_files *files, const void *owner, const char *path, struct slice text);
void editor_files_note_saved(struct editor_files *files, const char *path);
void editor_files_give_up(struct editor_files *files, const void *owner, const char *path);
void editor_files_leave(struct editor_files *files, const void *owner);

#endif
