/*
 * problems: see problems.h. Owns a map from paths of files to their problems; borrows the root.
 */
#include "live/problems.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"

enum {
	BATCH_BYTES_MAX = 1024 * 1024, /* of the files of a batch that are checked */
	FILE_COST = 8 * 1024,          /* opening a file takes as long as checking these bytes */
};

struct problems {
	const struct root *root;
	problems_is_used_fn *is_used;
	void *context;
	problems_open_fn *open; /* or NULL */
	void *open_context;
	struct map problems; /* path -> struct syntax_problem */
};

struct problems *
problems_create(const struct root *root, problems_is_used_fn *is_used, void *context)
{
	struct problems *problems = mem_zero(sizeof(*problems));

	problems->root = root;
	problems->is_used = is_used;
	problems->context = context;
	return problems;
}

void
problems_destroy(struct problems *problems)
{
	struct hash_table_place place = {0};
	struct syntax_problem *problem;

	if (!problems)
		return;
	while ((problem = map_next(&problems->problems, &place, NULL)))
		free(problem);
	map_finish(&problems->problems);
	free(problems);
}

void
problems_set_open(struct problems *problems, problems_open_fn *fn, void *context)
{
	problems->open = fn;
	problems->open_context = context;
}

/* Returns false when there is no such file, or it is too large or cannot be read. */
static bool
read_file(const struct problems *problems, const char *path, struct buf *text)
{
	struct stat state;
	int file = problems->open ? problems->open(problems->open_context, path) : -1;
	bool is_read;

	if (file < 0)
		file = root_open(problems->root, path);
	if (file < 0)
		return false;
	is_read = fstat(file, &state) == 0 && S_ISREG(state.st_mode) &&
		  state.st_size <= PROBLEMS_MAX && file_read(file, PROBLEMS_MAX, text);
	close(file);
	return is_read;
}

/* Returns the number of bytes that were checked. */
static size_t
check(struct problems *problems, const char *path, enum syntax_kind kind)
{
	size_t length;
	struct syntax_problem problem;
	struct buf text = {0};

	if (read_file(problems, path, &text) && syntax_check(kind, buf_slice(&text), &problem)) {
		struct syntax_problem *kept = mem_zero(sizeof(*kept));

		*kept = problem;
		map_set(&problems->problems, slice_of(path), kept);
	}
	length = text.length;
	buf_finish(&text);
	return length;
}

/* One file is always checked; the rest of a large batch is not, because requests wait meanwhile. */
void
problems_update(struct problems *problems, const struct changes *changes)
{
	size_t bytes = 0;

	for (size_t i = 0; i < changes->count; i++) {
		const char *path = changes->items[i].path;
		enum syntax_kind kind = syntax_kind_of(slice_of(path));

		if (kind == SYNTAX_NOTHING)
			continue;
		free(map_remove(&problems->problems, slice_of(path)));
		if (bytes < BATCH_BYTES_MAX && problems->is_used(problems->context, path))
			bytes += FILE_COST + check(problems, path, kind);
	}
}

const struct syntax_problem *
problems_find(const struct problems *problems, const char *path)
{
	return map_get(&problems->problems, slice_of(path));
}

bool
problems_next(const struct problems *problems, struct hash_table_place *place, struct slice *path)
{
	return map_next(&problems->problems, place, path);
}
