/*
 * Which files are sent as what is in them.
 */
#include "support/test.h"

#include "names/encoded_names.h"

static void
names(void **state)
{
	static const struct {
		const char *name, *coding, *inner;
	} rows[] = {
		{"game.wasm.br", "br", "game.wasm"},
		{"Build/game.framework.js.gz", "gzip", "Build/game.framework.js"},
		{"Build/game.data.BR", "br", "Build/game.data"},
		{"Build/game.symbols.json.br", "br", "Build/game.symbols.json"},
		{"game.pck.gz", "gzip", "game.pck"},
		{"style.css.zst", "zstd", "style.css"},
		{"index.html.gz", "gzip", "index.html"},
		{"picture.svgz", "gzip", "picture.svg"},
		{"backup.tar.gz", NULL, NULL},
		{"backup.tgz", NULL, NULL},
		{"sitemap.xml.gz", NULL, NULL},
		{"access.log.gz", NULL, NULL},
		{"table.csv.zst", NULL, NULL},
		{"notes.txt.br", NULL, NULL},
		{"photo.png.gz", NULL, NULL},
		{"something.gz", NULL, NULL},
		{"js.gz", NULL, NULL},
		{"a.js/b.gz", NULL, NULL},
		{".js.gz", NULL, NULL},
		{"a.js", NULL, NULL},
		{"br", NULL, NULL},
		{"", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct encoded_name encoded;
		bool is_encoded = encoded_names_read(slice_of(rows[i].name), &encoded);

		print_message("%s\n", rows[i].name);
		assert_int_equal(is_encoded, rows[i].coding != NULL);
		if (!is_encoded)
			continue;
		assert_string_equal(encoded.coding, rows[i].coding);
		assert_true(slice_is(encoded.inner, rows[i].inner));
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("encoded_names", tests, NULL, NULL);
}
