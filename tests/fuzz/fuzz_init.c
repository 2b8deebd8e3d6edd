/*
 * `liveserve init`: whatever is in a file of VS Code, it either stays as it is, or keeps every byte,
 * and all of its members in their order, with something added at one place. The first byte chooses
 * the file.
 */
#include "fuzz_folder.h"

#include <cjson/cJSON.h>

#include "base/jsonc.h"
#include "base/log.h"
#include "base/mem.h"
#include "commands/init_vscode.h"

static void
drop_line(void *context, enum log_level level, const char *sentence)
{
	(void)context;
	(void)level;
	(void)sentence;
}

/* The JSON of a file with comments, which has to be JSON to the letter. */
static cJSON *
parse(struct slice file)
{
	char *plain = mem_copy(file.at, file.length);
	size_t at;
	cJSON *json;

	CHECK(!jsonc_clean(plain, file.length, &at));
	CHECK(!jsonc_check((struct slice){plain, file.length}));
	json = cJSON_ParseWithLength(plain, file.length);
	CHECK(cJSON_IsObject(json));
	free(plain);
	return json;
}

static bool
is_same(const cJSON *a, const cJSON *b)
{
	char *one = cJSON_PrintUnformatted(a), *other = cJSON_PrintUnformatted(b);
	bool is_equal = strcmp(one, other) == 0 &&
			(!a->string || strcmp(a->string, b->string) == 0);

	free(one);
	free(other);
	return is_equal;
}

/* Whether all children of before are in after, in their order; in list, too. */
static void
check_children(const cJSON *before, const cJSON *after, const char *list)
{
	const cJSON *next = after->child;

	for (const cJSON *child = before->child; child; child = child->next) {
		bool is_list = list && strcmp(child->string, list) == 0;

		while (next && (is_list ? strcmp(next->string, list) != 0 : !is_same(child, next)))
			next = next->next;
		CHECK(next);
		if (is_list)
			check_children(child, next, NULL);
		next = next->next;
	}
}

/* Whether after is before with something inserted at one place. */
static void
check_bytes(struct slice before, struct slice after)
{
	size_t front = 0, back = 0;

	CHECK(after.length > before.length);
	while (front < before.length && before.at[front] == after.at[front])
		front++;
	while (back < before.length &&
		before.at[before.length - 1 - back] == after.at[after.length - 1 - back])
		back++;
	CHECK(front + back >= before.length);
}

static void
check_file(const char *path, struct slice before, const char *list)
{
	struct buf text = {0};
	struct slice after;
	size_t spaces = 0;

	CHECK(file_read_path(path, SIZE_MAX, &text));
	after = buf_slice(&text);
	while (spaces < before.length && strchr(" \t\r\n", before.at[spaces]) && before.at[spaces])
		spaces++;
	if (spaces == before.length) {
		cJSON_Delete(parse(after));
	} else if (after.length != before.length ||
		   memcmp(after.at, before.at, before.length) != 0) {
		cJSON *old = parse(before), *new = parse(after);

		check_bytes(before, after);
		check_children(old, new, list);
		cJSON_Delete(old);
		cJSON_Delete(new);
	}
	buf_finish(&text);
}

/* Removes all files, of which there are no others than these. */
static void
clear_folder(void)
{
	DIR *hidden = opendir(".vscode");
	struct dirent *entry;

	CHECK(hidden);
	while ((entry = readdir(hidden))) {
		const char *name = entry->d_name;

		if (name[0] == '.')
			continue;
		CHECK(strcmp(name, "tasks.json") == 0 || strcmp(name, "launch.json") == 0 ||
			strcmp(name, "settings.json") == 0);
		unlinkat(dirfd(hidden), name, 0);
	}
	closedir(hidden);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		const char *path, *list;
	} files[] = {
		{".vscode/tasks.json", "tasks"},
		{".vscode/launch.json", "configurations"},
		{".vscode/settings.json", NULL},
	};
	static char program[] = "liveserve", init[] = "init";
	char *arguments[] = {program, init, NULL};
	size_t which = size ? data[0] % 3 : 0;
	int out, null;

	if (size == 0)
		return 0;
	fuzz_enter_folder();
	fuzz_write(files[which].path, data + 1, size - 1);
	log_set_sink(drop_line, NULL);
	fflush(stdout);
	out = dup(STDOUT_FILENO);
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	dup2(null, STDOUT_FILENO);
	init_vscode_run(2, arguments);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(null);
	close(out);
	log_set_sink(NULL, NULL);
	if (files[which].list)
		check_file(files[which].path, (struct slice){(const char *)data + 1, size - 1},
			files[which].list);
	else
		check_file(".vscode/tasks.json", (struct slice){"", 0}, NULL);
	clear_folder();
	return 0;
}
