/*
 * Whole settings files: whatever is in one, the program only says so in a few lines, takes a limited
 * number of values, and never shows a passphrase. The first byte chooses the file.
 */
#include "fuzz_folder.h"

#include "base/log.h"
#include "settings/config.h"
#include "settings/show_config.h"

enum { OPTIONS_MAX = 200 };
enum { LINES_MAX = 2 * (CONFIG_READER_MISTAKES_MAX + 1) + 4 };

static size_t line_count;

static void
count_line(void *context, enum log_level level, const char *sentence)
{
	(void)context;
	(void)level;
	CHECK(strlen(sentence) < 4096);
	line_count++;
}

static void
check_values(const struct config *config, size_t lines)
{
	const struct option_values none = {0}, *values = &config->sources.values;
	const struct show_config_change change = {&none, &none, values};
	char *sentence = show_config_changes(config->sources.table, &change);

	CHECK(values->count <= CONFIG_READER_ITEMS_MAX + OPTIONS_MAX);
	for (size_t i = 0; i < values->count; i++) {
		const struct option_value *value = &values->items[i];

		CHECK(value->layer == OPTION_COMMAND_LINE || (value->line && value->line <= lines));
		if (value->is_accepted && value->option->is_secret)
			CHECK(strstr(sentence, "passphrase ***"));
	}
	free(sentence);
}

static void
give_all_up(struct config *config)
{
	static const char *const names[] = {"host", "port", "https"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		config_give_up(config, names[i], "is not good");
	for (size_t i = 0; i < config->mount_count; i++)
		config_leave_out(config, "mount", i, "is not there");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const files[] = {".liveserve.json", ".live-server.json",
		".vscode/settings.json", "x.code-workspace"};
	static char program[] = "liveserve", workspace[] = "--workspace=x.code-workspace";
	char *arguments[] = {program, workspace, NULL};
	size_t which = size ? data[0] % 4 : 0, lines = 1;
	struct config config;
	enum config_verdict verdict;

	if (size == 0)
		return 0;
	fuzz_enter_folder();
	fuzz_write(files[which], data + 1, size - 1);
	for (size_t i = 1; i < size; i++)
		lines += data[i] == '\n' || data[i] == '\r';
	line_count = 0;
	log_set_sink(count_line, NULL);
	verdict = config_read(&config, which == 3 ? 2 : 1, arguments);
	CHECK(verdict == CONFIG_RUN || (which == 3 && line_count > 0));
	CHECK(line_count <= LINES_MAX);
	if (verdict == CONFIG_RUN) {
		check_values(&config, lines);
		give_all_up(&config);
	}
	log_set_sink(NULL, NULL);
	config_finish(&config);
	unlink(files[which]);
	return 0;
}
