/*
 * config_reader: reads one settings file: each member becomes a value of an option.
 *
 * Mistakes in a file stop nothing: for each, one log line names the file, the line and what is
 * wrong. The rest of the file counts. Somebody else may have written the file, so it cannot make this
 * program work or talk for long: reading takes one pass, only the first mistakes have a line, and
 * only the first items of lists count.
 */
#ifndef CONFIG_READER_H
#define CONFIG_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "fs/safe_file.h"
#include "settings/option.h"

struct cJSON;

enum {
	CONFIG_READER_MISTAKES_MAX = 20, /* of a file, that have a line each */
	CONFIG_READER_ITEMS_MAX = 1000,  /* of all lists of a file */
};

/* Opens a file for reading, as safe_file_open() does: a descriptor, or -1 with errno. */
typedef int config_reader_open_fn(void *context, const char *path);

struct config_reader;

/*
 * Called with the bytes of the file before anything else is done with them: sets trust and
 * allowed_paths of reader for the values in them.
 */
typedef void config_reader_seen_fn(struct config_reader *reader, struct slice bytes);

struct config_reader {
	const struct option_spec *table;
	struct option_values *values;
	enum option_layer layer;
	const char *file;            /* its path, also for messages */
	struct safe_file place;      /* the same path in two parts, and what may lead to it */
	config_reader_open_fn *open; /* NULL: this process opens it itself */
	void *context;
	config_reader_seen_fn *seen; /* or NULL */
	void *seen_context;
	const char *word; /* a file without this text holds no settings; NULL: any file may */
	enum option_trust trust; /* of the values in it; see option.h */
	char *const *allowed_paths;
	const char *folder; /* where relative paths in it begin; "" is the current folder */
	/* Only for files of VS Code. */
	const char
		*inside; /* the served folder, relative to folder; NULL: it is outside of folder */
	bool decides_root; /* folder is the one that the user asked for, so "root" counts */
	/* Private from here on. */
	char *text;
	size_t length;
	struct cJSON *json;
	unsigned line;          /* of the member that is being read */
	size_t mistakes, added; /* added: items of lists */
};

enum config_reader_verdict {
	CONFIG_READER_READ,
	CONFIG_READER_NONE,    /* there is no such file */
	CONFIG_READER_EMPTY,   /* it holds no settings */
	CONFIG_READER_REFUSED, /* it is not safe; errno is a reason of safe_file.h */
	CONFIG_READER_WRONG,   /* it cannot be read, or is not JSON; one log line said so */
};

/*
 * Whether neither a file nor a link has the name reader->file: then it need not be opened. Most settings files are
 * missing, and to open one safely takes several calls.
 */
bool config_reader_is_missing(const struct config_reader *reader);

/* Opens reader->file. The caller has set all members above. Call config_reader_close in every case. */
enum config_reader_verdict config_reader_open(struct config_reader *reader);
/* Says how many mistakes had no line, and frees what config_reader_open() made. */
void config_reader_close(struct config_reader *reader);

/* Called for one member of an object; reader->line is its line. */
typedef void config_reader_member_fn(
	struct config_reader *reader, const char *key, const struct cJSON *value);

/*
 * Calls fn for every member whose key begins with prefix; of several with the same key only for the
 * last. The members are those of the outermost object, or of its member of that name (not NULL).
 */
void config_reader_each(struct config_reader *reader, const char *name, const char *prefix,
	config_reader_member_fn *fn);

/* The member of that name of the outermost object, or of object in it; NULL when there is none. */
const struct cJSON *config_reader_member(
	const struct config_reader *reader, const char *object, const char *name);

/* Adds text (NULL: false) as a value of the option called name. Ignores an unknown name. */
void config_reader_add_text(struct config_reader *reader, const char *name, const char *text);

/*
 * Adds value as a value of option. It may have any of the forms that the kind of option allows; null
 * adds nothing. If it has another form, one log line says so. key is the name of the option in this
 * file, for that line.
 */
void config_reader_add_json(struct config_reader *reader, const struct option_spec *option,
	const char *key, const struct cJSON *value);

/* Logs "FILE:LINE: sentence", unless the file has had enough such lines. */
void config_reader_complain(struct config_reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Whether config_reader_complain() would log. If not, the caller need not look for the reason. */
bool config_reader_may_complain(struct config_reader *reader);

/* Logs that there is no setting called key, and the one that is probably meant (NULL: unknown). */
void config_reader_complain_of_key(
	struct config_reader *reader, const char *key, const char *meant);

/* A path of the file, relative to the current folder of this process. The caller frees. */
char *config_reader_path(const struct config_reader *reader, const char *path);

#endif
