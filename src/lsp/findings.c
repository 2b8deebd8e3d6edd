/*
 * findings: see findings.h. It owns all texts. What a page has said is a stranger's text: it is shortened, made
 * printable, and put only into files that may have findings.
 */
#include "lsp/findings.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"
#include "http/url.h"
#include "lsp/documents.h"

/* ---- the set ---- */

static void
free_finding(struct finding *finding)
{
	free(finding->text);
	free(finding->missing);
}

static void
free_file(struct found_file *file)
{
	for (size_t i = 0; i < file->count; i++)
		free_finding(&file->items[i]);
	free(file->path);
	free(file->published);
	free(file);
}

void
findings_finish(struct findings *findings)
{
	struct hash_table_place place = {0};
	struct found_file *file;

	while ((file = findings_next(findings, &place)))
		free_file(file);
	map_finish(&findings->files);
}

struct found_file *
findings_next(const struct findings *findings, struct hash_table_place *place)
{
	return map_next(&findings->files, place, NULL);
}

void
findings_remove(struct findings *findings, struct found_file *file)
{
	map_remove(&findings->files, slice_of(file->path));
	free_file(file);
}

void
findings_refresh(struct findings *findings, const char *path)
{
	struct found_file *file = map_get(&findings->files, slice_of(path));

	if (file)
		file->is_new = true;
}

static bool
is_same(const struct finding *one, const struct finding *other)
{
	return one->kind == other->kind && one->owner == other->owner && one->line == other->line &&
	       one->column == other->column && strcmp(one->text, other->text) == 0;
}

/* Takes the texts of finding. */
static void
add(struct findings *findings, const char *path, struct finding *finding)
{
	struct found_file *file = map_get(&findings->files, slice_of(path));
	bool is_known = false;

	if (!file && findings->files.entries.count < FINDINGS_FILES_MAX) {
		file = mem_zero(sizeof(*file));
		file->path = mem_text(path);
		map_set(&findings->files, slice_of(path), file);
	}
	for (size_t i = 0; file && i < file->count; i++)
		is_known = is_known || is_same(&file->items[i], finding);
	if (!file || is_known || file->count == FINDINGS_MAX) {
		free_finding(finding);
		return;
	}
	file->items[file->count++] = *finding;
	file->is_new = true;
}

/* Which findings of a file go. */
struct choice {
	const void *owner;
	bool kinds[FINDING_LOAD + 1];
	const char *path;    /* in this file; NULL: in all */
	const char *missing; /* that lack this; NULL: whatever they lack */
};

static bool
is_chosen(const struct choice *choice, const struct finding *finding)
{
	return finding->owner == choice->owner && choice->kinds[finding->kind] &&
	       (!choice->missing ||
		       (finding->missing && strcmp(finding->missing, choice->missing) == 0));
}

static void
drop_from(struct found_file *file, const struct choice *choice)
{
	size_t kept = 0;

	for (size_t i = 0; i < file->count; i++)
		if (is_chosen(choice, &file->items[i]))
			free_finding(&file->items[i]);
		else
			file->items[kept++] = file->items[i];
	file->is_new = file->is_new || kept < file->count;
	file->count = kept;
}

static void
drop(struct findings *findings, const struct choice *choice)
{
	struct hash_table_place place = {0};
	struct found_file *file = NULL;

	if (choice->path) {
		file = map_get(&findings->files, slice_of(choice->path));
		if (file)
			drop_from(file, choice);
		return;
	}
	while ((file = findings_next(findings, &place)))
		drop_from(file, choice);
}

void
findings_forget(struct findings *findings, const void *owner)
{
	const struct choice all = {.owner = owner, .kinds = {true, true, true}};

	drop(findings, &all);
}

/* ---- events ---- */

/* An event, and who has sent it. */
struct report {
	struct findings *findings;
	const void *owner;
	const char *root;
	const struct json_value *event;
};

/* The absolute path of a name, as seen from the served folder. NULL without a name. The caller frees. */
static char *
absolute(const struct report *report, const char *name)
{
	char *path = name && *name && *name != '/' ? path_join(report->root, name) : NULL;
	char *real = documents_real_path(path);

	if (!real)
		return path;
	free(path);
	return real;
}

/* The absolute path of the file with a syntax error. NULL when it is not known. The caller frees. */
static char *
faulty_file(const struct report *report)
{
	const char *file = json_value_text_member(report->event, "file");

	if (file && *file == '/')
		return mem_text(file);
	/* Of another site of the server, whose folder is not known. */
	if (json_value_member(report->event, "site"))
		return NULL;
	return absolute(report, json_value_text_member(report->event, "path"));
}

static size_t
number_member(const struct json_value *object, const char *name)
{
	uint64_t number;

	return json_value_number(json_value_member(object, name), &number) ? (size_t)number : 0;
}

static char *
printable(const char *text)
{
	struct buf line = {0};

	log_add_short(&line, slice_of(text ? text : ""), FINDINGS_TEXT_MAX);
	return buf_take(&line);
}

static void
hear_problem(const struct report *report)
{
	char *path = faulty_file(report);
	const struct choice before = {
		.owner = report->owner, .kinds = {[FINDING_SYNTAX] = true}, .path = path};
	struct finding finding = {
		.kind = FINDING_SYNTAX,
		.owner = report->owner,
		.line = number_member(report->event, "line"),
		.column = number_member(report->event, "column"),
	};

	if (!path)
		return;
	drop(report->findings, &before);
	finding.text = printable(json_value_text_member(report->event, "text"));
	add(report->findings, path, &finding);
	free(path);
}

/* The findings of a kind in the file at path are mended. Frees path, which may be NULL. */
static void
mend(const struct report *report, enum finding_kind kind, char *path)
{
	struct choice choice = {.owner = report->owner, .path = path};

	choice.kinds[kind] = true;
	if (path)
		drop(report->findings, &choice);
	free(path);
}

static void
hear_fixed(const struct report *report)
{
	mend(report, FINDING_SYNTAX, faulty_file(report));
}

static void
hear_outdated(const struct report *report)
{
	mend(report, FINDING_PAGE, absolute(report, json_value_text_member(report->event, "path")));
}

/* The file of the page at that path of a URL. The caller frees. */
static char *
file_of_page(const struct report *report, const char *page)
{
	struct buf name = {0};
	struct slice url = slice_of(page ? page : "");
	char *path = NULL;

	url.length = strcspn(url.at, "?#");
	if (url_to_path(url, &name) == URL_OK) {
		if (name.length == 0 || slice_ends(buf_slice(&name), "/"))
			buf_add_text(&name, "index.html");
		path = absolute(report, name.bytes);
	}
	buf_finish(&name);
	return path;
}

/* "img did not load: /img/a.png": what comes behind the colon. NULL for another text. */
static const char *
missing_in(const char *text)
{
	static const char words[] = " did not load: ";
	const char *at = text ? strstr(text, words) : NULL;

	return at ? at + strlen(words) : NULL;
}

static void
hear_said(const struct report *report)
{
	const char *level = json_value_text_member(report->event, "level");
	const char *text = json_value_text_member(report->event, "text");
	const char *name = json_value_text_member(report->event, "file");
	const char *missing = name ? NULL : missing_in(text);
	struct finding finding = {
		.kind = missing ? FINDING_LOAD : FINDING_PAGE,
		.owner = report->owner,
		.line = name ? number_member(report->event, "line") : 0,
		.column = name ? number_member(report->event, "column") : 0,
	};
	char *path;

	if (!level || strcmp(level, "error") != 0 || (!name && !missing))
		return;
	path = name ? absolute(report, name)
		    : file_of_page(report, json_value_text_member(report->event, "page"));
	if (path && report->findings->allows(report->findings->context, report->root, path)) {
		finding.text = printable(text);
		finding.missing = missing ? mem_text(missing) : NULL;
		add(report->findings, path, &finding);
	}
	free(path);
}

/* ---- changes ---- */

/* Pages are loaded anew, and say again what is still wrong. */
static void
all_pages_reload(const struct report *report)
{
	const struct choice choice = {.owner = report->owner, .kinds = {false, true, true}};

	drop(report->findings, &choice);
}

/* What did not load may load now, and a page that has changed says again what does not. */
static void
hear_one_change(const struct report *report, const struct json_value *change)
{
	const char *name = json_value_text_member(change, "path");
	char *path = absolute(report, name);
	struct choice choice = {
		.owner = report->owner, .kinds = {[FINDING_LOAD] = true}, .path = path};
	struct buf url = {0};

	if (!path)
		return;
	drop(report->findings, &choice);
	url_from_path(slice_of(name), &url);
	choice.path = NULL;
	choice.missing = url.bytes;
	drop(report->findings, &choice);
	buf_finish(&url);
	free(path);
}

static bool
is_style_sheet(const struct json_value *change)
{
	const char *name = json_value_text_member(change, "path");

	return name && slice_ends_nocase(slice_of(name), ".css");
}

static void
hear_change(const struct report *report)
{
	size_t told = number_member(report->event, "told");
	bool has_reloaded = false;

	for (const struct json_value *change =
			json_value_first(json_value_member(report->event, "changes"));
		change; change = json_value_next(change)) {
		has_reloaded = has_reloaded || !is_style_sheet(change);
		hear_one_change(report, change);
	}
	if (has_reloaded && told && told == number_member(report->event, "open") &&
		!json_value_bool(json_value_member(report->event, "later"), false))
		all_pages_reload(report);
}

static void
hear_asked(const struct report *report)
{
	const char *path = json_value_text_member(report->event, "path");

	if (!path || !*path)
		all_pages_reload(report);
}

static void
hear_pages(const struct report *report)
{
	if (number_member(report->event, "open") == 0)
		all_pages_reload(report);
}

void
findings_hear(struct findings *findings, const void *owner, const char *root,
	const struct json_value *event)
{
	static const struct {
		const char *name;
		void (*hear)(const struct report *report);
		bool is_for_all; /* sites of the server */
	} events[] = {
		{"problem", hear_problem, true},
		{"fixed", hear_fixed, true},
		{"outdated", hear_outdated, false},
		{"said", hear_said, false},
		{"change", hear_change, false},
		{"asked", hear_asked, false},
		{"lost", all_pages_reload, false},
		{"watched", all_pages_reload, false},
		{"pages", hear_pages, false},
	};
	const struct report report = {findings, owner, root, event};
	const char *name = json_value_text_member(event, "event");

	if (!name)
		return;
	/* Of another site of the server it is known only in which files there are syntax errors. */
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (strcmp(name, events[i].name) == 0 &&
			(events[i].is_for_all || !json_value_member(event, "site")))
			events[i].hear(&report);
}
