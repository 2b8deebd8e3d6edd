/*
 * language_names: see language_names.h. Owns nothing.
 */
#include "names/language_names.h"

#include <ctype.h>
#include <string.h>

#include "fs/path.h"
#include "http/media_type.h"

/* ISO 639-1, but for "br" (Breton) and "ts" (Tsonga). */
static const char languages[] =
	"aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo bs ca ce ch co cr cs cu cv cy da "
	"de "
	"dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy "
	"hz "
	"ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg "
	"li "
	"ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or "
	"os "
	"pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta "
	"te "
	"tg th ti tk tl tn to tr tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

enum { CODE = 2, STEP = CODE + 1, SUBTAG_MAX = 8 };

static bool
is_code(struct slice code)
{
	if (code.length != CODE)
		return false;
	for (size_t i = 0; i < sizeof(languages) - 1; i += STEP)
		if (slice_equal_nocase((struct slice){languages + i, CODE}, code))
			return true;
	return false;
}

static bool
is_subtag(struct slice subtag)
{
	for (size_t i = 0; i < subtag.length; i++)
		if (!isalnum((unsigned char)subtag.at[i]))
			return false;
	return subtag.length > 0 && subtag.length <= SUBTAG_MAX;
}

static bool
is_language(struct slice tag)
{
	struct slice subtag;

	if (!slice_split(&tag, '-', &subtag) || !is_code(subtag))
		return false;
	while (slice_split(&tag, '-', &subtag))
		if (!is_subtag(subtag))
			return false;
	return true;
}

/* The type that the extension of name says; NULL when it says none. */
static const struct media_type *
type_of(struct slice name)
{
	const struct media_type *type = path_extension(name).length ? media_type_of(name) : NULL;

	return type && strcmp(type->type, "application/octet-stream") != 0 ? type : NULL;
}

static bool
is_document(struct slice name)
{
	const struct media_type *type = type_of(name);

	return type && type->kind != MEDIA_TYPE_PLAIN;
}

/* name without its extension, which has this length, and without the dot. */
static struct slice
without(struct slice name, struct slice extension)
{
	return (struct slice){name.at, name.length - extension.length - 1};
}

bool
language_names_read(struct slice name, struct language_name *read)
{
	struct slice last = path_extension(name), front, before;

	if (!last.length)
		return false;
	front = without(name, last);
	if (is_language(last) && type_of(front)) {
		*read = (struct language_name){last, front, front};
		return true;
	}
	before = path_extension(front);
	if (!is_language(before) || !is_document(name))
		return false;
	*read = (struct language_name){before, name, without(front, before)};
	return true;
}

bool
language_names_read_form(struct slice name, size_t length, struct language_form *form)
{
	struct slice rest = name, first, typed = name;

	*form = (struct language_form){0};
	if (name.length <= length + 1 || name.at[length] != '.')
		return false;
	slice_drop(&rest, length + 1);
	slice_split(&rest, '.', &first);
	if (!rest.at && is_language(first)) {
		form->language = first;
		typed.length = length;
	} else if (rest.at && is_language(rest)) {
		form->language = rest;
		typed = without(name, rest);
	} else if (rest.at && is_language(first)) {
		form->language = first;
	}
	form->is_document = is_document(typed);
	return type_of(typed) && (!rest.at || form->language.at);
}
