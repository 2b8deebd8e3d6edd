/*
 * problems: see problems.h.
 */
#include "live/problems.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "http/body.h"
#include "base/map.h"
#include "base/mem.h"

struct inspect {
	const struct root *root;
	inspect_used_fn *used;
	void *context;
	struct map problems; /* of paths */
};

struct inspect *
inspect_create(const struct root *root, inspect_used_fn *used, void *context)
{
	struct inspect *inspect = mem_zero(sizeof(*inspect));

	inspect->root = root;
	inspect->used = used;
	inspect->context = context;
	return inspect;
}

void
inspect_destroy(struct inspect *inspect)
{
	struct check_problem *problem;

	if (!inspect)
		return;
	for (size_t at = 0; (problem = map_next(&inspect->problems, &at));)
		free(problem);
	map_finish(&inspect->problems);
	free(inspect);
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
	if (fstat(file, &state) == 0 && S_ISREG(state.st_mode) && state.st_size <= INSPECT_MAX) {
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
look_into(struct inspect *inspect, const char *path, enum check_kind kind)
{
	struct check_problem problem;
	struct buf text = {0};

	if (read_file(inspect->root, path, &text) && check_text(kind, buf_slice(&text), &problem)) {
		struct check_problem *kept = mem_zero(sizeof(*kept));

		*kept = problem;
		map_set(&inspect->problems, slice_of(path), kept);
	}
	buf_finish(&text);
}

void
inspect_changes(struct inspect *inspect, const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		const char *path = changes->items[i].path;
		enum check_kind kind = check_kind_of(slice_of(path));

		if (kind == CHECK_NOTHING)
			continue;
		free(map_remove(&inspect->problems, slice_of(path)));
		if (inspect->used(inspect->context, slice_of(path)))
			look_into(inspect, path, kind);
	}
}

const struct check_problem *
inspect_problem(const struct inspect *inspect, const char *path)
{
	return map_get(&inspect->problems, slice_of(path));
}
