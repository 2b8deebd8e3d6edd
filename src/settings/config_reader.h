/*
 * config_reader: a settings file that is being read: what it says becomes choices.
 *
 * Room: top. A bad file harms nobody: what is wrong is one line with file and line in front, and
 * the rest counts.
 */
#ifndef CONFIG_READER_H
#define CONFIG_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "settings/option.h"

struct cJSON;

/* Opens a file for reading, as open(2) does: a descriptor, or -1 with errno. */
typedef int source_open_fn(void *context, const char *path);

struct source {
	const struct setting *table;
	struct choices *choices;
	enum setting_layer layer;
	const char *file;     /* as it is shown */
	source_open_fn *open; /* NULL: this process by itself */
	void *context;
	const char *folder; /* where relative paths in it begin; "" is the current one */
	const char *inside; /* of VS Code's: the served folder seen from there; NULL: elsewhere */
	bool decides_root;  /* of VS Code's: it is the folder that was asked for */
	/* From here on config_reader.c's. */
	char *text;
	size_t length;
	struct cJSON *json;
	unsigned line; /* of the member that is being read */
};

enum source_verdict {
	SOURCE_READ,
	SOURCE_NONE,  /* there is no such file */
	SOURCE_WRONG, /* it cannot be read, or is no JSON; one line said so */
};

/* Opens source->file. What is set before that stays; source_close in every case. */
enum source_verdict source_open(struct source *source);
void source_close(struct source *source);

/* Takes one member; line is set. */
typedef void source_member_fn(struct source *source, const char *key, const struct cJSON *value);

/*
 * Calls fn for every member of an object whose name begins with prefix; of several of one name the
 * last one counts. The object is the outermost one, or its member of that name (not NULL).
 */
void source_each(struct source *source, const char *name, const char *prefix, source_member_fn *fn);

/* The member of that name of the outermost object, or of object in it; NULL when there is none. */
const struct cJSON *source_member(
	const struct source *source, const char *object, const char *name);

/* Gives a setting by its name a text (NULL: false); does nothing when there is no such setting. */
void source_give(struct source *source, const char *name, const char *text);

/*
 * Gives setting a value in one of the forms that its kind allows, null being none. key is what it
 * is called in this file, for the line that says that it has no such form.
 */
void source_take(struct source *source, const struct setting *setting, const char *key,
	const struct cJSON *value);

/* "FILE:LINE: sentence" */
void source_complain(const struct source *source, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Says that there is no setting called key, and which one may be meant: NULL when none may. */
void source_complain_of_key(const struct source *source, const char *key, const char *meant);

/* A path as the file has it, from where this program is. The caller frees. */
char *source_path(const struct source *source, const char *path);

#endif
