/*
 * language_search: see language_search.h. The best form so far is kept while the names of the folder are
 * read. Owns nothing.
 */
#include "names/language_search.h"

#include <dirent.h>
#include <stdlib.h>
#include <strings.h>

#include "base/mem.h"
#include "fs/hidden_names.h"
#include "fs/path.h"
#include "names/accepted_languages.h"
#include "names/language_names.h"

/* How good a form is: what comes first counts more. */
struct merit {
	bool is_document;
	unsigned quality;
	unsigned place; /* of the language among the preferred ones: the lower the better */
};

struct search {
	const struct request *request;
	const char *priority;
	struct slice base; /* of the name */
	struct merit best;
	char *found;               /* the name of the best form, or NULL */
	bool has_language, is_any; /* of the best one; of any */
};

/* The place of a language: those of the list ("en" stands for "en-GB", too), then English, then all others. */
static unsigned
place_of(const char *priority, struct slice tag)
{
	struct slice rest = slice_of(priority ? priority : ""), item;
	unsigned place = 0;

	while (slice_split(&rest, ' ', &item)) {
		if (accepted_languages_match(item, tag))
			return place;
		place++;
	}
	return accepted_languages_match(SLICE_LITERAL("en"), tag) ? place : place + 1;
}

/* One without a language is a bit better than one in a language that the client does not want. */
static struct merit
merit_of(const struct search *search, const struct language_form *form)
{
	struct merit merit = {form->is_document, 1, 0};

	if (form->language.at) {
		merit.quality = accepted_languages_quality(search->request, form->language);
		merit.place = place_of(search->priority, form->language);
	}
	return merit;
}

/* Of equal ones the first in the alphabet: the order of names in a folder says nothing. */
static bool
is_better(const struct search *search, const struct merit *merit, const char *name)
{
	const struct merit *best = &search->best;
	int order;

	if (!search->found)
		return true;
	if (merit->is_document != best->is_document)
		return merit->is_document;
	if (merit->quality != best->quality)
		return merit->quality > best->quality;
	if (merit->place != best->place)
		return merit->place < best->place;
	order = strcasecmp(name, search->found);
	return order < 0 || (order == 0 && strcmp(name, search->found) < 0);
}

static void
look_at(struct search *search, const char *name)
{
	struct language_form form;
	struct merit merit;

	if (strncmp(name, search->base.at, search->base.length) != 0 ||
		!language_names_read_form(slice_of(name), search->base.length, &form) ||
		hidden_name(slice_of(name)))
		return;
	merit = merit_of(search, &form);
	search->is_any |= form.language.at != NULL;
	if (!is_better(search, &merit, name))
		return;
	free(search->found);
	search->found = mem_text(name);
	search->best = merit;
	search->has_language = form.language.at;
}

static bool
may_be_file(const struct dirent *entry)
{
	return entry->d_type == DT_REG || entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN;
}

enum language_verdict
language_search(const struct root *root, const char *name, const struct request *request,
	const char *priority, struct buf *rest)
{
	struct slice folder = path_parent(slice_of(name));
	struct search search = {request, priority, .base = path_base(slice_of(name))};
	char *path = mem_copy(folder.at, folder.length);
	DIR *listing = search.base.length ? root_open_folder(root, path) : NULL;
	struct dirent *entry;

	free(path);
	if (!listing)
		return LANGUAGE_NONE;
	for (size_t i = 0; i < LANGUAGE_SEARCH_MAX && (entry = readdir(listing)); i++)
		if (may_be_file(entry))
			look_at(&search, entry->d_name);
	closedir(listing);
	if (search.has_language)
		buf_add_text(rest, search.found + search.base.length);
	free(search.found);
	return search.has_language ? LANGUAGE_FOUND
	       : search.is_any     ? LANGUAGE_OTHER
				   : LANGUAGE_NONE;
}
