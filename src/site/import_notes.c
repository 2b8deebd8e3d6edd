/*
 * import_notes: see import_notes.h. It has no state. The disk is only asked about names that are not
 * noted yet.
 */
#include "site/import_notes.h"

#include <sys/stat.h>

static bool
is_file(const struct mounts *mounts, const char *name)
{
	struct mounts_place place = {0};
	struct stat state;

	while (mounts_find(mounts, name, &place))
		if (root_stat(place.root, place.name, &state))
			return S_ISREG(state.st_mode);
	return false;
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
	return (status == 200 || status == 206 || status == 304) && is_file(mounts, name);
}

void
import_notes_add(struct importers *importers, const struct mounts *mounts, const char *name,
	const struct request *request, int status)
{
	const char *script = importers_script(importers, name, request);

	if (script && may_note(importers, mounts, name, status) && is_file(mounts, script))
		importers_note(importers, name, script);
}
