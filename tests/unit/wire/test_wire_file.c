/*
 * The file of --wire=FILE: what is in it, and in which order.
 */
#include "support/test.h"

#include <string.h>

#include "base/file.h"
#include "capture/pcapng.h"
#include "capture/pcapng_write.h"
#include "support/folder.h"
#include "wire/wire_file.h"

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	folder_leave();
	return 0;
}

/* The kinds of the blocks in the file, a letter each. */
static void
expect_blocks(const char *expected)
{
	static const char letters[] = {
		[PCAPNG_SECTION] = 'h',
		[PCAPNG_INTERFACE] = 'i',
		[PCAPNG_PACKET] = 'p',
		[PCAPNG_SECRETS] = 'k',
	};
	struct buf text = {0}, found = {0};
	struct pcapng_block block;
	struct pcapng reader;

	assert_true(file_read_path("f.pcapng", 4096, &text));
	pcapng_init(&reader);
	pcapng_feed(&reader, buf_slice(&text));
	while (pcapng_next(&reader, &block) == PCAPNG_BLOCK)
		buf_add_char(&found, letters[block.kind]);
	buf_add_char(&found, '\0');
	assert_string_equal(found.bytes, expected);
	pcapng_finish(&reader);
	buf_finish(&found);
	buf_finish(&text);
}

static void
keys_stand_in_front_of_the_packets_that_come_after_them(void **state)
{
	const struct slice key = SLICE_LITERAL("CLIENT_RANDOM 00 00\n");
	const struct pcapng_packet packet = {.bytes = SLICE_LITERAL("packet")};
	struct wire_file *file = wire_file_create("f.pcapng", NULL, 0);
	struct buf blocks = {0};

	(void)state;
	assert_non_null(file);
	wire_file_add_keys(file, key);
	wire_file_add_keys(file, key);
	expect_blocks("");
	pcapng_write_section(&blocks, NULL, NULL, (struct slice){0});
	pcapng_write_interface(&blocks, 1, 100, "lo");
	pcapng_write_packet(&blocks, &packet);
	wire_file_add(file, buf_slice(&blocks));
	expect_blocks("hkip");
	wire_file_add_keys(file, key);
	buf_clear(&blocks);
	pcapng_write_packet(&blocks, &packet);
	wire_file_add(file, buf_slice(&blocks));
	expect_blocks("hkipkp");
	wire_file_destroy(file);
	buf_finish(&blocks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			keys_stand_in_front_of_the_packets_that_come_after_them, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
