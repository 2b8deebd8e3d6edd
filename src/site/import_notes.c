/*
 * import_notes: see import_notes.h. It has no state. The disk is only asked about names that are not
 * noted yet.
 */
#include "site/import_notes.h"

#include <string.h>
#include <sys/stat.h>

/* The type of the file, of the folder, or 0. */
static mode_t
type_of(const struct mounts *mounts, const char *name)
{
	struct mounts_place place = {0};
	struct stat state;

	while (mounts_find(mounts, name, &place))
		if (root_stat(place.root, place.name, &state))
			return state.st_mode & S_IFMT;
	return 0;
}

static bool
is_folder_name(const char *name)
{
	return *name == '\0' || slice_ends(slice_of(name), "/");
}

/* A folder has the name of a folder here, which the address of its index or listing has, too. */
static bool
exists(const struct mounts *mounts, const char *name)
{
	return type_of(mounts, name) == (is_folder_name(name) ? S_IFDIR : S_IFREG);
}

/* Sets name to that of the file or folder that is shown at address. Returns false when there is none. */
static bool
find_shown(const struct import_notes_site *site, const char *address, struct buf *name)
{
	struct shown_names shown;

	buf_clear(name);
	buf_add_text(name, address);
	if (exists(site->mounts, address))
		return true;
	if (is_folder_name(address))
		return false;
	shown = shown_names_of(site->names, name);
	while (shown_names_next(&shown))
		if (exists(site->mounts, name->bytes))
			return true;
	return false;
}

/*
 * Sets name to what is shown at the longest end of script, by whole segments, that is an address of the
 * site. Returns false when there is none. A proxy in front of the server may show the site below a path
 * (/proxy/9000/). It takes this path off each request, but not off the Referer.
 */
static bool
find_in_site(const struct import_notes_site *site, const char *script, struct buf *name)
{
	const char *end = script;

	while (!find_shown(site, end, name)) {
		end = strchr(end, '/');
		if (!end || !end[1])
			return false;
		end++;
	}
	return true;
}

/*
 * A missing file counts, too, because it may be created later. But there is no end of such names, so
 * they never make importers forget anything.
 */
static bool
may_note(const struct importers *importers, const struct mounts *mounts, const char *name,
	int status)
{
	if (status == 404)
		return importers_size(importers) < IMPORTERS_BYTES_MAX / 2;
	return (status == 200 || status == 206 || status == 304) && exists(mounts, name);
}

/* A page knows what it has read, but not what changes a listing. So a listing stands for itself. */
static void
note_listing(struct importers *importers, const char *name, const struct request *request)
{
	if (is_folder_name(name) && !importers_knows(importers, name, name) &&
		slice_is(request_get(request, REQUEST_SEC_FETCH_DEST), "empty"))
		importers_note(importers, name, name);
}

void
import_notes_add(struct importers *importers, const struct import_notes_site *site,
	const char *name, const struct request *request, int status)
{
	const char *script = importers_script(importers, name, request);
	struct buf found = {0};

	if (status == 200)
		note_listing(importers, name, request);
	if (!script || !may_note(importers, site->mounts, name, status))
		return;
	if (strcmp(script, IMPORTERS_UNKNOWN) != 0)
		script = find_in_site(site, script, &found) ? found.bytes : NULL;
	/* For an address without a file the fallback was sent. */
	if (!script)
		script = site->fallback;
	if (script && !importers_knows(importers, name, script))
		importers_note(importers, name, script);
	buf_finish(&found);
}
