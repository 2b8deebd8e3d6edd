/*
 * option: what can be set, and what was set where.
 *
 * Room: top. A setting is one row of the table in config.c; all that is known about it stands
 * there, once: the command line, the settings files, --help, --show-config and the JSON Schema are
 * made of it. A choice is one value that somebody gave one setting at one place.
 *
 * Every value is a text, the one that would stand on the command line: "ignore": ["a", "b"] in a
 * file is --ignore=a --ignore=b. So a set function knows nothing of JSON. Of a single value the
 * strongest place counts; lists add up, and the strongest place comes last.
 */
#ifndef OPTION_H
#define OPTION_H

#include <stdbool.h>
#include <stddef.h>

struct config;

enum option_kind {
	OPTION_HEADING, /* no setting, but a line of --help */
	OPTION_SWITCH,  /* --cors and --no-cors; "cors": true */
	OPTION_NUMBER,  /* --port=N; "port": 8080 */
	OPTION_TEXT,    /* --host=ADDR; "host": "localhost" */
	OPTION_LIST,    /* --ignore=A --ignore=B; "ignore": ["A", "B"] or "ignore": "A" */
	OPTION_PAIRS,   /* --mime=A=B; "mime": {"A": "B"}, also [["A", "B"]] and ["A=B"] */
	OPTION_ALIAS,   /* another way to say means=as, such as --quiet, or means=VALUE */
	OPTION_REFUSED, /* of a peer; help is the sentence that names our way */
	OPTION_ACTION,  /* --help: prints and ends */
	OPTION_REPORT,  /* --show-config: prints when everything is read, and ends */
};

/* Which part of a value is a path: in a file it is relative to the folder of that file. */
enum option_path { OPTION_NO_PATH, OPTION_PATH, OPTION_PATH_AFTER_SEPARATOR };

/*
 * Takes one value over; a list is given its texts one by one. Keeps pointers into value. A switch,
 * and what may be given without a value, gets "" for true and NULL for false. Says what is wrong
 * with it by wrong() in config.c and then returns false.
 */
typedef bool option_set_fn(struct config *config, const char *value);

struct option_spec {
	const char *name; /* of the option, and the key in .liveserve.json */
	char letter;      /* 0 when there is none */
	enum option_kind kind;
	bool value_optional;    /* --open, --poll; in JSON also true and false */
	bool has_commas;        /* on the command line --ignore=A,B is two values */
	bool is_live;           /* a change in a file counts at once, without a restart */
	bool command_line_only; /* only the command line can have it */
	char separator;         /* of pairs: ':' or '=' */
	enum option_path path;
	const char *value;    /* what stands for the value in --help; NULL: there is none */
	const char *no_value; /* what is said to a value where there is none */
	const char *help;
	unsigned least, most;     /* of a number; checked before it is set */
	const char *const *words; /* the only texts there are, NULL at the end; checked, too */
	const char *standard; /* the value when nobody gives one, for people; NULL: none, or off */
	const char *vscode; /* the key behind "liveServer.settings.", where it has the same form */
	const char *live_server; /* the key in .live-server.json, where it has the same form */
	const char *means, *as;  /* of an alias */
	/* A switch: which bool of struct config it turns on (AT), when it has no set function. */
	size_t at;
	option_set_fn *set;
};

/* From the weakest to the strongest. */
enum option_layer {
	OPTION_ENVIRONMENT,
	OPTION_HOME,
	OPTION_PROJECT,
	OPTION_VSCODE,
	OPTION_COMMAND_LINE,
};

struct option_value {
	const struct option_spec *option;
	char *value;
	enum option_layer layer;
	char *file;      /* as it is shown; NULL for the command line */
	unsigned line;   /* 0 of the environment, where file is the variable */
	bool is_right;   /* its set function took it */
	bool is_useless; /* but it could not be done; the default counts */
};

struct option_values {
	struct option_value *items;
	size_t count;
};

/* The row of that name; NULL when there is none. A table ends with a row of zeroes. */
const struct option_spec *option_find(const struct option_spec *table, const char *name);

/*
 * Adds value (NULL: false) for a row of table, or for the one that an alias means. Of place the
 * layer, file and line count. Texts are copied.
 */
void option_values_add(struct option_values *values, const struct option_spec *table,
	const struct option_spec *option, const char *value, const struct option_value *place);
/* Puts what others holds behind, and leaves it empty. */
void option_values_move(struct option_values *values, struct option_values *others);
void option_values_finish(struct option_values *values);

#endif
