/*
 * Any bytes as a page with server-side includes. The texts of the input are separated by NULs: the first is
 * the page, the others are the files that it may include, a.shtml, b.shtml and so on. The page that is made has
 * a bounded size, and no name that it asks for leads out of the site.
 */
#include <string.h>

#include "fuzz.h"
#include "ssi/ssi_page.h"

enum { FILES_MAX = 8 };

static struct {
	struct slice files[FILES_MAX];
	size_t count;
} here;

static const char *
get_part(void *context, const char *name, bool reads, struct ssi_part *part)
{
	(void)context;
	CHECK(*name != '/');
	CHECK(strcmp(name, "..") != 0 && strncmp(name, "../", 3) != 0 && !strstr(name, "/../"));
	if (*name < 'a' || (size_t)(*name - 'a') >= here.count || strcmp(name + 1, ".shtml") != 0)
		return "there is no such file";
	buf_add_text(&part->name, name);
	part->size = here.files[*name - 'a'].length;
	part->has_directives = true;
	if (reads)
		buf_add_slice(&part->bytes, here.files[*name - 'a']);
	return NULL;
}

static void
tell(void *context, const char *name, size_t line, const char *what)
{
	(void)context;
	CHECK(*name && line > 0 && *what);
	CHECK(!strpbrk(what, "\n\r\x1b"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ssi_page_options options = {get_part, tell, NULL, NULL};
	struct slice rest = {(const char *)data, size}, page, file;
	struct ssi_variables variables;
	struct buf bytes = {0};

	if (!size)
		return 0;
	page = fuzz_take_text(&rest);
	for (here.count = 0; here.count < FILES_MAX && (file = fuzz_take_text(&rest)).at;)
		here.files[here.count++] = file;
	ssi_variables_init(&variables, 1580702706, 1500000000);
	ssi_page_make(&options, &variables, "page.shtml", page, &bytes);
	CHECK(bytes.length <= SSI_PAGE_BYTES_MAX);
	CHECK(variables.size <= SSI_VARIABLES_BYTES_MAX);
	ssi_variables_finish(&variables);
	buf_finish(&bytes);
	return 0;
}
