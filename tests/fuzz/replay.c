/*
 * replay: runs a fuzz target with the files that are given, or with those in the folders that are
 * given.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "base/mem.h"

static void
feed(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct buf bytes = {0};
	char piece[4096];
	size_t got;

	CHECK(file);
	while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(&bytes, piece, got);
	fclose(file);
	/* Memory of exactly that size, so that the sanitizer reports reading behind its end. */
	char *exact = mem_resize(NULL, bytes.length);
	if (bytes.length)
		memcpy(exact, bytes.bytes, bytes.length);
	LLVMFuzzerTestOneInput((const uint8_t *)exact, bytes.length);
	free(exact);
	buf_finish(&bytes);
}

static int
feed_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	char name[PATH_MAX];
	int count = 0;

	CHECK(folder);
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		feed(name);
		count++;
	}
	closedir(folder);
	return count;
}

int
main(int count, char **paths)
{
	int fed = 0;

	for (int i = 1; i < count; i++) {
		struct stat state;

		CHECK(stat(paths[i], &state) == 0);
		if (S_ISDIR(state.st_mode)) {
			fed += feed_folder(paths[i]);
		} else {
			feed(paths[i]);
			fed++;
		}
	}
	printf("%d inputs\n", fed);
	return fed ? 0 : 1;
}
