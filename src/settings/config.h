/*
 * config: reads all that the user asked for, from the command line and the settings files, into one
 * struct config (config_values.h).
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "settings/config_values.h"

extern const char config_version[];

enum config_verdict {
	CONFIG_RUN,
	CONFIG_DONE,  /* help, the version or the like was printed: exit code 0 */
	CONFIG_WRONG, /* one log line said what is wrong: exit code 2 */
};

/* A command line, and for which site it is read. */
struct config_command {
	int count;
	char **arguments;
	const struct config_vhost *vhost; /* NULL: for the site of no name */
};

/*
 * Reads the settings files and the command line. The memory of the command line must outlive
 * config. What is wrong in a file is reported and left out. Call config_finish in every case.
 */
enum config_verdict config_read(struct config *config, int count, char **arguments);
/* The same, but open(context, path) opens the files; NULL: this process opens them itself. */
enum config_verdict config_read_by(struct config *config, const struct config_command *command,
	config_reader_open_fn *open, void *context);
/*
 * The same as config_read for a site of --vhost: its folder stands in the place of that of the command line, and its
 * name is an allowed host. What the settings files of that folder say of the whole process counts for nothing.
 */
enum config_verdict config_read_vhost(
	struct config *config, int count, char **arguments, const struct config_vhost *vhost);
/*
 * For the command allow: reads the settings files of folder (NULL: the current one), which may also
 * be a .code-workspace file, without a command line, and as if the user had allowed none of them.
 * What they would do is held back.
 */
enum config_verdict config_read_folder(struct config *config, const char *folder);
/* Frees all memory behind config; a config of zeroes is fine. */
void config_finish(struct config *config);

/*
 * To be called when a value turns out to be unusable after config_read(), such as a host that this
 * machine does not have. If the value of the option called name comes from a file, logs why it
 * cannot be used, sets the default and returns true. Otherwise, or when that was done before, logs
 * nothing and returns false.
 */
bool config_give_up(struct config *config, const char *name, const char *why);

/*
 * The same for one item of a list: the one with this index in mounts (option "mount") or in
 * extra_watches (option "watch"). The list stays as it is; the caller skips the item.
 */
bool config_leave_out(struct config *config, const char *name, size_t index, const char *why);

/*
 * The values that do not count because the user has not allowed their file (reach.h), one sentence
 * and a line feed for each setting. The caller frees.
 */
char *config_held_back(const struct config *config);

/*
 * Logs these sentences except those in said, an earlier result of config_held_back(), or NULL. They
 * are logged as errors, so that "log-level": "quiet" in the same file does not hide them.
 */
void config_log_held_back(const struct config *config, const char *said);

#endif
