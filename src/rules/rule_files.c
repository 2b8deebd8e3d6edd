/*
 * rule_files: see rule_files.h. Owns what was parsed, one entry for each name that was looked for.
 *
 * A folder that is noted to have no rules can lose that only by a file with rules, so all such notes are
 * forgotten together, whenever an entry is.
 */
#define _GNU_SOURCE
#include "rules/rule_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"

#define HTACCESS_NAME ".htaccess"

enum kind {
	REDIRECTS,
	HEADERS,
	HTACCESS,
};

struct entry {
	enum kind kind;
	void *rules; /* NULL: there is no such file, or it cannot be read */
};

struct rule_files {
	struct map entries; /* by name in the site */
	struct map
		bare; /* folders of paths that no rule is about; the values are any pointer but NULL */
	struct rule_notes notes;
	int (*open)(void *context, const char *name);
	void *context;
};

static const char *const root_names[] = {[REDIRECTS] = "_redirects", [HEADERS] = "_headers"};

/* ---- the object ---- */

struct rule_files *
rule_files_create(void)
{
	return mem_zero(sizeof(struct rule_files));
}

static void
entry_destroy(struct entry *entry)
{
	if (entry->kind == REDIRECTS)
		redirects_file_destroy(entry->rules);
	else if (entry->kind == HEADERS)
		headers_file_destroy(entry->rules);
	else
		htaccess_destroy(entry->rules);
	free(entry);
}

void
rule_files_forget(struct rule_files *files)
{
	struct hash_table_place place = {0};
	struct entry *entry;

	if (!files)
		return;
	while ((entry = map_next(&files->entries, &place, NULL)))
		entry_destroy(entry);
	map_finish(&files->entries);
	map_finish(&files->bare);
}

void
rule_files_destroy(struct rule_files *files)
{
	if (!files)
		return;
	rule_files_forget(files);
	rule_notes_finish(&files->notes);
	free(files);
}

void
rule_files_set_opener(
	struct rule_files *files, int (*fn)(void *context, const char *name), void *context)
{
	files->open = fn;
	files->context = context;
}

/* ---- reading ---- */

/* Returns false, after a note where there is a reason for one, when the file cannot be read. */
static bool
read_text(int file, struct rule_source *source, struct buf *text)
{
	struct stat state;
	ssize_t length = 1;

	if (fstat(file, &state) < 0 || !S_ISREG(state.st_mode))
		return false;
	if (state.st_size > RULE_FILES_SIZE_MAX) {
		rule_source_note(source, 1, "the file is too large to be followed");
		return false;
	}
	while (length > 0 && text->length <= RULE_FILES_SIZE_MAX) {
		buf_reserve(text, 16384);
		length = read(file, text->bytes + text->length, 16384);
		text->length += length > 0 ? (size_t)length : 0;
	}
	if (length < 0)
		rule_source_note(source, 1, "the file cannot be read");
	if (length == 0 && text->length && memchr(text->bytes, 0, text->length)) {
		rule_source_note(source, 1, "the file is no text, so it is not followed");
		return false;
	}
	return length == 0;
}

static void *
parse(enum kind kind, struct slice text, struct rule_source *source)
{
	if (kind == REDIRECTS)
		return redirects_file_create(text, source);
	if (kind == HEADERS)
		return headers_file_create(text, source);
	return htaccess_create(text, slice_of(source->name), source);
}

static void *
read_file(struct rule_files *files, enum kind kind, const char *name)
{
	struct rule_source source = {.notes = &files->notes, .name = name};
	int file = files->open ? files->open(files->context, name) : -1;
	struct buf text = {0};
	void *rules = NULL;

	if (file < 0)
		return NULL;
	if (read_text(file, &source, &text)) {
		log_verbose("the rules in %s are followed", name);
		rules = parse(kind, buf_slice(&text), &source);
		rule_source_end(&source);
	}
	close(file);
	buf_finish(&text);
	return rules;
}

static void *
find(struct rule_files *files, enum kind kind, const char *name)
{
	struct entry *entry = map_get(&files->entries, slice_of(name));

	if (!entry) {
		entry = mem_zero(sizeof(*entry));
		entry->kind = kind;
		entry->rules = read_file(files, kind, name);
		map_set(&files->entries, slice_of(name), entry);
	}
	return entry->rules;
}

const struct redirects_file *
rule_files_redirects(struct rule_files *files)
{
	return find(files, REDIRECTS, root_names[REDIRECTS]);
}

const struct headers_file *
rule_files_headers(struct rule_files *files)
{
	return find(files, HEADERS, root_names[HEADERS]);
}

const struct htaccess *
rule_files_htaccess(struct rule_files *files, struct slice folder)
{
	char *name = mem_format("%.*s" HTACCESS_NAME, (int)folder.length, folder.at);
	const struct htaccess *file = find(files, HTACCESS, name);

	free(name);
	return file;
}

/* ---- folders without rules ---- */

/* The path of the folder that path is in, with its slash; empty when path has none. */
static struct slice
folder_of(struct slice path)
{
	const char *slash = path.length ? memrchr(path.at, '/', path.length) : NULL;

	return (struct slice){path.at, slash ? (size_t)(slash - path.at) + 1 : 0};
}

bool
rule_files_have_none(const struct rule_files *files, struct slice path)
{
	return map_get(&files->bare, folder_of(path));
}

void
rule_files_note_none(struct rule_files *files, struct slice path)
{
	struct slice folder = folder_of(path);

	if (folder.length == 0 || folder.length > RULE_FILES_PATH_MAX)
		return;
	if (files->bare.entries.count >= RULE_FILES_KEPT_MAX)
		map_finish(&files->bare);
	map_set(&files->bare, folder, files);
}

void
rule_files_begin(struct rule_files *files)
{
	if (files->entries.entries.count >= RULE_FILES_KEPT_MAX)
		rule_files_forget(files);
}

/* ---- changes ---- */

bool
rule_files_have_name(struct slice name)
{
	return slice_is(name, root_names[REDIRECTS]) || slice_is(name, root_names[HEADERS]) ||
	       slice_is(path_base(name), HTACCESS_NAME);
}

bool
rule_files_note_changes(struct rule_files *files, const struct changes *changes)
{
	bool is_any = false;

	if (!files)
		return false;
	if (changes->further_count)
		rule_files_forget(files);
	for (size_t i = 0; i < changes->count; i++) {
		struct slice name = slice_of(changes->items[i].path);
		struct entry *entry = map_remove(&files->entries, name);

		if (entry)
			entry_destroy(entry);
		is_any |= rule_files_have_name(name);
	}
	if (is_any)
		map_finish(&files->bare);
	return is_any;
}
