/*
 * What the variables of editors in the cloud say of a port.
 */
#include "support/test.h"

#include <stdlib.h>

#include "net/forwarded_address.h"

static void
urls_of_a_port(void **state)
{
	static const struct {
		struct forwarded_environment environment;
		const char *url; /* NULL: none */
	} rows[] = {
		{{0}, NULL},
		{{.codespaces = "true", .codespace = "me-1", .domain = "app.github.dev"},
			"https://me-1-9000.app.github.dev"},
		{{.codespaces = "false", .codespace = "me-1", .domain = "app.github.dev"}, NULL},
		{{.codespace = "me-1", .domain = "app.github.dev"}, NULL},
		{{.codespaces = "true", .codespace = "me-1"}, NULL},
		{{.codespaces = "true", .codespace = "", .domain = "app.github.dev"}, NULL},
		{{.codespaces = "true", .codespace = "me@evil", .domain = "app.github.dev"}, NULL},
		{{.codespaces = "true", .codespace = "me/", .domain = "app.github.dev"}, NULL},
		{{.codespaces = "true", .codespace = "me", .domain = "a..b"}, NULL},
		{{.proxy = "https://me-{{port}}.euw.devtunnels.ms/"},
			"https://me-9000.euw.devtunnels.ms"},
		{{.proxy = "http://{{port}}.code.example:8080"}, "http://9000.code.example:8080"},
		{{.proxy = "https://code.example/@me/x.y/proxy/{{port}}/"},
			"https://code.example/@me/x.y/proxy/9000"},
		{{.proxy = "./proxy/{{port}}"}, NULL},
		{{.proxy = "https://{{port}}.{{host}}/"}, NULL},
		{{.proxy = "https://code.example/"}, NULL},
		{{.proxy = "ftp://code.example/{{port}}"}, NULL},
		{{.proxy = "https:///{{port}}"}, NULL},
		{{.proxy = "https://a:b@code.example/{{port}}"}, NULL},
		{{.proxy = "https://code.example:0/{{port}}"}, NULL},
		{{.proxy = "https://code.example:/{{port}}"}, NULL},
		{{.proxy = "https://code.example/{{port}}?a"}, NULL},
		{{.proxy = "https://code.example/\n{{port}}"}, NULL},
		{{.gitpod = "https://me.ws-eu1.gitpod.io"}, "https://9000-me.ws-eu1.gitpod.io"},
		{{.gitpod = "me.ws-eu1.gitpod.io"}, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *urls[FORWARDED_ADDRESSES_MAX];
		size_t count = forwarded_addresses(&rows[i].environment, 9000, urls);

		assert_int_equal(count, rows[i].url ? 1 : 0);
		if (count) {
			assert_string_equal(urls[0], rows[i].url);
			free(urls[0]);
		}
	}
}

static void
several_at_once(void **state)
{
	const struct forwarded_environment environment = {
		.codespaces = "true",
		.codespace = "me",
		.domain = "app.github.dev",
		.proxy = "nonsense {{port}}",
		.gitpod = "https://me.gitpod.io",
	};
	char *urls[FORWARDED_ADDRESSES_MAX];

	(void)state;
	assert_int_equal(forwarded_addresses(&environment, 80, urls), 2);
	assert_string_equal(urls[0], "https://me-80.app.github.dev");
	assert_string_equal(urls[1], "https://80-me.gitpod.io");
	free(urls[0]);
	free(urls[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls_of_a_port),
		cmocka_unit_test(several_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
