/*
 * Each row of the table of options is complete, and its words fit together.
 */
#include "support/test.h"

#include <string.h>

#include "settings/config.h"
#include "settings/option_table.h"

static bool
has_value(const struct option_spec *row)
{
	return row->kind >= OPTION_SWITCH && row->kind <= OPTION_PAIRS;
}

static void
names_are_unique(void **state)
{
	(void)state;
	for (const struct option_spec *row = option_table; row->help; row++) {
		if (!row->name)
			continue;
		assert_ptr_equal(option_find(option_table, row->name), row);
		for (const struct option_spec *other = row + 1; other->help; other++) {
			if (row->letter)
				assert_int_not_equal(row->letter, other->letter);
			if (row->vscode && other->vscode)
				assert_string_not_equal(row->vscode, other->vscode);
			if (row->live_server && other->live_server)
				assert_string_not_equal(row->live_server, other->live_server);
		}
	}
	assert_null(option_find(option_table, "no-such-option"));
}

static void
each_row_can_be_set(void **state)
{
	(void)state;
	for (const struct option_spec *row = option_table; row->help; row++) {
		print_message("%s\n", row->name ? row->name : row->help);
		assert_true(row->name || row->kind == OPTION_HEADING);
		if (has_value(row))
			assert_true(row->set || (row->kind == OPTION_SWITCH && row->offset));
		if (has_value(row) && row->kind != OPTION_SWITCH)
			assert_non_null(row->value);
		if (row->kind == OPTION_NUMBER)
			assert_true(row->min < row->max);
		if (row->kind == OPTION_PAIRS)
			assert_int_equal(row->separator, '=');
		if (row->path != OPTION_NO_PATH)
			assert_non_null(row->value);
	}
}

static void
aliases_stand_for_options(void **state)
{
	(void)state;
	for (const struct option_spec *row = option_table; row->help; row++) {
		const struct option_spec *meant;

		if (row->kind != OPTION_ALIAS)
			continue;
		meant = option_find(option_table, row->alias_of);
		assert_non_null(meant);
		assert_true(has_value(meant));
	}
}

/* A port or host of a file that cannot be used is replaced by the default, as the row writes it. */
static void
defaults_can_be_set(void **state)
{
	static const char *const names[] = {"port", "host", "log-level", "log-format"};
	struct config config;

	(void)state;
	config_values_init(&config);
	for (size_t i = 0; i < ROWS(names); i++) {
		const struct option_spec *row = option_find(option_table, names[i]);
		const struct option_value value = {
			.option = row, .text = (char *)row->default_text};

		assert_true(option_value_check(&value));
		assert_true(row->set(&config, &value));
	}
	assert_int_equal(config.listener.port, 9000);
	assert_string_equal(config.listener.host, "localhost");
	assert_int_equal(config.log_level, LOG_NORMAL);
	assert_int_equal(config.terminal.format, TERMINAL_TEXT);
	config_values_finish(&config);
}

/* --no-NAME is there for what can be switched off, unless an option of its own has that name. */
static void
negations(void **state)
{
	static const struct option_spec table[] = {
		{.name = "wall", .kind = OPTION_SWITCH, .help = "."},
		{.name = "no-wall", .kind = OPTION_SWITCH, .help = "."},
		{.kind = OPTION_HEADING, .help = "."},
		{.name = "no", .kind = OPTION_SWITCH, .help = "."},
		{.name = "no-walls", .kind = OPTION_SWITCH, .help = "."},
		{.name = "wal", .kind = OPTION_SWITCH, .help = "."},
		{.name = "given", .kind = OPTION_TEXT, .help = "."},
		{.name = "perhaps", .kind = OPTION_TEXT, .value_optional = true, .help = "."},
		{0},
	};
	static const bool has[] = {false, false, false, true, false, true, false, true};

	(void)state;
	for (size_t i = 0; i < sizeof(has) / sizeof(has[0]); i++)
		if (table[i].name)
			assert_int_equal(option_has_negation(table, &table[i]), has[i]);
	assert_true(option_has_negation(option_table, option_find(option_table, "lan")));
	assert_false(option_has_negation(option_table, option_find(option_table, "port")));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(each_row_can_be_set),
		cmocka_unit_test(aliases_stand_for_options),
		cmocka_unit_test(defaults_can_be_set),
		cmocka_unit_test(negations),
	};

	return cmocka_run_group_tests_name("option_table", tests, NULL, NULL);
}
