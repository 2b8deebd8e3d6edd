/*
 * Files with rules of hosts: an input is "target NUL text". The text is read as each kind of file, and decides about
 * a request for the target. Whatever is written, nothing of it ends a header field, and no path becomes another host.
 */
#include <string.h>

#include "fuzz.h"
#include "base/log.h"
#include "base/mem.h"
#include "rules/headers_file.h"
#include "rules/htaccess_chain.h"
#include "rules/redirects_file.h"
#include "rules/rewrite.h"

static enum rule_name_kind
look(void *context, const char *name)
{
	(void)context;
	return strlen(name) % 4;
}

static bool
shows(void *context, const char *name)
{
	return rule_name_is_file(look(context, name));
}

static void
ignore(void *context, enum log_level level, const char *sentence)
{
	(void)context;
	(void)level;
	(void)sentence;
}

static void
check_printable(struct slice text)
{
	for (size_t i = 0; i < text.length; i++)
		CHECK((unsigned char)text.at[i] >= ' ' && text.at[i] != 0x7f);
}

static void
check_address(const struct buf *address)
{
	check_printable(buf_slice(address));
}

static void
check_fields(struct fields *fields)
{
	for (size_t i = 0; i < fields->count; i++) {
		struct field field = fields_at(fields, i);

		CHECK(field.name.length);
		for (size_t j = 0; j < field.value.length; j++)
			CHECK((unsigned char)field.value.at[j] >= ' ' || field.value.at[j] == '\t');
	}
	fields_finish(fields);
}

static void
check_redirects(struct slice text, const struct rule_request *request, struct rule_source *source)
{
	struct redirects_file *file = redirects_file_create(text, source);
	struct redirects_answer answer = {0};

	if (redirects_file_find(file, request, &answer) != REDIRECTS_NONE)
		check_address(&answer.target);
	buf_finish(&answer.target);
	redirects_file_destroy(file);
}

static void
check_headers(struct slice text, const struct rule_request *request, struct rule_source *source)
{
	struct headers_file *file = headers_file_create(text, source);
	struct fields fields = {0};
	struct slice type;

	headers_file_apply(file, request, &fields, &type);
	check_printable(type);
	check_fields(&fields);
	headers_file_destroy(file);
}

static void
check_rewriting(const struct htaccess *file, const struct rule_request *request)
{
	struct buf variables = {0};
	const struct rewrite_input input = {
		request, rule_request_query(request->request), UINT64_MAX, 0, &variables};
	struct rewrite_result result = {0};

	if (rewrite_apply(file, &input, &result) == REWRITE_REDIRECT) {
		check_address(&result.path);
		CHECK(!slice_starts(buf_slice(&result.path), "//"));
	}
	rewrite_result_finish(&result);
	buf_finish(&variables);
}

static void
check_htaccess(struct slice text, const struct rule_request *request, struct rule_source *source)
{
	struct htaccess *file = htaccess_create(text, slice_of(".htaccess"), source);
	struct htaccess_chain chain = {.deadline_us = UINT64_MAX};
	struct buf target = {0};
	struct fields fields = {0};
	int status;

	htaccess_chain_add(&chain, file, buf_slice(&request->name));
	htaccess_chain_denies(&chain);
	htaccess_chain_error(&chain, 404);
	status = htaccess_chain_redirect(
		&chain, buf_slice(&request->path), rule_request_query(request->request), &target);
	if (status && status < 400) {
		check_address(&target);
		CHECK(!slice_starts(buf_slice(&target), "//"));
	}
	fields_add(
		&fields, SLICE_LITERAL("Content-Type"), SLICE_LITERAL("text/html; charset=utf-8"));
	htaccess_chain_set_type(&chain, buf_slice(&request->name), &fields);
	htaccess_chain_add_fields(&chain, true, &fields);
	check_fields(&fields);
	if (htaccess_chain_rewrite(&chain))
		check_rewriting(file, request);
	buf_finish(&target);
	htaccess_destroy(file);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct rule_site site = {.look = look, .shows = shows};
	struct slice text = {(const char *)data, size}, target = fuzz_take_text(&text);
	char *head = mem_format("GET /%.*s HTTP/1.1\r\nHost: localhost\r\nCookie: a=b\r\n\r\n",
		(int)target.length, target.at);
	struct rule_notes notes = {0};
	struct rule_source source = {.notes = &notes, .name = ".htaccess"};
	struct rule_request request = {0};
	struct request sent;

	if (text.at)
		text.length = strnlen(text.at, text.length);
	log_set_sink(ignore, NULL);
	if (text.at && request_parse(&sent, head, strlen(head)) == REQUEST_COMPLETE &&
		rule_request_read(&request, &sent, &site) == URL_OK) {
		check_redirects(text, &request, &source);
		check_headers(text, &request, &source);
		check_htaccess(text, &request, &source);
	}
	rule_request_finish(&request);
	rule_notes_finish(&notes);
	free(head);
	return 0;
}
