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
typedef int config_reader_open_fn(void *context, const char *path);

struct config_reader {
	const struct option_spec *table;
	struct option_values *values;
	enum option_layer layer;
	const char *file;            /* as it is shown */
	config_reader_open_fn *open; /* NULL: this process by itself */
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

enum config_reader_verdict {
	CONFIG_READER_READ,
	CONFIG_READER_NONE,  /* there is no such file */
	CONFIG_READER_WRONG, /* it cannot be read, or is no JSON; one line said so */
};

/* Opens source->file. What is set before that stays; config_reader_close in every case. */
enum config_reader_verdict config_reader_open(struct config_reader *reader);
void config_reader_close(struct config_reader *reader);

/* Takes one member; line is set. */
typedef void config_reader_member_fn(
	struct config_reader *reader, const char *key, const struct cJSON *value);

/*
 * Calls fn for every member of an object whose name begins with prefix; of several of one name the
 * last one counts. The object is the outermost one, or its member of that name (not NULL).
 */
void config_reader_each(struct config_reader *reader, const char *name, const char *prefix,
	config_reader_member_fn *fn);

/* The member of that name of the outermost object, or of object in it; NULL when there is none. */
const struct cJSON *config_reader_member(
	const struct config_reader *reader, const char *object, const char *name);

/* Gives a setting by its name a text (NULL: false); does nothing when there is no such setting. */
void config_reader_give(struct config_reader *reader, const char *name, const char *text);

/*
 * Gives setting a value in one of the forms that its kind allows, null being none. key is what it
 * is called in this file, for the line that says that it has no such form.
 */
void config_reader_take(struct config_reader *reader, const struct option_spec *option,
	const char *key, const struct cJSON *value);

/* "FILE:LINE: sentence" */
void config_reader_complain(const struct config_reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Says that there is no setting called key, and which one may be meant: NULL when none may. */
void config_reader_complain_of_key(
	const struct config_reader *reader, const char *key, const char *meant);

/* A path as the file has it, from where this program is. The caller frees. */
char *config_reader_path(const struct config_reader *reader, const char *path);

#endif
