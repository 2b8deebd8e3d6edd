/*
 * option: what can be set, and which value was given where.
 *
 * An option is one row of the table in option_table.c. The row holds all that is known about the
 * option: the command line, the settings files, --help, --show-config, the JSON Schema, the manual
 * pages and the completions are all made from it. An option value is one value that was given for
 * one option at one place.
 *
 * Every value is a text: the one that would stand on the command line. "ignore": ["a", "b"] in a
 * file is the same as --ignore=a --ignore=b. So a set function knows nothing of JSON. If an option
 * has one value, the strongest place counts. Values of lists add up, those of the strongest place
 * last.
 */
#ifndef OPTION_H
#define OPTION_H

#include <stdbool.h>
#include <stddef.h>

struct config;
struct option_value;

enum option_kind {
	OPTION_HEADING, /* not an option, but a line of --help */
	OPTION_SWITCH,  /* --lan and --no-lan; "lan": true */
	OPTION_NUMBER,  /* --port=N; "port": 8080 */
	OPTION_TEXT,    /* --host=ADDR; "host": "localhost" */
	OPTION_LIST,    /* --ignore=A --ignore=B; "ignore": ["A", "B"] or "ignore": "A" */
	OPTION_PAIRS,   /* --mime=A=B; "mime": {"A": "B"}, also [["A", "B"]] and ["A=B"] */
	OPTION_ALIAS,   /* another way to write alias_of, as --quiet is one for --log-level=quiet */
	OPTION_REFUSED, /* an option of another server; help says what to use instead */
	OPTION_ACTION,  /* --help: prints something and ends the program */
	OPTION_REPORT,  /* --show-config: prints when everything is read, and ends the program */
};

/* Which part of a value is a path. In a file, it is relative to the folder of that file. */
enum option_path { OPTION_NO_PATH, OPTION_PATH, OPTION_PATH_AFTER_SEPARATOR };

/*
 * What somebody else's settings file could do to the user by this option. Every option that has a
 * value says it, except those that no file can set. A value that can do harm counts only if the user
 * has allowed it: reach.h.
 */
enum option_reach {
	OPTION_REACH_UNKNOWN, /* the row does not say it; counts as OPTION_POWERFUL */
	OPTION_HARMLESS,
	/* Harmless as long as the path, with all links resolved, stays in the folder of the user. */
	OPTION_INSIDE,
	/* The same, and what is at the path is served, so it must not be a hidden name either. */
	OPTION_SHOWN_INSIDE,
	/* Starts programs, opens ports, shows files or asks other servers. */
	OPTION_POWERFUL,
};

/* Whether this value (NULL: false) of an OPTION_POWERFUL does no harm. */
typedef bool option_is_harmless_fn(const char *text);

/*
 * Puts one value into config; a list is given its values one by one. May keep pointers into the
 * text of the value, which lives as long as config. The text is "" for true and NULL for false when
 * the option is a switch or its value is optional. Returns false after option_value_complain() when
 * the value is wrong; then what was set before stays.
 */
typedef bool option_set_fn(struct config *config, const struct option_value *value);

struct option_spec {
	const char *name; /* the long option, and the key in .liveserve.json */
	char letter;      /* the short option; 0: there is none */
	enum option_kind kind;
	bool value_optional; /* as in --open and --poll; in JSON also true and false */
	bool has_commas;     /* on the command line, --ignore=A,B is two values */
	bool is_live;        /* a change in a file counts at once: serve.c passes it to the parts */
	bool is_for_process; /* not for a site: the files of a --vhost cannot set it */
	bool command_line_only; /* no file can set it */
	bool is_secret;         /* its value is never printed */
	char separator;         /* between the two parts of a pair: ':' or '=' */
	enum option_path path;
	const char *value;    /* what stands for the value in --help; NULL: there is no value */
	const char *no_value; /* the message for a value where there is none; NULL: the usual one */
	const char *help;
	const char *brief; /* its line of --help; NULL: only --help=all names the option */
	unsigned min, max; /* of a number; checked before it is set */
	/* The only texts allowed, NULL at the end; checked before the value is set. */
	const char *const *allowed;
	/* The default as --help shows it, such as "on"; config_values_init() sets it. NULL: off. */
	const char *default_text;
	/* The key after "liveServer.settings.", if its value has the same form. */
	const char *vscode;
	const char *live_server; /* the key in .live-server.json, if its value has the same form */
	const char *alias_of;    /* the option that an alias stands for */
	const char *alias_value; /* and its value; NULL: false, or with .value the one given */
	const char *alias_off;   /* and that of --no-NAME, if it has an alias_value; NULL: false */
	enum option_reach reach;
	option_is_harmless_fn *is_harmless; /* NULL: no value of an OPTION_POWERFUL is */
	const char *does;                   /* what a powerful value does: "starts a program" */
	size_t offset; /* of the bool in struct config that a switch sets; unused if set is given */
	option_set_fn *set;
};

/* Where values come from, the weakest place first. */
enum option_layer {
	OPTION_ENVIRONMENT,
	OPTION_HOME,
	OPTION_PROJECT,
	OPTION_VSCODE,
	OPTION_COMMAND_LINE,
};

/* Who stands behind a value. */
enum option_trust {
	OPTION_OF_FOLDER, /* whoever wrote the files of the folder */
	OPTION_ALLOWED,   /* the same, but the user has allowed this file with these bytes */
	OPTION_OF_USER,   /* the command line, the environment, a file at home */
};

struct option_value {
	const struct option_spec *option;
	char *text; /* "": true; NULL: false */
	enum option_layer layer;
	char *file;    /* as it is shown; NULL: the command line */
	unsigned line; /* 0: file is a variable of the environment */
	enum option_trust trust;
	/* Of OPTION_ALLOWED: where its paths may lead, NULL at the end; or NULL. Borrowed. */
	char *const *allowed_paths;
	const char *held_back; /* what the value would do, if it does not count; or NULL */
	/*
	 * A folder, absolute and without links: what is opened by this path must lie there; or NULL.
	 * Of a path that is held back: where it leads, as it has to stand in allowed_paths; or NULL.
	 */
	char *bounds;
	bool is_muted;     /* nothing is logged about it */
	bool is_accepted;  /* the set function took it */
	bool is_abandoned; /* it turned out to be unusable; the default counts */
};

struct option_values {
	struct option_value *items;
	size_t count;
};

/* The row of that name; NULL when there is none. A table ends with a row of zeroes. */
const struct option_spec *option_find(const struct option_spec *table, const char *name);

/*
 * Whether --no-NAME turns the option off and has no row of its own in table. So it is for switches, for
 * options whose value may be left out, and for aliases that stand for a value.
 */
bool option_has_negation(const struct option_spec *table, const struct option_spec *option);

/* Whether every value counts that is given for the option, not only the last. */
bool option_is_repeatable(const struct option_spec *option);

/* The number in a text that option_value_check() has accepted. */
unsigned option_number(const char *text);

/*
 * Checks the value against min, max and allowed of its row. Returns false after one log line, which
 * says what would be right.
 */
bool option_value_check(const struct option_value *value);

/*
 * Logs one sentence about a value, with the place that it comes from in front. If the text of the
 * value is in the sentence, it is printed as option_shown_text() has it. Returns false.
 */
bool option_value_complain(const struct option_value *value, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The text (not NULL) of a value as it may be printed: secrets are "***". That is a value of an
 * option that is secret, the name and password in a URL, and the value of a header whose name says
 * that it is a secret, such as Cookie. Whatever prints a value uses this. The caller frees.
 */
char *option_shown_text(const struct option_spec *option, const char *text);

/*
 * The same for an argument such as "--port=1", which option is for or was probably meant for (NULL:
 * not known). The caller frees.
 */
char *option_shown_argument(const struct option_spec *option, const char *argument);

/*
 * Adds a value with this text (NULL: false) for a row of table, or for the row that an alias stands
 * for. Layer, file, line and trust are those of place. Texts are copied.
 */
void option_values_add(struct option_values *values, const struct option_spec *table,
	const struct option_spec *option, const char *text, const struct option_value *place);
/* The same for --no-NAME: the option is off, and an alias has its alias_off. */
void option_values_negate(struct option_values *values, const struct option_spec *table,
	const struct option_spec *option, const struct option_value *place);
/* Moves all of others to the end of values, and leaves others empty. */
void option_values_move(struct option_values *values, struct option_values *others);
/*
 * For a site of --vhost: logs one line for each value that counts, comes from a file of its folder, and is for the
 * whole process.
 */
void option_values_log_unused(const struct option_values *values);
/* Drops the values of the options that names has; NULL is at its end. */
void option_values_drop(struct option_values *values, const char *const *names);
void option_values_finish(struct option_values *values);

#endif
