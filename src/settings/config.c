/*
 * config: see config.h.
 */
#define _GNU_SOURCE
#include "settings/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"
#include "http/url.h"
#include "net/lan_address.h"
#include "settings/command_line.h"
#include "settings/config_schema.h"
#include "settings/option_table.h"
#include "settings/reach.h"
#include "settings/show_config.h"

const char config_version[] = LIVESERVE_VERSION;

/* ---- from texts to typed values ---- */

static bool
put(struct config *config, const struct option_value *value)
{
	const struct option_spec *option = value->option;

	if (!option_value_check(value))
		return false;
	if (option->set)
		return option->set(config, value);
	*(bool *)((char *)config + option->offset) = value->text;
	return true;
}

/* A header of a folder would replace the one of that name in a file at home, which is weaker. */
static bool
replaces_header_of_user(const struct option_values *values, const struct option_value *value)
{
	struct custom_header header, other;

	if (value->trust != OPTION_OF_FOLDER || strcmp(value->option->name, "header") != 0 ||
		custom_header_read(&header, value->text) != CUSTOM_HEADER_OK)
		return false;
	for (const struct option_value *before = values->items; before < value; before++) {
		/* Only the folder of a workspace stands before the values of the user. */
		if (before->layer > OPTION_HOME && before > values->items)
			break;
		if (before->option == value->option && before->trust == OPTION_OF_USER &&
			custom_header_read(&other, before->text) == CUSTOM_HEADER_OK &&
			slice_equal_nocase(header.name, other.name))
			return true;
	}
	return false;
}

/*
 * Each mount and each --watch takes an inotify instance. A user has 128 of them by default, for all
 * programs, so the files of a folder cannot take them all.
 */
enum { WATCHES_OF_FOLDER_MAX = 32 };

static bool
takes_too_many_watches(const struct config *config, const struct option_value *value)
{
	const char *name = value->option->name;

	return value->trust == OPTION_OF_FOLDER &&
	       (strcmp(name, "mount") == 0 || strcmp(name, "watch") == 0) &&
	       config->mount_count + config->extra_watches.count >= WATCHES_OF_FOLDER_MAX;
}

/* Decides whether the value counts (reach.h). */
static void
judge(struct config *config, struct option_value *value)
{
	if (!value->held_back)
		reach_judge(value, config->sources.bounds);
	if (!value->held_back && replaces_header_of_user(&config->sources.values, value))
		value->held_back = "replaces a header of yours";
	if (!value->held_back && takes_too_many_watches(config, value))
		value->held_back = "needs more than 32 watches";
}

/* The wrong values of one file. Only the first have a line each. */
struct mistakes {
	const char *file;
	size_t count;
};

static void
say_how_many_more(const struct mistakes *mistakes)
{
	if (mistakes->count > CONFIG_READER_MISTAKES_MAX)
		log_error("%s: and %zu more wrong values", mistakes->file,
			mistakes->count - CONFIG_READER_MISTAKES_MAX);
}

/* The values of a file follow one another. */
static void
begin_value(struct mistakes *mistakes, struct option_value *value)
{
	if (value->file && (!mistakes->file || strcmp(mistakes->file, value->file) != 0)) {
		say_how_many_more(mistakes);
		*mistakes = (struct mistakes){.file = value->file};
	}
	value->is_muted = value->file && mistakes->count >= CONFIG_READER_MISTAKES_MAX;
}

/* A bad value of a file is reported and left out. A bad one of the command line ends the program. */
static enum config_verdict
put_all(struct config *config)
{
	struct option_values *values = &config->sources.values;
	struct mistakes mistakes = {0};

	for (size_t i = 0; i < values->count; i++) {
		struct option_value *value = &values->items[i];

		begin_value(&mistakes, value);
		judge(config, value);
		value->is_accepted = !value->held_back && put(config, value);
		if (!value->is_accepted && value->layer == OPTION_COMMAND_LINE)
			return CONFIG_WRONG;
		mistakes.count += !value->is_accepted && !value->held_back;
	}
	say_how_many_more(&mistakes);
	if (config->is_lan) {
		config->listener.host = config->access.host = LISTENER_EVERYWHERE;
		config->access.local_name = config->local_name = lan_local_name();
	}
	return CONFIG_RUN;
}

/* ---- options that print something ---- */

static enum config_verdict
print(const struct option_spec *action, const char *what)
{
	if (strcmp(action->name, "help") == 0)
		return command_line_print_help(option_table, what) ? CONFIG_DONE : CONFIG_WRONG;
	if (strcmp(action->name, "schema") == 0)
		config_schema_print(option_table);
	else
		printf("liveserve %s\n", config_version);
	return CONFIG_DONE;
}

/* ---- reading ---- */

/* The text that was given for an option last; NULL when there is none. */
static const char *
last_text(const struct option_values *values, const char *name)
{
	const char *text = NULL;

	for (size_t i = 0; i < values->count; i++)
		if (strcmp(values->items[i].option->name, name) == 0)
			text = values->items[i].text;
	return text;
}

static bool
is_page(const char *path)
{
	struct slice extension = path_extension(slice_of(path));
	struct stat state;

	return (slice_is_nocase(extension, "html") || slice_is_nocase(extension, "htm")) &&
	       stat(path, &state) == 0 && S_ISREG(state.st_mode);
}

/* "site/page.html" stands for "--open=/page.html site". An --open that is given counts more. */
static void
take_page(struct config *config, const char *path, struct option_values *line)
{
	const struct option_value place = {.layer = OPTION_COMMAND_LINE, .trust = OPTION_OF_USER};
	struct slice folder = path_parent(slice_of(path));
	struct option_values values = {0};
	struct buf url = {0};

	url_from_path(path_base(slice_of(path)), &url);
	option_values_add(
		&values, option_table, option_find(option_table, "open"), url.bytes, &place);
	option_values_move(&values, line);
	*line = values;
	config->folder_memory = folder.length ? mem_copy(folder.at, folder.length)
					      : mem_text(*path == '/' ? "/" : ".");
	config->sources.folder = config->folder_memory;
	buf_finish(&url);
}

/* Takes the values of the command line. */
static enum config_verdict
read_sources(struct config *config, const char *folder, struct option_values *line)
{
	config->sources.folder = folder;
	config->sources.workspace = last_text(line, "workspace");
	config->sources.trusts_folder = last_text(line, "allow-settings");
	if (folder && is_page(folder))
		take_page(config, folder, line);
	if (!config_files_read(&config->sources))
		return CONFIG_WRONG;
	config->root = config->sources.root;
	if (!folder && !config->sources.trusts_folder)
		config->root_bounds = config->sources.workspace ? config->sources.bounds : NULL;
	option_values_move(&config->sources.values, line);
	return put_all(config);
}

/* The values that the command line has for the first site's folder are dropped; its others are for all sites. */
static enum config_verdict
read_vhost(struct config *config, const struct config_vhost *vhost, struct option_values *line)
{
	static const char *const of_first[] = {"root", "workspace", "open", "vhost", NULL};
	enum config_verdict verdict;

	option_values_drop(line, of_first);
	verdict = read_sources(config, vhost->folder, line);
	config_list_add(&config->allowed_hosts, vhost->name);
	config->access.allowed_hosts = (struct access_list){
		config->allowed_hosts.items, config->allowed_hosts.count};
	return verdict;
}

enum config_verdict
config_read_by(struct config *config, const struct config_command *command,
	config_reader_open_fn *open, void *context)
{
	struct option_values values = {0};
	struct command_line line = {.values = &values};
	enum config_verdict verdict;

	config_values_init(config);
	config->sources.table = option_table;
	config->sources.open = open;
	config->sources.context = context;
	if (!command_line_read(&line, option_table, command->count, command->arguments)) {
		verdict = CONFIG_WRONG;
	} else if (command->vhost) {
		verdict = read_vhost(config, command->vhost, &values);
	} else if (line.action && line.action->kind == OPTION_ACTION) {
		verdict = print(line.action, line.action_text);
	} else {
		verdict = read_sources(config, line.root, &values);
		if (line.action && verdict == CONFIG_RUN) {
			show_config_print(option_table, &config->sources.values, *line.action_text);
			verdict = CONFIG_DONE;
		}
	}
	option_values_finish(&values);
	return verdict;
}

/* A repository may have thousands of folders in each other, each with such a file. */
static void
log_refusals(const struct config_files *sources)
{
	size_t count = 0;

	for (size_t i = 0; i < sources->file_count; i++) {
		char *refusal = config_files_refusal(&sources->files[i]);

		if (refusal && count++ < CONFIG_READER_MISTAKES_MAX)
			log_error("%s", refusal);
		free(refusal);
	}
	if (count > CONFIG_READER_MISTAKES_MAX)
		log_error("and %zu more settings files are not used",
			count - CONFIG_READER_MISTAKES_MAX);
}

enum config_verdict
config_read(struct config *config, int count, char **arguments)
{
	return config_read_vhost(config, count, arguments, NULL);
}

enum config_verdict
config_read_vhost(
	struct config *config, int count, char **arguments, const struct config_vhost *vhost)
{
	const struct config_command command = {count, arguments, vhost};
	enum config_verdict verdict = config_read_by(config, &command, NULL, NULL);

	log_refusals(&config->sources);
	if (vhost)
		option_values_log_unused(&config->sources.values);
	return verdict;
}

static bool
is_workspace(const char *path)
{
	struct stat state;

	return path && slice_ends(slice_of(path), ".code-workspace") && stat(path, &state) == 0 &&
	       S_ISREG(state.st_mode);
}

enum config_verdict
config_read_folder(struct config *config, const char *folder)
{
	struct option_values none = {0};
	enum config_verdict verdict;

	config_values_init(config);
	config->sources.table = option_table;
	config->sources.asks_anew = true;
	if (is_workspace(folder)) {
		option_values_add(&none, option_table, option_find(option_table, "workspace"),
			folder,
			&(struct option_value){
				.layer = OPTION_COMMAND_LINE, .trust = OPTION_OF_USER});
		folder = NULL;
	}
	verdict = read_sources(config, folder, &none);
	log_refusals(&config->sources);
	return verdict;
}

void
config_finish(struct config *config)
{
	config_files_finish(&config->sources);
	config_values_finish(config);
}

/* ---- values that turn out to be unusable ---- */

/* The value that counts for an option; NULL when none was given. */
static struct option_value *
find_last(const struct config *config, const char *name)
{
	const struct option_values *values = &config->sources.values;
	struct option_value *last = NULL;

	for (size_t i = 0; i < values->count; i++)
		if (values->items[i].is_accepted &&
			strcmp(values->items[i].option->name, name) == 0)
			last = &values->items[i];
	return last;
}

bool
config_give_up(struct config *config, const char *name, const char *why)
{
	struct option_value *value = find_last(config, name);
	const struct option_spec *option = value ? value->option : NULL;

	if (!value || !value->file || value->is_abandoned)
		return false;
	value->is_abandoned = true;
	if (option->set) {
		const struct option_value default_value = {
			.option = option, .text = (char *)option->default_text};

		option_value_complain(value, "%s \"%s\" %s; %s is used", name, value->text, why,
			option->default_text);
		return option->set(config, &default_value);
	}
	option_value_complain(value, "%s %s; it is left out", name, why);
	*(bool *)((char *)config + option->offset) = false;
	return true;
}

/* Only the first items of a file have a line each. */
static void
say_left_out(const struct config *config, struct option_value *value, const char *why)
{
	const struct option_values *values = &config->sources.values;
	size_t before = 0;

	for (size_t i = 0; i < values->count; i++)
		before += values->items[i].is_abandoned && values->items[i].file &&
			  strcmp(values->items[i].file, value->file) == 0;
	value->is_abandoned = true;
	value->is_muted = before >= CONFIG_READER_MISTAKES_MAX;
	option_value_complain(value, "%s \"%s\": %s; it is left out%s", value->option->name,
		value->text, why,
		before + 1 == CONFIG_READER_MISTAKES_MAX
			? ", as are others of this file that are not named"
			: "");
}

bool
config_leave_out(struct config *config, const char *name, size_t index, const char *why)
{
	const struct option_values *values = &config->sources.values;
	size_t count = 0;

	for (size_t i = 0; i < values->count; i++) {
		struct option_value *value = &values->items[i];

		if (!value->is_accepted || strcmp(value->option->name, name) != 0)
			continue;
		if (count++ < index)
			continue;
		if (value->file)
			say_left_out(config, value, why);
		return value->file;
	}
	return false;
}

/* ---- values that are held back ---- */

/* Whether before, the last value that was held back, is an item of the same list. */
static bool
is_repeated(const struct option_value *value, const struct option_value *before)
{
	return before && before->option == value->option && before->line == value->line &&
	       strcmp(before->file, value->file) == 0;
}

/* What stands behind "liveserve allow", so that it allows the file of the value. */
static const char *
folder_to_allow(const struct config_files *sources, const struct option_value *value)
{
	bool is_own = sources->folder && value->layer == OPTION_PROJECT;
	const char *folder = sources->workspace && !is_own ? sources->workspace : sources->folder;

	return folder && strcmp(folder, ".") != 0 ? folder : "";
}

/* Adds the folder as a word of a shell: a stranger may have named it, and the line will be copied. */
static void
add_folder_word(struct buf *line, const char *folder)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._-+,:@%";
	bool is_plain = strspn(folder, plain) == strlen(folder);
	char *word = is_plain ? mem_text(folder) : path_quote(folder);

	if (*folder) {
		buf_add_text(line, *folder == '-' ? " -- " : " ");
		log_add_printable(line, slice_of(word));
	}
	free(word);
}

/* Adds one line. What a stranger has named cannot make two of it. */
static void
add_held_back(
	struct buf *lines, const struct config_files *sources, const struct option_value *value)
{
	log_add_printable(lines, slice_of(value->file));
	buf_addf(lines, ":%u: \"%s\" %s and is not used; \"liveserve allow", value->line,
		value->option->name, value->held_back);
	add_folder_word(lines, folder_to_allow(sources, value));
	buf_add_text(lines, "\" lets this file say so\n");
}

char *
config_held_back(const struct config *config)
{
	const struct option_values *values = &config->sources.values;
	const struct option_value *last = NULL;
	struct buf lines = {0};

	buf_add_text(&lines, "");
	for (size_t i = 0; i < values->count; i++) {
		const struct option_value *value = &values->items[i];
		bool is_said = value->held_back && is_repeated(value, last);

		last = value->held_back ? value : last;
		if (value->held_back && !is_said)
			add_held_back(&lines, &config->sources, value);
	}
	return buf_take(&lines);
}

void
config_log_held_back(const struct config *config, const char *said)
{
	char *lines = config_held_back(config);
	struct slice rest = slice_of(lines), line;

	while (slice_split(&rest, '\n', &line)) {
		char *sentence = mem_copy(line.at, line.length);
		char *whole = mem_format("%s\n", sentence);

		if (*sentence && !(said && strstr(said, whole)))
			log_error("%s", sentence);
		free(whole);
		free(sentence);
	}
	free(lines);
}
