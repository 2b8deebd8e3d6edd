/*
 * problems: see problems.h.
 */
#include "live/problems.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "http/body.h"
#include "base/map.h"
#include "base/mem.h"

struct problems {
	const struct root *root;
	problems_is_used_fn *used;
	void *context;
	struct map problems; /* of paths */
};

struct problems *
problems_create(const struct root *root, problems_is_used_fn *used, void *context)
{
	struct problems *problems = mem_zero(sizeof(*problems));

	problems->root = root;
	problems->used = used;
	problems->context = context;
	return problems;
}

void
problems_destroy(struct problems *problems)
{
	struct syntax_problem *problem;

	if (!problems)
		return;
	for (size_t at = 0; (problem = map_next(&problems->problems, &at));)
		free(problem);
	map_finish(&problems->problems);
	free(problems);
}

/* False when there is no such file, or it cannot be read, or is too large. */
static bool
read_file(const struct root *root, const char *path, struct buf *text)
{
	struct body body;
	struct stat state;
	int file = root_open(root, path);
	size_t size = 0;
	bool is_read = false;

	if (file < 0)
		return false;
	body_init(&body);
	body_set_file(&body, file);
	if (fstat(file, &state) == 0 && S_ISREG(state.st_mode) && state.st_size <= PROBLEMS_MAX) {
		size = (size_t)state.st_size;
		buf_reserve(text, size);
		body_add_file(&body, 0, size);
		is_read = body_read(&body, text->bytes, size) == (ssize_t)size;
	}
	body_finish(&body);
	text->length = is_read ? size : 0;
	return is_read;
}

static void
look_into(struct problems *problems, const char *path, enum syntax_kind kind)
{
	struct syntax_problem problem;
	struct buf text = {0};

	if (read_file(problems->root, path, &text) &&
		syntax_check(kind, buf_slice(&text), &problem)) {
		struct syntax_problem *kept = mem_zero(sizeof(*kept));

		*kept = problem;
		map_set(&problems->problems, slice_of(path), kept);
	}
	buf_finish(&text);
}

void
problems_update(struct problems *problems, const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		const char *path = changes->items[i].path;
		enum syntax_kind kind = syntax_kind_of(slice_of(path));

		if (kind == SYNTAX_NOTHING)
			continue;
		free(map_remove(&problems->problems, slice_of(path)));
		if (problems->used(problems->context, slice_of(path)))
			look_into(problems, path, kind);
	}
}

const struct syntax_problem *
problems_find(const struct problems *problems, const char *path)
{
	return map_get(&problems->problems, slice_of(path));
}
