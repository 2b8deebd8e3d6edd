/*
 * script_files: finds the script that a request is for: a file of the site whose name ends with the suffix of a
 * FastCGI server.
 */
#ifndef SCRIPT_FILES_H
#define SCRIPT_FILES_H

#include "fastcgi/cgi_variables.h"
#include "http/request.h"
#include "names/index_names.h"
#include "site/mounts.h"
#include "upstream/upstream.h"

/* Where scripts may be. The caller's; the pointers must outlive it. */
struct script_files {
	struct mounts *mounts;
	const struct upstream *upstreams; /* those without a suffix are ignored */
	size_t count;
	struct index_names index_names; /* come before a script as the index of a folder */
	bool serves_hidden;
};

/*
 * The FastCGI server for request, or NULL. The path names a script; or one with a path behind it, which
 * is its PATH_INFO; or a folder without one of index_names whose index is a script. The script is
 * opened as files are: a hidden name and what a link leads to outside of its root is none. If script
 * is not NULL, it is filled in; the caller finishes it in any case. A WebSocket is for no script.
 */
const struct upstream *script_files_find(
	void *script_files, const struct request *request, struct cgi_script *script);

#endif
