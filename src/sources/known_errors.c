/*
 * known_errors: see known_errors.h. A short list, the oldest first.
 */
#include "sources/known_errors.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void
finish(struct known_error *error)
{
	free(error->served);
	free(error->file);
}

/* Takes an error out of the list. */
static struct known_error
take(struct known_errors *errors, size_t i)
{
	struct known_error error = errors->items[i];

	errors->count--;
	memmove(&errors->items[i], &errors->items[i + 1],
		(errors->count - i) * sizeof(errors->items[0]));
	return error;
}

void
known_errors_finish(struct known_errors *errors)
{
	while (errors->count > 0)
		finish(&errors->items[--errors->count]);
}

void
known_errors_add(struct known_errors *errors, struct slice served, struct slice file)
{
	for (size_t i = 0; i < errors->count; i++)
		if (slice_is(served, errors->items[i].served) &&
			slice_is(file, errors->items[i].file))
			return;
	if (errors->count == KNOWN_ERRORS_MAX) {
		struct known_error oldest = take(errors, 0);

		finish(&oldest);
	}
	errors->items[errors->count++] = (struct known_error){
		mem_copy(served.at, served.length), mem_copy(file.at, file.length)};
}

char *
known_errors_take(struct known_errors *errors, const char *path)
{
	for (size_t i = 0; i < errors->count; i++) {
		struct known_error error;

		if (strcmp(errors->items[i].served, path) != 0 &&
			strcmp(errors->items[i].file, path) != 0)
			continue;
		error = take(errors, i);
		free(error.served);
		return error.file;
	}
	return NULL;
}
