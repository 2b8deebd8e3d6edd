/*
 * file_lookup: see file_lookup.h. The body of the response owns the file that was opened last.
 */
#include "site/file_lookup.h"

#include <errno.h>
#include <unistd.h>

#include "fs/served_file.h"
#include "names/accepted_codings.h"
#include "names/encoded_names.h"
#include "names/language_search.h"

enum file_lookup_verdict
file_lookup_verdict(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return FILE_LOOKUP_ABSENT;
	case EXDEV:
		return FILE_LOOKUP_OUTSIDE;
	case EACCES:
	case EPERM:
		return FILE_LOOKUP_FORBIDDEN;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return FILE_LOOKUP_BUSY;
	default:
		return FILE_LOOKUP_FAILED;
	}
}

/*
 * Opens the file or folder at place as the response's body. Its folder is watched before it is
 * opened, so no change between reading and watching can be missed.
 */
static enum file_lookup_verdict
open_place(struct file_lookup *lookup, const struct mounts_place *place, struct stat *state)
{
	bool with_hidden = lookup->site->serves_hidden;
	int file;

	state->st_mode = 0; /* neither file nor folder, until it is known */
	watch_before_open(place->watch, place->name);
	lookup->is_linked = false;
	file = mounts_open_overlay(lookup->site->mounts, place);
	lookup->is_draft = file >= 0;
	while (file < 0) {
		file = served_file_open(place->root, place->name, with_hidden, &lookup->is_linked);
		if (file >= 0 || errno != EMFILE || !kept_files_clear(lookup->site->kept))
			break;
	}
	if (file >= 0 && files_first_is_script(&lookup->site->scripts, place->name, file)) {
		close(file);
		return FILE_LOOKUP_ABSENT;
	}
	if (file < 0) {
		enum file_lookup_verdict verdict = file_lookup_verdict(errno);

		lookup->is_awaited |= watch_open_failed(place->watch, place->name);
		return verdict;
	}
	body_clear(&lookup->response->body);
	body_set_file(&lookup->response->body, file);
	if (fstat(file, state) < 0)
		return file_lookup_verdict(errno);
	if (S_ISREG(state->st_mode) && !lookup->is_draft)
		watch_opened(place->watch, place->name, file, state);
	return FILE_LOOKUP_FOUND;
}

enum file_lookup_verdict
file_lookup_open(struct file_lookup *lookup, struct mounts_place *place, struct stat *state)
{
	while (mounts_find(lookup->site->mounts, lookup->name->bytes, place)) {
		enum file_lookup_verdict verdict = open_place(lookup, place, state);

		if (verdict == FILE_LOOKUP_FOUND &&
			(S_ISREG(state->st_mode) || S_ISDIR(state->st_mode)))
			return FILE_LOOKUP_FOUND;
		if (verdict != FILE_LOOKUP_FOUND && verdict != FILE_LOOKUP_ABSENT)
			return verdict;
	}
	return FILE_LOOKUP_ABSENT;
}

/* Looks for forms of lookup->name in all places. The first place that has any counts. */
static enum language_verdict
find_language(struct file_lookup *lookup, struct buf *rest)
{
	const struct request *request = lookup->request;
	enum language_verdict verdict = LANGUAGE_NONE;
	struct mounts_place place = {0};

	if (request->languages == REQUEST_LANGUAGES_OFF ||
		(request->languages == REQUEST_LANGUAGES_UNSAID && !lookup->site->has_languages))
		return LANGUAGE_NONE;
	while (verdict == LANGUAGE_NONE &&
		mounts_find(lookup->site->mounts, lookup->name->bytes, &place)) {
		if (place.is_file)
			continue;
		watch_before_open(place.watch, place.name);
		verdict = language_search(
			place.root, place.name, request, request->language_priority, rest);
	}
	return verdict;
}

enum file_lookup_verdict
file_lookup_open_language(
	struct file_lookup *lookup, struct mounts_place *place, struct stat *state)
{
	struct buf rest = {0};
	enum language_verdict verdict = find_language(lookup, &rest);
	enum file_lookup_verdict opened = FILE_LOOKUP_ABSENT;

	lookup->varies_by_language |= verdict != LANGUAGE_NONE;
	if (verdict == LANGUAGE_FOUND) {
		buf_add_slice(lookup->name, buf_slice(&rest));
		*place = (struct mounts_place){0};
		opened = file_lookup_open(lookup, place, state);
		lookup->is_form = opened == FILE_LOOKUP_FOUND && S_ISREG(state->st_mode);
	}
	buf_finish(&rest);
	return opened;
}

bool
file_lookup_has_language(struct file_lookup *lookup)
{
	struct buf rest = {0};
	bool has_any = find_language(lookup, &rest) != LANGUAGE_NONE;

	buf_finish(&rest);
	return has_any;
}

struct file_response
file_lookup_response(struct file_lookup *lookup, const struct mounts_place *place,
	const struct stat *state, const char *substitute)
{
	return (struct file_response){
		.options = &lookup->site->file_options,
		.request = lookup->request,
		.response = lookup->response,
		.name = place->name,
		.site_name = substitute ? substitute : lookup->name->bytes,
		.state = state,
		.substitute = substitute,
		.varies_by_language = lookup->varies_by_language,
		.is_draft = lookup->is_draft,
		.representation = &lookup->site->representation,
	};
}

bool
file_lookup_open_substitute(struct file_lookup *lookup, const char *name, struct stat *state,
	struct file_response *file)
{
	struct mounts_place place = {0};

	while (mounts_find(lookup->site->mounts, name, &place)) {
		if (open_place(lookup, &place, state) != FILE_LOOKUP_FOUND ||
			!S_ISREG(state->st_mode))
			continue;
		*file = file_lookup_response(lookup, &place, state, name);
		return true;
	}
	return false;
}

/* Whether file has packed forms at all, whoever asks. */
static bool
may_be_packed(const struct file_response *file)
{
	const struct file_response_options *options = file->options;
	struct slice name = slice_of(file->name);
	struct encoded_name encoded;

	return (!options->injects || file_response_type(options, name)->kind == MEDIA_TYPE_PLAIN) &&
	       !encoded_names_read(name, &encoded) && !file->request->media_type &&
	       !(options->ssi_documents && ssi_documents_have(options->ssi_documents, file->name));
}

static bool
is_older(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

/* Opens the packed form with this extension. The body has some other file, or none, when it returns false. */
static bool
open_packed(struct file_lookup *lookup, const char *extension, const struct stat *plain,
	struct stat *state)
{
	struct buf *requested = lookup->name, name = {0};
	struct mounts_place place = {0};
	bool is_usable;

	buf_add_slice(&name, buf_slice(requested));
	buf_add_text(&name, extension);
	lookup->name = &name;
	is_usable = file_lookup_open(lookup, &place, state) == FILE_LOOKUP_FOUND &&
		    S_ISREG(state->st_mode) && !is_older(&state->st_mtim, &plain->st_mtim);
	lookup->name = requested;
	buf_finish(&name);
	return is_usable;
}

void
file_lookup_choose_packed(
	struct file_lookup *lookup, struct file_response *file, struct file_lookup_packed *packed)
{
	struct representation *representation = file->representation;
	const struct media_type *type = file_response_type(file->options, slice_of(file->name));
	struct accepted_coding accepted[ACCEPTED_CODINGS_MAX];
	size_t count = accepted_codings_read(lookup->request, accepted);
	struct body *body = &lookup->response->body;
	int plain;

	if (!may_be_packed(file))
		return;
	file->varies = true;
	if (!count)
		return;
	plain = body_give_file(body);
	for (size_t i = 0; i < count && !file->coding; i++)
		if (open_packed(lookup, accepted[i].extension, file->state, &packed->state))
			file->coding = accepted[i].coding;
	/* The charset of what is packed is that of the file that is not. */
	if (file->coding && !representation_load(representation, plain, file->state, type))
		file->coding = NULL;
	if (!file->coding) {
		body_clear(body);
		body_set_file(body, plain);
		return;
	}
	close(plain);
	buf_add_slice(&packed->content_type, buf_slice(&representation->content_type));
	file->packed_type = buf_slice(&packed->content_type);
	file->state = &packed->state;
}

void
file_lookup_packed_finish(struct file_lookup_packed *packed)
{
	buf_finish(&packed->content_type);
}

bool
file_lookup_has_file(const struct file_lookup *lookup, const char *name)
{
	struct mounts_place place = {0};
	struct stat state;

	while (mounts_find(lookup->site->mounts, name, &place))
		if (root_stat(place.root, place.name, &state))
			return S_ISREG(state.st_mode);
	return false;
}
